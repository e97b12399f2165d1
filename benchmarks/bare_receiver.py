"""The least that a receiver must do: check the signature, write, answer once it is on disk.

`python -m benchmarks.bare_receiver PORT FILE` reads the secret from APP_SECRET. Requests that wait
at the same moment share a commit, by one thread that writes; SQLite, as our own store sets it.
"""

import asyncio
import hmac
import os
import sqlite3
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from queue import Empty, SimpleQueue

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.store import SQLITE_PRAGMAS

PATH = "/in/meta-main"
TABLE = "CREATE TABLE inbox (id INTEGER PRIMARY KEY, received_at REAL, payload BLOB)"

_Waiting = tuple[float, bytes, "asyncio.Future[None]"]


class Writer(threading.Thread):
    """The one thread that writes."""

    def __init__(self, file: Path) -> None:
        """Prepare; `start` begins, and None in the queue ends."""
        super().__init__(daemon=True)
        self.queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._file = file
        self._loop = asyncio.get_running_loop()

    def run(self) -> None:
        """Write what waits, all of it in one transaction."""
        store = sqlite3.connect(self._file, isolation_level=None)
        for pragma in SQLITE_PRAGMAS:
            store.execute(f"PRAGMA {pragma}")
        store.execute(TABLE)
        is_over = False
        while not is_over:
            batch, is_over = self._gathered()
            store.execute("BEGIN IMMEDIATE")
            store.executemany(
                "INSERT INTO inbox (received_at, payload) VALUES (?, ?)",
                [(at, body) for at, body, _ in batch],
            )
            store.execute("COMMIT")
            self._loop.call_soon_threadsafe(_resolve, [durable for *_, durable in batch])
        store.close()

    def _gathered(self) -> tuple[list[_Waiting], bool]:
        batch: list[_Waiting] = []
        item = self.queue.get()
        while item is not None:
            batch.append(item)
            try:
                item = self.queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True


def _resolve(waiting: Sequence["asyncio.Future[None]"]) -> None:
    for durable in waiting:
        if not durable.done():
            durable.set_result(None)


def create_app(file: Path, secret: bytes) -> Starlette:
    """Return the application."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        app.state.writer = Writer(file)
        app.state.writer.start()
        yield
        app.state.writer.queue.put(None)
        await asyncio.to_thread(app.state.writer.join)

    async def take(request: Request) -> Response:
        body = await request.body()
        expected = f"sha256={hmac.digest(secret, body, 'sha256').hex()}"
        if not hmac.compare_digest(expected, request.headers.get("x-hub-signature-256", "")):
            return Response(b"{}", 401, media_type="application/json")
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        request.app.state.writer.queue.put((time.monotonic(), body, durable))
        await durable
        return Response(b"{}", media_type="application/json")

    async def healthy(_: Request) -> Response:
        return Response(b"ok", media_type="text/plain")

    routes = [Route(PATH, take, methods=["POST"]), Route("/healthz", healthy)]
    return Starlette(routes=routes, lifespan=lifespan)


def main() -> None:
    """Listen until told to end."""
    import uvicorn

    port, file = int(sys.argv[1]), Path(sys.argv[2])
    app = create_app(file, os.environ["APP_SECRET"].encode())
    uvicorn.run(
        app, port=port, http="httptools", loop="uvloop", access_log=False, log_level="warning"
    )


if __name__ == "__main__":
    main()
