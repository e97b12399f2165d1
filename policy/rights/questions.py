"""Which questions to a person move a deadline: they start the month later, or pause it."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from policy.london import london_date
from policy.rights.request import Question, QuestionAbout, RightsLaw
from policy.rights.table import RIGHTS, DeadlineRule, IdentityCheck, Right
from policy.vocabulary import Word


class Effect(Word):
    """What one step of the count did, or why it did nothing."""

    RECEIVED = "received"  # the London date of arrival
    UNDER_EARLIER_TEXT = "under_earlier_text"
    UNDER_EU_LAW = "under_eu_law"
    EFFECTIVE = "effective"  # use stops or is restricted on this day
    PASSED_ON = "passed_on"  # the client's data: the client is told, and answers
    STARTS_LATER = "starts_later"  # with the identity information or the fee
    WAITING = "waiting"  # for an answer to the question of this day: no date yet
    MONTH = "month"
    PAUSED = "paused"  # moved by the days that do not count
    EXTENDED = "extended"  # three months from the start
    MOVED = "moved"  # to the next working day
    ACKNOWLEDGED = "acknowledged"  # 30 days from the day after receipt
    ACKNOWLEDGED_UNASKED = "acknowledged_unasked"  # the same, before the law required it
    IDENTITY_IS_NEVER_ASKED = "identity_is_never_asked"
    NOTHING_TO_CLARIFY = "nothing_to_clarify"  # only access requests are paused
    NOTHING_TO_CHARGE = "nothing_to_charge"  # no fee for this right, or none that moves a date
    NOT_JUSTIFIED = "not_justified"
    NOT_PROMPT = "not_prompt"
    ASKED_TOO_LATE = "asked_too_late"  # when the time to answer was over
    EXTENSION_NOT_ALLOWED = "extension_not_allowed"  # this right has none
    EXTENSION_WITHOUT_GROUND = "extension_without_ground"
    EXTENSION_WITHOUT_REASONS = "extension_without_reasons"
    EXTENSION_TOLD_TOO_LATE = "extension_told_too_late"


class Step(NamedTuple):
    """One step of a count: its rule id, what it did, and the London date that it led to."""

    rule: str
    effect: Effect
    day: date


_RULES = {
    QuestionAbout.IDENTITY: "T-7",
    QuestionAbout.FEE: "T-2",
    QuestionAbout.CLARIFICATION: "T-6",
}
_START = frozenset({QuestionAbout.IDENTITY, QuestionAbout.FEE})
_STARTS_MONTH: dict[RightsLaw, frozenset[QuestionAbout]] = {
    RightsLaw.UK_GDPR: _START,
    RightsLaw.UK_GDPR_2018: _START,
    RightsLaw.EU_GDPR: frozenset(),
}


def question_flaw(question: Question, right: Right, law: RightsLaw) -> Step | None:
    """Return why a question moves no deadline, None if it does.

    Identity: in reasonable doubt, and never for an objection to marketing, a withdrawal or an
    unsubscribe (rule T-7; UK GDPR Art. 12(6), 21(3)). Clarification: for access only, if reasonably
    needed (rule T-6; UK GDPR Art. 12A(5)). Fee: only where the law lets one be charged (rule T-2;
    UK GDPR Art. 12(5)). EU law knows no wait for a fee and wants the others asked promptly (rule
    T-9; EU GDPR Art. 12(3); EDPB Guidelines 01/2022).
    """
    facts = RIGHTS[right]
    rule, day, is_eu = _RULES[question.about], london_date(question.asked_at), _is_eu(law)
    is_identity = question.about is QuestionAbout.IDENTITY
    if is_identity and facts.identity is IdentityCheck.NEVER:
        return Step(rule, Effect.IDENTITY_IS_NEVER_ASKED, day)
    if question.about is QuestionAbout.CLARIFICATION and not facts.may_be_clarified:
        return Step(rule, Effect.NOTHING_TO_CLARIFY, day)
    can_charge = facts.deadline is DeadlineRule.ONE_MONTH and not is_eu
    if question.about is QuestionAbout.FEE and not can_charge:
        return Step("T-9" if is_eu else rule, Effect.NOTHING_TO_CHARGE, day)
    if not question.is_justified:
        return Step(rule, Effect.NOT_JUSTIFIED, day)
    if is_eu and not question.is_prompt:
        return Step("T-9", Effect.NOT_PROMPT, day)
    return None


def moving_rule(about: QuestionAbout, law: RightsLaw) -> str:
    """Return the id of the rule by which such a question moves a deadline: T-2, T-6 or T-9.

    UK GDPR Art. 12A(2), 12A(5); EU GDPR Art. 12(3).
    """
    if _is_eu(law):
        return "T-9"
    return "T-2" if about in _STARTS_MONTH[law] else "T-6"


def unanswered(questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions that still wait for their answer."""
    return tuple(each for each in questions if each.answered_at is None)


def start_of_period(received: date, questions: Sequence[Question], law: RightsLaw) -> date:
    """Return the day from which the month runs, all questions having been answered.

    The latest of receipt, identity information and payment of the fee. Under EU law it is always
    receipt. Rules: T-2, T-9, T-16. UK GDPR Art. 12A(2); EU GDPR Art. 12(3).
    """
    arrivals = [
        london_date(each.answered_at)
        for each in questions
        if each.answered_at is not None and each.about in _STARTS_MONTH[law]
    ]
    return max([received, *arrivals])


def paused_days(start: date, questions: Sequence[Question], law: RightsLaw) -> int:
    """Return how many days of the period do not count, all questions having been answered.

    From the day we ask to the day the answer arrives, both included; a day is counted once, however
    many questions were open, and not at all if the month had not begun. Where the pause is guidance
    and no statute, the day of asking counts as any other. Rules: T-6, T-9, T-16. UK GDPR
    Art. 12A(5).
    """
    first = 0 if law is RightsLaw.UK_GDPR else 1
    days: set[date] = set()
    for each in questions:
        if each.answered_at is not None and each.about not in _STARTS_MONTH[law]:
            asked = london_date(each.asked_at)
            length = (london_date(each.answered_at) - asked).days
            days |= {asked + timedelta(days=n) for n in range(first, length + 1)}
    return sum(day >= start for day in days)


def _is_eu(law: RightsLaw) -> bool:
    return law is RightsLaw.EU_GDPR
