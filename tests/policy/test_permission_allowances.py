"""What allows: the lawful basis, the event that it rests on, and until when it is good."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from policy.facts import Facts, RegisterCheck
from policy.periods import Period
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import Channel, LawfulBasis, Operation, PermissionEvent, Purpose, Register
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import EXPIRES_AT, NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import (
    ASSESSMENT,
    AUDIT,
    COMPANY,
    CONTRACT,
    DUTY,
    OFFICE,
    PRODUCT,
    SALE,
    SUPPORT,
    TICK,
    checks,
)
from tests.policy.rows import CALL, ENQUIRY

CONSENT, ASKED = given(), enquired()
CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
TO_COURT = use(Purpose.AUTHORITY_DISCLOSURE, Channel.NONE, duty=DUTY)
INTEREST = replace(DUTY, basis=LawfulBasis.RECOGNISED_INTEREST)
IN_AUDIT = use(Purpose.AUDIT, Channel.NONE, audit=AUDIT)
LETTER = use(channel=Channel.POST)
A_CALL = use(channel=CALL)
BASIS = LawfulBasis
SEVEN_DAYS_ON = NOW + timedelta(days=7)
WEIGHED = facts(assessment=ASSESSMENT)
CALLABLE = replace(WEIGHED, register_checks=checks())

GROUNDS = [
    (use(), facts(CONSENT), R.OK_CONSENT, BASIS.CONSENT, CONSENT),
    (use(ENQUIRY), facts(ASKED), R.OK_SERVICE, BASIS.CONTRACT, ASKED),
    (
        use(product=PRODUCT),
        replace(WEIGHED, soft_opt_in=SALE),
        R.OK_SOFT_OPTIN,
        BASIS.LEGITIMATE_INTERESTS,
        None,
    ),
    (
        use(),
        replace(WEIGHED, charity_opt_in=SUPPORT),
        R.OK_CHARITY_SOFT_OPTIN,
        BASIS.LEGITIMATE_INTERESTS,
        None,
    ),
    (
        use(),
        replace(WEIGHED, subscriber=COMPANY),
        R.OK_LI_CORPORATE,
        BASIS.LEGITIMATE_INTERESTS,
        None,
    ),
    (use(), facts(subscriber=OFFICE), R.OK_CORPORATE_GENERIC, BASIS.LEGITIMATE_INTERESTS, None),
    (A_CALL, CALLABLE, R.OK_LI_CALL, BASIS.LEGITIMATE_INTERESTS, None),
    (LETTER, WEIGHED, R.OK_LI_POST, BASIS.LEGITIMATE_INTERESTS, None),
    (
        use(Purpose.CONTRACT_DELIVERY),
        facts(client_contract=CONTRACT),
        R.OK_CONTRACT,
        BASIS.CONTRACT,
        None,
    ),
    (TO_COURT, facts(), R.OK_LEGAL_OBLIGATION, BASIS.LEGAL_OBLIGATION, None),
    (
        replace(TO_COURT, duty=INTEREST),
        facts(),
        R.OK_RECOGNISED_LI,
        BASIS.RECOGNISED_INTEREST,
        None,
    ),
    (CLAIM, facts(), R.OK_LEGAL_CLAIM, BASIS.LEGITIMATE_INTERESTS, None),
    (
        use(Purpose.RIGHTS_HANDLING),
        facts(access_requests=(Period(days_ago(1)),)),
        R.OK_RIGHTS,
        BASIS.LEGAL_OBLIGATION,
        None,
    ),
    (IN_AUDIT, facts(), R.OK_AUDIT, BASIS.LEGAL_OBLIGATION, None),
    (
        use(Purpose.SUPPRESSION_CHECK),
        facts(),
        R.OK_SUPPRESSION_CHECK,
        BASIS.LEGITIMATE_INTERESTS,
        None,
    ),
    (use(operation=Operation.STORE), facts(), R.OK_STORAGE, None, None),
    (
        CLAIM,
        facts(is_restricted=True),
        R.OK_RESTRICTED_USE,
        BASIS.LEGITIMATE_INTERESTS,
        None,
    ),
]


@pytest.mark.parametrize(
    ("asked", "known", "code", "basis", "event"), GROUNDS, ids=[ground[2] for ground in GROUNDS]
)
def test_an_allow_names_its_basis_and_what_it_rests_on(
    asked: UseRequest,
    known: Facts,
    code: R,
    basis: LawfulBasis | None,
    event: PermissionEvent | None,
) -> None:
    allowed = decide(asked, known)
    assert allowed.is_allowed
    assert (allowed.reasons, allowed.code) == ((code,), code)
    assert (allowed.basis, allowed.rests_on) == (basis, event)
    assert allowed.lead_id == lead().id
    assert allowed.valid_until == SEVEN_DAYS_ON


def test_row_17_keeps_the_consent_that_was_given_since_the_restriction() -> None:
    known = replace(facts(given(days_ago(1))), restrictions=facts(is_restricted=True).restrictions)
    allowed = decide(use(), known)
    assert allowed.code is R.OK_RESTRICTED_USE
    assert (allowed.basis, allowed.rests_on) == (BASIS.CONSENT, known.events[0])


def test_an_allow_without_a_lead_names_none_and_ends_after_seven_days() -> None:
    allowed = decide(use(Purpose.SUPPRESSION_CHECK), facts(leads=()))
    assert (allowed.lead_id, allowed.valid_until) == (None, SEVEN_DAYS_ON)


def ending(at: datetime) -> Facts:
    return facts(CONSENT, leads=(lead(expires_at=at),), client_contract=CONTRACT)


@pytest.mark.parametrize("purpose", [Purpose.DIRECT_MARKETING, Purpose.CONTRACT_DELIVERY])
def test_an_allow_ends_with_its_lead_or_after_seven_days(purpose: Purpose) -> None:
    for ends in (NOW + TICK, SEVEN_DAYS_ON - TICK, SEVEN_DAYS_ON):
        assert decide(use(purpose), ending(ends)).valid_until == ends
    assert decide(use(purpose), ending(SEVEN_DAYS_ON + TICK)).valid_until == SEVEN_DAYS_ON


def test_an_allow_for_what_has_expired_ends_after_seven_days() -> None:
    held = facts(leads=(lead(expires_at=NOW),), holds=(Period(days_ago(1)),))
    assert decide(CLAIM, held).valid_until == SEVEN_DAYS_ON


def test_an_allow_ends_when_its_consent_is_24_months_old() -> None:
    long_ago = datetime(2024, 3, 5, 12, tzinfo=UTC)
    known = facts(given(long_ago, valid_until=None), leads=(lead(submitted_at=long_ago),))
    assert decide(use(), known).valid_until == datetime(2026, 3, 5, tzinfo=UTC)


def test_an_allow_on_an_interest_ends_on_the_day_of_review_in_london() -> None:
    on = datetime(2026, 6, 28, 9, tzinfo=UTC)
    assessed = replace(ASSESSMENT, review_by=date(2026, 7, 1))
    sold = facts(soft_opt_in=SALE, assessment=assessed)
    mail = use(product=PRODUCT, at=on)
    for asked, known in ((mail, sold), (replace(LETTER, at=on), facts(assessment=assessed))):
        assert decide(asked, known).valid_until == datetime(2026, 6, 30, 23, tzinfo=UTC)


def test_an_assessment_ends_nothing_that_rests_on_something_else() -> None:
    assessed = replace(ASSESSMENT, review_by=date(2026, 3, 4))
    for asked, known in (
        (use(), facts(CONSENT, assessment=assessed)),
        (CLAIM, facts(assessment=assessed)),
        (use(Purpose.SUPPRESSION_CHECK), facts(assessment=assessed)),
    ):
        assert decide(asked, known).valid_until == SEVEN_DAYS_ON


@pytest.mark.parametrize("review_by", [None, date(2026, 2, 1)])
def test_an_office_is_written_to_although_an_assessment_is_out_of_date(
    review_by: date | None,
) -> None:
    known = facts(subscriber=OFFICE, assessment=replace(ASSESSMENT, review_by=review_by))
    allowed = decide(use(), known)
    assert (allowed.code, allowed.valid_until) == (R.OK_CORPORATE_GENERIC, SEVEN_DAYS_ON)


def test_an_answer_ends_with_its_enquiry_and_not_with_a_consents_24_months() -> None:
    long_ago = datetime(2024, 3, 5, 12, tzinfo=UTC)
    known = facts(enquired(long_ago, valid_until=None), leads=(lead(submitted_at=long_ago),))
    assert decide(use(ENQUIRY), known).valid_until == SEVEN_DAYS_ON


def test_a_call_on_an_interest_ends_with_the_older_of_its_two_checks() -> None:
    older = RegisterCheck(Register.CTPS, days_ago(25), is_listed=False)
    newer = RegisterCheck(Register.TPS, days_ago(24), is_listed=False)
    for pair in ((older, newer), (newer, older)):
        known = replace(WEIGHED, register_checks=pair)
        assert decide(A_CALL, known).valid_until == datetime(2026, 3, 5, tzinfo=UTC)


def test_a_check_ends_no_letter_and_no_call_that_the_person_agreed_to() -> None:
    old = checks(days_ago(25))
    assert decide(LETTER, replace(WEIGHED, register_checks=old)).valid_until == SEVEN_DAYS_ON
    agreed = facts(given(channel=CALL), register_checks=old)
    assert decide(A_CALL, agreed).valid_until == SEVEN_DAYS_ON


@pytest.mark.parametrize("consent_ends", [NOW + TICK, SEVEN_DAYS_ON, SEVEN_DAYS_ON + TICK])
def test_exp_1_an_allow_is_good_until_the_earliest_of_what_it_rests_on(
    consent_ends: datetime,
) -> None:
    ends = min(consent_ends, SEVEN_DAYS_ON)
    assert decide(use(), facts(given(valid_until=consent_ends))).valid_until == ends
    asked = enquired(valid_until=consent_ends)
    assert decide(use(ENQUIRY), facts(asked)).valid_until == ends
    assert decide(use(), facts(given(valid_until=EXPIRES_AT))).valid_until == SEVEN_DAYS_ON
