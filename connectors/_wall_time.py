"""Read times as files write them: with an offset, or by a clock on the wall of a known zone.

What could be two moments is never guessed: a day in two orders, a clock without a zone, an hour
that the zone left out. An hour that a zone has twice is read as its first run, which favours the
person: a permission is then older, and a later opt-out has the last word.
"""

import re
from datetime import UTC, datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from connectors._zones import IN_REPEATED_HOUR, Shown, on_the_wall
from connectors.base import Problem, ProblemCode

DateOrder = Literal["dmy", "mdy"]
"""Whether day or month comes first in 05/06/2026."""

WITHOUT_TIME_OF_DAY = "time_of_day_missing"


class WallTime(NamedTuple):
    """A moment (aware UTC), and what was odd about the way it was written."""

    instant: datetime
    remarks: tuple[str, ...] = ()


def wall_time_of(
    text: str, zone: ZoneInfo | None, date_order: DateOrder | None
) -> WallTime | Problem:
    """Return the moment that a text names, or why it names none.

    Read are ISO 8601 (`2026-05-12 10:30:00`, with `T`, `Z` or an offset), `12/05/2026 10:30`
    with `/`, `.` or `-`, `2026/05/12 10:30`, and `May 12, 2026, 10:30 AM` with English months. A
    day alone is its beginning (`time_of_day_missing`).

    Args:
        text: the cell.
        zone: whose clock it was, for times without an offset; None if nobody has said.
        date_order: which comes first where day and month are both numbers.
    """
    given = " ".join(text.split())
    found = _iso(given) or _written(given, date_order)
    if isinstance(found, Problem):
        return found
    wall, has_clock = found
    remarks = () if has_clock else (WITHOUT_TIME_OF_DAY,)
    try:
        if wall.tzinfo is not None:
            return WallTime(wall.astimezone(UTC), remarks)
        if zone is None:
            return _problem(
                "The time has no offset, so the moment is not known. Set time_zone to the zone of "
                "the account, for instance Europe/London."
            )
        return _by_clock(wall, zone, remarks, has_clock=has_clock)
    except OverflowError:
        return _UNREADABLE


def _problem(detail: str, code: ProblemCode = ProblemCode.TIME_UNREADABLE) -> Problem:
    return Problem(code, detail)


_UNREADABLE = _problem(
    "The time is in no form that is known, or no time of the calendar. Write it as "
    "2026-05-12 10:30:00, with an offset where there is one, and import the file again."
)
_AMBIGUOUS = _problem(
    "The date could be two days, or its year two years. Set date_order to dmy or mdy if the year "
    "has four digits; else write dates as 2026-05-12, and import the file again.",
    ProblemCode.TIME_AMBIGUOUS,
)
_OUT_OF_ORDER = _problem(
    "The date does not fit the date_order that is set, so one of the two is wrong. Correct the "
    "setting or the file, and import the file again."
)
_SKIPPED = _problem(
    "The time falls into the hour that the zone's clocks skipped that day, so it is of another "
    "zone. Correct time_zone and import the file again."
)


def _by_clock(
    wall: datetime, zone: ZoneInfo, remarks: tuple[str, ...], *, has_clock: bool
) -> WallTime | Problem:
    instant, shown = on_the_wall(wall, zone)
    # a day whose midnight is skipped begins at that very moment, an hour further on the clock
    if has_clock and shown is Shown.NEVER:
        return _SKIPPED
    is_remarkable = has_clock and shown is Shown.TWICE
    return WallTime(instant, (*remarks, IN_REPEATED_HOUR) if is_remarkable else remarks)


_Found = tuple[datetime, bool]
"""A time, aware or not, and whether it has a time of day."""

_LENGTH_OF_A_DAY = 10


def _iso(text: str) -> _Found | None:
    """Return an ISO time in its extended form; the standard reader takes more, and guesses."""
    if text[4:5] != "-" or text[7:8] != "-" or text[10:11] not in ("", "T", "t", " "):
        return None
    try:
        return datetime.fromisoformat(text), len(text) > _LENGTH_OF_A_DAY
    except ValueError:
        return None


_CLOCK = (
    r"(?:(?:,? +|T)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?)?"
    r"(?: ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?"
)
_SHAPES = tuple(
    re.compile(shape + _CLOCK, re.IGNORECASE | re.ASCII)
    for shape in (
        r"(?P<year>[0-9]{4})(?P<sign>[-/.])(?P<month>[0-9]{1,2})(?P=sign)(?P<day>[0-9]{1,2})",
        r"(?P<one>[0-9]{1,2})(?P<sign>[-/.])(?P<two>[0-9]{1,2})(?P=sign)(?P<year>[0-9]{4}|[0-9]{2})",
        r"(?P<name>[a-z]{3,9})\.? (?P<day>[0-9]{1,2}),? (?P<year>[0-9]{4})",
        r"(?P<day>[0-9]{1,2}) (?P<name>[a-z]{3,9})\.?,? (?P<year>[0-9]{4})",
    )
)
_MONTHS = "january february march april may june july august september october november december"
_MONTH_OF_NAME = {
    name: number
    for number, month in enumerate(_MONTHS.split(), start=1)
    for name in {month, month[:3], month[:4] if month == "september" else month}
}


def _written(text: str, date_order: DateOrder | None) -> _Found | Problem:
    match = next((found for shape in _SHAPES if (found := shape.fullmatch(text))), None)
    if match is None:
        return _UNREADABLE
    parts = match.groupdict()
    day = _day(parts, date_order)
    if isinstance(day, Problem):
        return day
    try:
        year, month, number = day
        hour = _hour(int(parts["hour"] or 0), (parts["half"] or "").lower())
        minute, second = int(parts["minute"] or 0), int(parts["second"] or 0)
        wall = datetime(year, month, number, hour, minute, second)  # noqa: DTZ001 - a wall's
        offset = (parts["offset"] or "").upper()
        if offset:
            offset = "+00:00" if offset in {"Z", "UTC", "GMT"} else offset
            wall = datetime.fromisoformat(f"{wall.isoformat()}{offset}")
    except ValueError:
        return _UNREADABLE
    return wall, parts["hour"] is not None


def _day(
    parts: dict[str, str | None], date_order: DateOrder | None
) -> tuple[int, int, int] | Problem:
    """Return year, month and day; the parts are those that the shape found."""
    year = parts["year"] or ""
    if len(year) != len("2026"):
        return _AMBIGUOUS
    if "name" in parts:
        month = _MONTH_OF_NAME.get((parts["name"] or "").lower())
        return (int(year), month, int(parts["day"] or 0)) if month else _UNREADABLE
    if "month" in parts:
        return int(year), int(parts["month"] or 0), int(parts["day"] or 0)
    one, two = int(parts["one"] or 0), int(parts["two"] or 0)
    months = range(1, 13)
    if date_order is not None:
        month, day = (one, two) if date_order == "mdy" else (two, one)
        return (int(year), month, day) if month in months else _OUT_OF_ORDER
    if one in months and two in months and one != two:
        return _AMBIGUOUS
    return (int(year), one, two) if one in months else (int(year), two, one)


def _hour(hour: int, half: str) -> int:
    """Return an hour of the day from one of twelve (`half` is "a" or "p") or of twenty-four."""
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError("no hour of a clock with twelve")
    return hour % 12 + (12 if half == "p" else 0)
