"""What is counted while the process runs, in Prometheus' format: no word of anybody in it."""

import time
from typing import TypeVar, cast

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from pipeline.fault_place import place_of

M = TypeVar("M", Counter, Histogram)
_SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_WARN_EVERY_SECONDS = 60.0


class Counts:
    """The counters of one process, in a registry of its own."""

    def __init__(self, log: structlog.typing.FilteringBoundLogger) -> None:
        """Start at nothing."""
        self.registry = CollectorRegistry()
        self._log = log
        self._children: dict[tuple[object, tuple[str, ...]], Counter | Histogram] = {}
        self._warned: dict[tuple[str, int], float] = {}
        self._pushes = Counter(
            "leadledger_pushes",
            "Requests of platforms, by source and the status of the answer.",
            ("source", "status"),
            registry=self.registry,
        )
        self._faults = Counter(
            "leadledger_faults",
            "Faults of the program, by route.",
            ("route",),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "leadledger_request_seconds",
            "How long answers took, by route.",
            ("route", "method"),
            registry=self.registry,
            buckets=_SECONDS,
        )

    def took(self, source_id: str) -> None:
        """Count a push that is on disk."""
        self._child(self._pushes, source_id, "200").inc()

    def refused(self, source_id: str, status: int) -> None:
        """Count a push that was refused, and say so in the log, once a minute at the most."""
        self._pushes.labels(source_id, str(status)).inc()
        at = time.monotonic()
        if at - self._warned.get((source_id, status), -_WARN_EVERY_SECONDS) >= _WARN_EVERY_SECONDS:
            self._warned[source_id, status] = at
            self._log.warning("push.refused", source=source_id, status=status)

    def answered(self, route: str, method: str, seconds: float) -> None:
        """Count an answer. `route` is the pattern of the address, never the address."""
        self._child(self._seconds, route, method).observe(seconds)

    def _child(self, metric: M, *labels: str) -> M:
        """Return the metric of some labels; to look one up anew costs as much as a signature."""
        found = self._children.get((metric, labels))
        if found is None:
            found = self._children[metric, labels] = metric.labels(*labels)
        return cast("M", found)

    def fault(self, fault: BaseException, route: str) -> None:
        """Count a fault of the program, and log where it was: not what it was working on."""
        self._faults.labels(route).inc()
        place = place_of(fault.__traceback__)
        self._log.error("web.fault", kind=type(fault).__name__, place=place, route=route)
