"""The decision table, group H: answers to enquiries (PERM-71, PERM-72)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from policy.vocabulary import Channel, EventKind, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import (
    CONTRACT,
    MESSAGE,
    TICK,
    checks,
)
from tests.policy.rows import CALL, ENQUIRY, OBJECTED, Row, assert_answered, name_of

ANSWER = use(ENQUIRY)
AHEAD = NOW + timedelta(minutes=5)
PROMOTING = replace(MESSAGE, promotes=True)
CLOSED = event(EventKind.CLOSED, days_ago(1), purpose=ENQUIRY)
MISSING = (R.CONSENT_MISSING,)
NO_BASIS = (R.NO_LAWFUL_BASIS,)


CASES = (
    Row(
        "71",
        "who wants no answer to one enquiry wants none to an older one",
        facts(
            enquired(),
            enquired(days_ago(2), lead_number=2),
            event(EventKind.WITHDRAWN, days_ago(1), purpose=ENQUIRY, lead_number=2),
            leads=(lead(), lead(2, submitted_at=days_ago(2))),
        ),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "to close one enquiry leaves another open",
        facts(
            enquired(),
            enquired(days_ago(2), lead_number=2),
            event(EventKind.CLOSED, days_ago(1), purpose=ENQUIRY, lead_number=2),
            leads=(lead(), lead(2, submitted_at=days_ago(2))),
        ),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row("71", "a person's own enquiry is answered", facts(enquired()), (R.OK_SERVICE,), ANSWER),
    Row(
        "71",
        "a call back is made to a listed number that was left for it",
        facts(enquired(channel=CALL), register_checks=checks(tps=True)),
        (R.OK_SERVICE,),
        use(ENQUIRY, CALL),
    ),
    Row(
        "71",
        "an enquiry is not answered by a channel that was not asked for",
        facts(enquired()),
        NO_BASIS,
        use(ENQUIRY, CALL),
        "0",
    ),
    Row(
        "71",
        "an enquiry is not answered once its time is over",
        facts(enquired(valid_until=NOW)),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "an enquiry is answered until the last instant of its time",
        facts(enquired(valid_until=NOW + TICK)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "an enquiry without an end lasts as long as its lead",
        facts(enquired(valid_until=None)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "an enquiry of which no lead is held is not answered",
        facts(enquired(), leads=()),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "an enquiry is answered though its sender's clock runs five minutes ahead",
        facts(enquired(AHEAD), leads=(lead(submitted_at=AHEAD),)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "an enquiry of the future is not answered",
        facts(enquired(AHEAD + TICK), leads=(lead(), lead(2, submitted_at=AHEAD + TICK))),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "an enquiry that was closed is not answered",
        facts(enquired(), CLOSED),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "an enquiry is closed from the very instant on",
        facts(enquired(), replace(CLOSED, occurred_at=NOW)),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "an enquiry is open until the last instant before it is closed",
        facts(enquired(), replace(CLOSED, occurred_at=NOW + TICK)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "an enquiry closed at the instant of asking is closed",
        facts(enquired(), replace(CLOSED, occurred_at=enquired().occurred_at)),
        NO_BASIS,
        ANSWER,
        "0",
    ),
    Row(
        "71",
        "what was closed before an enquiry does not close it",
        facts(enquired(), replace(CLOSED, occurred_at=enquired().occurred_at - TICK)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "closing another enquiry does not close this one",
        facts(enquired(), replace(CLOSED, lead_id=lead(2).id), leads=(lead(), lead(2))),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    *(
        Row(
            "71",
            f"whoever has {kind.value} wants no answer",
            facts(
                enquired(),
                event(kind, days_ago(1), purpose=ENQUIRY, channel=channel, lead_number=None),
            ),
            NO_BASIS,
            ANSWER,
            "0",
        )
        for kind, channel in (
            (EventKind.WITHDRAWN, Channel.EMAIL),
            (EventKind.OBJECTED, None),
        )
    ),
    Row(
        "71",
        "who wants no call back still gets an answer by mail",
        facts(enquired(), event(EventKind.WITHDRAWN, days_ago(1), purpose=ENQUIRY, channel=CALL)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "who objects to marketing still gets an answer",
        facts(enquired(), OBJECTED),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "71",
        "a box left empty closes no enquiry",
        facts(enquired(), event(EventKind.REFUSED, days_ago(1), purpose=ENQUIRY)),
        (R.OK_SERVICE,),
        ANSWER,
    ),
    Row(
        "72",
        "an answer that promotes is marketing",
        facts(enquired()),
        MISSING,
        use(ENQUIRY, message=PROMOTING),
        "49",
    ),
    Row(
        "72",
        "an answer that promotes is sent to who agreed to marketing",
        facts(enquired(), given()),
        (R.OK_CONSENT,),
        use(ENQUIRY, message=PROMOTING),
        "33",
    ),
    Row(
        "72",
        "an answer that promotes is not sent to who objected",
        facts(enquired(), OBJECTED),
        (R.OBJECTED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        use(ENQUIRY, message=PROMOTING),
        "12 41 49",
    ),
    Row(
        "72",
        "a message about the contract that promotes is marketing",
        facts(client_contract=CONTRACT),
        MISSING,
        use(Purpose.CONTRACT_DELIVERY, message=PROMOTING),
        "49",
    ),
    Row(
        "72",
        "an answer that only answers is an answer",
        facts(enquired()),
        (R.OK_SERVICE,),
        use(ENQUIRY, message=MESSAGE),
        "71",
    ),
    Row(
        "72",
        "a third party's marketing does not become ours by promoting",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.THIRD_PARTY_MARKETING, message=PROMOTING),
        "38 76 0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_enquiry_is_answered_and_no_more(case: Row) -> None:
    assert_answered(case)
