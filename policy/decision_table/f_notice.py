"""Group F: was the person told who we are and what we do with the data? (PERM-30 to PERM-32)."""

from datetime import datetime, timedelta

from policy.decision_table.case import Case, Denials
from policy.facts import IndirectSource
from policy.london import add_months, london_date, midnight
from policy.vocabulary import ReasonCode

SOURCE_NOTICE_MONTHS = 1


def notice(case: Case) -> Denials:
    """Yield a missing notice: Art. 13 for what the person gave, Art. 14 for what others gave."""
    if case.lead is None:
        return
    indirect = case.lead.indirect
    if indirect is None:
        if case.is_marketing and not case.lead.has_privacy_link:
            yield "PERM-30", ReasonCode.NOTICE_MISSING
    elif case.is_outbound and not _is_told_of_source(case, indirect):
        yield "PERM-31", ReasonCode.NOTICE_MISSING


def _is_told_of_source(case: Case, indirect: IndirectSource) -> bool:
    """Say whether the notice was sent, or goes with the first message in time (PERM-32)."""
    at, message = case.use.at, case.use.message
    if indirect.notice_sent_at is not None and indirect.notice_sent_at <= at:
        return True
    if indirect.first_used_at is not None and indirect.first_used_at < at:
        return False  # the first message went without it
    is_in_time = at < source_notice_ends(indirect)
    return is_in_time and message is not None and message.carries_source_notice


def source_notice_ends(indirect: IndirectSource) -> datetime:
    """Return the end, in UTC, of the London day by which the notice of the source is due.

    Rule: PERM-31. UK GDPR Art. 14(3)(a).
    """
    last_day = add_months(london_date(indirect.obtained_at), SOURCE_NOTICE_MONTHS)
    return midnight(last_day + timedelta(days=1))
