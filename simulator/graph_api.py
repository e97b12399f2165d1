"""The pretend Graph API on a loopback socket, for the real SDK to talk to.

    with GraphServer(World.seeded(7, leads=500, now=now)) as graph:
        session = FacebookSession(APP_ID, APP_SECRET, TOKEN)
        session.GRAPH = graph.url

HTTP/1.1 with keep-alive, a thread a connection. A page of 100 leads takes about a millisecond;
`latency` makes it as slow as the real one.
"""

import socket
import struct
import sys
import time
from contextlib import suppress
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from simulator.access import APP_ID, APP_SECRET, PAGE_TOKEN, TOKEN
from simulator.fault_changes import CUTS, afterwards
from simulator.fault_replies import instead
from simulator.faults import Faults
from simulator.graph import Graph
from simulator.graph_errors import GraphError
from simulator.leads import Order
from simulator.wire import Call, Reply, Request, error_reply, read_request
from simulator.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["APP_ID", "APP_SECRET", "PAGE_TOKEN", "TOKEN", "Call", "GraphServer", "Order"]

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class GraphServer:
    """A running pretend Graph API. Use it as a context manager, or `start` and `close` it.

    `url` has no trailing slash, as the SDK wants it. `calls` are the requests so far, in order,
    without credentials. `usage` holds headers that go with every reply (see
    `fault_replies.app_usage`).
    """

    def __init__(  # noqa: PLR0913 - each is a thing that a test may want different
        self,
        world: World,
        *,
        faults: Faults | None = None,
        latency: float = 0.0,
        port: int = 0,
        app_secret: str | None = APP_SECRET,
        is_proof_required: bool = False,
        order: Order = Order.NEWEST_FIRST,
    ) -> None:
        """Bind the socket; nothing is answered before `start`.

        `latency` is in seconds, on top of every reply. A proof that comes with a request is checked
        against `app_secret` (None: proofs are ignored).

        Raises:
            OSError: the port is taken.
        """
        self.world = world
        self.faults = faults or Faults()
        self.latency = latency
        self.usage: Mapping[str, str] = {}
        self.calls: list[Call] = []
        self._graph = Graph(
            world, app_secret=app_secret, is_proof_required=is_proof_required, order=order
        )
        self._crashes: list[BaseException] = []
        self._server = _Server(self, port)
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return the address, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin to answer, in the background."""
        self._thread.start()

    def close(self) -> None:
        """Stop, close every connection and free the port.

        Raises:
            RuntimeError: the simulator itself failed on a request: what it judged is worth nothing.
        """
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.close_connections()
        self._server.server_close()
        if self._crashes:
            raise RuntimeError("the simulator failed while answering") from self._crashes[0]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def calls_to(self, path: str) -> list[Call]:
        """Return the calls whose path ends with `path`, such as `leads` or `123/leads`."""
        return [call for call in self.calls if call.path.endswith(f"/{path}")]

    def reply(self, request: Request) -> Reply:
        """Return what goes back for a request, faults and all."""
        self.calls.append(request.call())
        if self.latency:
            time.sleep(self.latency)
        try:
            faults = self.faults.befalling(request)
        except GraphError as error:
            return error_reply(error)
        for fault in faults:
            if (other_reply := instead(fault.kind, request, fault.options)) is not None:
                for unused in faults:
                    if unused is not fault:
                        self.faults.missed(unused, request)
                return other_reply
        try:
            reply = self._graph.answer(request)
        except GraphError as error:
            reply = error_reply(error)
        for fault in sorted(faults, key=lambda fault: fault.kind in CUTS):
            spoilt = afterwards(fault.kind, request, reply, fault.options)
            if spoilt is None:
                self.faults.missed(fault, request)
            else:
                reply = spoilt
        return reply

    def crashed(self, crash: BaseException) -> None:
        """Keep a failure of the simulator itself, for `close` to raise."""
        self._crashes.append(crash)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, graph: GraphServer, port: int) -> None:
        self.graph = graph
        self._open: set[socket.socket] = set()
        self._open_lock = Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def keep(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open.add(connection)

    def forget(self, connection: socket.socket) -> None:
        with self._open_lock:
            self._open.discard(connection)

    def close_connections(self) -> None:
        """End the idle connections too: what a client keeps alive must not outlive the server."""
        with self._open_lock:
            for connection in self._open:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002
        crash = sys.exception()
        if crash is not None and not isinstance(crash, ConnectionError | TimeoutError):
            self.graph.crashed(crash)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.keep(self.connection)

    def finish(self) -> None:
        self.server.forget(self.connection)
        super().finish()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        graph = self.server.graph
        authorization = self.headers.get("Authorization")
        request = read_request(self.command, self.path, body, authorization, graph.url)
        self._send(request, graph.reply(request))

    do_GET = do_POST = do_DELETE = _serve  # noqa: N815 - the names that http.server looks for

    def _send(self, request: Request, reply: Reply) -> None:
        """Send head and body in one piece: two small packets would wait for each other."""
        if reply.is_dropped:
            if reply.is_reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self.close_connection = True
            return
        headers = {
            "Date": format_datetime(self.server.graph.world.now, usegmt=True),
            "Content-Type": reply.content_type,
            "Content-Length": str(len(reply.body)),
            "facebook-api-version": request.version or "v26.0",
            "x-fb-trace-id": "ASimulatedTrace",
            **self.server.graph.usage,
            **reply.headers,
        }
        lines = [f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        head = "\r\n".join([*lines, "", ""]).encode("latin-1")
        if reply.cut_at is not None:
            self.close_connection = True
        self.wfile.write(head + reply.body[: reply.cut_at])

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing: the request line holds the token."""
