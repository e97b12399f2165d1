"""What stands against erasing one person, who that is, and what is left of them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from policy.opt_out import STOPPED_PURPOSES
from policy.rights.table import DELAYS_DELETION, Right
from policy.vocabulary import Purpose, Word


class ErasureDelay(Word):
    """What stands against an erasure for now. None of it permits any use."""

    LEGAL_HOLD = "legal_hold"
    OPEN_REQUEST = "open_request"
    RESTRICTED = "restricted"


def is_against_restriction(restricted_at: datetime | None, asked_at: datetime | None) -> bool:
    """Say whether a restriction stands against an erasure.

    Who had data restricted may need it, for a claim for instance, and wants it kept. What they ask
    later counts: a request for erasure that came after the restriction. Rule: ERA-2. UK GDPR Art.
    17(1), 18(1)(b), 18(1)(c).

    Args:
        restricted_at: since when use is restricted; None if it is not.
        asked_at: when the person asked for the erasure; None if no request says so.
    """
    return restricted_at is not None and (asked_at is None or asked_at <= restricted_at)


def delays_of(
    *, is_held: bool, is_asked_for: bool, restricted_at: datetime | None, asked_at: datetime | None
) -> tuple[ErasureDelay, ...]:
    """Return all that stands against erasing something; () when it may go at once.

    A hold (RET-15), an open request for a copy or a complaint (RET-16), a restriction (ERA-2). It
    is said what it is, nobody is used meanwhile, and the erasure is owed from now on. Rule: ERA-1.
    UK GDPR Art. 17(1), 17(3)(e), 18; DPA s. 173.

    Args:
        is_held: a legal hold keeps it.
        is_asked_for: somebody waits for an answer that it may be part of.
        restricted_at: as in `is_against_restriction`.
        asked_at: the same.
    """
    found = {
        ErasureDelay.LEGAL_HOLD: is_held,
        ErasureDelay.OPEN_REQUEST: is_asked_for,
        ErasureDelay.RESTRICTED: is_against_restriction(restricted_at, asked_at),
    }
    return tuple(delay for delay, stands in found.items() if stands)


K = TypeVar("K")


def who_is_meant(owner: K | None, carriers: Sequence[K], chosen: Collection[K]) -> list[K] | None:
    """Return whom an identifier means when somebody is to be erased by it; None: nobody can say.

    Whom it names alone; else the only one who used it; else those of its users who were chosen. A
    number of a family or the mailbox of an office says of nobody that they are meant, and to erase
    the wrong one cannot be undone. Nobody known: an empty list. Rule: ERA-3. UK GDPR Art. 5(1)(d),
    12(6), 17(1).
    """
    known = set(carriers) | ({owner} if owner is not None else set())
    if chosen:
        return [each for each in dict.fromkeys(chosen) if each in known] or None
    if owner is not None:
        return [owner]
    return list(carriers) if len(carriers) <= 1 else None


def was_theirs(came_at: datetime, corrected_at: datetime, *, is_elses: bool) -> bool:
    """Say whether what came by an address or number is a person's from whom it was corrected away.

    What came before is theirs: it was kept under their name. What came since, or names somebody
    who has the address by now, may be that other's, and to erase the wrong one cannot be undone.
    Rule: ERA-7. UK GDPR Art. 5(1)(d), 17(1), 19.

    Args:
        came_at: when it reached us (aware).
        corrected_at: when the address or number was found wrong (aware).
        is_elses: somebody else here carries it.
    """
    return came_at <= corrected_at and not is_elses


def leaves_suppression(used_for: Iterable[Purpose], *, was_unread: bool) -> bool:
    """Say whether an erasure leaves a keyed digest on the suppression list.

    It does where marketing is involved, or may be: a permission or refusal for it, a list made for
    it, or something unread of which nobody knows what it says. Otherwise the next old list would
    bring the person back. Who only ever asked a question leaves none. Rule: ERA-4. UK GDPR Art.
    5(1)(c), 17(3)(b), 21(3).
    """
    return was_unread or not set(STOPPED_PURPOSES).isdisjoint(used_for)


def may_strip_request(right: Right, *, is_answered: bool) -> bool:
    """Say whether a request loses name, address, number and words with the erasure.

    Its reference, dates and outcome stay: they prove that it was answered. One that still waits for
    an answer keeps what the answer needs; a request for erasure is answered by this. Rule: ERA-5.
    UK GDPR Art. 5(2), 12(3), 17(3)(b).
    """
    return is_answered or right is Right.ERASURE


def delays_erasure(right: Right, *, is_answered: bool) -> bool:
    """Say whether a request stands against erasing what it is about. Rules: RET-16, ERA-1."""
    return right in DELAYS_DELETION and not is_answered


def goes_whole(recorded_sha256: str | None, found_sha256: str) -> bool:
    """Say whether an exported file in the house is deleted because somebody in it is erased.

    One that is as we wrote it goes whole: a list with an erased person must not be used again, and
    another is quickly made. One that somebody changed since is theirs: it is named, not touched.
    Rule: ERA-6. UK GDPR Art. 17(1), 19.
    """
    return recorded_sha256 == found_sha256
