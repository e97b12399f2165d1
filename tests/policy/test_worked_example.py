"""What docs/rules.md tells of a lead of 29 February 2024 is what happens to it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policy.periods import Period
from policy.permission import decide
from policy.retention import Action, expires_at, plan
from policy.retention_ends import RetentionFacts
from policy.retention_rules import DataClass
from policy.vocabulary import Purpose, ReasonCode
from tests.policy.facts import facts, given, lead, use

SUBMITTED_AT = datetime(2024, 2, 29, 17, 45, tzinfo=UTC)
END = datetime(2026, 2, 28, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)
LEAD = lead(submitted_at=SUBMITTED_AT, expires_at=END)
HELD = Period(datetime(2026, 1, 5, tzinfo=UTC))
PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")


def reasons(
    at: datetime, holds: tuple[Period, ...] = (), access_requests: tuple[Period, ...] = ()
) -> tuple[ReasonCode, ...]:
    known = facts(
        given(SUBMITTED_AT, valid_until=None),
        leads=(LEAD,),
        holds=holds,
        access_requests=access_requests,
    )
    return decide(use(at=at), known).reasons


def test_the_page_tells_the_example() -> None:
    assert "what happens on 28 February 2026 to a lead of 29 February 2024?" in PAGE


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_it_ends_when_28_february_2026_starts_in_london(hour: int) -> None:
    """Rules RET-1, RET-2, RET-3."""
    assert expires_at(datetime(2024, 2, 29, hour, 59, 59, tzinfo=UTC)) == END


def test_its_use_stops_at_that_instant() -> None:
    """Rules PERM-23, PERM-43, RET-6."""
    assert reasons(END - A_SECOND) == (ReasonCode.OK_CONSENT,)
    assert reasons(END) == (ReasonCode.EXPIRED_RETENTION, ReasonCode.CONSENT_EXPIRED)


def test_it_is_deleted_within_a_day() -> None:
    """Rule RET-10."""
    known = RetentionFacts(data_class=DataClass.MARKETING_LEAD, started_at=SUBMITTED_AT)
    assert plan(END - A_SECOND, known).action is Action.KEEP
    due = plan(END, known)
    assert due.action is Action.DELETE
    assert due.use_stops_at == END
    assert due.delete_by == datetime(2026, 3, 1, tzinfo=UTC)


def test_a_hold_delays_its_deletion_and_permits_nothing_but_the_claim() -> None:
    """Rules RET-15, PERM-20, PERM-21."""
    known = RetentionFacts(
        data_class=DataClass.MARKETING_LEAD, started_at=SUBMITTED_AT, holds=(HELD,)
    )
    assert plan(END, known).action is Action.KEEP
    assert reasons(END, holds=(HELD,))[0] is ReasonCode.LEGAL_HOLD_ONLY
    held = facts(leads=(LEAD,), holds=(HELD,))
    claim = use(Purpose.LEGAL_CLAIM, at=END, matter="the invoice of May 2023")
    assert decide(claim, held).reasons == (ReasonCode.OK_LEGAL_CLAIM,)


def test_an_open_request_delays_its_deletion_and_may_be_answered() -> None:
    """Rules RET-16, PERM-22."""
    known = RetentionFacts(
        data_class=DataClass.MARKETING_LEAD, started_at=SUBMITTED_AT, open_requests=(HELD,)
    )
    assert plan(END, known).action is Action.KEEP
    asked = facts(leads=(LEAD,), access_requests=(HELD,))
    assert decide(use(Purpose.RIGHTS_HANDLING, at=END), asked).code is ReasonCode.OK_RIGHTS
    assert reasons(END, access_requests=(HELD,))[0] is ReasonCode.EXPIRED_RETENTION


def test_an_opt_out_of_all_marketing_would_have_ended_it_within_thirty_days() -> None:
    """Rule RET-7."""
    opted_out_at = datetime(2025, 6, 1, 10, tzinfo=UTC)
    known = RetentionFacts(
        data_class=DataClass.MARKETING_LEAD, started_at=SUBMITTED_AT, opted_out_at=opted_out_at
    )
    due = plan(opted_out_at, known)
    assert due.use_stops_at == opted_out_at
    assert due.delete_by is not None
    assert due.delete_by <= opted_out_at + timedelta(days=30)
