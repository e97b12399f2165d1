"""The decision table, group B (PERM-5 to PERM-9): a client's data, on the client's instruction."""

from dataclasses import replace
from typing import Any

import pytest

from policy.facts import Facts, Instruction, Restriction
from policy.periods import Period
from policy.permission import decide
from policy.vocabulary import Channel, LawfulBasis, Operation, PermissionEvent, Purpose, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, use
from tests.policy.grounds import (
    CLIENT,
    INSTRUCTION,
    MAILER,
    STRANGER,
    TICK,
    processor_contract,
)
from tests.policy.rows import ENQUIRY, MARKETING_BY_EMAIL, Row, assert_answered, name_of

DELIVERY = use(Purpose.CLIENT_DELIVERY, Channel.NONE)
TO_CLIENT = use(Purpose.CLIENT_DELIVERY, Channel.NONE, recipient=CLIENT)
RETURN = use(Purpose.CLIENT_DELIVERY, Channel.NONE, operation=Operation.RETURN_TO_CLIENT)
DELETION = use(Purpose.CLIENT_DELIVERY, Channel.NONE, operation=Operation.DELETE)
STORAGE = use(Purpose.CLIENT_DELIVERY, Channel.NONE, operation=Operation.STORE)


def instructed(*events: PermissionEvent, **changes: Any) -> Facts:
    """Return a client's data under one instruction; `changes` are changes of that instruction."""
    instruction = replace(INSTRUCTION, **changes)
    return facts(*events, role=Role.PROCESSOR, processor_contract=processor_contract(instruction))


def under(*instructions: Instruction, **period: Any) -> Facts:
    contract = processor_contract(*instructions, **period)
    return facts(given(), role=Role.PROCESSOR, processor_contract=contract)


ENDED = under(INSTRUCTION, end=NOW)
NOT_INSTRUCTED = (R.PROCESSOR_NO_INSTRUCTION,)
NOR_OTHERWISE = (R.PROCESSOR_NO_INSTRUCTION, R.NO_LAWFUL_BASIS)

