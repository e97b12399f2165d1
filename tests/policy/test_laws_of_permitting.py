"""Laws of what permits: without it nothing is allowed, and to lose it never allows more."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.facts import Facts, LeadFacts
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import EventKind, LawfulBasis, Operation, Purpose, ReasonCode, Role
from tests.policy.asked_uses import MARKETING_USES, USES
from tests.policy.worlds import FACTS, PERMITTING, laws

Loss = Callable[[Facts, UseRequest], tuple[Facts, UseRequest]]


def each_lead(known: Facts, change: Callable[[LeadFacts], LeadFacts]) -> Facts:
    return replace(known, leads=[change(lead) for lead in known.leads])


def unnotified(lead: LeadFacts) -> LeadFacts:
    source = lead.indirect and replace(lead.indirect, notice_sent_at=None)
    return replace(lead, has_privacy_link=False, indirect=source)


def uninstructed(known: Facts) -> Facts:
    contract = known.processor_contract
    fewer = contract and replace(contract, instructions=contract.instructions[1:])
    return replace(known, processor_contract=fewer)


def unchecked(known: Facts, *, wholly: bool) -> Facts:
    """Forget the clean checks, or all of them: to forget a listed number alone would permit."""
    kept = [check for check in known.register_checks if check.is_listed and not wholly]
    return replace(known, register_checks=kept)


def of_facts(**lost: Any) -> Loss:
    return lambda known, asked: (replace(known, **lost), asked)


def of_use(**lost: Any) -> Loss:
    return lambda known, asked: (known, replace(asked, **lost))


def of_leads(**lost: Any) -> Loss:
    return lambda known, asked: (each_lead(known, lambda lead: replace(lead, **lost)), asked)


def without_contract_or_safeguard(known: Facts, asked: UseRequest) -> tuple[Facts, UseRequest]:
    recipient = asked.recipient and replace(asked.recipient, contract=None, safeguard=None)
    return known, replace(asked, recipient=recipient)


LOSSES: dict[str, Loss] = {
    "assessment": of_facts(assessment=None),
    "sale": of_facts(soft_opt_in=None),
    "support of a charity": of_facts(charity_opt_in=None),
    "client's contract": of_facts(client_contract=None),
    "processor's contract": of_facts(processor_contract=None),
    "instruction": lambda known, asked: (uninstructed(known), asked),
    "clean checks": lambda known, asked: (unchecked(known, wholly=False), asked),
    "register checks": lambda known, asked: (unchecked(known, wholly=True), asked),
    "platform signals": of_facts(has_platform_signals=False),
    "parental authority": of_facts(has_parental_authority=False),
    "fitting identifier": of_facts(identifier_fits=False),
    "open requests": of_facts(access_requests=()),
    "holds": of_facts(holds=()),
    "notice": lambda known, asked: (each_lead(known, unnotified), asked),
    "wording": of_leads(is_wording_known=False),
    "source time": of_leads(has_source_time=False),
    "condition": of_leads(has_special_condition=False),
    "leads": of_facts(leads=()),
    "duty": of_use(duty=None),
    "audit": of_use(audit=None),
    "matter": of_use(matter=None),
    "what a profile is for": lambda known, asked: (
        known,
        replace(asked, automated=None) if asked.operation is Operation.PROFILE else asked,
    ),
    "contract and safeguard of the recipient": without_contract_or_safeguard,
}


@pytest.mark.parametrize("name", LOSSES)
def test_to_lose_what_permits_never_turns_a_denial_into_an_allow(name: str) -> None:
    @laws
    @given(FACTS, USES)
    def law(known: Facts, asked: UseRequest) -> None:
        less, fewer = LOSSES[name](known, asked)
        if decide(fewer, less).is_allowed:
            assert decide(asked, known).is_allowed

    law()


@laws
@given(USES, st.sampled_from(Role))
def test_where_nothing_is_known_only_the_suppression_list_may_be_asked(
    asked: UseRequest, role: Role
) -> None:
    """PERM-0: deny by default."""
    answered = decide(asked, Facts(role, (), ()))
    if answered.is_allowed:
        assert answered.reasons == (ReasonCode.OK_SUPPRESSION_CHECK,)
        assert asked.purpose is Purpose.SUPPRESSION_CHECK


@laws
@given(FACTS, MARKETING_USES)
def test_without_consent_and_without_another_basis_nobody_is_marketed_to(
    known: Facts, asked: UseRequest
) -> None:
    """To take consents away may only open what another basis carries by itself."""
    less = replace(
        known,
        events=[event for event in known.events if event.kind not in PERMITTING],
        assessment=None,
        subscriber=replace(known.subscriber, is_generic_mailbox=False),
    )
    assert not decide(asked, less).is_allowed


@laws
@given(FACTS, USES)
def test_without_an_enquiry_there_is_nothing_to_answer(known: Facts, asked: UseRequest) -> None:
    """PERM-71."""
    less = replace(
        known, events=[event for event in known.events if event.kind is not EventKind.ENQUIRED]
    )
    assert decide(asked, less).code is not ReasonCode.OK_SERVICE


@laws
@given(FACTS, USES)
def test_a_consent_for_something_else_never_permits(known: Facts, asked: UseRequest) -> None:
    """G1 of the two keys: consent is specific to its purpose and channel (PERM-37, PERM-38)."""
    message = asked.message
    if message and (message.promotes or message.asks_for_consent or message.regulated):
        return  # it is marketing, whatever purpose was named, and needs the consent to that
    own = [
        event
        for event in known.events
        if event.kind not in PERMITTING
        or (event.purpose, event.channel) == (asked.purpose, asked.channel)
    ]
    if decide(asked, known).is_allowed:
        assert decide(asked, replace(known, events=own)).is_allowed


@laws
@given(FACTS, USES)
def test_an_allow_by_consent_rests_on_a_consent_to_this_very_use_and_on_its_own_lead(
    known: Facts, asked: UseRequest
) -> None:
    """PERM-33."""
    answered = decide(asked, known)
    if answered.basis is LawfulBasis.CONSENT:
        rests_on = answered.rests_on
        assert rests_on is not None
        assert rests_on in known.events
        assert rests_on.kind in PERMITTING
        assert rests_on.channel is asked.channel
        assert rests_on.lead_id == answered.lead_id
        assert rests_on.occurred_at <= asked.at
        assert answered.lead_id in {lead.id for lead in known.leads}
