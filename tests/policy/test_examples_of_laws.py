"""Cases in which a law of the decision is easily broken, each written out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from policy.facts import Facts, Restriction, Subscriber
from policy.periods import Period
from policy.permission import decide
from policy.uses import AuditAccess, UseRequest
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    LawfulBasis,
    Operation,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Role,
    SubscriberKind,
)
from tests.policy.worlds import (
    DAYS,
    LONG,
    NOW,
    PRODUCT,
    SOUND_ASSESSMENT,
    SOUND_LEAD,
    SOUND_SALE,
    SOUND_SUPPORT,
    days_ago,
)

MARKETING = UseRequest(Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW, product=PRODUCT)
TWO_DAYS_AGO = days_ago(2)
KNOWN = Facts(Role.CONTROLLER, (SOUND_LEAD,), ())
COMPANY = replace(
    KNOWN, subscriber=Subscriber(SubscriberKind.CORPORATE), assessment=SOUND_ASSESSMENT
)


def event(
    kind: EventKind,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel | None = Channel.EMAIL,
    at: datetime = TWO_DAYS_AGO,
    number: int = 1,
) -> PermissionEvent:
    basis = LawfulBasis.CONSENT if kind is EventKind.GIVEN else None
    return PermissionEvent(kind, purpose, channel, at, UUID(int=number), basis)


@pytest.mark.parametrize(
    "elsewhere",
    [
        event(EventKind.GIVEN, channel=Channel.SMS),
        event(EventKind.GIVEN, Purpose.AD_AUDIENCE, Channel.ONLINE_AUDIENCE),
    ],
)
def test_to_take_a_consent_for_something_else_back_opens_nothing(
    elsewhere: PermissionEvent,
) -> None:
    """PERM-37, PERM-38: what such a consent leaves shut stays shut when it is withdrawn."""
    taken_back = replace(elsewhere, kind=EventKind.WITHDRAWN, occurred_at=NOW, basis=None)
    before = decide(MARKETING, replace(COMPANY, events=(elsewhere,)))
    after = decide(MARKETING, replace(COMPANY, events=(elsewhere, taken_back)))
    assert before.is_allowed or not after.is_allowed
    assert decide(MARKETING, COMPANY).code is ReasonCode.OK_LI_CORPORATE


def test_a_tick_in_vain_denies_even_where_nobody_wrote_down_what_was_wrong_with_it() -> None:
    """PERM-34: a company that was asked is held to what it answered."""
    for defect in (None, BoxDefect.NO_WORDING):
        tried = replace(event(EventKind.ATTEMPTED), defect=defect)
        denied = decide(MARKETING, replace(COMPANY, events=(tried,)))
        assert denied.reasons == (ReasonCode.CONSENT_UNPROVEN,)


def test_of_two_soft_opt_ins_one_that_holds_is_enough() -> None:
    """PERM-50, PERM-55: to lose the one that does not hold must not open what was shut."""
    bad_sale = replace(SOUND_SALE, collected_by_us=False)
    bad_support = replace(SOUND_SUPPORT, is_for_same_charity=False)
    assessed = replace(KNOWN, assessment=SOUND_ASSESSMENT)
    for sale, support, code in (
        (SOUND_SALE, bad_support, ReasonCode.OK_SOFT_OPTIN),
        (SOUND_SALE, SOUND_SUPPORT, ReasonCode.OK_SOFT_OPTIN),
        (bad_sale, SOUND_SUPPORT, ReasonCode.OK_CHARITY_SOFT_OPTIN),
        (bad_sale, bad_support, ReasonCode.SOFT_OPTIN_FAILED),
    ):
        known = replace(assessed, soft_opt_in=sale, charity_opt_in=support)
        assert decide(MARKETING, known).code is code


def test_what_may_be_stored_does_not_hang_on_the_consent_that_was_given_last() -> None:
    """PERM-85: to withdraw must not turn a denial to store into an allow."""
    stored = replace(MARKETING, operation=Operation.STORE)
    from_lead_gone = event(EventKind.GIVEN, number=9)
    withdrawn = event(EventKind.WITHDRAWN, at=NOW)
    for events in ((), (from_lead_gone,), (from_lead_gone, withdrawn)):
        assert decide(stored, replace(KNOWN, events=events)).code is ReasonCode.OK_STORAGE


def test_the_age_at_consent_counts_for_marketing_only() -> None:
    """PERM-26: of other profiling today's age is asked, so to withdraw must not open it."""
    audit = AuditAccess("auditor", "all", LONG, is_logged=True)
    scored = replace(
        MARKETING, purpose=Purpose.LEGAL_CLAIM, operation=Operation.PROFILE, matter="claim 7",
        audit=audit,
    )  # fmt: skip
    came_of_age = date(NOW.year - 18, NOW.month, NOW.day - 1)
    consent = event(EventKind.GIVEN, Purpose.LEGAL_CLAIM)
    withdrawn = event(EventKind.WITHDRAWN, Purpose.LEGAL_CLAIM, at=NOW)
    known = replace(KNOWN, born_on=came_of_age)
    codes = {
        decide(scored, replace(known, events=events)).reasons
        for events in ((), (consent,), (consent, withdrawn))
    }
    assert codes == {(ReasonCode.ADM_NO_SAFEGUARD,)}


def test_the_rows_of_two_restrictions_come_in_the_tables_order() -> None:
    """PERM-18, PERM-19."""
    in_force, untold = Restriction(days_ago(3)), Restriction(days_ago(4), days_ago(1))
    for restrictions in ((in_force, untold), (untold, in_force)):
        denied = decide(MARKETING, replace(COMPANY, restrictions=restrictions))
        assert denied.rules == ("PERM-18", "PERM-19")


@pytest.mark.parametrize("review_by", DAYS)
def test_a_generic_mailbox_does_not_end_with_an_assessment_that_it_does_not_need(
    review_by: date,
) -> None:
    """PERM-58, EXP-1."""
    mailbox = Subscriber(SubscriberKind.CORPORATE, is_generic_mailbox=True)
    assessment = replace(SOUND_ASSESSMENT, review_by=review_by)
    allowed = decide(MARKETING, replace(KNOWN, subscriber=mailbox, assessment=assessment))
    assert allowed.code is ReasonCode.OK_CORPORATE_GENERIC
    assert allowed.valid_until == days_ago(-7)


def test_an_allow_ends_with_what_it_rests_on() -> None:
    """EXP-1: an audit that ends tomorrow allows nothing on the day after."""
    tomorrow = days_ago(-1)
    audit = AuditAccess("auditor", "all", Period(days_ago(9), tomorrow), is_logged=True)
    asked = UseRequest(Purpose.AUDIT, Channel.NONE, NOW, audit=audit)
    assert decide(asked, KNOWN).valid_until == tomorrow


FIRST, LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@pytest.mark.parametrize("at", [FIRST, LAST])
@pytest.mark.parametrize("channel", Channel)
def test_a_clock_that_was_never_set_makes_no_decision_raise(at: datetime, channel: Channel) -> None:
    consent = event(EventKind.GIVEN, channel=channel, at=at)
    lead = replace(SOUND_LEAD, submitted_at=at, received_at=at, expires_at=at)
    for known in (KNOWN, replace(COMPANY, leads=(lead,), events=(consent,), born_on=at.date())):
        for moment in (at, NOW):
            asked = replace(MARKETING, channel=channel, at=moment)
            answered = decide(asked, known)
            assert all(code.is_allow is answered.is_allowed for code in answered.reasons)
