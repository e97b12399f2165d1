"""What a decision rests on: the lead that is judged and the event."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.permission import decide
from policy.vocabulary import Channel, EventKind, Purpose, ReasonCode
from tests.policy.facts import (
    NOW,
    days_ago,
    decision,
    enquired,
    event,
    facts,
    given,
    lead,
    use,
)
from tests.policy.grounds import CONTRACT

ENQUIRY = Purpose.ENQUIRY_RESPONSE


def test_an_allow_rests_on_the_consent_and_on_its_own_lead() -> None:
    consent = given(days_ago(100), lead_number=3)
    leads = (lead(4, submitted_at=days_ago(1)), lead(3, submitted_at=days_ago(100)))
    allowed = decision(consent, leads=leads)
    assert allowed.is_allowed
    assert allowed.rests_on == consent
    assert allowed.lead_id == leads[1].id


def test_an_allow_rests_on_the_latest_of_two_consents() -> None:
    first, second = given(days_ago(100), lead_number=3), given(days_ago(1), lead_number=4)
    leads = (lead(3, submitted_at=days_ago(100)), lead(4, submitted_at=days_ago(1)))
    assert decision(second, first, leads=leads).rests_on == second


def test_a_newer_lead_does_not_lend_its_life_to_an_older_consent() -> None:
    leads = (lead(1, expires_at=NOW), lead(2, submitted_at=days_ago(1)))
    assert decision(given(valid_until=None), leads=leads).reasons == (ReasonCode.EXPIRED_RETENTION,)


def test_a_newer_lead_without_proof_does_not_spoil_an_older_consent() -> None:
    newer = lead(2, submitted_at=days_ago(1), is_wording_known=False, has_privacy_link=False)
    assert decision(given(), leads=(lead(), newer)).is_allowed


def test_without_consent_the_newest_real_lead_is_judged() -> None:
    real, older = lead(2, submitted_at=days_ago(3)), lead(1, submitted_at=days_ago(9))
    test_lead = lead(3, submitted_at=days_ago(1), is_test=True)
    denied = decision(leads=(older, real, test_lead))
    assert denied.lead_id == real.id
    assert ReasonCode.TEST_LEAD not in denied.reasons


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_leads_of_one_instant_the_doubtful_one_is_judged(order: int) -> None:
    leads = (lead(1, has_identity_conflict=True), lead(2))[::order]
    known = facts(leads=leads, client_contract=CONTRACT)
    assert decide(use(Purpose.CONTRACT_DELIVERY), known).code is ReasonCode.IDENTITY_UNRESOLVED


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_like_leads_of_one_instant_always_the_same_one_is_judged(order: int) -> None:
    assert decision(leads=(lead(1), lead(2))[::order]).lead_id == lead(2).id


def test_a_newer_lead_is_judged_before_a_doubtful_older_one() -> None:
    leads = (lead(1, has_identity_conflict=True), lead(2, submitted_at=days_ago(1)))
    known = facts(leads=leads, client_contract=CONTRACT)
    assert decide(use(Purpose.CONTRACT_DELIVERY), known).is_allowed


def test_the_lead_of_the_open_enquiry_is_judged_though_a_newer_one_is_held() -> None:
    newer = lead(2, submitted_at=days_ago(1), has_identity_conflict=True)
    answered = decision(enquired(), purpose=ENQUIRY, leads=(lead(), newer))
    assert (answered.is_allowed, answered.lead_id) == (True, lead().id)


def test_an_enquiry_of_a_test_is_passed_over_for_an_older_real_one() -> None:
    real, tested = enquired(), enquired(days_ago(1), lead_number=2)
    leads = (lead(), lead(2, submitted_at=days_ago(1), is_test=True))
    assert decision(real, tested, purpose=ENQUIRY, leads=leads).rests_on == real


def test_a_lead_is_judged_up_to_five_minutes_before_its_own_clock_and_no_earlier() -> None:
    ahead = lead(2, submitted_at=NOW + timedelta(minutes=5))
    too_far = lead(2, submitted_at=NOW + timedelta(minutes=5, microseconds=1))
    assert decision(leads=(lead(), ahead)).lead_id == ahead.id
    assert decision(leads=(lead(), too_far)).lead_id == lead().id


def test_no_lead_at_all_is_no_lead_to_name() -> None:
    assert decision(leads=()).lead_id is None


def test_an_answer_rests_on_the_latest_enquiry_by_that_channel() -> None:
    latest = enquired(days_ago(2))
    by_phone = enquired(days_ago(1), channel=Channel.LIVE_CALL)
    answered = decision(enquired(days_ago(9)), latest, by_phone, purpose=ENQUIRY)
    assert answered.rests_on == latest


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_enquiries_of_one_instant_the_one_that_ends_first_is_answered(order: int) -> None:
    short, long = enquired(valid_until=NOW + timedelta(days=1)), enquired()
    assert decision(*(short, long)[::order], purpose=ENQUIRY).rests_on == short


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_boxes_that_mean_the_same_always_the_same_one_is_named(order: int) -> None:
    first, second = (replace(given(), box_key=key) for key in ("box_1", "box_2"))
    assert decision(*(first, second)[::order]).rests_on == second


def test_the_reasons_are_named_once_each() -> None:
    unknown = event(EventKind.UNKNOWN)
    denied = decision(unknown, leads=(lead(is_wording_known=False),))
    assert denied.reasons == (ReasonCode.CONSENT_UNPROVEN, ReasonCode.CONSENT_MISSING)
