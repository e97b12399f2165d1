"""A receiver that keeps what it was sent, and answers as a test wants."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

LARGEST = 1_000_000


@dataclass(frozen=True)
class Received:
    """One request, whole or not: `is_whole` says whether all of its body came."""

    path: str
    headers: dict[str, str]
    body: bytes
    is_whole: bool


@dataclass
class Receiver:
    """What came, in the order in which it came to its end. `status` says what to answer."""

    url: str
    status: Callable[[Received], int | None]
    received: list[Received] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    receiver: Receiver

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        came = Received(self.path, headers, body, len(body) == length)
        with self.receiver.lock:
            self.receiver.received.append(came)
            status = self.receiver.status(came)
        if status is None or not came.is_whole:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def receiving(status: Callable[[Received], int | None] = lambda _: 200) -> Iterator[Receiver]:
    """Receive on a free port of this machine; a status of None hangs up without an answer."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Handler.receiver = Receiver(f"http://127.0.0.1:{server.server_port}/in/main", status)
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield Handler.receiver
        finally:
            server.shutdown()
            thread.join()
