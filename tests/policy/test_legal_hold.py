"""An order to keep data because of a dispute: what it must name, and when it is looked at again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from policy.errors import UsageError
from policy.legal_hold import HoldOrder
from policy.periods import Period

SECOND = timedelta(seconds=1)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


START, REVIEW = instant("2026-03-02T09:30Z"), instant("2026-07-14T23:30Z")
ORDER = HoldOrder(
    matter="Claim 2026/17",
    scope="leads of the spring campaign",
    approver="dana",
    started_at=START,
    review_at=REVIEW,
)


@pytest.mark.parametrize("name", ["matter", "scope", "approver"])
@pytest.mark.parametrize("text", ["", "  \t"])
def test_a_hold_names_its_matter_its_scope_and_who_approved_it(name: str, text: str) -> None:
    """Rule: RET-15."""
    kept = {"matter": "m", "scope": "s", "approver": "a", name: text}
    with pytest.raises(UsageError, match=rf"^A legal hold names no {name}\. Cure: name it\.$"):
        HoldOrder(
            matter=kept["matter"],
            scope=kept["scope"],
            approver=kept["approver"],
            started_at=START,
            review_at=REVIEW,
        )


def test_a_hold_is_reviewed_after_it_starts() -> None:
    """Rule: RET-15."""
    assert replace(ORDER, review_at=START + SECOND).review_at == START + SECOND
    with pytest.raises(UsageError, match=r"reviewed before it starts\. Cure: name a later day"):
        replace(ORDER, review_at=START)


def test_a_hold_is_not_released_before_it_starts() -> None:
    """Rule: RET-15."""
    assert replace(ORDER, released_at=START).period == Period(START, START)
    with pytest.raises(UsageError, match=r"released before it starts\. Cure: mend the times"):
        replace(ORDER, released_at=START - SECOND)


@pytest.mark.parametrize(
    ("name", "told"), [("started_at", "start"), ("review_at", "review"), ("released_at", "release")]
)
def test_a_hold_without_a_time_zone_is_refused(name: str, told: str) -> None:
    """Rule: RET-15."""
    times = {"started_at": START, "review_at": REVIEW, "released_at": REVIEW}
    times[name] = datetime(2026, 8, 1)  # noqa: DTZ001 - that is what is refused
    with pytest.raises(UsageError, match=f"^The {told} of a legal hold is 2026-08-01"):
        HoldOrder(matter="m", scope="s", approver="a", **times)


def test_a_hold_blocks_until_its_release_however_long_its_review_is_due() -> None:
    """Rule: RET-15."""
    assert ORDER.period == Period(START)
    assert ORDER.period.covers(instant("2099-01-01T00:00Z"))
    released = replace(ORDER, released_at=REVIEW)
    assert released.period == Period(START, REVIEW)


def test_a_review_is_due_from_its_day_in_london_on_until_the_release() -> None:
    """Rule: RET-15."""
    day = instant("2026-07-14T23:00Z")
    assert not ORDER.is_review_due(day - SECOND)
    assert ORDER.is_review_due(day)
    released = replace(ORDER, released_at=day + SECOND)
    assert released.is_review_due(day)
    assert not released.is_review_due(day + SECOND)


@pytest.mark.parametrize("code", [0xD800, 0xDCFF, 0xDFFF])
def test_bytes_that_are_no_text_name_nothing(code: int) -> None:
    with pytest.raises(UsageError, match=r"^The matter of a legal hold cannot be read\. Cure: "):
        replace(ORDER, matter=f"Claim {chr(code)}")
    assert replace(ORDER, matter="Claim \ud7ff\ue000").matter
