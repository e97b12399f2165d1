"""Send pushes over real sockets, several at a time, again and again as their platform does."""

import http.client
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from threading import Event
from urllib.parse import urlsplit

from simulator.push_plan import Planned
from simulator.pushes import Manner, Platform, Wire

OLD = timedelta(days=1)
HUGE_BYTES = 3_000_000
"""How large a huge body is: larger than receivers that mind their memory take."""
_PATIENCE_SECONDS = 60.0
_PIECES = 8


@dataclass(frozen=True, slots=True)
class Habits:
    """How a platform sends: over how many connections, how often, after which pauses.

    The first pause follows the first failure; each later one is twice as long. A slow body takes
    `trickle` seconds.
    """

    connections: int = 8
    tries: int = 5
    pause: float = 0.2
    trickle: float = 2.0


@dataclass(frozen=True, slots=True)
class Sent:
    """What was answered to a request, try after try: a status, or None where nothing was."""

    planned: Planned
    answers: tuple[int | None, ...]

    @property
    def is_taken(self) -> bool:
        """Say whether the last answer was 2xx."""
        last = self.answers[-1] if self.answers else None
        return last is not None and 200 <= last < 300


def send(
    requests: Sequence[Planned],
    platform: Platform,
    url: str,
    now: Callable[[], datetime],
    *,
    habits: Habits = Habits(),
    stop: Event | None = None,
) -> list[Sent]:
    """Make the requests, at most `habits.tries` times each; return what was answered, in order.

    Once `stop` is set nothing further is sent; what was not sent has no answers.
    """
    waiting: SimpleQueue[tuple[int, Planned]] = SimpleQueue()
    for item in enumerate(requests):
        waiting.put(item)
    sender = _Sender(platform, url, now, habits, stop or Event())
    count = min(habits.connections, max(len(requests), 1))
    with ThreadPoolExecutor(count) as pool:
        working = [pool.submit(sender.work, waiting) for _ in range(count)]
        done = dict(item for worker in working for item in worker.result())
    return [Sent(planned, done.get(place, ())) for place, planned in enumerate(requests)]


class _Sender:
    """What all threads of a sending share."""

    def __init__(
        self,
        platform: Platform,
        url: str,
        now: Callable[[], datetime],
        habits: Habits,
        stop: Event,
    ) -> None:
        self._platform = platform
        self._url = url
        self._now = now
        self._habits = habits
        self._stop = stop

    def work(
        self, waiting: "SimpleQueue[tuple[int, Planned]]"
    ) -> list[tuple[int, tuple[int | None, ...]]]:
        """Send what waits until nothing does, over one connection."""
        line = _Line(self._url, self._habits.trickle)
        done = []
        while not self._stop.is_set():
            try:
                place, planned = waiting.get_nowait()
            except Empty:
                break
            if planned.wait and self._stop.wait(planned.wait):
                break
            done.append((place, self._tried(line, planned)))
        line.close()
        return done

    def _tried(self, line: "_Line", planned: Planned) -> tuple[int | None, ...]:
        answers: list[int | None] = []
        manner, pause = planned.manner, self._habits.pause
        while True:
            answers.append(line.post(self._wire(planned, manner), manner))
            is_over = not self._platform.sends_again(answers[-1])
            if is_over or len(answers) >= self._habits.tries or not manner.is_the_platforms:
                return tuple(answers)
            if self._stop.wait(pause):
                return tuple(answers)
            manner, pause = Manner.GENUINE, pause * 2

    def _wire(self, planned: Planned, manner: Manner) -> Wire:
        body, at = planned.push.body, self._now()
        if manner is Manner.FORGED:
            return self._platform.forged(body, at)
        if manner is Manner.OUTDATED:
            return self._platform.wire(body, at - OLD)
        if manner is Manner.HUGE:
            # blanks change neither JSON nor a form's last value by much, and are signed as well
            return self._platform.wire(body.ljust(HUGE_BYTES), at)
        return self._platform.wire(body, at)


class _Line:
    """One connection that is kept alive, and made anew where it broke."""

    def __init__(self, url: str, trickle: float) -> None:
        parts = urlsplit(url)
        is_safe = parts.scheme == "https"
        self._new = http.client.HTTPSConnection if is_safe else http.client.HTTPConnection
        self._host = parts.hostname or ""
        self._port = parts.port
        self._path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self._trickle = trickle
        self._connection = self._opened()

    def _opened(self) -> http.client.HTTPConnection:
        return self._new(self._host, self._port, timeout=_PATIENCE_SECONDS)

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def post(self, wire: Wire, manner: Manner) -> int | None:
        """Return the status of the answer, None if none came."""
        try:
            self._write(wire, manner)
            answer = self._connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            self._connection.close()
            return None
        if manner is not Manner.GENUINE:
            self._connection.close()  # what else was on its way must not be taken for a request
        return answer.status

    def _write(self, wire: Wire, manner: Manner) -> None:
        """Write a request; http.client opens the connection again where it was closed."""
        self._connection.putrequest("POST", self._path)
        for name, value in {**wire.headers, "Content-Length": str(len(wire.body))}.items():
            self._connection.putheader(name, value)
        if manner is Manner.SLOW:
            self._connection.endheaders()
            self._write_slowly(wire.body)
        elif manner is Manner.TRUNCATED:
            self._connection.endheaders(wire.body[: len(wire.body) // 2])
            self._connection.sock.shutdown(socket.SHUT_WR)
        else:
            self._connection.endheaders(wire.body)

    def _write_slowly(self, body: bytes) -> None:
        size = -(-len(body) // _PIECES) or 1
        for start in range(0, len(body), size):
            time.sleep(self._trickle / _PIECES)
            self._connection.send(body[start : start + size])
