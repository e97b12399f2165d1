"""When the month to answer may become three."""

from datetime import date

from policy.london import london_date
from policy.rights.questions import Effect
from policy.rights.request import ExtensionNotice
from policy.rights.table import RIGHTS, DeadlineRule, Right


def may_be_extended(right: Right) -> bool:
    """Say whether the answer to such a request may ever take longer than the month.

    What takes effect at once has nothing left to weigh, and a complaint has a period of its own.
    Rule: T-5. UK GDPR Art. 12A(3), 21(3); DPA s. 164A(3).
    """
    return RIGHTS[right].deadline is DeadlineRule.ONE_MONTH


def extension_flaw(notice: ExtensionNotice, notice_by: date | None) -> Effect | None:
    """Return why a notice extends nothing, None if it does; `notice_by` None: none ever does.

    It must rest on complexity or number, give its reasons, and be given, not merely written, on or
    before the last day of the first month; that day is moved by a pause, and off a weekend or
    holiday, as the due date is. Rule: T-5. UK GDPR Art. 12A(3), 12A(4).
    """
    if notice_by is None:
        return Effect.EXTENSION_NOT_ALLOWED
    if not notice.grounds:
        return Effect.EXTENSION_WITHOUT_GROUND
    if not notice.gives_reasons:
        return Effect.EXTENSION_WITHOUT_REASONS
    if london_date(notice.given_at) > notice_by:
        return Effect.EXTENSION_TOLD_TOO_LATE
    return None
