"""The decision table: claims, requests and storage of what is live (PERM-83 to PERM-85)."""

from dataclasses import replace
from typing import Any

import pytest

from policy.periods import Period
from policy.vocabulary import Channel, Operation, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import MAILER
from tests.policy.rows import Row, assert_answered, name_of

CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
RIGHTS = use(Purpose.RIGHTS_HANDLING, Channel.NONE)
STORAGE = use(operation=Operation.STORE)


EXPIRED = (lead(expires_at=NOW),)
OPEN = (Period(days_ago(3)),)
HELD: dict[str, Any] = {"holds": (Period(days_ago(3)),)}
ASKED: dict[str, Any] = {"access_requests": OPEN}


CASES = (
    Row(
        "83",
        "before its expiry a lead serves an open request",
        facts(**ASKED),
        (R.OK_RIGHTS,),
        RIGHTS,
    ),
    Row(
        "83",
        "beside a hold the person still gets an answer",
        facts(leads=EXPIRED, **HELD, **ASKED),
        (R.OK_RIGHTS,),
        RIGHTS,
    ),
    Row("83", "without a request no right is handled", facts(), (R.NO_LAWFUL_BASIS,), RIGHTS, "0"),
    Row(
        "83",
        "of somebody who is not held there is nothing to show",
        facts(leads=(), **ASKED),
        (R.NO_LAWFUL_BASIS,),
        RIGHTS,
        "0",
    ),
    Row("84", "a live lead serves a claim", facts(), (R.OK_LEGAL_CLAIM,), CLAIM),
    Row(
        "84",
        "a claim must have a name",
        facts(),
        (R.NO_LAWFUL_BASIS,),
        replace(CLAIM, matter=None),
        "0",
    ),
    Row(
        "84",
        "a live lead beside a hold serves a claim by the same row",
        facts(**HELD),
        (R.OK_LEGAL_CLAIM,),
        CLAIM,
    ),
    Row("85", "a live lead is stored", facts(), (R.OK_STORAGE,), STORAGE),
    Row(
        "85",
        "there is nothing to store of nobody",
        facts(leads=()),
        (R.NO_LAWFUL_BASIS,),
        STORAGE,
        "0",
    ),
    *(
        Row(
            "85",
            f"storage for {purpose.value} is judged by what is newest, not by what permits",
            facts(
                given(),
                enquired(),
                leads=(lead(expires_at=NOW), lead(2, submitted_at=days_ago(1))),
            ),
            (R.OK_STORAGE,),
            use(purpose, operation=Operation.STORE),
        )
        for purpose in (Purpose.DIRECT_MARKETING, Purpose.ENQUIRY_RESPONSE)
    ),
    Row(
        "85",
        "an audience is stored with a processor before it is one",
        facts(),
        (R.OK_STORAGE,),
        use(Purpose.AD_AUDIENCE, operation=Operation.STORE, recipient=MAILER),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_what_is_live_is_kept_shown_and_defended(case: Row) -> None:
    assert_answered(case)
