"""`/in/<source>`: what platforms send. Genuine, then durable, then answered; read afterwards.

This address stands before the other routes, and is answered without their help: what a web
framework does for a request before its function runs costs more than checking a signature and
handing the body over (benchmarks/receiver.py).
"""

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive, Scope, Send

from connectors.base import Connector, Delivery
from connectors.pushed import Greets, Push, Receives, Refusal, SharesAddress
from pipeline import wiring
from pipeline.settings import ConfiguredSource
from policy.errors import StoreError
from web.bodies import BodyError, body_from
from web.headers import PLAIN_HEADERS
from web.parts import Parts

PREFIX = "/in/"
LARGEST_BODY = 1_048_576
"""Meta sends up to a thousand changes in one body, of about 250 bytes each."""
ROUTE = "/in/{source_id}"
_RETRY = (b"retry-after", b"30")
_JSON = (b"content-type", b"application/json")
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_TAKEN = b"{}"

Headers = Sequence[tuple[bytes, bytes]]
_Answer = tuple[int, bytes, Headers]


class Receivers:
    """The receivers of all sources, as one ASGI application."""

    def __init__(self, parts: Parts) -> None:
        """Look once at which source can do what."""
        self._parts = parts
        self._told: dict[str, Receives] = {}
        self._asked: dict[str, Greets] = {}
        for source_id, connector in parts.connectors.items():
            if isinstance(connector, Receives):
                self._told[source_id] = connector
            if isinstance(connector, Greets):
                self._asked[source_id] = connector
        self._sharing = _sharing(parts.connectors)
        self._body_seconds = parts.settings.web.body_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        began = time.perf_counter()
        try:
            status, body, headers = await self._answer(scope, receive)
        except Exception as fault:  # noqa: BLE001 - the web's edge: what it held is people's data
            self._parts.counts.fault(fault, ROUTE)
            status, body, headers = _said(500, "A fault of the program. Send it again later.")
        length = (b"content-length", str(len(body)).encode())
        start = {"status": status, "headers": [*headers, length, *PLAIN_HEADERS]}
        await send({"type": "http.response.start"} | start)
        await send({"type": "http.response.body", "body": body})
        self._parts.counts.answered(ROUTE, scope["method"], time.perf_counter() - began)

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer:
        source = self._parts.sources.get(scope["path"].removeprefix(PREFIX))
        if source is None:
            return _said(404, "There is no such source. Check the address.")
        if scope["method"] == "POST":
            return await self._take(source, scope, receive)
        if scope["method"] == "GET":
            return self._greet(source, scope)
        return _said(405, "This address takes what is sent by POST.")

    async def _take(self, source: ConfiguredSource, scope: Scope, receive: Receive) -> _Answer:
        connector = self._told.get(source.id)
        if connector is None:
            return _said(405, "This source is not told anything. Check the address.")
        headers = {
            name.decode("latin-1"): text.decode("latin-1") for name, text in scope["headers"]
        }
        try:
            declared = headers.get("content-length", "")
            body = await body_from(receive, declared, LARGEST_BODY, self._body_seconds)
        except BodyError as error:
            return self._refused(source, Refusal(error.status, error.message))
        push = Push(body, headers, wiring.now(), self._address(scope))
        found = connector.receive(push)
        if isinstance(found, Refusal):
            return self._refused(source, found)
        try:
            await self._parts.intake.keep(source, found)
            for other, delivery in self._for_others(source, push):
                await self._parts.intake.keep(other, delivery)
        except StoreError as error:
            self._parts.log.warning("push.not_written", source=source.id, error=error.code)
            return _said(503, "It could not be written. Send it again.")
        self._parts.counts.took(source.id)
        return 200, _TAKEN, (_JSON,)

    def _address(self, scope: Scope) -> str:
        """Return the public address that a request was sent to, which some signatures cover."""
        query = scope["query_string"].decode("latin-1")
        address = f"{self._parts.settings.web.public_url}{scope['path']}"
        return f"{address}?{query}" if query else address

    def _for_others(
        self, source: ConfiguredSource, push: Push
    ) -> Iterator[tuple[ConfiguredSource, Delivery]]:
        """Yield a push for the other sources that its platform has no other address for."""
        for other_id, connector in self._sharing.get(source.id, ()):
            if connector.concerns(push):
                delivery = connector.receive(push)
                if isinstance(delivery, Delivery):
                    yield self._parts.sources[other_id], delivery

    def _greet(self, source: ConfiguredSource, scope: Scope) -> _Answer:
        """Answer a platform that asks whether this address is ours."""
        connector = self._asked.get(source.id)
        if connector is None:
            return _said(405, "This address takes what is sent by POST.")
        query = scope["query_string"].decode("latin-1")
        found = connector.greet(dict(parse_qsl(query, keep_blank_values=True)))
        if isinstance(found, Refusal):
            return self._refused(source, found)
        return 200, found.encode(), (_TEXT,)

    def _refused(self, source: ConfiguredSource, refusal: Refusal) -> _Answer:
        """Answer a request that is not taken, and count it; nothing of what it said is kept."""
        self._parts.intake.refused(source, refusal.status)
        self._parts.counts.refused(source.id, refusal.status)
        return _said(refusal.status, refusal.message)


def _said(status: int, message: str) -> _Answer:
    headers = (_JSON, _RETRY) if status >= 500 else (_JSON,)
    return status, orjson.dumps({"message": message}), headers


def _sharing(
    connectors: Mapping[str, Connector],
) -> dict[str, list[tuple[str, SharesAddress]]]:
    """Return, of each source, the others of its kind whose platform knows no other address."""
    groups: dict[tuple[type[Connector], str], list[tuple[str, SharesAddress]]] = defaultdict(list)
    for source_id, connector in connectors.items():
        if isinstance(connector, SharesAddress) and (group := connector.address_group()):
            groups[type(connector), group].append((source_id, connector))
    return {
        source_id: [each for each in members if each[0] != source_id]
        for members in groups.values()
        for source_id, _ in members
    }
