"""The decision table, group A (PERM-1 to PERM-4), and an identifier that does not fit (PERM-0)."""

from datetime import timedelta

import pytest

from policy.vocabulary import Channel, EventKind, Operation, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, SUBMITTED_AT, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import ASSESSMENT, AUDIT, CONTRACT, DUTY, HARMLESS, MAILER, TICK
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    ONLINE,
    Row,
    assert_answered,
    name_of,
)

TEST = (lead(is_test=True),)
TWO_PEOPLE = (lead(has_identity_conflict=True),)
TO_THE_COURT = use(Purpose.AUTHORITY_DISCLOSURE, Channel.NONE, duty=DUTY)
IN_THE_AUDIT = use(Purpose.AUDIT, Channel.NONE, audit=AUDIT)
IN_THE_CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
AS_AGREED = use(Purpose.CONTRACT_DELIVERY)
TOLERANCE = timedelta(minutes=5)

CASES = (
    Row(
        "1",
        "a test lead is not used, whatever was ticked",
        facts(given(), leads=TEST),
        (R.TEST_LEAD,),
    ),
    Row(
        "1",
        "a test lead's enquiry is not answered",
        facts(enquired(), leads=TEST),
        (R.TEST_LEAD, R.NO_LAWFUL_BASIS),
        use(ENQUIRY),
        "1 0",
    ),
    Row(
        "1",
        "a test lead goes into no audience",
        facts(given(purpose=AUDIENCE, channel=ONLINE), leads=TEST),
        (R.TEST_LEAD,),
        use(AUDIENCE, ONLINE),
    ),
    Row(
        "1",
        "nothing is delivered to a test lead",
        facts(leads=TEST, client_contract=CONTRACT),
        (R.TEST_LEAD,),
        AS_AGREED,
    ),
    Row(
        "1",
        "a test lead is delivered to no client",
        facts(leads=TEST),
        (R.TEST_LEAD, R.NO_LAWFUL_BASIS),
        use(Purpose.CLIENT_DELIVERY, Channel.NONE),
        "1 0",
    ),
    Row(
        "1",
        "a test lead is handed to nobody for their marketing",
        facts(leads=TEST),
        (R.TEST_LEAD, R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.THIRD_PARTY_MARKETING, Channel.NONE),
        "1 76 0",
    ),
    Row("1", "no authority gets a test lead", facts(leads=TEST), (R.TEST_LEAD,), TO_THE_COURT),
    Row(
        "1",
        "a test lead is audited like any other",
        facts(leads=TEST),
        (R.OK_AUDIT,),
        IN_THE_AUDIT,
        "81",
    ),
    Row(
        "1",
        "a test lead leaves the house for no purpose at all",
        facts(leads=TEST),
        (R.TEST_LEAD,),
        use(Purpose.AUDIT, Channel.NONE, audit=AUDIT, recipient=MAILER),
    ),
    Row(
        "1",
        "a test lead may be kept for a while",
        facts(leads=TEST),
        (R.OK_STORAGE,),
        use(operation=Operation.STORE),
        "85",
    ),
    Row(
        "1",
        "a score of a test lead reaches nobody",
        facts(given(), leads=TEST),
        (R.OK_CONSENT,),
        use(operation=Operation.PROFILE, automated=HARMLESS),
        "33",
    ),
    Row(
        "2",
        "two people in one lead are used for nothing",
        facts(given(), leads=TWO_PEOPLE),
        (R.IDENTITY_UNRESOLVED,),
    ),
    Row(
        "2",
        "two people in one lead are not even answered",
        facts(enquired(), leads=TWO_PEOPLE),
        (R.IDENTITY_UNRESOLVED,),
        use(ENQUIRY),
    ),
    Row(
        "2",
        "two people in one lead are no bar to a legal claim",
        facts(leads=TWO_PEOPLE),
        (R.OK_LEGAL_CLAIM,),
        IN_THE_CLAIM,
        "84",
    ),
    Row(
        "3",
        "an unknown wording proves no consent",
        facts(given(), leads=(lead(is_wording_known=False),)),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "3",
        "a missing source time proves no consent",
        facts(given(), leads=(lead(has_source_time=False),)),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "3",
        "a time more than five minutes after receipt proves no consent",
        facts(given(), leads=(lead(received_at=SUBMITTED_AT - TOLERANCE - TICK),)),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "3",
        "clocks may differ by five minutes",
        facts(given(), leads=(lead(received_at=SUBMITTED_AT - TOLERANCE),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "3",
        "nothing proves an audience's consent either",
        facts(given(purpose=AUDIENCE, channel=ONLINE), leads=(lead(has_source_time=False),)),
        (R.CONSENT_UNPROVEN,),
        use(AUDIENCE, ONLINE),
    ),
    Row(
        "3",
        "an enquiry needs no proof of consent",
        facts(enquired(), leads=(lead(is_wording_known=False, has_source_time=False),)),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row(
        "4",
        "the dead are not written to",
        facts(given(), died_at=days_ago(1)),
        (R.SUPPRESSED,),
    ),
    Row(
        "4",
        "the dead are not answered",
        facts(enquired(), died_at=days_ago(1)),
        (R.SUPPRESSED,),
        use(ENQUIRY),
    ),
    Row(
        "4",
        "a death counts from its very instant on",
        facts(given(), died_at=NOW),
        (R.SUPPRESSED,),
    ),
    Row(
        "4",
        "until the last instant before a death its person was alive",
        facts(given(), died_at=NOW + TICK),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "4",
        "a death is no bar to a legal claim",
        facts(died_at=days_ago(1)),
        (R.OK_LEGAL_CLAIM,),
        IN_THE_CLAIM,
        "84",
    ),
    Row(
        "0",
        "a channel that cannot reach the identifier is denied",
        facts(given(channel=Channel.SMS), identifier_fits=False),
        (R.NO_IDENTIFIER,),
        use(channel=Channel.SMS),
    ),
    Row(
        "0",
        "a channel that cannot reach the identifier answers no enquiry",
        facts(enquired(), identifier_fits=False),
        (R.NO_IDENTIFIER,),
        use(ENQUIRY),
    ),
    Row(
        "3",
        "an unknown wording is named though nothing was ticked",
        facts(leads=(lead(is_wording_known=False),)),
        (R.CONSENT_UNPROVEN, R.CONSENT_MISSING),
        by="3 49",
    ),
    Row(
        "3",
        "a letter on an interest needs no wording",
        facts(leads=(lead(is_wording_known=False),), assessment=ASSESSMENT),
        (R.OK_LI_POST,),
        use(channel=Channel.POST),
        "70",
    ),
    Row(
        "3",
        "a letter on an interest needs the wording of what was asked",
        facts(
            event(EventKind.UNKNOWN, channel=Channel.POST),
            leads=(lead(is_wording_known=False),),
            assessment=ASSESSMENT,
        ),
        (R.CONSENT_UNPROVEN,),
        use(channel=Channel.POST),
        "3 34",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_record_must_be_real_alive_and_known(case: Row) -> None:
    assert_answered(case)
