"""How OpenAPI describes the receivers, which stand before the routes that describe themselves."""

from typing import Any

_ANSWERS = {
    "200": "It is on disk: it need not be sent again.",
    "400": "It is in no shape that this source knows.",
    "401": "Its signature is missing, wrong or too old.",
    "403": "Its key, or the word of the handshake, is wrong.",
    "404": "There is no such source.",
    "405": "This source is not told anything, or not asked.",
    "408": "It came too slowly.",
    "413": "It is too large.",
    "415": "It is of a type that this source does not know.",
    "503": "It could not be written: send it again.",
}
_JSON = {"application/json": {"schema": {"type": "object"}}}
_PLAIN = {"text/plain": {"schema": {"type": "string"}}}


def receivers() -> dict[str, Any]:
    """Return the paths of the receivers."""
    source = {
        "name": "source_id",
        "in": "path",
        "required": True,
        "description": "The id of a source, as it stands in the configuration.",
        "schema": {"type": "string"},
    }
    return {
        "/in/{source_id}": {
            "parameters": [source],
            "post": {
                "tags": ["receivers"],
                "summary": "Take one push of a platform in.",
                "operationId": "receive",
                "requestBody": {"content": {"application/json": {"schema": {}}}},
                "responses": _answers(_JSON),
            },
            "get": {
                "tags": ["receivers"],
                "summary": "Answer a platform that asks whether this address is ours.",
                "operationId": "greet",
                "responses": _answers(_JSON | _PLAIN),
            },
        }
    }


def _answers(content: dict[str, Any]) -> dict[str, Any]:
    return {
        status: {"description": description, "content": content}
        for status, description in _ANSWERS.items()
    }
