"""What an answer to a request for a copy contains, and what of other people is kept out of it."""

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import TypeVar

from policy.identity import name_key
from policy.vocabulary import LawfulBasis, Word


class PackKind(Word):
    """Which right is answered: everything that is held, or what the person gave, to take along."""

    ACCESS = "access"
    PORTABILITY = "portability"


class Shown(Word):
    """How much of an item goes into an answer."""

    WHOLE = "whole"
    MASKED = "masked"  # the addresses and numbers of others are made unreadable
    LEFT_OUT = "left_out"  # that it is held is said, and why it is not shown


K = TypeVar("K")


def whose_answer(
    owners: Iterable[K], users: Collection[K], chosen: Collection[K]
) -> Sequence[K] | None:
    """Return whom an answer is about; None: nobody can say, so nothing may be handed out.

    Whom the given addresses and numbers name alone, if that is one person. A shared number or the
    mailbox of an office names nobody, however few have used it: what was handed to the wrong person
    cannot be taken back. Then somebody must choose, among those who use it. Nobody known: an empty
    list. Rule: PACK-1. UK GDPR Art. 12(6), 15(4), 5(1)(f).

    Args:
        owners: whom each of the given identifiers names alone.
        users: whose leads carry one of them, the owners too.
        chosen: those whom somebody named by hand.
    """
    if chosen:
        named = list(dict.fromkeys(chosen))
        return named if set(named) <= set(users) else None
    sure = list(dict.fromkeys(owners))
    if len(sure) > 1 or (not sure and users):
        return None
    return sure


def goes_by_several_names(names: Iterable[str]) -> bool:
    """Say whether somebody goes by names of which none is just a longer form of the other.

    Two people who share a mailbox are one to us, as the same address is the same person (ID-4): so
    whoever sends a copy must look whether its names are of one. Rule: PACK-1. UK GDPR Art. 15(4).

    Example:
        >>> goes_by_several_names(["Anna", "Anna Berg"]), goes_by_several_names(["Anna", "Ben"])
        (False, True)
    """
    words = [set(name_key(name).split()) for name in names]
    return any(not (one <= other or other <= one) for one, other in combinations(words, 2))


def is_about_them(*, names_them_alone: bool, rests_on: object, own: Collection[object]) -> bool:
    """Say whether a fact about an identifier is about the person, and may be shown to them.

    What rests on a lead is about whose lead it is. What rests on none, such as an opt-out, is about
    them only if the identifier names nobody else: of a shared number another may have said it.
    Rule: PACK-2. UK GDPR Art. 15(4).

    Args:
        names_them_alone: nobody else uses the identifier.
        rests_on: the lead behind the fact, None if there is none.
        own: the person's leads.
    """
    return names_them_alone if rests_on is None else rests_on in own


def how_shown(*, others: int, is_theirs: bool, can_mask: bool) -> Shown:
    """Return how much of what came is shown, by how many others stand in it.

    Whole where nobody else does. What the person sent stays theirs, with others' addresses and
    numbers made unreadable, if it is in a shape in which that can be done surely. What somebody
    else sent, or nobody could read, is left out as soon as anybody else stands in it. Rule: PACK-3.
    UK GDPR Art. 15(4); DPA Sch. 2 para. 16.

    Args:
        others: how many addresses and numbers in it are not the person's.
        is_theirs: the person sent it.
        can_mask: its parts are known.
    """
    if not others:
        return Shown.WHOLE
    return Shown.MASKED if is_theirs and can_mask else Shown.LEFT_OUT


PORTABLE = frozenset({LawfulBasis.CONSENT, LawfulBasis.CONTRACT})


def is_portable(bases: Iterable[LawfulBasis | None]) -> bool:
    """Say whether a submission can be taken along to somebody else.

    What the person provided, where its use rests, or rested, on consent or a contract. What rests
    on an interest of ours, and what we concluded ourselves, is in the copy, not in this. Rule:
    PACK-4. UK GDPR Art. 20(1).
    """
    return not PORTABLE.isdisjoint(bases)
