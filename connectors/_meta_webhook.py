"""Meta's webhook: ids of new leads, signed over the bytes that are sent.

Source: developers.facebook.com, docs/graph-api/webhooks/getting-started and
…/webhooks-for-leadgen, v26.0.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence

import orjson

from connectors._values import id_of
from connectors.base import Delivery, Problem, ProblemCode
from connectors.pushed import Pointer, Push, Refusal

WEBHOOK_MEDIA_TYPE = "application/vnd.leadledger.meta-webhook+json"
"""The body of a webhook as it came, or one of its changes by itself."""

_SIGNATURE = "x-hub-signature-256"
_PREFIX = "sha256="
_FIELD = "leadgen"
_OBJECT = "page"
_BAD, _UNSIGNED, _FORBIDDEN, _NOT_READY = 400, 401, 403, 503


def greet(query: Mapping[str, str], verify_token: str | None) -> str | Refusal:
    """Return the challenge of the handshake, if whoever asks knows the verify token."""
    if verify_token is None:
        return Refusal(_NOT_READY, "No verify_token is set for this source. Set one and try again.")
    given = query.get("hub.verify_token", "").encode()
    is_known = hmac.compare_digest(_digest(given), _digest(verify_token.encode()))
    challenge = query.get("hub.challenge", "")
    if query.get("hub.mode") != "subscribe" or not is_known or not challenge:
        return Refusal(_FORBIDDEN, "This is no handshake with the verify token of this source.")
    return challenge


def _digest(given: bytes) -> bytes:
    return hashlib.sha256(given).digest()


def receive(push: Push, secrets: Sequence[str]) -> Delivery | Refusal:
    """Return a body as a delivery if one of the app's secrets signed its very bytes.

    Every secret is tried, in constant time, before anything is parsed. Meta escapes in its own
    way, so a body that was parsed and written again would not fit its signature.
    """
    if not secrets:
        return Refusal(_NOT_READY, "No app_secret is set for this source. Set it and try again.")
    given = push.headers.get(_SIGNATURE, "").encode("utf-8", "replace")
    fitting = [hmac.compare_digest(given, _signature(push.body, secret)) for secret in secrets]
    if not any(fitting):
        return Refusal(_UNSIGNED, f"The signature in {_SIGNATURE} is missing or wrong.")
    return Delivery(None, push.body, WEBHOOK_MEDIA_TYPE, push.received_at)


def _signature(body: bytes, secret: str) -> bytes:
    return f"{_PREFIX}{hmac.digest(secret.encode(), body, 'sha256').hex()}".encode()


def announced(delivery: Delivery, page_id: str) -> Sequence[Pointer] | Problem | None:
    """Return the new leads of a page that a delivery tells of, each once.

    Several entries and several changes may come in one body, of other pages of the app and of
    other fields too; those are passed over, and so is a change that names no lead: a pull brings
    what it may have meant.
    """
    if delivery.media_type != WEBHOOK_MEDIA_TYPE:
        return None
    try:
        body = orjson.loads(delivery.payload)
    except orjson.JSONDecodeError:
        detail = "The webhook's body is not whole JSON. The next pull brings what it told of."
        return Problem(ProblemCode.NOT_JSON, detail)
    if not isinstance(body, dict):
        detail = "The webhook's body is no object. The next pull brings what it told of."
        return Problem(ProblemCode.NOT_AN_OBJECT, detail)
    found = dict(_leads(body, page_id))
    return [Pointer(lead_id, _alone(page_id, value)) for lead_id, value in found.items()]


def _leads(body: Mapping[str, object], page_id: str) -> Iterator[tuple[str, object]]:
    if body.get("object") != _OBJECT:
        return
    for entry in _objects(body.get("entry")):
        for change in _objects(entry.get("changes")):
            value = change.get("value")
            if change.get("field") != _FIELD or not isinstance(value, dict):
                continue
            lead_id = id_of(value.get("leadgen_id"))
            if lead_id and page_id in (id_of(value.get("page_id")), id_of(entry.get("id"))):
                yield lead_id, value


def _objects(listed: object) -> Iterator[Mapping[str, object]]:
    yield from (
        (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else ()
    )


def _alone(page_id: str, value: object) -> bytes:
    """Return a body that tells of one lead only, in the same shape."""
    change = {"field": _FIELD, "value": value}
    return orjson.dumps({"object": _OBJECT, "entry": [{"id": page_id, "changes": [change]}]})


def not_fetched(delivery: Delivery, page_id: str) -> Problem:
    """Say of an announcement that what it announces was not had in time."""
    found = announced(delivery, page_id)
    if isinstance(found, Problem):
        return found
    detail = (
        "The platform announced this lead and does not show it. Check lead access with `leadledger "
        "check`, then replay; a pull brings it too, up to 90 days after it was sent."
    )
    only = found[0].external_id if found and len(found) == 1 else None
    return Problem(ProblemCode.NOT_FETCHED, detail, only)
