"""How near a call came to the platform's limits, and the pace that all threads keep.

Source: developers.facebook.com, docs/graph-api/overview/rate-limiting, v26.0. Calls made while
throttled make the block longer, so nobody asks while somebody waits.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import orjson

from connectors._meta_verdict import GraphError, Outcome, Verdict

NEAR_PERCENT = 85.0
Buckets = frozenset[str | None]
LEADS: Buckets = frozenset({"leadgen", "pages", "ads_management", None})
"""The buckets that reading leads draws from; that of another tool's audiences may be full."""
AUDIENCES: Buckets = frozenset({"custom_audience", "ads_management", None})
"""The buckets that changing audiences draws from."""
_FIRST_NEAR, _LONGEST_NEAR = 2.0, 60.0
_FIRST_REFUSED = 60.0


@dataclass(frozen=True, slots=True)
class Usage:
    """How full the fullest bucket is, in percent, and how long until one empties, 0 if unsaid.

    `wait_seconds` leaves out an ad account that is not nearly full: it names the end of its hour
    even when it is idle, where the others name a time only when they are throttled.
    """

    percent: float = 0.0
    regain_seconds: float = 0.0
    wait_seconds: float = 0.0


def usage(headers: Mapping[str, str], ours: Buckets = LEADS) -> Usage:
    """Read the three usage headers; one that is missing or odd says nothing."""
    buckets = list(_buckets(headers, ours))
    return Usage(
        percent=max(full for full, _, _ in buckets),
        regain_seconds=max(seconds for _, seconds, _ in buckets),
        wait_seconds=max(seconds for _, seconds, is_due in buckets if is_due),
    )


def _buckets(headers: Mapping[str, str], ours: Buckets) -> Iterator[tuple[float, float, bool]]:
    """Yield of each bucket: percent full, seconds until it is free, and whether to wait for it."""
    yield _fullest(_json(headers.get("X-App-Usage"))), 0.0, True
    account = _json(headers.get("X-Ad-Account-Usage"))
    full = _amount(account.get("acc_id_util_pct"))
    yield full, _amount(account.get("reset_time_duration")), full >= NEAR_PERCENT
    for entries in _json(headers.get("X-Business-Use-Case-Usage")).values():
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and entry.get("type") in ours:
                minutes = _amount(entry.get("estimated_time_to_regain_access"))
                yield _fullest(entry), minutes * 60, True


def _json(text: str | None) -> dict[str, object]:
    if not text:
        return {}
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _fullest(entry: Mapping[str, object]) -> float:
    return max(_amount(entry.get(name)) for name in ("call_count", "total_time", "total_cputime"))


def _amount(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return max(0.0, float(value))


class Throttle:
    """One pace for all threads of a pull.

    Whoever has to wait does so at the gate, and all others behind it, so that a limit that eight
    threads run into at once is waited for once. Needs no clock.
    """

    def __init__(self, longest: timedelta) -> None:
        """Keep the longest wait that a pull may spend on one throttle."""
        self._longest = longest.total_seconds()
        self._gate = threading.Lock()
        self._due = 0.0
        self._cause = Verdict(Outcome.OK, 200)
        self._round = 0
        self._near_in_a_row = 0
        self._refused_in_a_row = 0
        self._waited = 0.0

    def enter(self, pause: Callable[[float], None]) -> int:
        """Wait until a call may be made; return the ticket to report its answer with.

        Raises:
            GraphError: the wait would be longer than a pull may spend on it.
        """
        with self._gate:
            if self._due > self._longest:
                raise _too_long(self._cause, self._due)
            if self._due:
                due, self._due = self._due, 0.0
                self._round += 1
                pause(due)
            return self._round

    def heard(self, ticket: int, near: Usage, found: Verdict) -> None:
        """Take in an answer, and set how long the next call must wait.

        Raises:
            GraphError: the call was refused, and the wait would be longer than may be spent on it.
        """
        with self._gate:
            if ticket != self._round or self._due:
                return  # somebody has waited since this call was made, or is about to
            self._cause = found
            if found.outcome is Outcome.THROTTLED:
                self._due = near.wait_seconds or _FIRST_REFUSED * 2**self._refused_in_a_row
                self._refused_in_a_row += 1
                self._waited += self._due
                if self._waited > self._longest:
                    raise _too_long(found, self._due)
                return
            self._refused_in_a_row, self._waited = 0, 0.0
            if near.percent < NEAR_PERCENT:
                self._near_in_a_row = 0
                return
            # this answer was given, so nobody is stopped for want of a time to wait
            grown = min(_LONGEST_NEAR, _FIRST_NEAR * 2**self._near_in_a_row, self._longest)
            self._near_in_a_row = min(self._near_in_a_row + 1, 10)
            self._due = near.wait_seconds or grown


def _too_long(found: Verdict, wait: float) -> GraphError:
    stopped = replace(found, outcome=Outcome.THROTTLED, wait=timedelta(seconds=wait))
    return GraphError(stopped)
