"""The decision table, group C: objection and suppression (PERM-12, PERM-13)."""

from dataclasses import replace

import pytest

from policy.vocabulary import Channel, EventKind, Operation
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import days_ago, event, facts, given, use
from tests.policy.grounds import ASSESSMENT, HARMLESS, TICK
from tests.policy.rows import (
    AUDIENCE,
    CALL,
    OBJECTED,
    ONLINE,
    SUPPRESSED,
    WITHDRAWN,
    Row,
    assert_answered,
    name_of,
)

TO_AUDIENCE = use(AUDIENCE, ONLINE)
FOR_AUDIENCE = given(purpose=AUDIENCE, channel=ONLINE)
NOT_BY_MAIL = event(EventKind.OBJECTED, days_ago(5), channel=Channel.EMAIL)
NO_LONGER = (R.OBJECTED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING)
ALL_THREE = (R.OBJECTED, R.SUPPRESSED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING)


CASES = (
    Row(
        "12",
        "an objection to advertisements shown online ends the audience for them",
        facts(FOR_AUDIENCE, event(EventKind.OBJECTED, days_ago(5), channel=ONLINE)),
        (R.OBJECTED,),
        TO_AUDIENCE,
    ),
    Row(
        "12",
        "an objection ends marketing, and takes the consent back",
        facts(given(), OBJECTED),
        NO_LONGER,
        by="12 41 49",
    ),
    Row(
        "12",
        "an objection ends profiles for marketing",
        facts(given(), OBJECTED),
        NO_LONGER,
        use(operation=Operation.PROFILE, automated=HARMLESS),
        "12 41 49",
    ),
    Row(
        "12",
        "an objection ends letters that an assessment would carry",
        facts(OBJECTED, assessment=ASSESSMENT),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        use(channel=Channel.POST),
        "12 41",
    ),
    Row(
        "12",
        "an objection to marketing ends audiences for it too",
        facts(FOR_AUDIENCE, OBJECTED),
        (R.OBJECTED,),
        TO_AUDIENCE,
    ),
    Row(
        "12",
        "an objection to audiences ends audiences",
        facts(FOR_AUDIENCE, replace(OBJECTED, purpose=AUDIENCE)),
        NO_LONGER,
        TO_AUDIENCE,
        "12 41 74",
    ),
    Row(
        "12",
        "an objection to audiences leaves the e-mail",
        facts(given(), replace(OBJECTED, purpose=AUDIENCE)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "12",
        "an objection to e-mail alone leaves the calls",
        facts(given(channel=CALL), NOT_BY_MAIL),
        (R.OK_CONSENT,),
        use(channel=CALL),
        "33",
    ),
    Row(
        "12",
        "an objection to marketing e-mail leaves the online audience",
        facts(FOR_AUDIENCE, NOT_BY_MAIL),
        (R.OK_CONSENT,),
        TO_AUDIENCE,
        "73",
    ),
    Row(
        "12",
        "an objection is in force from its very instant on",
        facts(given(), OBJECTED),
        NO_LONGER,
        use(at=days_ago(5)),
        "12 41 49",
    ),
    Row(
        "12",
        "an objection is not in force before it was made",
        facts(given(), OBJECTED),
        (R.OK_CONSENT,),
        use(at=days_ago(5) - TICK),
        "33",
    ),
    Row(
        "12",
        "whoever objected is still stored",
        facts(OBJECTED, suppressed_since=SUPPRESSED),
        (R.OK_STORAGE,),
        use(operation=Operation.STORE),
        "85",
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
        "one of several suppression entries is enough",
        facts(given(), suppressed_since=((Channel.SMS, days_ago(5)), (None, days_ago(4)))),
        (R.SUPPRESSED,),
    ),
    Row(
        "13",
        "a suppression entry denies audiences",
        facts(FOR_AUDIENCE, suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        TO_AUDIENCE,
    ),
    Row(
        "13",
        "a suppression entry for another channel does not deny",
        facts(given(), suppressed_since=((Channel.SMS, days_ago(5)),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "13",
        "a suppression entry counts from its very instant on",
        facts(given(), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        use(at=days_ago(5)),
    ),
    Row(
        "13",
        "a suppression entry is not in force before it was made",
        facts(given(), suppressed_since=SUPPRESSED),
        (R.OK_CONSENT,),
        use(at=days_ago(5) - TICK),
        "33",
    ),
    Row(
        "13",
        "objection, suppression and withdrawal are all three named",
        facts(given(), OBJECTED, WITHDRAWN, suppressed_since=SUPPRESSED),
        ALL_THREE,
        by="12 13 41 49",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_an_opt_out_ends_marketing_from_its_very_instant_on(case: Row) -> None:
    assert_answered(case)
