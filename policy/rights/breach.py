"""Whom a personal data breach must be told to, by when, and what the report still lacks."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from policy.errors import UsageError
from policy.instants import in_utc
from policy.vocabulary import Role, Word

REGULATOR_HOURS = 72
CLIENT_HOURS = 24


class BreachContent(Word):
    """What a report to the regulator contains (UK GDPR Art. 33(1), 33(3))."""

    NATURE = "nature"  # with the kinds and rough numbers of people and of records
    CONTACT = "contact"
    CONSEQUENCES = "consequences"
    MEASURES = "measures"
    REASONS_FOR_DELAY = "reasons_for_delay"


class BreachReport(NamedTuple):
    """One part of a report: when it was sent (an aware instant), and what it contains."""

    sent_at: datetime
    contains: frozenset[BreachContent]


def report_to_regulator_by(aware_at: datetime, hours: int = REGULATOR_HOURS) -> datetime:
    """Return the UTC instant by which the regulator must have been told.

    Elapsed hours from when we became aware: nights, weekends, holidays and changes of the clock
    count like any other. A breach that is unlikely to put anybody at risk need not be reported,
    but is kept on record. Rule: T-12. UK GDPR Art. 33(1).

    Raises:
        UsageError: the time has no zone, or the hours are not positive.
    """
    return _hours_after(aware_at, hours)


def tell_client_by(found_at: datetime, hours: int = CLIENT_HOURS) -> datetime:
    """Return the UTC instant by which a client must know of a breach of the client's data.

    The law says "without undue delay"; 24 hours are our own rule. The 72 hours are the client's.
    Rule: T-13. UK GDPR Art. 33(2).

    Raises:
        UsageError: the time has no zone, or the hours are not positive.
    """
    return _hours_after(found_at, hours)


def missing_from_report(
    parts: Sequence[BreachReport], aware_at: datetime, now: datetime, hours: int = REGULATOR_HOURS
) -> tuple[BreachContent, ...]:
    """Return what a report, sent in one or more parts, does not contain yet.

    The parts may follow one another as more is known. Reasons for the delay are wanted if the first
    part was late, or if there is none `now` that the time is over. Rule: T-12. UK GDPR Art. 33(1),
    33(3), 33(4).

    Raises:
        UsageError: a time has no zone, or the hours are not positive.
    """
    sent = [in_utc(part.sent_at, "The time of a report") for part in parts]
    is_late = min(sent, default=in_utc(now, "The present")) > _hours_after(aware_at, hours)
    contained = frozenset[BreachContent]().union(*(part.contains for part in parts))
    return tuple(
        each
        for each in BreachContent
        if each not in contained and (is_late or each is not BreachContent.REASONS_FOR_DELAY)
    )


def _hours_after(at: datetime, hours: int) -> datetime:
    if hours <= 0:
        raise UsageError(f"A period of {hours} hours is over already. Cure: give more than 0.")
    return in_utc(at, "The time of the breach") + timedelta(hours=hours)


class BreachKind(Word):
    """What was broken (UK GDPR Art. 4(12))."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


class BreachTold(Word):
    """Who may have to be told of a breach."""

    REGULATOR = "regulator"
    PEOPLE = "people"
    CLIENT = "client"


class BreachRisk(Word):
    """How likely it is that people come to harm (UK GDPR Art. 33(1), 34(1))."""

    UNLIKELY = "unlikely"
    RISK = "risk"
    HIGH = "high"


class BreachDuty(NamedTuple):
    """That somebody must be told of a breach, and by when (UTC). `rule` says why."""

    whom: BreachTold
    due_at: datetime
    rule: str


def breach_duties(role: Role, risk: BreachRisk, aware_at: datetime) -> tuple[BreachDuty, ...]:
    """Return who must be told of a breach, by when.

    As a processor we tell the client, who tells the others (T-13). As a controller we tell the
    regulator unless a risk to people is unlikely (T-12), and the people too where it is high: the
    law says "without undue delay", and the regulator's 72 hours are our own bound for that (T-17).
    UK GDPR Art. 33(1), 33(2), 34(1).

    Raises:
        UsageError: the time has no zone.
    """
    if role is Role.PROCESSOR:
        return (BreachDuty(BreachTold.CLIENT, tell_client_by(aware_at), "T-13"),)
    if risk is BreachRisk.UNLIKELY:
        return ()
    by = report_to_regulator_by(aware_at)
    regulator = BreachDuty(BreachTold.REGULATOR, by, "T-12")
    if risk is not BreachRisk.HIGH:
        return (regulator,)
    return regulator, BreachDuty(BreachTold.PEOPLE, by, "T-17")
