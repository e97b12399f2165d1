"""Read a time as a file writes it: one moment, or none. What could be two days is never guessed."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors._zones import IN_REPEATED_HOUR, Shown, on_the_wall
from connectors.base import ProblemCode

ISO = "iso"
IS_A_DAY = "time_is_a_day"
AHEAD = timedelta(minutes=10)
"""By how much the clock of another machine may be ahead of ours."""

_PROBE = datetime(2031, 5, 17, 19, 43, 21, tzinfo=UTC)
_ISO_SHAPE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].+)?")
_DAY_SHAPE = re.compile(r"([0-9]{1,2})[./\- ]([0-9]{1,2})[./\- ]([0-9]{4}|[0-9]{2})(?![0-9]).*")
_MOST_DAYS_OF_MONTHS = 12


class Moment(NamedTuple):
    """An instant (aware UTC), and what was odd about how it was written."""

    at: datetime
    remarks: tuple[str, ...] = ()


class NoMoment(NamedTuple):
    """Why a text names no moment, as a sentence without the text itself."""

    code: ProblemCode
    detail: str


class _Read(NamedTuple):
    """A time as written, and whether only the day was."""

    time: datetime
    is_a_day: bool


def mistake_in(pattern: str) -> str | None:
    """Say what is wrong with a date format, None if it can be used."""
    try:
        written = _PROBE.strftime(pattern)
        read = datetime.strptime(written, pattern)  # noqa: DTZ007 - looked at, not kept
    except ValueError:
        return "is no format of a date"
    if read.date() != _PROBE.date():
        return "does not name day, month and year"
    if read.hour not in {0, _PROBE.hour}:
        return "names an hour of twelve without %p"
    if re.match(r"%Y-%d", pattern):
        return "puts the day behind the year, which cannot be told from an ISO date"
    return None


def needs_a_zone(pattern: str) -> bool:
    """Say whether times in a format have no offset of their own."""
    return pattern == ISO or "%z" not in pattern


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins in a zone, as aware UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


class Clock:
    """Reads the times of one source, by its formats and its zone."""

    def __init__(self, formats: Sequence[str], zone: ZoneInfo | None) -> None:
        """Take formats as `strptime` knows them, or "iso"."""
        self._patterns = [(each, _has_an_hour(each)) for each in formats if each != ISO]
        self._zone = zone

    def moment(self, text: str, received_at: datetime) -> Moment | NoMoment:
        """Return the instant that a text names. Pure.

        A time without an offset is wall time in the source's zone. One that the zone skips names no
        moment; one that it has twice is the earlier instant, so that nothing is kept for longer; a
        day alone is its beginning. A time ahead of its arrival is wrong, and would outlast an
        opt-out that is made in between.
        """
        found = list(dict.fromkeys(self._readings(text)))
        if len(found) > 1:
            return _ambiguous()
        if not found:
            return _ambiguous() if _could_be_two_days(text) else _unreadable()
        try:
            moment = self._instant(found[0])
        except OverflowError:
            return _unreadable()
        if isinstance(moment, Moment) and moment.at > received_at + AHEAD:
            detail = (
                "The time lies ahead of the moment at which it was imported. Check date_format "
                "and time_zone of the source, or mend the row."
            )
            return NoMoment(ProblemCode.TIME_UNREADABLE, detail)
        return moment

    def _readings(self, text: str) -> Iterator[_Read]:
        if _ISO_SHAPE.fullmatch(text):
            try:
                yield _Read(datetime.fromisoformat(text), len(text) == len("2026-05-17"))
            except ValueError:
                pass
            else:
                return
        for pattern, has_hour in self._patterns:
            try:
                yield _Read(datetime.strptime(text, pattern), not has_hour)  # noqa: DTZ007 - the zone follows
            except ValueError:
                continue

    def _instant(self, read: _Read) -> Moment | NoMoment:
        if read.time.tzinfo is not None:
            return Moment(read.time.astimezone(UTC))
        if self._zone is None:
            detail = (
                "The time has no offset such as +01:00, so whose clock it was is not known. Set "
                "time_zone of the source."
            )
            return NoMoment(ProblemCode.TIME_UNREADABLE, detail)
        if read.is_a_day:
            return Moment(start_of(read.time.date(), self._zone), (IS_A_DAY,))
        instant, shown = on_the_wall(read.time, self._zone)
        if shown is Shown.NEVER:
            detail = (
                "The time never was: clocks were put forward over it. Check time_zone of the "
                "source, or mend the row."
            )
            return NoMoment(ProblemCode.TIME_UNREADABLE, detail)
        return Moment(instant, (IN_REPEATED_HOUR,) if shown is Shown.TWICE else ())


def _has_an_hour(pattern: str) -> bool:
    read = datetime.strptime(_PROBE.strftime(pattern), pattern)  # noqa: DTZ007 - looked at, not kept
    return bool(read.hour)


def _could_be_two_days(text: str) -> bool:
    shape = _DAY_SHAPE.fullmatch(text)
    if shape is None:
        return False
    first, second = int(shape[1]), int(shape[2])
    is_short = len(shape[3]) < len("2026")
    return max(first, second) <= _MOST_DAYS_OF_MONTHS and (first != second or is_short)


def _ambiguous() -> NoMoment:
    detail = (
        "The date could be two days, since it may put the day first or the month. Set date_format "
        "of the source to the one that the file has."
    )
    return NoMoment(ProblemCode.TIME_AMBIGUOUS, detail)


def _unreadable() -> NoMoment:
    detail = (
        "The time is in none of the formats that the source names. Set date_format of the source, "
        "or mend the row."
    )
    return NoMoment(ProblemCode.TIME_UNREADABLE, detail)
