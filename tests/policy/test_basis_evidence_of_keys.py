"""What calls, a client's data and sensitive content need: rules BAS-8, BAS-10 and BAS-11."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from policy.basis_evidence import (
    ProcessorFile,
    SpecialCategoryEvidence,
    TelephoneEvidence,
    of_processor,
    of_processor_file,
    of_special_category,
    of_telephone,
)
from policy.facts import Instruction, ProcessorContract, RegisterCheck
from policy.missing import Missing
from policy.periods import Period
from policy.vocabulary import Channel, Purpose, Register

START, END = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 5, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)

CHECKS = (RegisterCheck(Register.TPS, START, False), RegisterCheck(Register.CTPS, START, True))
TELEPHONE = TelephoneEvidence("+447700900123", CHECKS, False)
INSTRUCTION = Instruction(
    "instruction 1",
    Period(START, END),
    frozenset({Purpose.CLIENT_DELIVERY}),
    frozenset({Channel.EMAIL}),
)
CONTRACT = ProcessorContract("contract 1", Period(START, END), (INSTRUCTION,))
FILE = ProcessorFile("Harbour Foods", "2", "0" * 64, (), ("GB",))


def test_what_is_proven_whole_lacks_nothing() -> None:
    assert of_telephone(TELEPHONE, START) == ()
    assert of_telephone(replace(TELEPHONE, refuses_calls=True), START) == ()
    assert of_processor(CONTRACT, START) == ()
    assert of_processor_file(FILE) == ()


@pytest.mark.parametrize(
    "number",
    ["", "07700900123", "447700900123", "+0447700900123", "+44 7700 900123", "+4" + "0" * 15, "+4"],
)
def test_a_number_that_cannot_be_dialled_from_abroad_is_missing(number: str) -> None:
    """Rule BAS-8: E.164 has a plus, a country code, and at most 15 digits."""
    assert of_telephone(replace(TELEPHONE, number=number), START) == (Missing.NUMBER,)
    assert of_telephone(replace(TELEPHONE, number="+4" + "0" * 14), START) == ()
    assert of_telephone(replace(TELEPHONE, number="+44"), START) == ()


def test_each_register_is_checked_before_the_call() -> None:
    """Rule BAS-8: whatever the check said, its result is judged elsewhere."""
    tps, ctps = CHECKS
    assert of_telephone(replace(TELEPHONE, checks=(tps,)), START) == (Missing.CTPS_CHECK,)
    assert of_telephone(replace(TELEPHONE, checks=(ctps,)), START) == (Missing.TPS_CHECK,)
    both = (Missing.TPS_CHECK, Missing.CTPS_CHECK)
    assert of_telephone(TELEPHONE, START - A_SECOND) == both


def test_our_own_list_of_who_refused_calls_is_looked_at() -> None:
    """Rule BAS-8."""
    unknown = replace(TELEPHONE, refuses_calls=None)
    assert of_telephone(unknown, START) == (Missing.DO_NOT_CALL_STATE,)


def test_a_clients_data_needs_a_running_contract_and_instruction() -> None:
    """Rule BAS-10."""
    assert of_processor(None, START) == (Missing.PROCESSOR_CONTRACT,)
    nameless = replace(CONTRACT, reference=" ")
    assert of_processor(nameless, START) == (Missing.PROCESSOR_REFERENCE,)
    over = (Missing.PROCESSOR_IN_FORCE, Missing.INSTRUCTION)
    assert of_processor(CONTRACT, START - A_SECOND) == over
    assert of_processor(CONTRACT, END - A_SECOND) == ()
    assert of_processor(CONTRACT, END) == over


def test_an_instruction_that_is_not_in_force_does_not_count() -> None:
    """Rule BAS-10."""
    ended = replace(INSTRUCTION, in_force=Period(START - A_SECOND, START))
    assert of_processor(replace(CONTRACT, instructions=(ended,)), START) == (Missing.INSTRUCTION,)
    nameless = replace(INSTRUCTION, reference=" ")
    both = replace(CONTRACT, instructions=(INSTRUCTION, nameless))
    assert of_processor(both, START) == (Missing.INSTRUCTION_REFERENCE,)
    past = replace(CONTRACT, instructions=(INSTRUCTION, replace(ended, reference="")))
    assert of_processor(past, START) == ()


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [
        ("client", " ", Missing.CLIENT),
        ("instruction_version", " ", Missing.INSTRUCTION_VERSION),
        ("instruction_hash", " ", Missing.INSTRUCTION_HASH),
        ("subprocessors", None, Missing.SUBPROCESSORS),
        ("locations", (), Missing.LOCATIONS),
        ("locations", ("GB", " "), Missing.LOCATIONS),
    ],
)
def test_what_the_file_of_a_client_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-10."""
    assert of_processor_file(replace(FILE, **{item: value})) == (lacking,)


@pytest.mark.parametrize("letter", ["a", "c", "d", "e", "f"])
def test_some_conditions_of_article_9_stand_alone(letter: str) -> None:
    """Rule BAS-11."""
    assert of_special_category(SpecialCategoryEvidence(letter)) == ()


@pytest.mark.parametrize("letter", ["b", "g", "h", "i", "j"])
def test_some_conditions_of_article_9_need_one_of_schedule_1(letter: str) -> None:
    """Rule BAS-11: b and g need the policy document as well."""
    document = (Missing.POLICY_DOCUMENT,) if letter in "bg" else ()
    alone = SpecialCategoryEvidence(letter, schedule_1=" ", policy_document=" ")
    assert of_special_category(alone) == (Missing.SCHEDULE_1_CONDITION, *document)
    with_schedule = replace(alone, schedule_1="paragraph 1")
    assert of_special_category(with_schedule) == document
    assert of_special_category(replace(with_schedule, policy_document="policy 1")) == ()


@pytest.mark.parametrize("letter", ["", "k", "x", "bg", "A", " "])
def test_what_is_no_letter_of_article_9_is_no_condition(letter: str) -> None:
    """Rule BAS-11."""
    found = of_special_category(SpecialCategoryEvidence(letter, "paragraph 1", "policy 1"))
    assert found == (Missing.ARTICLE_9_CONDITION,)


def test_content_of_which_nothing_is_held_has_no_condition() -> None:
    """Rule BAS-11."""
    assert of_special_category(SpecialCategoryEvidence()) == (Missing.ARTICLE_9_CONDITION,)
    needed = (Missing.SCHEDULE_1_CONDITION, Missing.POLICY_DOCUMENT)
    assert of_special_category(SpecialCategoryEvidence("b")) == needed
    nothing = of_special_category(SpecialCategoryEvidence(is_criminal=True))
    assert nothing == (Missing.ARTICLE_10_AUTHORITY,)


def test_criminal_content_needs_an_authority_of_article_10() -> None:
    """Rule BAS-11: a condition of Article 9 is none."""
    criminal = SpecialCategoryEvidence("a", is_criminal=True, article_10_authority=" ")
    assert of_special_category(criminal) == (Missing.ARTICLE_10_AUTHORITY,)
    held = SpecialCategoryEvidence(is_criminal=True, article_10_authority="Schedule 1 paragraph 33")
    assert of_special_category(held) == ()
