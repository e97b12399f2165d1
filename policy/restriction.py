"""When use is restricted, on which ground, what that keeps, and what must come before its end."""

from collections.abc import Iterable
from datetime import date, datetime

from policy.errors import UsageError
from policy.facts import Restriction
from policy.london import london_date, midnight
from policy.vocabulary import Word


class RestrictionGround(Word):
    """Why use is restricted. Rules: RST-1, COR-5. UK GDPR Art. 18(1)(a) to (d)."""

    ACCURACY_CONTESTED = "accuracy_contested"  # (a), for as long as it takes to check
    UNLAWFUL = "unlawful"  # (b), and the person wants it restricted rather than erased
    CLAIMS = "claims"  # (c), we need it no more, the person does
    OBJECTION_WEIGHED = "objection_weighed"  # (d), until it is clear whose grounds prevail
    CORRECTION_LOST = "correction_lost"  # (a) too: a restored backup has the wrong value again


ASKED_FOR = tuple(each for each in RestrictionGround if each != RestrictionGround.CORRECTION_LOST)
"""The grounds of the law, which somebody names; the last one is found, never asked for."""


def keeps_data(ground: RestrictionGround) -> bool:
    """Say whether a restriction keeps data beyond its day, as a legal hold does.

    What the person needs for a claim must not go before that is over. No other ground moves an end:
    data that is wrong, unlawful or objected to is kept no longer than any other. Rule: RST-3. UK
    GDPR Art. 5(1)(e), 18(1)(c).
    """
    return ground is RestrictionGround.CLAIMS


def told_before_lifting(since: datetime, told_on: date | None, now: datetime) -> datetime:
    """Return from when the person counts as told that a restriction is to be lifted, in UTC.

    They must be told first. A day is what is known of a letter, so it counts from its start in
    London, but not from before the restriction. Rule: RST-2. UK GDPR Art. 18(3).

    Args:
        since: when the restriction began (aware).
        told_on: the London day on which the person was told; None if they were not.
        now: aware.

    Raises:
        UsageError: they were not told, or the day cannot be.
    """
    if told_on is None:
        raise UsageError(
            "The person must be told before a restriction is lifted. It stands as it was."
            " Cure: tell them, then give the day with --told."
        )
    if not london_date(since) <= told_on <= london_date(now):
        raise UsageError(
            f"{told_on.isoformat()} is before the restriction, or still to come. It stands as it"
            " was. Cure: give the day on which the person was told that it will be lifted."
        )
    return max(midnight(told_on), since)


def stands(restriction: Restriction) -> bool:
    """Say whether a restriction is still to be heeded: in force, or lifted without a word.

    It stands through whatever happens to the store meanwhile. Rule: RST-5. UK GDPR Art. 18(3).
    """
    return restriction.lifted_at is None or restriction.told_at is None


Grounded = tuple[RestrictionGround, Restriction]


def carried_over(own: Iterable[Grounded], joined: Iterable[Grounded]) -> list[Grounded]:
    """Return the restrictions that a person takes on when another's records become theirs.

    All of the other's that stand: of two records that turn out to be one person's, one restriction
    is enough for both. Rule: RST-4. UK GDPR Art. 5(1)(d), 18(1).
    """
    known = set(own)
    return [each for each in joined if stands(each[1]) and each not in known]


def ground_of(text: str) -> RestrictionGround:
    """Return the ground that somebody names. Rule: RST-1. UK GDPR Art. 18(1).

    Raises:
        UsageError: the law has no such ground.
    """
    for ground in ASKED_FOR:
        if text.strip() == ground:
            return ground
    raise UsageError(
        f"There is no such ground to restrict use. Cure: name one of: {', '.join(ASKED_FOR)}."
    )
