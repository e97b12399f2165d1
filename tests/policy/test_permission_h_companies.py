"""The decision table, group H: companies (PERM-57 to PERM-59)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from policy.facts import Facts, Subscriber
from policy.vocabulary import Channel, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import facts, use
from tests.policy.grounds import (
    ASSESSMENT,
    COMPANY,
    FLAWS_OF_ASSESSMENT,
    MESSAGE,
    OFFICE,
    TICK,
)
from tests.policy.rows import OBJECTED, WITHDRAWN, Row, assert_answered, name_of

BY_TEXT = use(channel=Channel.SMS)
NOT_ASSESSED = (R.LIA_MISSING,)


def at_company(subscriber: Subscriber = COMPANY, **changes: Any) -> Facts:
    """Return somebody at a company; `changes` are changes of the assessment."""
    return facts(subscriber=subscriber, assessment=replace(ASSESSMENT, **changes))


CASES = (
    Row("57", "somebody at a company is written to", at_company(), (R.OK_LI_CORPORATE,)),
    Row("57", "somebody at a company gets texts", at_company(), (R.OK_LI_CORPORATE,), BY_TEXT),
    Row(
        "57",
        "somebody at a company who objected is not written to",
        facts(OBJECTED, subscriber=COMPANY, assessment=ASSESSMENT),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        by="12 41",
    ),
    Row(
        "57",
        "an answer that promotes is written to somebody at a company",
        at_company(),
        (R.OK_LI_CORPORATE,),
        use(Purpose.ENQUIRY_RESPONSE, message=replace(MESSAGE, promotes=True)),
    ),
    Row(
        "57",
        "nobody at a company is held",
        facts(leads=(), subscriber=COMPANY, assessment=ASSESSMENT),
        (R.NO_LAWFUL_BASIS,),
        by="0",
    ),
    Row(
        "58",
        "an office's mailbox is written to",
        facts(subscriber=OFFICE),
        (R.OK_CORPORATE_GENERIC,),
    ),
    Row(
        "58",
        "an office's mailbox that objected is not",
        facts(OBJECTED, subscriber=OFFICE),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        by="12 41",
    ),
    Row(
        "58",
        "an office's number is a number",
        facts(subscriber=OFFICE),
        NOT_ASSESSED,
        BY_TEXT,
        "59",
    ),
    Row(
        "58",
        "a mailbox that refused is not written to, an office's or not",
        facts(WITHDRAWN, subscriber=OFFICE),
        (R.CONSENT_WITHDRAWN, R.BASIS_SWAP),
        by="41 47",
    ),
    *(
        Row(
            "59", f"an assessment {flaw} is none for a company", at_company(**changes), NOT_ASSESSED
        )
        for flaw, changes in FLAWS_OF_ASSESSMENT.items()
    ),
    *(
        Row(
            "59",
            f"a company is not reached by {channel.value} without an assessment",
            facts(subscriber=COMPANY),
            NOT_ASSESSED,
            use(channel=channel),
        )
        for channel in (Channel.EMAIL, Channel.SMS, Channel.POST)
    ),
    Row(
        "59",
        "an assessment dated today counts",
        at_company(dated=date(2026, 3, 2)),
        (R.OK_LI_CORPORATE,),
        by="57",
    ),
    Row(
        "59",
        "an assessment to be reviewed tomorrow counts",
        at_company(review_by=date(2026, 3, 3)),
        (R.OK_LI_CORPORATE,),
        by="57",
    ),
    Row(
        "59",
        "the day of review starts when it starts in London",
        at_company(review_by=date(2026, 7, 1)),
        NOT_ASSESSED,
        use(at=datetime(2026, 6, 30, 23, tzinfo=UTC)),
    ),
    Row(
        "59",
        "until the last instant before the day of review an assessment counts",
        at_company(review_by=date(2026, 7, 1)),
        (R.OK_LI_CORPORATE,),
        use(at=datetime(2026, 6, 30, 23, tzinfo=UTC) - TICK),
        "57",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_a_company_is_written_to_on_an_assessed_interest(case: Row) -> None:
    assert_answered(case)
