"""The contract with a client: its days, its early end, and the time after it (CNT-1 to CNT-3)."""

from datetime import UTC, date, datetime, timedelta

from policy.client_contract import ExitChoice, days_period, ended_early, lacks_decision
from policy.periods import Period

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2026, 12, 1, tzinfo=UTC)
LATER = END + timedelta(days=9)


def test_the_last_day_belongs_to_a_contract() -> None:
    """Rule: CNT-1. In summer London's midnight is 23:00 UTC of the day before."""
    period = days_period(date(2026, 1, 1), date(2026, 6, 30))
    assert period == Period(START, datetime(2026, 6, 30, 23, tzinfo=UTC))
    assert days_period(date(2026, 1, 1), None).end is None


def test_more_than_thirty_days_need_a_decision() -> None:
    """Rule: CNT-2."""
    assert not lacks_decision(30, None)
    assert lacks_decision(31, None)
    assert lacks_decision(31, "  ")
    assert not lacks_decision(31, "D-7")


def test_an_early_end_counts_from_when_it_was_recorded() -> None:
    """Rule: CNT-3."""
    recorded = END - timedelta(days=3)
    open_end = Period(START)
    assert ended_early(open_end, [(recorded, END)], recorded).end == END
    assert ended_early(open_end, [(recorded, END)], recorded - timedelta(seconds=1)).end is None
    assert ended_early(Period(START, END), [(recorded, LATER)], recorded).end == END


def test_the_end_of_an_earlier_contract_does_not_end_this_one() -> None:
    assert ended_early(Period(END), [(START, END)], LATER).end is None


def test_only_who_chose_deletion_gets_nothing_back() -> None:
    assert [choice for choice in ExitChoice if not choice.is_returned] == [ExitChoice.DELETE]
