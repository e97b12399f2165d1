"""Which leads of a platform are compared with ours, what each is here, and what is a gap."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policy.london import london_date, midnight
from policy.vocabulary import Word

USUAL_DAYS = 7
"""How many days back the daily comparison goes."""
EVERYTHING_DAYS = 90
"""How long the platforms give leads out at the most: the weekly comparison goes back so far."""
GRACE = timedelta(hours=1)
"""How old a lead must be before it is missed: the ways by which it comes need their turn."""
RESULTS_DAYS = 400
"""How long it is remembered what was compared: there are numbers in it and no people."""


class Standing(Word):
    """What a lead that the platform lists is here."""

    STORED = "stored"
    TEST = "tests"
    REMOVED = "removed"  # deleted, erased or opted out for good: it stays out
    ASIDE = "aside"  # it came and could not be read
    WAITING = "waiting"  # it was announced, and waits in the inbox
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Known:
    """What the store says of one listed lead. `is_announced`: what is set aside only names it."""

    is_stored: bool = False
    is_test: bool = False
    is_removed: bool = False
    is_aside: bool = False
    is_announced: bool = False
    is_waiting: bool = False


def window(now: datetime, days: int) -> tuple[datetime, datetime]:
    """Return from when (included) to when (not) leads are compared, both UTC.

    Whole days of London, so that each has one result, and nothing so young that it may still be on
    its way. Rule: REC-1. UK GDPR Art. 5(1)(f), 32.

    Args:
        now: aware.
        days: how many days back; 1 to `EVERYTHING_DAYS`.
    """
    back = min(max(days, 1), EVERYTHING_DAYS)
    return midnight(london_date(now) - timedelta(days=back)), complete_until(now)


def complete_until(compared_at: datetime) -> datetime:
    """Return up to when a comparison speaks that was made at a time. Rule: REC-1."""
    return compared_at - GRACE


def standing(known: Known) -> Standing:
    """Return what a listed lead is here: anything that explains it is no gap.

    What was deleted is never missed, so that no comparison brings back who was erased or opted out.
    An announcement that could not be fetched is no lead: the platform lists it now, so it is a gap.
    Rule: REC-2. UK GDPR Art. 5(1)(d), 17, 21(3).
    """
    if known.is_stored:
        return Standing.TEST if known.is_test else Standing.STORED
    if known.is_removed:
        return Standing.REMOVED
    if known.is_aside and not known.is_announced:
        return Standing.ASIDE
    return Standing.WAITING if known.is_waiting else Standing.GAP


def is_out_of_reach(day: date, now: datetime) -> bool:
    """Say whether the platforms give out nothing of a London day any more: its gaps stay gaps.

    Rule: REC-3. UK GDPR Art. 5(1)(f), 33(5).
    """
    return day < london_date(now) - timedelta(days=EVERYTHING_DAYS)


def forgotten_before(now: datetime) -> date:
    """Return the London day before which results of comparisons are dropped. Rule: REC-3."""
    return london_date(now) - timedelta(days=RESULTS_DAYS)
