"""Decide a mixed million of uses: microseconds a decision, beside a function that does nothing."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from policy.decision import Decision
from policy.facts import (
    Assessment,
    ClientContract,
    Facts,
    LeadFacts,
    RegisterCheck,
    Restriction,
    SoftOptIn,
    Subscriber,
)
from policy.periods import Period
from policy.permission import decide
from policy.retention import expires_at
from policy.uses import Message, UseRequest
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Register,
    Role,
    SubscriberKind,
)

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SHAPES = 1_000
DENIED = Decision(False, (ReasonCode.NO_LAWFUL_BASIS,), NOW, rules=("PERM-0",))
ASSESSED = Assessment(
    "lia-1", "1", date(2026, 1, 5), date(2027, 1, 5), "privacy officer", True,
    frozenset({Purpose.DIRECT_MARKETING}), frozenset(Channel), True, True,
)  # fmt: skip
SOLD = SoftOptIn("sale-1", date(2026, 3, 2), "websites", True, True, True, True)
USES = (
    [(Purpose.DIRECT_MARKETING, Channel.EMAIL)] * 50
    + [(Purpose.DIRECT_MARKETING, Channel.LIVE_CALL)] * 15
    + [(Purpose.DIRECT_MARKETING, Channel.SMS)] * 7
    + [(Purpose.DIRECT_MARKETING, Channel.POST)] * 3
    + [(Purpose.AD_AUDIENCE, Channel.ONLINE_AUDIENCE)] * 8
    + [(Purpose.ENQUIRY_RESPONSE, Channel.EMAIL)] * 8
    + [(Purpose.ENQUIRY_RESPONSE, Channel.LIVE_CALL)] * 5
    + [(Purpose.CONTRACT_DELIVERY, Channel.EMAIL)] * 2
    + [(Purpose.SUPPRESSION_CHECK, Channel.NONE), (Purpose.RIGHTS_HANDLING, Channel.NONE)]
)
"""Of a hundred questions: lists for e-mail mostly, then calls, and a little of all else."""

Decide = Callable[[UseRequest, Facts], Decision]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a decision costs, and what the same call costs where nothing is decided (µs)."""

    decided: float
    nothing: float
    allowed: float

    @property
    def ratio(self) -> float:
        """Return how many times the empty function the decision takes."""
        return self.decided / self.nothing


def nothing(use: UseRequest, facts: Facts) -> Decision:  # noqa: ARG001 - it has decide's shape
    """Return a constant."""
    return DENIED


