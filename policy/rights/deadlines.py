"""When a request must have been answered, step by step as an officer would count it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from policy.instants import in_utc
from policy.london import add_months, london_date
from policy.rights.extensions import extension_flaw, may_be_extended
from policy.rights.questions import (
    Effect,
    Step,
    moving_rule,
    paused_days,
    question_flaw,
    start_of_period,
    unanswered,
)
from policy.rights.request import (
    Question,
    QuestionAbout,
    RightsLaw,
    RightsRequest,
    law_at,
)
from policy.rights.table import RIGHTS, AtOnce, DeadlineRule
from policy.rights.working_days import ENGLAND_AND_WALES, Calendar
from policy.vocabulary import Role

MONTHS = 1
EXTENDED_MONTHS = 3
ACKNOWLEDGE_DAYS = 30
COMPLAINTS_SINCE = date(2026, 6, 19)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day to answer, in London dates, and how it was counted.

    `due` is the legal due date: an answer on that day is in time until London's midnight. `target`
    is the day before the due date as it was before any move off a weekend or holiday, because the
    statute can be read so strictly. `notice_by` is the last day to give notice of an extension,
    None where there can be none. While a question waits for its answer all three are None: no date
    can be said yet, which is not the same as having time; `waiting_for` names the questions. The
    steps before an extension lead to `notice_by`, those from it on to `due`.
    """

    due: date | None
    target: date | None
    notice_by: date | None
    law: RightsLaw
    steps: tuple[Step, ...]
    waiting_for: tuple[QuestionAbout, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the ids of the rules that were applied, each once, in the order of the count."""
        return tuple(dict.fromkeys(step.rule for step in self.steps))

    def is_late(self, at: datetime) -> bool:
        """Say whether an answer at this instant comes after the due date.

        Rule: T-1. UK GDPR Art. 12(3).

        Raises:
            UsageError: the time has no zone.
        """
        return self.due is not None and london_date(in_utc(at, "The time of answer")) > self.due


def deadline(
    request: RightsRequest,
    calendar: Calendar = ENGLAND_AND_WALES,
    eu_calendar: Calendar | None = None,
) -> Deadline:
    """Return the deadline that binds: where EU law applies as well, the earlier of the two.

    `calendar` is that of England and Wales, with further holidays if need be; `eu_calendar` that of
    the place where an answer under EU law is due, which is the same place unless it is given.
    Rule: T-9. UK GDPR Art. 12, 12A; EU GDPR Art. 3(2), 12(3).

    Raises:
        UsageError: no public holidays are known for a place or year.
    """
    return min(deadlines(request, calendar, eu_calendar), key=lambda each: each.due or date.max)


def deadlines(
    request: RightsRequest,
    calendar: Calendar = ENGLAND_AND_WALES,
    eu_calendar: Calendar | None = None,
) -> tuple[Deadline, ...]:
    """Return the deadline under each law that applies, that of the UK first. See `deadline`.

    What concerns a client's data is passed on to the client without delay, on the day that it came
    or the next working day (UK GDPR Art. 28(3)(e)). Rules: T-1, T-4, T-9, T-11, T-16.
    """
    law, received = law_at(request.received_at), london_date(request.received_at)
    if request.role is Role.PROCESSOR:
        return (_passed_on(received, law, calendar),)
    if RIGHTS[request.right].deadline is DeadlineRule.ACKNOWLEDGED:
        return (_acknowledgement(received, law, calendar),)
    counts = [_month(request, law, calendar)]
    if request.is_under_eu_law:
        counts.append(_month(request, RightsLaw.EU_GDPR, eu_calendar or calendar))
    return tuple(counts)


def _passed_on(received: date, law: RightsLaw, calendar: Calendar) -> Deadline:
    """Give the client what is the client's. Rules: T-1, T-4. UK GDPR Art. 28(3)(e)."""
    end = _moved(received, [Step("T-1", Effect.PASSED_ON, received)], calendar)
    return Deadline(end.due, received, None, law, end.steps)


def _acknowledgement(received: date, law: RightsLaw, calendar: Calendar) -> Deadline:
    """Count the 30 days to acknowledge a complaint. Rule: T-11. DPA s. 164A(3)."""
    last = received + timedelta(days=ACKNOWLEDGE_DAYS)
    is_owed = received >= COMPLAINTS_SINCE
    effect = Effect.ACKNOWLEDGED if is_owed else Effect.ACKNOWLEDGED_UNASKED
    first = [Step("T-1", Effect.RECEIVED, received), Step("T-11", effect, last)]
    end = _moved(last, first, calendar)
    return _deadline(end, law, end.steps, None)


def _month(request: RightsRequest, law: RightsLaw, calendar: Calendar) -> Deadline:
    """Count the month, with each question that was rightly asked while there was time.

    A question asked when the due date had passed does not give the time back. Rules: T-2, T-6, T-9.
    """
    counted: list[Question] = []
    ignored: list[Step] = []
    for question in sorted(request.questions, key=lambda each: each.asked_at):
        flaw = question_flaw(question, request.right, law)
        if flaw is None and _count(request, law, counted, [], calendar).is_late(question.asked_at):
            rule, day = moving_rule(question.about, law), london_date(question.asked_at)
            flaw = Step(rule, Effect.ASKED_TOO_LATE, day)
        if flaw is None:
            counted.append(question)
        else:
            ignored.append(flaw)
    return _count(request, law, counted, ignored, calendar)


def _count(
    request: RightsRequest,
    law: RightsLaw,
    questions: Sequence[Question],
    ignored: Sequence[Step],
    calendar: Calendar,
) -> Deadline:
    """Count from receipt to the due date. Rules: T-1 to T-6, T-9."""
    received = london_date(request.received_at)
    steps = [*_first_steps(request, law, received), *ignored]
    if waiting := unanswered(questions):
        steps += [
            Step(moving_rule(each.about, law), Effect.WAITING, london_date(each.asked_at))
            for each in waiting
        ]
        about = tuple(each.about for each in waiting)
        return Deadline(None, None, None, law, tuple(steps), about)
    start = start_of_period(received, questions, law)
    if start > received:
        steps.append(Step("T-2", Effect.STARTS_LATER, start))
    paused = paused_days(start, questions, law)
    first = _period(Step("T-3", Effect.MONTH, add_months(start, MONTHS)), paused, law, calendar)
    notice_by = first.due if may_be_extended(request.right) else None
    flaws, is_extended = _extension(request, notice_by)
    steps += [*first.steps, *flaws]
    if not is_extended:
        return _deadline(first, law, steps, notice_by)
    longer = Step("T-5", Effect.EXTENDED, add_months(start, EXTENDED_MONTHS))
    end = _period(longer, paused, law, calendar)
    return _deadline(end, law, [*steps, *end.steps], notice_by)


def _first_steps(request: RightsRequest, law: RightsLaw, received: date) -> list[Step]:
    """Say what is settled on the day of receipt. Rules: T-1, T-9, T-10, T-16."""
    steps = [Step("T-1", Effect.RECEIVED, received)]
    if law is RightsLaw.UK_GDPR_2018:
        steps.append(Step("T-16", Effect.UNDER_EARLIER_TEXT, received))
    if law is RightsLaw.EU_GDPR:
        steps.append(Step("T-9", Effect.UNDER_EU_LAW, received))
    if RIGHTS[request.right].at_once is not AtOnce.NOTHING:
        steps.append(Step("T-10", Effect.EFFECTIVE, received))
    return steps


class _End(NamedTuple):
    """Where a period ends: the last day as counted, the due date, and the steps to it."""

    last: date
    due: date
    steps: tuple[Step, ...]


def _period(counted: Step, paused: int, law: RightsLaw, calendar: Calendar) -> _End:
    """Add the days that do not count, then move once off a weekend or holiday.

    Rules: T-4, T-6, T-9. UK GDPR Art. 12A(5); Regulation (EEC, Euratom) 1182/71 Art. 3(4).
    """
    if not paused:
        return _moved(counted.day, [counted], calendar)
    last = counted.day + timedelta(days=paused)
    rule = moving_rule(QuestionAbout.CLARIFICATION, law)
    return _moved(last, [counted, Step(rule, Effect.PAUSED, last)], calendar)


def _moved(last: date, steps: list[Step], calendar: Calendar) -> _End:
    """Move a last day to the next working day, at the very end. Rule: T-4. 1182/71 Art. 3(4)."""
    due = calendar.first_working_day(last)
    moved = [Step("T-4", Effect.MOVED, due)] if due != last else []
    return _End(last, due, (*steps, *moved))


def _extension(request: RightsRequest, notice_by: date | None) -> tuple[list[Step], bool]:
    """Return what is wrong with the notices before the first that counts, and if one does."""
    flaws: list[Step] = []
    for notice in sorted(request.extension_notices, key=lambda each: each.given_at):
        flaw = extension_flaw(notice, notice_by)
        if flaw is None:
            return flaws, True
        flaws.append(Step("T-5", flaw, london_date(notice.given_at)))
    return flaws, False


def _deadline(end: _End, law: RightsLaw, steps: Sequence[Step], notice_by: date | None) -> Deadline:
    """Write a period down. The target is the day before its last day. Rule: T-3."""
    return Deadline(end.due, end.last - timedelta(days=1), notice_by, law, tuple(steps))
