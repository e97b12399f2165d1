"""The decision table, group D: expiry and legal holds (PERM-20 to PERM-24)."""

from dataclasses import replace
from typing import Any

import pytest

from policy.periods import Period
from policy.vocabulary import Channel, Operation, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import AUDIT, TICK
from tests.policy.rows import ENQUIRY, Row, assert_answered, name_of

CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
RIGHTS = use(Purpose.RIGHTS_HANDLING, Channel.NONE)
STORAGE = use(operation=Operation.STORE)
IN_THE_AUDIT = use(Purpose.AUDIT, Channel.NONE, audit=AUDIT)


EXPIRED = (lead(expires_at=NOW),)
OPEN = (Period(days_ago(3)),)
HELD: dict[str, Any] = {"holds": (Period(days_ago(3)),)}
ASKED: dict[str, Any] = {"access_requests": OPEN}


CASES = (
    Row(
        "20",
        "a hold keeps the expired for its claim",
        facts(leads=EXPIRED, **HELD),
        (R.OK_LEGAL_CLAIM,),
        CLAIM,
    ),
    Row(
        "20",
        "a hold counts from its very start on",
        facts(leads=EXPIRED, holds=(Period(NOW),)),
        (R.OK_LEGAL_CLAIM,),
        CLAIM,
    ),
    Row(
        "20",
        "a hold keeps nothing for a claim without a name",
        facts(leads=EXPIRED, **HELD),
        (R.NO_LAWFUL_BASIS,),
        replace(CLAIM, matter=""),
        "0",
    ),
    Row(
        "21",
        "a hold permits no marketing",
        facts(given(), leads=EXPIRED, **HELD),
        (R.LEGAL_HOLD_ONLY,),
    ),
    Row(
        "21",
        "a hold permits no answer",
        facts(enquired(), leads=EXPIRED, **HELD),
        (R.LEGAL_HOLD_ONLY,),
        use(ENQUIRY),
    ),
    Row(
        "21",
        "a hold permits no audit",
        facts(leads=EXPIRED, **HELD),
        (R.LEGAL_HOLD_ONLY,),
        IN_THE_AUDIT,
    ),
    Row(
        "21",
        "a hold permits no handling of rights that nobody asked for",
        facts(leads=EXPIRED, **HELD),
        (R.LEGAL_HOLD_ONLY, R.NO_LAWFUL_BASIS),
        RIGHTS,
        "21 0",
    ),
    Row(
        "22",
        "the expired may still be shown to the person who asked",
        facts(leads=EXPIRED, **ASKED),
        (R.OK_RIGHTS,),
        RIGHTS,
    ),
    Row(
        "22",
        "a request counts from its very start on",
        facts(leads=EXPIRED, access_requests=(Period(NOW),)),
        (R.OK_RIGHTS,),
        RIGHTS,
    ),
    Row(
        "22",
        "a hold that is over makes no difference",
        facts(leads=EXPIRED, holds=(Period(days_ago(3), NOW),), **ASKED),
        (R.OK_RIGHTS,),
        RIGHTS,
    ),
    Row(
        "22",
        "a request is over when it is answered",
        facts(leads=EXPIRED, access_requests=(Period(days_ago(3), NOW),)),
        (R.EXPIRED_RETENTION, R.NO_LAWFUL_BASIS),
        RIGHTS,
        "23 0",
    ),
    Row(
        "23",
        "a lead is not used from the first instant of its expiry on",
        facts(given(), leads=EXPIRED),
        (R.EXPIRED_RETENTION,),
    ),
    Row(
        "23",
        "a lead is used until the last instant before it expires",
        facts(given(), leads=(lead(expires_at=NOW + TICK),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "23",
        "an expired enquiry is not answered",
        facts(enquired(), leads=EXPIRED),
        (R.EXPIRED_RETENTION,),
        use(ENQUIRY),
    ),
    Row("23", "the expired is not stored", facts(leads=EXPIRED), (R.EXPIRED_RETENTION,), STORAGE),
    Row(
        "23", "without a hold no claim is made", facts(leads=EXPIRED), (R.EXPIRED_RETENTION,), CLAIM
    ),
    Row(
        "23",
        "a hold is over at its end",
        facts(leads=EXPIRED, holds=(Period(days_ago(3), NOW),)),
        (R.EXPIRED_RETENTION,),
        CLAIM,
    ),
    Row(
        "23",
        "a hold is not in force before its start",
        facts(leads=EXPIRED, holds=(Period(NOW + TICK),)),
        (R.EXPIRED_RETENTION,),
        CLAIM,
    ),
    Row(
        "23",
        "a request opens nothing but its answer",
        facts(given(), leads=EXPIRED, **ASKED),
        (R.EXPIRED_RETENTION,),
    ),
    Row(
        "24",
        "beside a hold a live lead is used as ever",
        facts(given(), **HELD),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row("24", "a hold grants no use of its own", facts(**HELD), (R.CONSENT_MISSING,), by="49"),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_expiry_stops_use_and_a_hold_opens_none(case: Row) -> None:
    assert_answered(case)
