"""Two records made one: all that forbids, and only the permission that both have (CON-5)."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.decision_table.case import case_of
from policy.facts import (
    ClientContract,
    Facts,
    Instruction,
    LeadFacts,
    ProcessorContract,
    RegisterCheck,
    Restriction,
    Subscriber,
)
from policy.merging import merged
from policy.periods import Period
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import (
    Channel,
    EventKind,
    PermissionEvent,
    Purpose,
    Register,
    Role,
    SubscriberKind,
)
from tests.policy.asked_uses import USES
from tests.policy.worlds import (
    CLEAN_CHECKS,
    FACTS,
    LEADS,
    LONG,
    SOME_LEADS,
    SOUND_ASSESSMENT,
    SOUND_INSTRUCTION,
    SOUND_LEAD,
    SOUND_SALE,
    SOUND_SOURCE,
    SOUND_SUPPORT,
    days_ago,
    flaws,
    laws,
)

NOTHING = Facts(Role.CONTROLLER, (), ())


def holding_its_own_leads(known: Facts) -> Facts:
    """Leave out what came with leads that the record does not hold."""
    held = {None, *(lead.id for lead in known.leads)}
    return replace(known, events=[event for event in known.events if event.lead_id in held])


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """Draw two records of one controller that tell the same of the leads that both hold.

    Of what permits they often say the same: else nothing would ever be allowed.
    """
    leads = draw(SOME_LEADS)
    one, other = (
        replace(draw(FACTS), leads=draw(st.lists(st.sampled_from(leads), unique=True)))
        if leads
        else replace(draw(FACTS), leads=())
        for _ in range(2)
    )
    shared = draw(st.sets(st.sampled_from(PERMITTING_FIELDS)))
    same = {name: getattr(one, name) for name in shared}
    other = replace(other, role=one.role, **same)
    return holding_its_own_leads(one), holding_its_own_leads(other)


PERMITTING_FIELDS = (
    "assessment",
    "soft_opt_in",
    "charity_opt_in",
    "client_contract",
    "processor_contract",
    "subscriber",
    "register_checks",
    "access_requests",
    "holds",
)
PAIRS = pairs()
DELAYING = (Purpose.LEGAL_CLAIM, Purpose.RIGHTS_HANDLING)


@laws
@given(PAIRS, USES)
def test_what_the_merged_record_allows_one_of_the_two_allowed_alone(
    pair: tuple[Facts, Facts], asked: UseRequest
) -> None:
    """CON-5: merging never widens."""
    both = merged(*pair)
    if decide(asked, both).is_allowed:
        if asked.purpose in DELAYING:
            same = {"holds": both.holds, "access_requests": both.access_requests}
            pair = (replace(pair[0], **same), replace(pair[1], **same))  # type: ignore[arg-type]
        assert any(decide(asked, alone).is_allowed for alone in pair)


@laws
@given(PAIRS, st.sampled_from(LEADS), st.sampled_from(LEADS), USES)
def test_two_different_leads_with_one_id_let_no_use_reach_the_person_by_them(
    pair: tuple[Facts, Facts], lead: LeadFacts, other: LeadFacts, asked: UseRequest
) -> None:
    ones, others = (
        replace(known, leads=[*(each for each in known.leads if each.id != told.id), told])
        for known, told in zip(pair, (lead, other), strict=True)
    )
    both, asked = merged(ones, others), replace(asked, message=None)
    answered = decide(asked, both)
    if lead != other and answered.is_allowed and answered.lead_id == lead.id:
        assert not case_of(asked, both).is_outbound


@laws
@given(PAIRS)
def test_which_record_is_merged_into_which_makes_no_difference(pair: tuple[Facts, Facts]) -> None:
    one, other = pair
    assert merged(one, other) == merged(other, one)


@laws
@given(PAIRS, FACTS)
def test_in_which_order_three_records_are_merged_makes_no_difference(
    pair: tuple[Facts, Facts], third: Facts
) -> None:
    one, other = pair
    third = replace(third, role=one.role)
    assert merged(merged(one, other), third) == merged(one, merged(other, third))


@laws
@given(PAIRS, USES)
def test_to_merge_a_record_again_changes_nothing(
    pair: tuple[Facts, Facts], asked: UseRequest
) -> None:
    one, other = pair
    both = merged(one, other)
    assert merged(both, other) == both
    assert merged(both, both) == both
    assert decide(asked, merged(one, one)) == decide(asked, one)


def test_records_of_a_controller_and_of_a_client_are_never_merged() -> None:
    with pytest.raises(ValueError, match=r"as controller, the other as processor\..*Cure:"):
        merged(NOTHING, replace(NOTHING, role=Role.PROCESSOR))


EARLY, LATE = days_ago(4), days_ago(2)
LISTED = RegisterCheck(Register.TPS, LATE, is_listed=True)
OTHER_CLEAN = RegisterCheck(Register.TPS, EARLY, is_listed=False)
FORBIDDING: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "suppressions": (
        {"suppressed_since": [(Channel.SMS, EARLY)]},
        {"suppressed_since": [(None, LATE), (Channel.SMS, EARLY)]},
        {"suppressed_since": ((None, LATE), (Channel.SMS, EARLY))},
    ),
    "restrictions": (
        {"restrictions": [Restriction(LATE)]},
        {"restrictions": [Restriction(EARLY, LATE)]},
        {"restrictions": (Restriction(EARLY, LATE), Restriction(LATE))},
    ),
    "holds": ({"holds": [LONG]}, {}, {"holds": (LONG,)}),
    "requests": ({}, {"access_requests": [LONG]}, {"access_requests": (LONG,)}),
    "a line that refused once": (
        {"line_refused_since": LATE},
        {},
        {"line_refused_since": LATE},
    ),
    "a line that refused twice": (
        {"line_refused_since": LATE},
        {"line_refused_since": EARLY},
        {"line_refused_since": LATE, "suppressed_since": ((Channel.LIVE_CALL, EARLY),)},
    ),
    "the first erasure": ({"erased_at": LATE}, {"erased_at": EARLY}, {"erased_at": EARLY}),
    "an erasure": ({"erased_at": LATE}, {}, {"erased_at": LATE}),
    "the first death": ({"died_at": EARLY}, {"died_at": LATE}, {"died_at": EARLY}),
    "the youngest birth": (
        {"born_on": date(2001, 1, 1)},
        {"born_on": date(2001, 1, 2)},
        {"born_on": date(2001, 1, 2)},
    ),
    "the only birth": ({}, {"born_on": date(2001, 1, 2)}, {"born_on": date(2001, 1, 2)}),
    "listed numbers": (
        {"register_checks": [*CLEAN_CHECKS, LISTED]},
        {"register_checks": [OTHER_CLEAN, *reversed(CLEAN_CHECKS)]},
        {"register_checks": (CLEAN_CHECKS[1], CLEAN_CHECKS[0], LISTED)},
    ),
}


@pytest.mark.parametrize("name", FORBIDDING)
def test_what_forbids_is_taken_from_either_record(name: str) -> None:
    one, other, expected = FORBIDDING[name]
    found = merged(replace(NOTHING, **one), replace(NOTHING, **other))
    assert found == replace(NOTHING, **expected)


OTHER_INSTRUCTION = replace(SOUND_INSTRUCTION, reference="i-2")
SOUND_CONTRACT = ProcessorContract("p-1", LONG, (SOUND_INSTRUCTION,))
CLIENT = ClientContract("c-1", LONG, "asked", "needed")
PERMITTING: dict[str, Any] = {
    "has_parental_authority": True,
    "has_platform_signals": True,
    "assessment": SOUND_ASSESSMENT,
    "soft_opt_in": SOUND_SALE,
    "charity_opt_in": SOUND_SUPPORT,
    "client_contract": CLIENT,
    "processor_contract": SOUND_CONTRACT,
    "register_checks": (CLEAN_CHECKS[1], CLEAN_CHECKS[0]),
    "subscriber": Subscriber(SubscriberKind.CORPORATE, True, "FR", True),
}


@pytest.mark.parametrize("name", PERMITTING)
def test_what_permits_stays_only_if_both_records_say_the_same(name: str) -> None:
    """The same holds for identifiers that fit the channel, whose absence is what forbids."""
    known = replace(NOTHING, **{name: PERMITTING[name]})
    assert merged(known, known) == known
    if name != "subscriber":
        assert merged(known, NOTHING) == merged(NOTHING, known) == NOTHING
    fits_not = replace(NOTHING, identifier_fits=False)
    assert merged(fits_not, known).identifier_fits is False
    assert merged(known, known).identifier_fits is True


def test_a_fact_that_differs_in_anything_is_not_the_same() -> None:
    for changed in flaws(SOUND_ASSESSMENT, version=["2"], review_by=[date(2026, 12, 2)]):
        one = replace(NOTHING, assessment=SOUND_ASSESSMENT)
        assert merged(one, replace(NOTHING, assessment=changed)).assessment is None


INDIVIDUAL, CORPORATE = SubscriberKind.INDIVIDUAL, SubscriberKind.CORPORATE


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Subscriber(CORPORATE), Subscriber(INDIVIDUAL), Subscriber()),
        (Subscriber(CORPORATE, True), Subscriber(CORPORATE), Subscriber(CORPORATE)),
        (
            Subscriber(CORPORATE, True),
            Subscriber(INDIVIDUAL, True),
            Subscriber(is_generic_mailbox=True),
        ),
        (Subscriber(country="FR"), Subscriber(), Subscriber(country="FR")),
        (Subscriber(country="GB"), Subscriber(country="IE"), Subscriber(country="IE")),
        (Subscriber(country="FR"), Subscriber(country="DE"), Subscriber(country="DE")),
        (Subscriber(country="GB"), Subscriber(country="US"), Subscriber()),
        (
            Subscriber(INDIVIDUAL, country="US"),
            Subscriber(CORPORATE, country="US"),
            Subscriber(country="US"),
        ),
        (
            Subscriber(country="FR", has_national_rule=True),
            Subscriber(country="FR"),
            Subscriber(country="FR"),
        ),
        (
            Subscriber(country="FR", has_national_rule=True),
            Subscriber(country="DE", has_national_rule=True),
            Subscriber(country="DE"),
        ),
        (
            Subscriber(INDIVIDUAL, country="FR", has_national_rule=True),
            Subscriber(CORPORATE, country="FR", has_national_rule=True),
            Subscriber(country="FR", has_national_rule=True),
        ),
    ],
)
def test_of_two_subscribers_the_stricter_is_taken(
    one: Subscriber, other: Subscriber, expected: Subscriber
) -> None:
    for pair in ((one, other), (other, one)):
        first, second = (replace(NOTHING, subscriber=subscriber) for subscriber in pair)
        assert merged(first, second).subscriber == expected


def contract(*instructions: Instruction, **changes: Any) -> Facts:
    told = replace(SOUND_CONTRACT, instructions=instructions, **changes)
    return replace(NOTHING, processor_contract=told)


def test_of_one_contract_the_instructions_that_both_know_stay() -> None:
    found = merged(
        contract(SOUND_INSTRUCTION, OTHER_INSTRUCTION), contract(OTHER_INSTRUCTION)
    ).processor_contract
    assert found == replace(SOUND_CONTRACT, instructions=(OTHER_INSTRUCTION,))


@pytest.mark.parametrize("changes", [{"reference": "p-2"}, {"period": Period(days_ago(9))}])
def test_of_two_contracts_neither_stays(changes: dict[str, Any]) -> None:
    other = contract(SOUND_INSTRUCTION, **changes)
    assert merged(contract(SOUND_INSTRUCTION), other).processor_contract is None


def test_leads_are_united_by_their_ids_and_those_that_differ_are_in_conflict() -> None:
    second = replace(SOUND_LEAD, id=UUID(int=2))
    told_otherwise = replace(SOUND_LEAD, indirect=SOUND_SOURCE)
    found = merged(
        replace(NOTHING, leads=[second, SOUND_LEAD]),
        replace(NOTHING, leads=[told_otherwise, second]),
    ).leads
    assert found == (
        replace(SOUND_LEAD, has_identity_conflict=True),
        replace(told_otherwise, has_identity_conflict=True),
        second,
    )


def test_every_event_stays_once() -> None:
    consent, refusal, enquiry = EVENTS
    found = merged(
        replace(NOTHING, events=[refusal, consent]), replace(NOTHING, events=[enquiry, refusal])
    )
    assert found == replace(NOTHING, events=(consent, enquiry, refusal))


EVENTS = (
    PermissionEvent(EventKind.GIVEN, Purpose.DIRECT_MARKETING, Channel.EMAIL, EARLY, UUID(int=1)),
    PermissionEvent(EventKind.REFUSED, Purpose.DIRECT_MARKETING, None, LATE),
    PermissionEvent(EventKind.ENQUIRED, Purpose.ENQUIRY_RESPONSE, Channel.EMAIL, LATE),
)
