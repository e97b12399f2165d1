"""A light load: many kept-alive connections, one request at a time on each, no HTTP library.

Runs in a process of its own, so that its work is not the server's. A request that was not taken is
sent again, on a new connection where the old one broke, as platforms do.
"""

import asyncio
import math
import time
from array import array
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import uvloop

from simulator.pushes import Wire

_AGAIN_SECONDS = 0.05
_HEAD_END = b"\r\n\r\n"
_LENGTH = b"content-length:"

Numbered = tuple[int, bytes]


@dataclass(slots=True)
class Answers:
    """What came of a load: the numbers that were taken, and how long each of those waited (s).

    `others` counts the answers that were not 2xx, by status; `unanswered` the requests without any.
    """

    taken: list[int] = field(default_factory=list)
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    others: Counter[int] = field(default_factory=Counter)
    unanswered: int = 0
    wall: float = 0.0

    @property
    def rate(self) -> float:
        """Return how many were taken in a second."""
        return len(self.taken) / self.wall

    def milliseconds(self, share: float) -> float:
        """Return how long that share of the requests waited at the most, such as 0.99."""
        waits = sorted(self.seconds)
        return waits[math.ceil(share * len(waits)) - 1] * 1000 if waits else math.nan


def raw(path: str, port: int, wire: Wire) -> bytes:
    """Return a request as it goes over the wire."""
    own = {"Host": f"127.0.0.1:{port}", "Content-Length": str(len(wire.body)), **wire.headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in own.items())]
    return "\r\n".join([*lines, "", ""]).encode() + wire.body


def load(
    port: int,
    requests: Iterator[Numbered],
    connections: int,
    *,
    pause: float = 0.0,
    patience: float = 600.0,
) -> Answers:
    """Send requests until there are no more; each line waits `pause` seconds between its own.

    Raises:
        TimeoutError: after `patience` seconds: one that takes nothing is not waited for.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_loaded(port, requests, connections, pause, patience))


async def _loaded(
    port: int, requests: Iterator[Numbered], connections: int, pause: float, patience: float
) -> Answers:
    answers = Answers()
    lines = [_Line(port, requests, answers, pause) for _ in range(connections)]
    began = time.perf_counter()
    async with asyncio.timeout(patience):
        await asyncio.gather(*(line.run() for line in lines))
    answers.wall = time.perf_counter() - began
    return answers


class _Line(asyncio.Protocol):
    """One connection after the other, with one request at a time."""

    def __init__(
        self, port: int, requests: Iterator[Numbered], answers: Answers, pause: float
    ) -> None:
        self._port = port
        self._requests = requests
        self._answers = answers
        self._pause = pause
        self._current = next(requests, None)
        self._is_sent = False
        self._sent_at = 0.0
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._is_broken = asyncio.Event()

    async def run(self) -> None:
        """Send until there is nothing more."""
        loop = asyncio.get_running_loop()
        while self._current is not None:
            self._is_broken.clear()
            try:
                await loop.create_connection(lambda: self, "127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(_AGAIN_SECONDS)
                continue
            await self._is_broken.wait()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, with what the last connection could not bring over."""
        self._transport, self._buffer = cast("asyncio.Transport", transport), b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's name
        """Note a request that had no answer."""
        self._answers.unanswered += self._is_sent
        self._transport, self._is_sent = None, False
        self._is_broken.set()

    def data_received(self, data: bytes) -> None:
        """Take an answer in once all of it is there."""
        self._buffer += data
        head, found, body = self._buffer.partition(_HEAD_END)
        if not found or len(body) < _length_of(head):
            return
        self._buffer = b""
        pause = self._pause if self._is_taken(int(head[9:12])) else _AGAIN_SECONDS
        if pause:
            asyncio.get_running_loop().call_later(pause, self._send)
        else:
            self._send()

    def _is_taken(self, status: int) -> bool:
        """Note an answer; if it is 2xx, the next request is what is sent now."""
        self._is_sent = False
        if not 200 <= status < 300 or self._current is None:
            self._answers.others[status] += 1
            return False
        self._answers.seconds.append(time.perf_counter() - self._sent_at)
        self._answers.taken.append(self._current[0])
        self._current = next(self._requests, None)
        return True

    def _send(self) -> None:
        if self._transport is None:
            return  # it broke during the pause: the next connection sends
        if self._current is None:
            self._transport.close()
            return
        self._is_sent, self._sent_at = True, time.perf_counter()
        self._transport.write(self._current[1])


def _length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(_LENGTH):
            return int(line[len(_LENGTH) :])
    return 0
