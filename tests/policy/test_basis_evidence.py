"""What each lawful basis, and each channel, must be proven by: rules BAS-3 to BAS-11."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from policy.basis_evidence import (
    of_assessment,
    of_charity,
    of_contract,
    of_indirect_source,
    of_legal_duty,
    of_soft_opt_in,
)
from policy.facts import (
    Assessment,
    CharitySoftOptIn,
    ClientContract,
    IndirectSource,
    SoftOptIn,
)
from policy.missing import Missing
from policy.periods import Period
from policy.uses import LegalDuty
from policy.vocabulary import Channel, LawfulBasis, Purpose

START, END = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 7, 5, tzinfo=UTC)
TODAY = date(2026, 3, 2)
A_DAY, A_SECOND = timedelta(days=1), timedelta(seconds=1)

CONTRACT = ClientContract("order 12", Period(START, END), "a quotation", "to send it")
DUTY = LegalDuty(
    LawfulBasis.LEGAL_OBLIGATION,
    "court order 12",
    "one name",
    TODAY,
    "the county court",
    "the privacy officer",
    "the order names the person",
)
ASSESSMENT = Assessment(
    reference="lia-1",
    version="2",
    dated=TODAY,
    review_by=TODAY + A_DAY,
    approver="the privacy officer",
    is_passed=True,
    purposes=frozenset({Purpose.DIRECT_MARKETING}),
    channels=frozenset({Channel.POST}),
    notice_names_interest=True,
    shows_right_to_object=True,
)
SOFT = SoftOptIn("sale 12", TODAY, "websites", True, True, True, True)
CHARITY = CharitySoftOptIn("gift 12", TODAY, True, True, True, True)
SOURCE = IndirectSource("Fair Finder", START, True, "Northgate may write", "check 12", START)


def of_the_assessment(**changes: Any) -> tuple[Missing, ...]:
    changed = replace(ASSESSMENT, **changes)
    return of_assessment(changed, Purpose.DIRECT_MARKETING, Channel.POST, TODAY)


def test_a_basis_that_is_proven_whole_lacks_nothing() -> None:
    assert of_contract(CONTRACT, START) == ()
    assert of_legal_duty(DUTY, TODAY) == ()
    assert of_the_assessment() == ()
    assert of_soft_opt_in(SOFT) == of_charity(CHARITY) == of_indirect_source(SOURCE) == ()


def test_a_basis_of_which_nothing_is_held_lacks_itself() -> None:
    assert of_contract(None, START) == (Missing.CONTRACT,)
    assert of_legal_duty(None, TODAY) == (Missing.LEGAL_DUTY,)
    nothing = of_assessment(None, Purpose.DIRECT_MARKETING, Channel.POST, TODAY)
    assert nothing == (Missing.ASSESSMENT,)


@pytest.mark.parametrize(
    ("item", "lacking"),
    [
        ("reference", Missing.CONTRACT_REFERENCE),
        ("step_asked_for", Missing.CONTRACT_STEP),
        ("necessity", Missing.CONTRACT_NECESSITY),
    ],
)
def test_what_a_contract_lacks_is_named(item: str, lacking: Missing) -> None:
    """Rule BAS-3."""
    blank: dict[str, Any] = {item: " "}
    assert of_contract(replace(CONTRACT, **blank), START) == (lacking,)


def test_a_contract_counts_from_its_first_second_until_before_its_last() -> None:
    """Rule BAS-3."""
    over = (Missing.CONTRACT_IN_FORCE,)
    assert of_contract(CONTRACT, START - A_SECOND) == over
    assert of_contract(CONTRACT, END - A_SECOND) == ()
    assert of_contract(CONTRACT, END) == over


@pytest.mark.parametrize(
    ("item", "lacking"),
    [
        ("reference", Missing.ENACTMENT),
        ("scope", Missing.DUTY_SCOPE),
        ("requester", Missing.REQUESTER),
        ("approver", Missing.DUTY_APPROVER),
        ("necessity", Missing.DUTY_NECESSITY),
    ],
)
def test_what_a_legal_duty_lacks_is_named(item: str, lacking: Missing) -> None:
    """Rule BAS-4."""
    blank: dict[str, Any] = {item: " "}
    assert of_legal_duty(replace(DUTY, **blank), TODAY) == (lacking,)


def test_a_legal_duty_is_dated_and_not_of_tomorrow() -> None:
    """Rule BAS-4."""
    assert of_legal_duty(replace(DUTY, dated=None), TODAY) == (Missing.DUTY_DATE,)
    assert of_legal_duty(DUTY, TODAY - A_DAY) == (Missing.DUTY_DATE,)
    assert of_legal_duty(DUTY, TODAY + A_DAY) == ()


def test_a_recognised_interest_names_its_condition_of_annex_1() -> None:
    """Rule BAS-5."""
    interest = replace(DUTY, basis=LawfulBasis.RECOGNISED_INTEREST)
    assert of_legal_duty(interest, TODAY) == ()
    nameless = replace(interest, reference="", necessity="")
    assert of_legal_duty(nameless, TODAY) == (Missing.ANNEX_1_CONDITION, Missing.DUTY_NECESSITY)


@pytest.mark.parametrize(
    "basis", [LawfulBasis.CONSENT, LawfulBasis.CONTRACT, LawfulBasis.LEGITIMATE_INTERESTS]
)
def test_no_other_basis_can_be_a_duty(basis: LawfulBasis) -> None:
    """Rules BAS-4 and BAS-5."""
    assert of_legal_duty(replace(DUTY, basis=basis), TODAY) == (Missing.DUTY_BASIS,)
    nameless = replace(DUTY, basis=basis, reference="")
    assert of_legal_duty(nameless, TODAY) == (Missing.DUTY_BASIS, Missing.ENACTMENT)


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [
        ("reference", " ", Missing.ASSESSMENT_REFERENCE),
        ("version", " ", Missing.ASSESSMENT_VERSION),
        ("dated", None, Missing.ASSESSMENT_DATE),
        ("dated", TODAY + A_DAY, Missing.ASSESSMENT_DATE),
        ("review_by", None, Missing.ASSESSMENT_IN_DATE),
        ("review_by", TODAY, Missing.ASSESSMENT_IN_DATE),
        ("approver", " ", Missing.ASSESSMENT_APPROVER),
        ("is_passed", False, Missing.ASSESSMENT_PASSED),
        ("purposes", frozenset({Purpose.ANALYTICS}), Missing.ASSESSMENT_PURPOSE),
        ("channels", frozenset({Channel.EMAIL}), Missing.ASSESSMENT_CHANNEL),
        ("notice_names_interest", False, Missing.NOTICE_OF_INTEREST),
        ("shows_right_to_object", False, Missing.RIGHT_TO_OBJECT),
    ],
)
def test_what_an_assessment_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-6: the day it is made it counts, the day of its review it no longer does."""
    assert of_the_assessment(**{item: value}) == (lacking,)


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [
        ("reference", " ", Missing.SALE_REFERENCE),
        ("dated", None, Missing.SALE_DATE),
        ("product", " ", Missing.SALE_PRODUCT),
    ],
)
def test_what_the_record_of_a_sale_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-7."""
    assert of_soft_opt_in(replace(SOFT, **{item: value})) == (lacking,)


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [("reference", " ", Missing.SUPPORT_REFERENCE), ("obtained_on", None, Missing.SUPPORT_DATE)],
)
def test_what_the_record_of_a_gift_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-7."""
    assert of_charity(replace(CHARITY, **{item: value})) == (lacking,)


@pytest.mark.parametrize(
    ("item", "value", "lacking"),
    [
        ("name", " ", Missing.SOURCE_NAME),
        ("wording", None, Missing.SOURCE_WORDING),
        ("wording", " ", Missing.SOURCE_WORDING),
        ("names_controller", False, Missing.SOURCE_NAMES_US),
        ("diligence_ref", None, Missing.DUE_DILIGENCE),
        ("diligence_ref", " ", Missing.DUE_DILIGENCE),
        ("notice_sent_at", None, Missing.SOURCE_NOTICE),
    ],
)
def test_what_an_indirect_source_lacks_is_named(item: str, value: Any, lacking: Missing) -> None:
    """Rule BAS-9."""
    assert of_indirect_source(replace(SOURCE, **{item: value})) == (lacking,)
