"""What a person must be told whose request is refused or not acted on."""

from collections.abc import Collection
from datetime import date, datetime

from policy.instants import in_utc
from policy.london import london_date
from policy.rights.deadlines import COMPLAINTS_SINCE
from policy.rights.table import RIGHTS, DeadlineRule, Right
from policy.vocabulary import Word


class RefusalContent(Word):
    """What the answer must say."""

    REASONS = "reasons"
    COMPLAINT_TO_US = "complaint_to_us"
    COMPLAINT_TO_REGULATOR = "complaint_to_regulator"
    COMPLAINT_TO_EU_AUTHORITY = "complaint_to_eu_authority"
    COURT = "court"


def may_be_refused(right: Right) -> bool:
    """Say whether there can be any ground to refuse such a request.

    None for an objection to direct marketing, a withdrawal or an unsubscribe, and a complaint is
    always acknowledged and looked into. Rule: T-8. UK GDPR Art. 7(3), 12(4), 21(3); DPA s. 164A.
    """
    return RIGHTS[right].deadline is DeadlineRule.ONE_MONTH


def required_of_refusal(told_on: date, *, is_under_eu_law: bool) -> tuple[RefusalContent, ...]:
    """Return what a refusal told on this London date must say, within the time to answer.

    The right to complain to us has been part of it since 19 June 2026. Where EU law applies as
    well, an authority there is named too. Rule: T-8. UK GDPR Art. 12(4); DPA s. 164A, 165, 167; EU
    GDPR Art. 12(4).
    """
    required = [RefusalContent.REASONS]
    if told_on >= COMPLAINTS_SINCE:
        required.append(RefusalContent.COMPLAINT_TO_US)
    required.append(RefusalContent.COMPLAINT_TO_REGULATOR)
    if is_under_eu_law:
        required.append(RefusalContent.COMPLAINT_TO_EU_AUTHORITY)
    return (*required, RefusalContent.COURT)


def missing_from_refusal(
    says: Collection[RefusalContent], told_at: datetime, *, is_under_eu_law: bool
) -> tuple[RefusalContent, ...]:
    """Return what a refusal told at this instant should say and does not; empty: nothing.

    Whether it was told in time is for `Deadline.is_late`. Rule: T-8. UK GDPR Art. 12(4).

    Raises:
        UsageError: the time has no zone.
    """
    told_on = london_date(in_utc(told_at, "The time of the refusal"))
    required = required_of_refusal(told_on, is_under_eu_law=is_under_eu_law)
    return tuple(each for each in required if each not in says)
