"""When a restriction may be lifted, what it keeps, and what follows when records are joined."""

from datetime import date, datetime, timedelta

import pytest

from policy.errors import UsageError
from policy.facts import Restriction
from policy.restriction import (
    ASKED_FOR,
    RestrictionGround,
    carried_over,
    ground_of,
    keeps_data,
    stands,
    told_before_lifting,
)
from tests.build import NOW

DAY = timedelta(days=1)
G = RestrictionGround


def test_the_law_has_four_grounds_and_one_is_ours_to_find() -> None:
    """RST-1."""
    assert len(ASKED_FOR) == 4
    assert {ground_of(f" {each} ") for each in ASKED_FOR} == set(ASKED_FOR)
    for wrong in ("correction_lost", "because", ""):
        with pytest.raises(UsageError, match="no such ground"):
            ground_of(wrong)


def test_the_person_is_told_before_it_is_lifted() -> None:
    """RST-2."""
    with pytest.raises(UsageError, match="must be told before"):
        told_before_lifting(NOW, None, NOW + DAY)
    for wrong in (date(2026, 11, 21), date(2026, 11, 24)):
        with pytest.raises(UsageError, match="still to come"):
            told_before_lifting(NOW, wrong, NOW + DAY)
    assert told_before_lifting(NOW, date(2026, 11, 22), NOW) == NOW
    assert told_before_lifting(NOW, date(2026, 11, 23), NOW + DAY) == datetime.fromisoformat(
        "2026-11-23T00:00:00+00:00"
    )


def test_a_day_is_one_in_london() -> None:
    since = datetime.fromisoformat("2026-06-01T23:30:00+00:00")  # 2 June there
    told = told_before_lifting(since, date(2026, 6, 2), since)
    assert told == since
    with pytest.raises(UsageError, match="still to come"):
        told_before_lifting(since, date(2026, 6, 1), since)


@pytest.mark.parametrize("ground", RestrictionGround)
def test_only_what_is_needed_for_claims_is_kept_beyond_its_day(ground: RestrictionGround) -> None:
    """RST-3."""
    assert keeps_data(ground) is (ground is G.CLAIMS)


def test_whoever_takes_records_over_takes_their_restrictions_on() -> None:
    """RST-4."""
    on, over = Restriction(NOW), Restriction(NOW, NOW + DAY, NOW + DAY)
    untold = Restriction(NOW, NOW + DAY)
    assert [stands(each) for each in (on, untold, over)] == [True, True, False]
    joined = [(G.UNLAWFUL, on), (G.CLAIMS, untold), (G.UNLAWFUL, over)]
    assert carried_over([], joined) == joined[:2]
    assert carried_over([(G.UNLAWFUL, on)], joined) == [(G.CLAIMS, untold)]
    assert carried_over([(G.CLAIMS, on)], [(G.UNLAWFUL, on)]) == [(G.UNLAWFUL, on)]
