"""Marketing by e-mail after every history of up to five events, in every order of arrival.

A history says what happened before what, and what at the same instant. Nothing is drawn by chance:
every history is tried, and beside the decision table stands its meaning in the fewest words.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import combinations_with_replacement, permutations
from uuid import UUID

import pytest

from policy.facts import Facts, LeadFacts
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Role,
)
from tests.policy.worlds import NOW, days_ago

GIVEN, REFUSED, WITHDRAWN = EventKind.GIVEN, EventKind.REFUSED, EventKind.WITHDRAWN
OBJECTED, ATTEMPTED, ENQUIRED = EventKind.OBJECTED, EventKind.ATTEMPTED, EventKind.ENQUIRED
SUPPRESSED = "suppressed"
ANSWERS = (GIVEN, REFUSED, WITHDRAWN, OBJECTED)
"""What a person may say, the more restrictive the later: of two at one instant that one counts."""

Act = tuple[str, int]
"""What happened, and on which day: the same day is the same instant."""


def expected(history: Sequence[Act]) -> tuple[ReasonCode, ...]:
    """Return the reasons that a history must be answered with.

    The last word counts, by its own time, and at one instant the most restrictive. An objection or
    an entry on the suppression list stands unless the last word is a consent given after it. A tick
    that cannot count says nothing, and so does an enquiry.
    """
    said = [(day, ANSWERS.index(kind)) for kind, day in history if kind in ANSWERS]
    last_day, word = max(said, default=(0, None))
    has_consent = word == ANSWERS.index(GIVEN)

    def stands(opt_out: str) -> bool:
        days = [day for kind, day in history if kind == opt_out]
        return any(not (has_consent and day < last_day) for day in days)

    tried = any(kind is ATTEMPTED for kind, _ in history)
    against = {
        ReasonCode.OBJECTED: stands(OBJECTED),
        ReasonCode.SUPPRESSED: stands(SUPPRESSED),
        ReasonCode.CONSENT_INVALID: tried and not has_consent,
        ReasonCode.CONSENT_REFUSED: word == ANSWERS.index(REFUSED),
        ReasonCode.CONSENT_WITHDRAWN: word is not None and word > ANSWERS.index(REFUSED),
        ReasonCode.CONSENT_MISSING: not has_consent,
    }
    return tuple(code for code, is_so in against.items() if is_so) or (ReasonCode.OK_CONSENT,)


def histories(kinds: Sequence[str], length: int, day: int = 1) -> Iterator[tuple[Act, ...]]:
    """Yield every history of a length: each instant with one or more of the kinds."""
    if length == 0:
        yield ()
    for count in range(1, length + 1):
        for at_once in combinations_with_replacement(kinds, count):
            acts = tuple((kind, day) for kind in at_once)
            for rest in histories(kinds, length - count, day + 1):
                yield acts + rest


LEAD = LeadFacts(UUID(int=1), days_ago(20), days_ago(20), days_ago(-700))
ASKED = UseRequest(Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW)
BASIS = {GIVEN: LawfulBasis.CONSENT, ENQUIRED: LawfulBasis.CONTRACT}


def on(day: int) -> datetime:
    return days_ago(10 - day)


def event(kind: EventKind, day: int) -> PermissionEvent:
    is_enquiry = kind is ENQUIRED
    return PermissionEvent(
        kind,
        Purpose.ENQUIRY_RESPONSE if is_enquiry else Purpose.DIRECT_MARKETING,
        None if kind is OBJECTED else Channel.EMAIL,
        on(day),
        LEAD.id,
        BASIS.get(kind),
        BoxDefect.REQUIRED if kind is ATTEMPTED else None,
    )


EVENTS = {(kind, day): event(kind, day) for kind in EventKind for day in range(1, 6)}


def answered(arrived: Sequence[Act]) -> tuple[ReasonCode, ...]:
    events = [EVENTS[kind, day] for kind, day in arrived if isinstance(kind, EventKind)]
    entries = [(None, on(day)) for kind, day in arrived if kind == SUPPRESSED]
    return decide(ASKED, Facts(Role.CONTROLLER, (LEAD,), events, entries)).reasons


EVERYTHING = (*ANSWERS, ATTEMPTED, ENQUIRED, SUPPRESSED)


@pytest.mark.parametrize(("length", "count"), [(0, 1), (1, 7), (2, 77), (3, 819), (4, 8_687)])
def test_every_history_in_every_order_of_arrival_is_answered_by_its_meaning(
    length: int, count: int
) -> None:
    """CON-1 to CON-4, PERM-12 to PERM-14, PERM-39, PERM-41, PERM-42."""
    tried = list(histories(EVERYTHING, length))
    assert len(tried) == count
    for history in tried:
        meant = expected(history)
        for arrived in set(permutations(history)):
            assert answered(arrived) == meant, arrived


def test_every_history_of_five_of_what_decides_most_in_every_order_of_arrival() -> None:
    """CON-1 to CON-4: all 120 orders of each."""
    tried = list(histories((GIVEN, WITHDRAWN, OBJECTED), 5))
    assert len(tried) == 1_716
    for history in tried:
        meant = expected(history)
        for arrived in permutations(history):
            assert answered(arrived) == meant, arrived


def test_every_history_of_five_is_answered_by_its_meaning() -> None:
    """CON-1 to CON-4: in the order in which it happened, and the other way round."""
    count = 0
    for count, history in enumerate(histories(EVERYTHING, 5), 1):  # noqa: B007 - counted
        assert answered(history) == answered(history[::-1]) == expected(history), history
    assert count > 90_000
