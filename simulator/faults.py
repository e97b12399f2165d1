"""Faults on demand: scripted ones, and a seeded drizzle of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from threading import Lock

from simulator.fault_kinds import (
    ON_ANY_PATH,
    ON_AUDIENCES,
    RECOVERABLE,
    STANDING,
    FaultKind,
    Options,
    applies,
)
from simulator.wire import Request

__all__ = ["RECOVERABLE", "Fault", "FaultKind", "Faults"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault that befalls one request."""

    kind: FaultKind
    options: Options


@dataclass(slots=True)
class _Scripted:
    fault: Fault
    path: tuple[str, ...]
    skip: int
    left: int | None  # None: without end


@dataclass(slots=True)
class _Drizzle:
    rng: Random
    rate: float
    kinds: Sequence[FaultKind]
    path: tuple[str, ...]
    most_in_a_row: int
    in_a_row: int = 0


class Faults:
    """What goes wrong, and when. Safe to use while requests come in on many threads.

    `fired` lists, in order, the kind and the path of every fault that befell a request; one that
    found nothing to spoil (a page without `next`, say) has not, and does not count.
    """

    def __init__(self) -> None:
        self.fired: list[tuple[FaultKind, str]] = []
        self._lock = Lock()
        self._scripted: list[_Scripted] = []
        self._drizzle: _Drizzle | None = None

    @classmethod
    def random(
        cls,
        seed: int,
        rate: float,
        kinds: Sequence[str] = RECOVERABLE,
        *,
        path: str = "",
        most_in_a_row: int = 2,
    ) -> "Faults":
        """Return faults that befall a share `rate` of the requests to `path`, by a seed.

        Never more than `most_in_a_row` follow each other, so that a client that tries once more
        than that always gets through. The same requests in the same order meet the same faults.
        """
        faults = cls()
        known = [FaultKind(kind) for kind in kinds]
        faults._drizzle = _Drizzle(Random(seed), rate, known, _parts(path), most_in_a_row)
        return faults

    def once(
        self,
        kind: str,
        path: str | None = None,
        *,
        after: int = 0,
        times: int | None = None,
        **options: float | str,
    ) -> None:
        """Let a fault befall a request to `path`, after `after` such requests went well.

        `path` is a run of whole path segments (`leads`, `123/leads`), "" for every path; without it
        the fault befalls the leads of a form, or whatever it is about. `times` says how often;
        without it an event (a dropped connection) happens once, and a property of the platform
        (`too_much_data` above a limit) stays. Options: see `FaultKind`.

        Raises:
            ValueError: there is no such kind.
        """
        known = FaultKind(kind)
        left = times if times is not None else (None if known in STANDING else 1)
        self._script(Fault(known, options), path, after, left)

    def always(self, kind: str, path: str | None = None, **options: float | str) -> None:
        """Let a fault befall every request to `path`, until `clear`. Else as `once`."""
        self._script(Fault(FaultKind(kind), options), path, 0, None)

    def _script(self, fault: Fault, path: str | None, after: int, left: int | None) -> None:
        if path is None:
            path = "" if fault.kind in ON_ANY_PATH else "leads"
            path = "usersofanyaudience" if fault.kind in ON_AUDIENCES else path
        with self._lock:
            self._scripted.append(_Scripted(fault, _parts(path), after, left))

    def clear(self) -> None:
        """Let everything go well from now on; `fired` stays."""
        with self._lock:
            self._scripted.clear()
            self._drizzle = None

    def befalling(self, request: Request) -> list[Fault]:
        """Return the faults that befall a request, and count them as happened.

        Raises:
            GraphError: the request itself is faulty.
        """
        with self._lock:
            faults = [one.fault for one in self._scripted if self._is_due(one, request)]
            if self._drizzle is not None and _matches(self._drizzle.path, request):
                faults += _drop(self._drizzle, request)
            self.fired += [(fault.kind, request.path) for fault in faults]
            return faults

    def missed(self, fault: Fault, request: Request) -> None:
        """Take back a fault that found nothing to spoil: it waits for a request where it does."""
        with self._lock:
            self.fired.remove((fault.kind, request.path))
            for one in self._scripted:
                if one.fault is fault and one.left is not None:
                    one.left += 1

    @staticmethod
    def _is_due(one: _Scripted, request: Request) -> bool:
        if one.left == 0 or not _matches(one.path, request):
            return False
        if not applies(one.fault.kind, request, one.fault.options):
            return False
        if one.skip:
            one.skip -= 1
            return False
        if one.left is not None:
            one.left -= 1
        return True


def _drop(drizzle: _Drizzle, request: Request) -> list[Fault]:
    is_falling = drizzle.rng.random() < drizzle.rate
    kind = drizzle.rng.choice(drizzle.kinds)
    if (
        not is_falling
        or drizzle.in_a_row >= drizzle.most_in_a_row
        or not applies(kind, request, {})
    ):
        drizzle.in_a_row = 0
        return []
    drizzle.in_a_row += 1
    return [Fault(kind, {})]


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in path.split("/") if part)


def _matches(parts: tuple[str, ...], request: Request) -> bool:
    """Say whether the parts stand in the path as a run of whole segments."""
    segments, length = request.segments, len(parts)
    return any(segments[i : i + length] == parts for i in range(len(segments) - length + 1))