CASES = (
    Row(
        "11",
        "after the contract data goes to its client for no money",
        ENDED,
        (R.PROCESSOR_CONTRACT_ENDED, R.SALE_PROHIBITED),
        replace(RETURN, recipient=replace(CLIENT, has_consideration=True)),
        "8 11",
    ),
    Row(
        "9",
        "a client's list of opt-outs is looked up though use is restricted",
        facts(
            role=Role.PROCESSOR,
            restrictions=(Restriction(days_ago(5)),),
            processor_contract=processor_contract(
                replace(INSTRUCTION, purposes=frozenset({Purpose.SUPPRESSION_CHECK}))
            ),
        ),
        (R.OK_PROCESSOR_INSTRUCTION,),
        use(Purpose.SUPPRESSION_CHECK),
    ),
    Row(
        "5",
        "a client's data is not used for the agency's own ends, whatever was ticked",
        instructed(given()),
        (R.PROCESSOR_OWN_PURPOSE,),
        use(is_for_agency=True),
    ),
    Row(
        "5",
        "a client's data is not even stored for the agency's own ends",
        instructed(),
        (R.PROCESSOR_OWN_PURPOSE,),
        replace(STORAGE, is_for_agency=True),
    ),
    Row(
        "5",
        "after the contract nothing goes back for the agency's own ends",
        ENDED,
        (R.PROCESSOR_OWN_PURPOSE, R.PROCESSOR_CONTRACT_ENDED),
        replace(RETURN, is_for_agency=True),
        "5 8",
    ),
    Row(
        "5",
        "the agency's own data serves its own ends",
        facts(given()),
        (R.OK_CONSENT,),
        use(is_for_agency=True),
        "33",
    ),
    Row(
        "6",
        "without a contract there is nothing",
        facts(given(), role=Role.PROCESSOR),
        NOT_INSTRUCTED,
    ),
    Row("6", "without an instruction there is nothing", under(), NOT_INSTRUCTED),
    Row(
        "6",
        "a processor does not answer enquiries of its own accord",
        facts(enquired(), role=Role.PROCESSOR),
        NOT_INSTRUCTED,
        use(ENQUIRY),
    ),
    Row(
        "6",
        "a processor does not look up its own list for a client",
        facts(role=Role.PROCESSOR),
        NOT_INSTRUCTED,
        use(Purpose.SUPPRESSION_CHECK),
    ),
    Row(
        "6",
        "a processor stores nothing of its own accord",
        facts(role=Role.PROCESSOR),
        NOT_INSTRUCTED,
        STORAGE,
    ),
    Row(
        "6",
        "an instruction about another purpose is none",
        instructed(given(), purposes=frozenset({Purpose.CLIENT_DELIVERY})),
        NOT_INSTRUCTED,
    ),
    Row(
        "6",
        "an instruction about another channel is none",
        instructed(given(), channels=frozenset({Channel.SMS})),
        NOT_INSTRUCTED,
    ),
    Row(
        "6",
        "an instruction about another recipient is none",
        instructed(recipients=frozenset({"client-2"})),
        NOR_OTHERWISE,
        TO_CLIENT,
        "6 0",
    ),
    Row(
        "6",
        "two instructions do not add up to one",
        under(
            replace(INSTRUCTION, purposes=frozenset({Purpose.ANALYTICS})),
            replace(INSTRUCTION, channels=frozenset({Channel.SMS})),
        ),
        NOT_INSTRUCTED,
    ),
    Row(
        "6",
        "an instruction is not in force before its start",
        instructed(given(), in_force=Period(NOW + TICK)),
        NOT_INSTRUCTED,
    ),
    Row(
        "6",
        "an instruction is over at its end",
        instructed(given(), in_force=Period(days_ago(9), NOW)),
        NOT_INSTRUCTED,
    ),
    Row(
        "6",
        "no instruction counts before its contract starts",
        under(INSTRUCTION, start=NOW + TICK),
        NOT_INSTRUCTED,
    ),
    Row("7", "after the contract data goes back", ENDED, (R.OK_PROCESSOR_EXIT,), RETURN),
    Row("7", "after the contract data is deleted", ENDED, (R.OK_PROCESSOR_EXIT,), DELETION),
    Row(
        "7",
        "after the contract data goes back without an instruction, though it has expired",
        facts(
            leads=(),
            role=Role.PROCESSOR,
            processor_contract=processor_contract(end=days_ago(1)),
            is_restricted=True,
        ),
        (R.OK_PROCESSOR_EXIT,),
        RETURN,
    ),
    Row(
        "7",
        "after the contract data goes back to its client",
        ENDED,
        (R.OK_PROCESSOR_EXIT,),
        replace(RETURN, recipient=CLIENT),
    ),
    Row(
        "7",
        "after the contract data goes to nobody but its client",
        ENDED,
        (
            R.PROCESSOR_NO_INSTRUCTION,
            R.PROCESSOR_CONTRACT_ENDED,
            R.PURPOSE_MISMATCH,
            R.NO_LAWFUL_BASIS,
        ),
        replace(RETURN, recipient=STRANGER),
        "6 8 38 0",
    ),
    Row(
        "7",
        "before the end of the contract the instruction decides what is deleted",
        under(INSTRUCTION, end=NOW + TICK),
        (R.OK_PROCESSOR_INSTRUCTION,),
        DELETION,
        "9",
    ),
    Row(
        "7",
        "the agency's own data is not a client's to have back",
        facts(),
        (R.NO_LAWFUL_BASIS,),
        RETURN,
        "0",
    ),
    Row("8", "after the contract nobody is written to", ENDED, (R.PROCESSOR_CONTRACT_ENDED,)),
    Row("8", "after the contract nothing is stored", ENDED, (R.PROCESSOR_CONTRACT_ENDED,), STORAGE),
    Row(
        "8",
        "after the contract even its own instruction is over",
        under(replace(INSTRUCTION, in_force=Period(days_ago(9), NOW)), end=NOW),
        (R.PROCESSOR_NO_INSTRUCTION, R.PROCESSOR_CONTRACT_ENDED),
        by="6 8",
    ),
    Row(
        "8",
        "a contract runs until the last instant before its end",
        under(INSTRUCTION, end=NOW + TICK),
        (R.OK_PROCESSOR_INSTRUCTION,),
        by="9",
    ),
    Row(
        "9",
        "an instruction and a consent permit what the client asked for",
        instructed(given()),
        (R.OK_PROCESSOR_INSTRUCTION,),
    ),
    Row(
        "9",
        "an instruction counts from its very start on",
        instructed(given(), in_force=Period(NOW)),
        (R.OK_PROCESSOR_INSTRUCTION,),
    ),
    Row(
        "9",
        "a contract counts from its very start on",
        under(INSTRUCTION, start=NOW),
        (R.OK_PROCESSOR_INSTRUCTION,),
    ),
    Row(
        "9",
        "an instruction is no consent",
        instructed(),
        (R.CONSENT_MISSING,),
        by="49",
    ),
    Row(
        "9",
        "an instruction is no enquiry",
        instructed(),
        (R.NO_LAWFUL_BASIS,),
        use(ENQUIRY),
        "0",
    ),
    Row(
        "9",
        "an instruction answers an enquiry",
        instructed(enquired()),
        (R.OK_PROCESSOR_INSTRUCTION,),
        use(ENQUIRY),
    ),
    Row(
        "9",
        "data is delivered to its client",
        instructed(),
        (R.OK_PROCESSOR_INSTRUCTION,),
        TO_CLIENT,
    ),
    Row(
        "9",
        "data is analysed as the client asked",
        instructed(),
        (R.OK_PROCESSOR_INSTRUCTION,),
        use(Purpose.ANALYTICS, Channel.NONE),
    ),
    Row(
        "9",
        "data is audited as the client asked",
        instructed(),
        (R.OK_PROCESSOR_INSTRUCTION,),
        use(Purpose.AUDIT, Channel.NONE),
    ),
    Row(
        "9",
        "data is stored as the client asked",
        instructed(),
        (R.OK_PROCESSOR_INSTRUCTION,),
        STORAGE,
    ),
    Row(
        "9",
        "an instruction permits no marketing of a third party",
        instructed(),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.THIRD_PARTY_MARKETING, Channel.NONE),
        "76 0",
    ),
    Row(
        "9",
        "an instruction sets no other row aside",
        instructed(given()),
        (R.RECIPIENT_NO_CONTRACT,),
        use(recipient=replace(MAILER, id="client-1", contract=None)),
        "75",
    ),
    Row(
        "9",
        "the agency's own data needs no instruction, and gets none",
        facts(given(), processor_contract=processor_contract(INSTRUCTION)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "7",
        "the agency's own data does not go back at the end of somebody's contract",
        facts(processor_contract=processor_contract(end=NOW)),
        (R.NO_LAWFUL_BASIS,),
        RETURN,
        "0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_clients_data_is_used_on_the_clients_instruction_only(case: Row) -> None:
    assert_answered(case)


def test_row_9_keeps_the_basis_that_permits_it_to_a_controller() -> None:
    consent = given()
    allowed = decide(MARKETING_BY_EMAIL, instructed(consent))
    assert (allowed.basis, allowed.rests_on) == (LawfulBasis.CONSENT, consent)
    delivered = decide(DELIVERY, instructed(consent))
    assert (delivered.basis, delivered.rests_on) == (None, None)


def test_row_7_rests_on_nothing_and_has_no_end() -> None:
    left = decide(RETURN, ENDED)
    assert (left.basis, left.rests_on, left.lead_id, left.valid_until) == (None, None, None, None)
    assert left.decided_at == NOW
