"""The decision table, group F (PERM-30 to PERM-32): was the person told?"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from policy.facts import LeadFacts
from policy.vocabulary import Channel, Operation
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, enquired, facts, given, lead, use
from tests.policy.grounds import ASSESSMENT, HARMLESS, LAST_WEEK, MESSAGE, SOURCE, TICK
from tests.policy.rows import AUDIENCE, ENQUIRY, ONLINE, Row, assert_answered, name_of

NO_NOTICE = (lead(has_privacy_link=False),)
WITH_NOTICE = use(message=replace(MESSAGE, carries_source_notice=True))

LAST_OF_JANUARY = datetime(2026, 1, 31, 12, tzinfo=UTC)
FIRST_OF_MARCH = datetime(2026, 3, 1, tzinfo=UTC)
JUST_AFTER_MIDNIGHT_IN_LONDON = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
MIDNIGHT_A_MONTH_ON = datetime(2026, 7, 10, 23, tzinfo=UTC)


def passed_on(at: datetime = LAST_WEEK, **changes: Any) -> tuple[LeadFacts, ...]:
    """Return a lead that we have from somebody else, without the notice unless stated."""
    told: dict[str, Any] = {"notice_sent_at": None, "obtained_at": at, **changes}
    return (lead(submitted_at=at, indirect=replace(SOURCE, **told)),)


CASES = (
    Row(
        "31",
        "a second message cannot bring what the first one lacked",
        facts(given(), leads=passed_on(first_used_at=NOW - TICK)),
        (R.NOTICE_MISSING,),
        WITH_NOTICE,
    ),
    Row(
        "32",
        "the message that is the first use brings it",
        facts(given(), leads=passed_on(first_used_at=NOW)),
        (R.OK_CONSENT,),
        WITH_NOTICE,
        "45",
    ),
    Row(
        "30",
        "without a privacy notice there is no marketing",
        facts(given(), leads=NO_NOTICE),
        (R.NOTICE_MISSING,),
    ),
    Row(
        "30",
        "without a privacy notice there is no audience",
        facts(given(purpose=AUDIENCE, channel=ONLINE), leads=NO_NOTICE),
        (R.NOTICE_MISSING,),
        use(AUDIENCE, ONLINE),
    ),
    Row(
        "30",
        "without a privacy notice no interest carries a letter",
        facts(leads=NO_NOTICE, assessment=ASSESSMENT),
        (R.NOTICE_MISSING,),
        use(channel=Channel.POST),
    ),
    Row(
        "30",
        "without a privacy notice an enquiry is still answered",
        facts(enquired(), leads=NO_NOTICE),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row(
        "31",
        "nobody is written to before they know from where we have them",
        facts(given(), leads=passed_on()),
        (R.NOTICE_MISSING,),
    ),
    Row(
        "31",
        "nobody is answered before they know from where we have them",
        facts(enquired(), leads=passed_on()),
        (R.NOTICE_MISSING,),
        use(ENQUIRY),
    ),
    Row(
        "31",
        "a first message without the notice is not sent",
        facts(given(), leads=passed_on()),
        (R.NOTICE_MISSING,),
        use(message=MESSAGE),
    ),
    Row(
        "31",
        "a month on, a first message with the notice is too late",
        facts(given(LAST_OF_JANUARY), leads=passed_on(LAST_OF_JANUARY)),
        (R.NOTICE_MISSING,),
        replace(WITH_NOTICE, at=FIRST_OF_MARCH),
    ),
    Row(
        "31",
        "the month is counted by London's calendar",
        facts(given(JUST_AFTER_MIDNIGHT_IN_LONDON), leads=passed_on(JUST_AFTER_MIDNIGHT_IN_LONDON)),
        (R.NOTICE_MISSING,),
        replace(WITH_NOTICE, at=MIDNIGHT_A_MONTH_ON),
    ),
    Row(
        "31",
        "a notice that is still to be sent is none",
        facts(given(), leads=passed_on(notice_sent_at=NOW + TICK)),
        (R.NOTICE_MISSING,),
    ),
    Row(
        "31",
        "a notice counts from the instant at which it is sent",
        facts(given(), leads=passed_on(notice_sent_at=NOW)),
        (R.OK_CONSENT,),
        by="45",
    ),
    Row(
        "31",
        "the notice of a form that is not ours does not matter",
        facts(given(), leads=(lead(has_privacy_link=False, indirect=SOURCE),)),
        (R.OK_CONSENT,),
        by="45",
    ),
    Row(
        "31",
        "what stays in the house waits for the notice",
        facts(given(), leads=passed_on()),
        (R.OK_CONSENT,),
        use(operation=Operation.PROFILE, automated=HARMLESS),
        "45",
    ),
    Row(
        "32",
        "a first message may bring the notice along",
        facts(given(), leads=passed_on()),
        (R.OK_CONSENT,),
        WITH_NOTICE,
        "45",
    ),
    Row(
        "32",
        "a first message may bring the notice along until the month's last instant",
        facts(given(LAST_OF_JANUARY), leads=passed_on(LAST_OF_JANUARY)),
        (R.OK_CONSENT,),
        replace(WITH_NOTICE, at=FIRST_OF_MARCH - TICK),
        "45",
    ),
    Row(
        "32",
        "the month ends with its day in London",
        facts(given(JUST_AFTER_MIDNIGHT_IN_LONDON), leads=passed_on(JUST_AFTER_MIDNIGHT_IN_LONDON)),
        (R.OK_CONSENT,),
        replace(WITH_NOTICE, at=MIDNIGHT_A_MONTH_ON - TICK),
        "45",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_nobody_is_contacted_without_having_been_told(case: Row) -> None:
    assert_answered(case)