def decisions(count: int) -> Callable[[], Figures]:
    """Prepare a thousand questions; the work asks them in turn until there were `count`."""
    chance = random.Random(20261122)  # noqa: S311 - the same questions each time
    asked = [question(chance) for _ in range(SHAPES)]
    rounds = max(1, count // SHAPES)
    answers = [decide(use, facts) for use, facts in asked]
    share = sum(answer.is_allowed for answer in answers) / SHAPES

    def work() -> Figures:
        return Figures(
            microseconds(decide, asked, rounds), microseconds(nothing, asked, rounds), share
        )

    return work


def microseconds(function: Decide, asked: list[tuple[UseRequest, Facts]], rounds: int) -> float:
    """Return the CPU time that one call takes on average."""
    began = time.process_time()
    for _ in range(rounds):
        for use, facts in asked:
            function(use, facts)
    return (time.process_time() - began) / (rounds * len(asked)) * 1_000_000


def question(chance: random.Random) -> tuple[UseRequest, Facts]:
    """Return one use of one identifier, as lists of leads bring them."""
    purpose, channel = chance.choice(USES)
    said = Message(True, True) if chance.random() < 0.3 else None
    use = UseRequest(purpose, channel, NOW, message=said, product="websites")
    return use, facts_of(chance)


def facts_of(chance: random.Random) -> Facts:
    """Return one identifier's facts: one to three leads, their events, and now and then more."""
    leads = [lead(chance, number) for number in range(1, chance.choice((1, 1, 1, 1, 2, 3)) + 1)]
    events = [event for each in leads for event in events_of(chance, each)]
    known = Facts(Role.CONTROLLER, leads, events)
    if chance.random() < 0.08:
        known = opted_out(chance, known)
    if chance.random() < 0.02:
        known = replace(known, restrictions=(Restriction(NOW - timedelta(days=9)),))
    if chance.random() < 0.3:
        kind = chance.choice(list(SubscriberKind))
        known = replace(known, subscriber=Subscriber(kind), assessment=ASSESSED)
    if chance.random() < 0.1:
        known = replace(known, soft_opt_in=SOLD)
    if chance.random() < 0.3:
        known = replace(known, register_checks=checks(chance))
    if chance.random() < 0.1:
        contract = ClientContract("c-1", Period(NOW - timedelta(days=90)), "asked", "needed")
        known = replace(known, client_contract=contract)
    return replace(known, has_platform_signals=chance.random() < 0.5)


def lead(chance: random.Random, number: int) -> LeadFacts:
    """Return a lead of the last two years and a bit."""
    submitted_at = NOW - timedelta(days=chance.uniform(0.1, 760))
    return LeadFacts(
        UUID(int=number),
        submitted_at,
        submitted_at + timedelta(seconds=4),
        expires_at(submitted_at),
        is_test=chance.random() < 0.01,
        has_identity_conflict=chance.random() < 0.01,
        is_wording_known=chance.random() < 0.97,
        has_privacy_link=chance.random() < 0.98,
    )


def events_of(chance: random.Random, of: LeadFacts) -> list[PermissionEvent]:
    """Return what a submission says: an enquiry, and an answer to a box for e-mail and calls."""
    at, ends = of.submitted_at, of.expires_at
    enquired, basis = EventKind.ENQUIRED, LawfulBasis.CONTRACT
    purpose = Purpose.ENQUIRY_RESPONSE
    found = [PermissionEvent(enquired, purpose, Channel.EMAIL, at, of.id, basis, valid_until=ends)]
    boxes = [(Purpose.DIRECT_MARKETING, Channel.EMAIL)] * (chance.random() < 0.9)
    boxes += [(Purpose.DIRECT_MARKETING, Channel.LIVE_CALL)] * (chance.random() < 0.4)
    boxes += [(Purpose.AD_AUDIENCE, Channel.ONLINE_AUDIENCE)] * (chance.random() < 0.3)
    return found + [box(chance, of, *meaning) for meaning in boxes]


def box(
    chance: random.Random, of: LeadFacts, purpose: Purpose, channel: Channel
) -> PermissionEvent:
    """Return the answer to one box: six of ten are ticked, some of them in vain."""
    at, drawn = of.submitted_at, chance.random()
    if drawn < 0.55:
        given, basis = EventKind.GIVEN, LawfulBasis.CONSENT
        return PermissionEvent(
            given, purpose, channel, at, of.id, basis, None, "box", of.expires_at
        )
    if drawn < 0.6:
        tried, defect = EventKind.ATTEMPTED, BoxDefect.REQUIRED
        return PermissionEvent(tried, purpose, channel, at, of.id, None, defect, "box")
    return PermissionEvent(EventKind.REFUSED, purpose, channel, at, of.id, None, None, "box")


def opted_out(chance: random.Random, known: Facts) -> Facts:
    """Return the facts of somebody who objected, withdrew or is on the suppression list."""
    at = NOW - timedelta(days=chance.uniform(0, 300))
    kind = chance.choice((EventKind.OBJECTED, EventKind.WITHDRAWN))
    event = PermissionEvent(kind, Purpose.DIRECT_MARKETING, None, at)
    return replace(known, events=[*known.events, event], suppressed_since=((None, at),))


def checks(chance: random.Random) -> tuple[RegisterCheck, ...]:
    """Return a check of each register; one number in five is listed."""
    at = NOW - timedelta(days=chance.uniform(0, 40))
    return tuple(RegisterCheck(register, at, chance.random() < 0.2) for register in Register)
