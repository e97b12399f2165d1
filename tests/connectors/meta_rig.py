"""What the tests of the Meta connector share: a pull against the simulator, over a real socket."""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import structlog

from connectors.base import Batch, ConnectorIO, Delivery, ProbeResult, StreamFailed
from connectors.meta_lead_ads import MetaLeadAds, MetaLeadAdsSettings, source
from policy.errors import SourceError
from simulator.faults import Faults
from simulator.graph_api import TOKEN, GraphServer, Order
from simulator.world import PAGE_ID, World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@dataclass
class Pulled:
    """What one poll brought: in order, and the error that ended it, if one did."""

    batches: list[Batch] = field(default_factory=list)
    failures: list[StreamFailed] = field(default_factory=list)
    error: SourceError | None = None

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for batch in self.batches for delivery in batch.deliveries]

    @property
    def ids(self) -> set[str | None]:
        return {delivery.external_id for delivery in self.deliveries}

    @property
    def test_ids(self) -> set[str | None]:
        return {one.external_id for one in self.deliveries if one.listed_as_test}

    @property
    def cursors(self) -> dict[str, str]:
        return {batch.stream: batch.cursor for batch in self.batches if batch.cursor}


@dataclass
class Rig:
    """One connector, the clock it sees, and the waits it was told to make."""

    connector: MetaLeadAds
    sleeps: list[float]

    def poll(self, cursors: Mapping[str, str] | None = None) -> Pulled:
        pulled = Pulled()
        try:
            for item in self.connector.poll(cursors or {}):
                if isinstance(item, Batch):
                    pulled.batches.append(item)
                else:
                    pulled.failures.append(item)
        except SourceError as error:
            pulled.error = error
        return pulled

    def probe(self) -> dict[str, ProbeResult]:
        return {result.subject: result for result in self.connector.probe()}


def rig(url: str, *, now: datetime = NOW, token: str = TOKEN, **settings: Any) -> Rig:
    sleeps: list[float] = []
    io = ConnectorIO(now=lambda: now, sleep=sleeps.append, log=structlog.get_logger())
    chosen = {"page_id": PAGE_ID, "page_size": 50, "connections": 4} | settings
    read = MetaLeadAdsSettings(graph_url=url, access_token=token, **chosen)
    connector = source.build(read, io)
    assert isinstance(connector, MetaLeadAds)
    return Rig(connector, sleeps)


@contextmanager
def served(
    leads: int = 300,
    *,
    faults: Faults | None = None,
    order: Order = Order.NEWEST_FIRST,
    forms: int = 3,
    latency: float = 0.0,
) -> Iterator[GraphServer]:
    world = World.seeded(7, leads, NOW, forms=forms)
    with GraphServer(world, faults=faults, order=order, latency=latency) as server:
        yield server


def fullest_form(world: World) -> str:
    """Return the form with the most leads."""
    return max((form.id for form in world.forms), key=lambda one: len(world.lead_ids(one)))


Scripted = tuple[int, Mapping[str, str], bytes]


@contextmanager
def scripted(replies: Sequence[Scripted]) -> Iterator[tuple[str, list[str]]]:
    """Serve fixed replies, the last one for ever; yield the address and the requests' heads."""
    left, seen = list(replies), list[str]()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            seen.append(f"{self.command} {self.path}\n{self.headers}")
            status, headers, body = left.pop(0) if len(left) > 1 else left[0]
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the same

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
