"""A source that goes quiet is noticed, and one that rests as usual is not."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from policy.silence import FEWEST_ARRIVALS, LOOKED_BACK, SHORTEST_SILENCE, is_suspicious

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
GAPS = st.lists(st.integers(1, 3_000), min_size=FEWEST_ARRIVALS, max_size=60)


def arrivals(gaps: list[int], last: datetime) -> list[datetime]:
    """Return times with these gaps (minutes) between them, the last one given."""
    found = [last]
    for gap in gaps:
        found.append(found[-1] - timedelta(minutes=gap))
    return sorted(found)


def office(now: datetime) -> list[datetime]:
    """Return an hourly mail of every working day."""
    hours = (now - LOOKED_BACK + HOUR * n for n in range(24 * 56))
    return [at for at in hours if at.weekday() < 5 and 9 <= at.hour < 17]


def test_a_weekend_is_no_alarm_and_a_week_without_mail_is_one() -> None:
    monday = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert not is_suspicious(office(monday), monday)
    assert is_suspicious(office(monday), monday + 5 * DAY)


def test_a_source_that_brings_little_is_never_called_silent() -> None:
    few = [NOW - 50 * DAY + HOUR * n for n in range(FEWEST_ARRIVALS - 1)]
    assert not is_suspicious(few, NOW)
    assert not is_suspicious([], NOW)


def test_an_hour_is_never_a_silence() -> None:
    busy = [NOW - DAY + timedelta(minutes=n) for n in range(200)]
    assert not is_suspicious(busy, busy[-1] + 2 * HOUR)
    assert is_suspicious(busy, busy[-1] + 2 * DAY)


@given(GAPS, st.integers(0, 200_000))
def test_it_is_suspicious_only_beyond_twice_its_longest_pause(gaps: list[int], silent: int) -> None:
    known = [at for at in arrivals(gaps, NOW) if at >= NOW - LOOKED_BACK]
    silence = timedelta(minutes=silent)
    if is_suspicious(known, NOW + silence):
        assert silence > SHORTEST_SILENCE
        assert silence > 2 * timedelta(minutes=min(gaps))


@given(GAPS, st.integers(0, 40_000), st.integers(0, 4_000))
def test_a_longer_silence_is_never_less_suspicious_while_the_past_is_known(
    gaps: list[int], silent: int, more: int
) -> None:
    known = arrivals([min(gap, 60) for gap in gaps], NOW)
    first, second = timedelta(minutes=silent), timedelta(minutes=silent + more)
    if second < 50 * DAY and is_suspicious(known, NOW + first):
        assert is_suspicious(known, NOW + second)
