"""The decision table, rows 30 to 74: the notice and the two keys; and what no row answers."""

from datetime import timedelta

import pytest

from policy.permission import decide
from policy.vocabulary import BoxDefect, Channel, EventKind, LawfulBasis, Purpose, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
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
    attempted,
    name_of,
)

CASES = [
    Row(
        "30",
        "without a privacy notice there is no marketing",
        facts(given(), leads=(lead(has_privacy_link=False),)),
        (R.NOTICE_MISSING,),
    ),
    Row(
        "30",
        "without a privacy notice an enquiry is still answered",
        facts(enquired(), leads=(lead(has_privacy_link=False),)),
        (R.OK_SERVICE,),
        use(ENQUIRY),
    ),
    Row("33", "a consent for this purpose and channel permits", facts(given()), (R.OK_CONSENT,)),
    Row(
        "33",
        "a renewed consent permits",
        facts(event(EventKind.RENEWED)),
        (R.OK_CONSENT,),
    ),
    Row(
        "33",
        "a consent to calls permits calls",
        facts(given(channel=Channel.LIVE_CALL)),
        (R.OK_CONSENT,),
        use(channel=Channel.LIVE_CALL),
    ),
    Row(
        "34",
        "a consent whose lead is not held is not proven",
        facts(FROM_LEAD_GONE),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "34",
        "an unreadable answer is no consent",
        facts(event(EventKind.UNKNOWN, defect=BoxDefect.VALUE_UNREADABLE)),
        (R.CONSENT_UNPROVEN, R.CONSENT_MISSING),
    ),
    Row(
        "34",
        "a consent that was taken back by us does not count",
        facts(given(), event(EventKind.REVOKED, days_ago(1))),
        (R.CONSENT_UNPROVEN, R.CONSENT_MISSING),
    ),
    *(
        Row(
            "34",
            f"a tick that is {defect.value} is not proven",
            attempted(defect),
            (R.CONSENT_UNPROVEN, R.CONSENT_MISSING),
        )
        for defect in (
            BoxDefect.NO_WORDING,
            BoxDefect.NOT_ON_FORM,
            BoxDefect.TIME_UNPROVEN,
            BoxDefect.RESPONSE_MISSING,
            BoxDefect.VALUE_UNREADABLE,
        )
    ),
    Row(
        "35",
        "a box that was ticked beforehand gives nothing",
        attempted(BoxDefect.PRE_TICKED),
        (R.CONSENT_INVALID, R.CONSENT_MISSING),
    ),
    Row(
        "35",
        "a consent found defective later does not count",
        facts(given(), event(EventKind.INVALIDATED, days_ago(1))),
        (R.CONSENT_INVALID, R.CONSENT_MISSING),
    ),
    Row(
        "36",
        "a box that had to be ticked gives nothing",
        attempted(BoxDefect.REQUIRED),
        (R.CONSENT_INVALID, R.CONSENT_MISSING),
    ),
    Row(
        "37",
        "a consent to texts is none to e-mails",
        facts(given(channel=Channel.SMS)),
        (R.CONSENT_NOT_FOR_CHANNEL, R.CONSENT_MISSING),
    ),
    Row(
        "37",
        "a consent to texts that was withdrawn is not mentioned any more",
        facts(
            given(channel=Channel.SMS),
            event(EventKind.WITHDRAWN, days_ago(1), channel=Channel.SMS),
        ),
        (R.CONSENT_MISSING,),
    ),
    Row(
        "38",
        "a consent to an audience is none to marketing e-mails",
        facts(given(purpose=AUDIENCE)),
        (R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
    ),
    Row(
        "39",
        "a box left empty is a refusal",
        facts(event(EventKind.REFUSED, defect=BoxDefect.NOT_TICKED)),
        (R.CONSENT_REFUSED, R.CONSENT_MISSING),
    ),
    Row(
        "39",
        "a box left empty later takes an earlier consent back",
        facts(given(), event(EventKind.REFUSED, days_ago(1))),
        (R.CONSENT_REFUSED, R.CONSENT_MISSING),
    ),
    Row(
        "41",
        "a withdrawn consent does not count",
        facts(given(), WITHDRAWN),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
    ),
    Row(
        "42",
        "a consent given again counts",
        facts(given(), WITHDRAWN, RE_GIVEN, leads=TWO_LEADS),
        (R.OK_CONSENT,),
    ),
    Row(
        "43",
        "a consent is over at its end, though the lead is kept",
        facts(given(valid_until=NOW)),
        (R.CONSENT_EXPIRED,),
    ),
    Row(
        "43",
        "a consent counts until the last instant before its end",
        facts(given(valid_until=NOW + timedelta(microseconds=1))),
        (R.OK_CONSENT,),
    ),
    Row(
        "49",
        "no consent, no marketing e-mail",
        facts(enquired()),
        (R.CONSENT_MISSING,),
    ),
    Row(
        "49",
        "no consent, no marketing text message",
        facts(enquired(channel=Channel.LIVE_CALL)),
        (R.CONSENT_MISSING,),
        use(channel=Channel.SMS),
    ),
    Row(
        "68",
        "a consent to calls is none to automated calls",
        facts(given(channel=Channel.LIVE_CALL)),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        use(channel=Channel.AUTOMATED_CALL),
    ),
    Row(
        "68",
        "no consent, no automated call",
        facts(enquired(channel=Channel.LIVE_CALL)),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        use(channel=Channel.AUTOMATED_CALL),
    ),
    Row(
        "68",
        "a consent that names automated calls permits them",
        facts(given(channel=Channel.AUTOMATED_CALL)),
        (R.OK_CONSENT,),
        use(channel=Channel.AUTOMATED_CALL),
    ),
    Row(
        "71",
        "a person's own enquiry is answered",
        facts(enquired()),
        (R.OK_SERVICE,),
        use(ENQUIRY),
    ),
    Row(
        "71",
        "an enquiry is not answered by a channel that was not asked for",
        facts(enquired()),
        (R.NO_LAWFUL_BASIS,),
        use(ENQUIRY, Channel.LIVE_CALL),
    ),
    Row(
        "71",
        "an enquiry is not answered once its time is over",
        facts(enquired(valid_until=NOW)),
        (R.NO_LAWFUL_BASIS,),
        use(ENQUIRY),
    ),
    Row(
        "71",
        "an enquiry of which no lead is held is not answered",
        facts(enquired(), leads=()),
        (R.NO_LAWFUL_BASIS,),
        use(ENQUIRY),
    ),
    Row(
        "71",
        "an enquiry is answered though its sender's clock runs five minutes ahead",
        facts(
            enquired(NOW + timedelta(minutes=5)),
            leads=(lead(submitted_at=NOW + timedelta(minutes=5)),),
        ),
        (R.OK_SERVICE,),
        use(ENQUIRY),
    ),
    Row(
        "71",
        "an enquiry of the future is not answered",
        facts(enquired(NOW + timedelta(minutes=6))),
        (R.NO_LAWFUL_BASIS,),
        use(ENQUIRY),
    ),
    Row(
        "73",
        "a consent to an audience permits the audience",
        facts(given(purpose=AUDIENCE, channel=Channel.ONLINE_AUDIENCE)),
        (R.OK_CONSENT,),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
    ),
    Row(
        "74",
        "a consent without the platform's own signals opens no audience",
        facts(given(purpose=AUDIENCE, channel=Channel.ONLINE_AUDIENCE), has_platform_signals=False),
        (R.CONSENT_MISSING,),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
    ),
    Row(
        "74",
        "no consent, no audience",
        facts(enquired()),
        (R.CONSENT_MISSING,),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
    ),
    Row(
        "74",
        "a consent to marketing e-mails is none to an audience",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
        use(AUDIENCE, Channel.ONLINE_AUDIENCE),
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
        "a call without consent has no basis yet",
        facts(enquired(channel=Channel.LIVE_CALL)),
        (R.NO_LAWFUL_BASIS,),
        use(channel=Channel.LIVE_CALL),
    ),
    Row(
        "0",
        "a letter without consent has no basis yet",
        facts(enquired()),
        (R.NO_LAWFUL_BASIS,),
        use(channel=Channel.POST),
    ),
    Row("0", "nothing known permits nothing", facts(leads=()), (R.CONSENT_MISSING,)),
    Row(
        "0",
        "every failing reason is named, in the table's order",
        facts(
            event(EventKind.REFUSED, days_ago(9)),
            event(EventKind.ATTEMPTED, days_ago(9), defect=BoxDefect.REQUIRED),
            given(days_ago(9), channel=Channel.SMS),
            given(days_ago(9), purpose=AUDIENCE),
            OBJECTED,
            leads=(
                lead(
                    is_test=True,
                    has_identity_conflict=True,
                    has_source_time=False,
                    has_privacy_link=False,
                    expires_at=NOW,
                ),
            ),
            role=Role.PROCESSOR,
            suppressed_since=SUPPRESSED,
            is_restricted=True,
            identifier_fits=False,
        ),
        (
            R.TEST_LEAD,
            R.IDENTITY_UNRESOLVED,
            R.NO_IDENTIFIER,
            R.CONSENT_UNPROVEN,
            R.PROCESSOR_NO_INSTRUCTION,
            R.OBJECTED,
            R.SUPPRESSED,
            R.RESTRICTED,
            R.EXPIRED_RETENTION,
            R.NOTICE_MISSING,
            R.CONSENT_INVALID,
            R.PURPOSE_MISMATCH,
            R.CONSENT_WITHDRAWN,
            R.CONSENT_MISSING,
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_decision_table_answers_each_row(case: Row) -> None:
    assert_answered(case)


ANSWERED_PURPOSES = {Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE, Purpose.ENQUIRY_RESPONSE}


@pytest.mark.parametrize("purpose", sorted(set(Purpose) - ANSWERED_PURPOSES))
@pytest.mark.parametrize("channel", list(Channel))
def test_row_0_a_purpose_that_no_row_answers_is_denied(purpose: Purpose, channel: Channel) -> None:
    known = facts(given(channel=channel), enquired(channel=channel))
    decision = decide(use(purpose, channel), known)
    assert not decision.is_allowed
    assert decision.reasons == (R.NO_LAWFUL_BASIS,)
    assert decision.basis is None


def test_a_denial_names_no_basis_and_no_end() -> None:
    decision = decide(use(), facts(WITHDRAWN))
    assert (decision.basis, decision.rests_on, decision.valid_until) == (None, None, None)
    assert decision.lead_id == lead().id


def test_consent_is_the_basis_of_marketing_and_a_request_that_of_an_answer() -> None:
    known = facts(given(), enquired())
    assert decide(use(), known).basis is LawfulBasis.CONSENT
    assert decide(use(ENQUIRY), known).basis is LawfulBasis.CONTRACT
