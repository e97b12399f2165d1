"""Keys are UUIDs of version 7: they sort by time, by order, and never meet."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.keys import new_keys
from tests.build import NOW

MOMENTS = st.datetimes(datetime(1970, 1, 2), datetime(2500, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.integers(0, 300), MOMENTS)
def test_keys_are_version_7_variant_10_with_their_milliseconds_first(
    count: int, moment: datetime
) -> None:
    keys = new_keys(count, moment)
    assert len(keys) == count
    assert {key.version for key in keys} <= {7}
    assert all(key.variant == "specified in RFC 4122" for key in keys)
    assert {key.int >> 80 for key in keys} <= {int(moment.timestamp() * 1000)}


@given(st.integers(2, 300), MOMENTS)
def test_keys_of_one_call_are_in_order_and_each_is_another(count: int, moment: datetime) -> None:
    keys = new_keys(count, moment)
    assert all(earlier < later for earlier, later in pairwise(keys))
    assert all(earlier.bytes < later.bytes for earlier, later in pairwise(keys))


def test_keys_of_a_later_moment_sort_after_those_of_an_earlier_one() -> None:
    earlier = new_keys(100, NOW)
    later = new_keys(100, NOW + timedelta(milliseconds=1))
    assert max(earlier) < min(later)


def test_keys_of_the_same_millisecond_do_not_meet() -> None:
    drawn = [key for _ in range(200) for key in new_keys(50, NOW)]
    assert len(set(drawn)) == len(drawn)


def test_a_count_that_runs_over_the_lower_part_keeps_version_and_order() -> None:
    keys = new_keys(100_000, NOW)
    assert keys == sorted(keys)
    assert len(set(keys)) == 100_000
    assert {key.version for key in keys} == {7}
