"""The table of retention: every class of data has its time, its reason and its source."""

import re

import pytest

from policy.retention import EXPORT_VALID_DAYS, KEEP_MONTHS, QUARANTINE_DAYS
from policy.retention_rules import (
    RETENTION_RULES,
    Afterwards,
    Clock,
    ClockStart,
    DataClass,
    RetentionReason,
)

ERASURE = RetentionReason.ERASURE_OWED
OPT_OUT, CLOSED = RetentionReason.FULL_OPT_OUT, RetentionReason.ENQUIRY_CLOSED
RAN_OUT, SERVED = RetentionReason.CONSENT_RAN_OUT, RetentionReason.CLIENT_SERVED
LEAD = Clock(ClockStart.SOURCE_TIME, months=24)
THIRTY_DAYS = Clock(ClockStart.RECEIPT, days=30)


@pytest.mark.parametrize(
    ("data_class", "clocks", "ended_by", "rule"),
    [
        (DataClass.MARKETING_LEAD, (LEAD,), (OPT_OUT, CLOSED, ERASURE), "RET-1"),
        (DataClass.ENQUIRY, (LEAD,), (OPT_OUT, CLOSED, ERASURE), "RET-20"),
        (DataClass.CONSENT, (LEAD,), (RAN_OUT, OPT_OUT, ERASURE), "RET-6"),
        (DataClass.TEST_LEAD, (THIRTY_DAYS, LEAD), (ERASURE,), "RET-22"),
        (DataClass.QUARANTINE, (THIRTY_DAYS,), (ERASURE,), "RET-22"),
        (DataClass.SPECIAL_CATEGORY_HELD, (THIRTY_DAYS, LEAD), (ERASURE,), "RET-22"),
        (DataClass.CLIENT_RECORD, (Clock(ClockStart.CONTRACT_END, 72),), (ERASURE,), "RET-9"),
        (
            DataClass.PROCESSOR_DATA,
            (Clock(ClockStart.PROCESSING_END, days=30),),
            (SERVED,),
            "RET-19",
        ),
        (DataClass.SUPPRESSION_ENTRY, (Clock(ClockStart.MARKETING_END),), (), "RET-13"),
        (DataClass.AUDIT_SKELETON, (Clock(ClockStart.LAST_EVENT, 72),), (), "RET-14"),
        (DataClass.TECHNICAL_DATA, (Clock(ClockStart.SOURCE_TIME, 0, 90),), (ERASURE,), "RET-25"),
        (DataClass.ANALYTICS, (Clock(ClockStart.SOURCE_TIME, 26),), (ERASURE,), "RET-21"),
        (DataClass.BACKUP, (Clock(ClockStart.SOURCE_TIME, 0, 35),), (), "RET-17"),
        (DataClass.EXPORT_FILE, (Clock(ClockStart.SOURCE_TIME, 0, 7),), (ERASURE,), "RET-18"),
    ],
)
def test_a_class_of_data_is_kept_for_its_own_time(
    data_class: DataClass,
    clocks: tuple[Clock, ...],
    ended_by: tuple[RetentionReason, ...],
    rule: str,
) -> None:
    found = RETENTION_RULES[data_class]
    assert found.clocks == clocks
    assert found.ended_by == ended_by
    assert found.rules[0] == rule


def test_every_class_of_data_has_one_rule() -> None:
    assert list(RETENTION_RULES) == list(DataClass)


@pytest.mark.parametrize("data_class", DataClass)
def test_every_rule_names_its_clause_its_law_and_its_reason(data_class: DataClass) -> None:
    rule = RETENTION_RULES[data_class]
    assert rule.clause in range(1, 12)
    assert "UK GDPR Art. " in rule.law
    assert rule.why.endswith(".")
    assert all(re.fullmatch(r"RET-\d+", name) for name in rule.rules)
    assert all(sum((clock.months > 0, clock.days > 0)) <= 1 for clock in rule.clocks)


def test_only_these_are_used_while_they_are_kept() -> None:
    used = {each for each, rule in RETENTION_RULES.items() if rule.is_used_while_kept}
    assert used == {
        DataClass.MARKETING_LEAD,
        DataClass.ENQUIRY,
        DataClass.CONSENT,
        DataClass.SUPPRESSION_ENTRY,
        DataClass.AUDIT_SKELETON,
        DataClass.TECHNICAL_DATA,
        DataClass.ANALYTICS,
        DataClass.EXPORT_FILE,
    }


def test_a_client_chooses_and_a_backup_is_overwritten_and_all_else_is_deleted() -> None:
    """Rules: RET-17, RET-19."""
    special = {DataClass.PROCESSOR_DATA: Afterwards.RETURN_OR_DELETE}
    special[DataClass.BACKUP] = Afterwards.OVERWRITE
    for each, rule in RETENTION_RULES.items():
        assert rule.then is special.get(each, Afterwards.DELETE)


def test_deletion_takes_a_day_at_most_and_a_clients_time_includes_it() -> None:
    """Rules: RET-10, RET-19."""
    for each, rule in RETENTION_RULES.items():
        assert rule.lag_hours == (0 if each is DataClass.PROCESSOR_DATA else 24)


def test_the_numbers_that_others_use_are_those_of_the_table() -> None:
    assert (KEEP_MONTHS, QUARANTINE_DAYS, EXPORT_VALID_DAYS) == (24, 30, 7)
