"""The decision table, rows 1 to 23: the person, the role, objections, restriction, expiry."""

from datetime import timedelta

import pytest

from policy.vocabulary import Channel, EventKind, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, SUBMITTED_AT, days_ago, enquired, event, facts, given, lead, use
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    FROM_LEAD_GONE,
    OBJECTED,
    RE_GIVEN,
    SUPPRESSED,
    TWO_LEADS,
    WITHDRAWN,
    Row,
    assert_answered,
    name_of,
)

CASES = [
    Row(
        "1",
        "a test lead is not used, whatever was ticked",
        facts(given(), leads=(lead(is_test=True),)),
        (R.TEST_LEAD,),
    ),
    Row(
        "1",
        "a test lead's enquiry is not answered",
        facts(enquired(), leads=(lead(is_test=True),)),
        (R.TEST_LEAD, R.NO_LAWFUL_BASIS),
        use(ENQUIRY),
    ),
    Row(
        "2",
        "two people in one lead are used for nothing",
        facts(given(), leads=(lead(has_identity_conflict=True),)),
        (R.IDENTITY_UNRESOLVED,),
    ),
    Row(
        "2",
        "two people in one lead are not even answered",
        facts(enquired(), leads=(lead(has_identity_conflict=True),)),
        (R.IDENTITY_UNRESOLVED,),
        use(ENQUIRY),
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
        facts(
            given(),
            leads=(lead(received_at=SUBMITTED_AT - timedelta(minutes=5, seconds=1)),),
        ),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "3",
        "clocks may differ by five minutes",
        facts(given(), leads=(lead(received_at=SUBMITTED_AT - timedelta(minutes=5)),)),
        (R.OK_CONSENT,),
    ),
    Row(
        "6",
        "a processor without an instruction does nothing",
        facts(given(), role=Role.PROCESSOR),
        (R.PROCESSOR_NO_INSTRUCTION,),
    ),
    Row(
        "6",
        "a processor does not answer enquiries of its own accord",
        facts(enquired(), role=Role.PROCESSOR),
        (R.PROCESSOR_NO_INSTRUCTION,),
        use(ENQUIRY),
    ),
    Row(
        "12",
        "an objection ends marketing, and takes the consent back",
        facts(given(), OBJECTED),
        (R.OBJECTED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
    ),
    Row(
        "12",
        "an objection to marketing ends audiences for it too",
        facts(given(purpose=AUDIENCE, channel=Channel.ONLINE_AUDIENCE), OBJECTED),
        (R.OBJECTED,),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
    ),
    Row(
        "12",
        "an objection to e-mail alone leaves the calls",
        facts(
            given(channel=Channel.LIVE_CALL),
            event(EventKind.OBJECTED, days_ago(5), channel=Channel.EMAIL),
        ),
        (R.OK_CONSENT,),
        use(channel=Channel.LIVE_CALL),
    ),
    Row(
        "12",
        "an objection to marketing e-mail leaves the online audience",
        facts(
            given(purpose=AUDIENCE, channel=Channel.ONLINE_AUDIENCE),
            event(EventKind.OBJECTED, days_ago(5), channel=Channel.EMAIL),
        ),
        (R.OK_CONSENT,),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
    ),
    Row(
        "12",
        "an objection is not in force before it was made",
        facts(given(), OBJECTED),
        (R.OK_CONSENT,),
        use(at=days_ago(6)),
    ),
    Row(
        "13",
        "a suppression entry for all channels denies",
        facts(given(), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
    ),
    Row(
        "13",
        "a suppression entry for this channel denies",
        facts(given(), suppressed_since=((Channel.EMAIL, days_ago(5)),)),
        (R.SUPPRESSED,),
    ),
    Row(
        "13",
        "a suppression entry denies audiences",
        facts(given(purpose=AUDIENCE), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        use(AUDIENCE),
    ),
    Row(
        "13",
        "a suppression entry for another channel does not deny",
        facts(given(), suppressed_since=((Channel.SMS, days_ago(5)),)),
        (R.OK_CONSENT,),
    ),
    Row(
        "13",
        "a suppression entry is not in force before it was made",
        facts(given(), suppressed_since=SUPPRESSED),
        (R.OK_CONSENT,),
        use(at=days_ago(6)),
    ),
    Row(
        "13",
        "a suppression entry counts from the very instant on at which it was made",
        facts(given(), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        use(at=days_ago(5)),
    ),
    Row(
        "13",
        "objection, suppression and withdrawal are all three named",
        facts(given(), OBJECTED, WITHDRAWN, suppressed_since=SUPPRESSED),
        (R.OBJECTED, R.SUPPRESSED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
    ),
    Row(
        "14",
        "a later evidenced consent closes objection and suppression",
        facts(given(), OBJECTED, RE_GIVEN, leads=TWO_LEADS, suppressed_since=SUPPRESSED),
        (R.OK_CONSENT,),
    ),
    Row(
        "14",
        "a consent of the same instant closes nothing",
        facts(given(days_ago(5)), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
    ),
    Row(
        "14",
        "a later consent for another channel closes nothing",
        facts(
            OBJECTED,
            given(days_ago(1), channel=Channel.SMS, lead_number=2),
            leads=TWO_LEADS,
            suppressed_since=SUPPRESSED,
        ),
        (
            R.OBJECTED,
            R.SUPPRESSED,
            R.CONSENT_NOT_FOR_CHANNEL,
            R.CONSENT_WITHDRAWN,
            R.CONSENT_MISSING,
        ),
    ),
    Row(
        "14",
        "a later consent whose proof is gone closes nothing",
        facts(OBJECTED, FROM_LEAD_GONE, suppressed_since=SUPPRESSED),
        (R.OBJECTED, R.SUPPRESSED, R.CONSENT_UNPROVEN),
    ),
    Row(
        "14",
        "a later consent without notice closes nothing",
        facts(
            OBJECTED,
            RE_GIVEN,
            leads=(lead(2, submitted_at=days_ago(1), has_privacy_link=False),),
            suppressed_since=SUPPRESSED,
        ),
        (R.OBJECTED, R.SUPPRESSED, R.NOTICE_MISSING),
    ),
    Row(
        "14",
        "a test closes nothing",
        facts(
            OBJECTED,
            RE_GIVEN,
            leads=(lead(2, submitted_at=days_ago(1), is_test=True),),
        ),
        (R.TEST_LEAD, R.OBJECTED),
    ),
    Row(
        "14",
        "an entry counts again once the consent that closed it is withdrawn",
        facts(
            OBJECTED,
            RE_GIVEN,
            event(EventKind.WITHDRAWN, days_ago(0.5), lead_number=None),
            leads=TWO_LEADS,
        ),
        (R.OBJECTED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
    ),
    Row(
        "14",
        "a consent for an audience closes an older objection to marketing for the audience",
        facts(OBJECTED, given(days_ago(1), purpose=AUDIENCE)),
        (R.OK_CONSENT,),
        use(AUDIENCE),
    ),
    Row(
        "15",
        "an enquiry after a suppression is answered",
        facts(OBJECTED, enquired(days_ago(1)), suppressed_since=SUPPRESSED),
        (R.OK_SERVICE,),
        use(ENQUIRY),
    ),
    Row(
        "15",
        "an enquiry after a suppression permits no marketing",
        facts(OBJECTED, enquired(days_ago(1)), suppressed_since=SUPPRESSED),
        (R.OBJECTED, R.SUPPRESSED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
    ),
    Row(
        "18",
        "a restricted person is not marketed to",
        facts(given(), is_restricted=True),
        (R.RESTRICTED,),
    ),
    Row(
        "18",
        "a restricted person is not answered",
        facts(enquired(), is_restricted=True),
        (R.RESTRICTED,),
        use(ENQUIRY),
    ),
    Row(
        "23",
        "an expired lead is not used from the first instant on",
        facts(given(valid_until=None), leads=(lead(expires_at=NOW),)),
        (R.EXPIRED_RETENTION,),
    ),
    Row(
        "23",
        "a lead is used until the last instant before it expires",
        facts(given(), leads=(lead(expires_at=NOW + timedelta(microseconds=1)),)),
        (R.OK_CONSENT,),
    ),
    Row(
        "23",
        "an expired enquiry is not answered",
        facts(enquired(valid_until=None), leads=(lead(expires_at=NOW),)),
        (R.EXPIRED_RETENTION,),
        use(ENQUIRY),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_decision_table_answers_each_row(case: Row) -> None:
    assert_answered(case)
