"""How long a consent may be relied on (RET-6, PERM-43, PERM-46)."""

from datetime import datetime

from policy.london import add_months, london_date, midnight
from policy.retention import consent_ends_at
from policy.vocabulary import PermissionEvent

FIRST_USE_MONTHS = 6


def consent_ends(given: PermissionEvent) -> datetime:
    """Return when a consent ends, in UTC: 24 months after it was given, or sooner by its wording.

    Rule: RET-6. UK GDPR Art. 7.
    """
    return consent_ends_at(given.occurred_at, given.valid_until)


def first_use_ends(given: PermissionEvent) -> datetime:
    """Return until when, in UTC, a consent that somebody else obtained must have been used.

    Rule: PERM-46. ICO guidance on direct marketing, as it stood; own rule.
    """
    return midnight(add_months(london_date(given.occurred_at), FIRST_USE_MONTHS))
