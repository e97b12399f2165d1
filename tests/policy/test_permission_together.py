"""The decision table, PERM-0: all the reasons together, and what nothing permits."""

from dataclasses import replace

import pytest

from policy.facts import Restriction
from policy.permission import decide
from policy.vocabulary import BoxDefect, Channel, EventKind, Purpose, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import MESSAGE, SALE, SOURCE, abroad
from tests.policy.rows import AUDIENCE, OBJECTED, SUPPRESSED, Row, assert_answered, name_of

SPOILT = lead(
    is_test=True,
    has_identity_conflict=True,
    has_source_time=False,
    has_privacy_link=False,
    expires_at=NOW,
    special_category_fields=frozenset({"health"}),
)

CASES = (
    Row(
        "0",
        "every failing reason is named, in the order of the groups",
        facts(
            event(EventKind.REFUSED, days_ago(9)),
            event(EventKind.ATTEMPTED, days_ago(9), defect=BoxDefect.REQUIRED),
            given(days_ago(9), channel=Channel.SMS),
            given(days_ago(9), purpose=AUDIENCE),
            OBJECTED,
            leads=(SPOILT,),
            role=Role.PROCESSOR,
            suppressed_since=SUPPRESSED,
            is_restricted=True,
            identifier_fits=False,
            erased_at=NOW,
            died_at=NOW,
            born_on=NOW.date(),
        ),
        (
            R.TEST_LEAD,
            R.IDENTITY_UNRESOLVED,
            R.NO_IDENTIFIER,
            R.CONSENT_UNPROVEN,
            R.SUPPRESSED,
            R.PROCESSOR_OWN_PURPOSE,
            R.PROCESSOR_NO_INSTRUCTION,
            R.ERASED,
            R.SALE_PROHIBITED,
            R.OBJECTED,
            R.RESTRICTED,
            R.EXPIRED_RETENTION,
            R.MINOR,
            R.SPECIAL_CATEGORY_NO_CONDITION,
            R.NOTICE_MISSING,
            R.CONSENT_INVALID,
            R.PURPOSE_MISMATCH,
            R.CONSENT_WITHDRAWN,
            R.CONSENT_MISSING,
            R.MESSAGE_NONCOMPLIANT,
            R.RECIPIENT_NO_CONTRACT,
            R.TRANSFER_NO_SAFEGUARD,
        ),
        use(
            is_for_agency=True,
            special_category_score=True,
            message=replace(MESSAGE, names_sender=False),
            recipient=replace(abroad("US"), contract=None, has_consideration=True),
        ),
        "1 2 0 3 4 5 6 10 11 12 13 18 23 25 26 27 29 30 36 38 41 49 61 75 78",
    ),
    Row(
        "0",
        "each reason is named once, however many rows give it",
        facts(
            given(valid_until=NOW),
            leads=(lead(indirect=replace(SOURCE, names_controller=False, notice_sent_at=None)),),
            soft_opt_in=SALE,
            restrictions=(Restriction(days_ago(3)), Restriction(days_ago(2))),
        ),
        (R.RESTRICTED, R.NOTICE_MISSING, R.CONSENT_EXPIRED, R.CONSENT_INDIRECT_UNNAMED),
        by="18 31 43 44",
    ),
    Row(
        "0",
        "nothing known permits no answer",
        facts(leads=()),
        (R.NO_LAWFUL_BASIS,),
        use(Purpose.ENQUIRY_RESPONSE),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_every_reason_is_named_in_the_order_of_the_groups(case: Row) -> None:
    assert_answered(case)


ANSWERED = {
    Purpose.DIRECT_MARKETING,
    Purpose.AD_AUDIENCE,
    Purpose.ENQUIRY_RESPONSE,
    Purpose.SUPPRESSION_CHECK,
}


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - ANSWERED))
@pytest.mark.parametrize("channel", list(Channel))
def test_row_0_neither_consent_nor_enquiry_opens_another_purpose(
    purpose: Purpose, channel: Channel
) -> None:
    denied = decide(use(purpose, channel), facts(given(channel=channel), enquired(channel=channel)))
    assert not denied.is_allowed
    assert denied.reasons == (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS)


def test_a_denial_names_the_lead_and_the_time_but_no_basis_and_no_end() -> None:
    denied = decide(use(), facts(OBJECTED))
    assert (denied.basis, denied.rests_on, denied.valid_until) == (None, None, None)
    assert (denied.lead_id, denied.decided_at) == (lead().id, NOW)
