"""The decision table, group G: consent to something else (PERM-37, PERM-38)."""

from dataclasses import replace

import pytest

from policy.vocabulary import Channel, EventKind, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, use
from tests.policy.grounds import ASSESSMENT, COMPANY, PRODUCT, SALE, TICK
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    ONLINE,
    WITHDRAWN,
    Row,
    assert_answered,
    name_of,
)

BY_TEXT = given(channel=Channel.SMS)


CASES = (
    Row(
        "47",
        "a sale takes the place of no consent that was taken back in its very instant",
        facts(
            given(NOW),
            event(EventKind.OBJECTED, NOW, channel=None),
            soft_opt_in=SALE,
            assessment=ASSESSMENT,
        ),
        (R.OBJECTED, R.CONSENT_WITHDRAWN, R.BASIS_SWAP),
        use(product=PRODUCT),
        "12 41 47",
    ),
    Row(
        "37",
        "a consent to texts of this very instant bars an interest in e-mails",
        facts(given(NOW, channel=Channel.SMS), subscriber=COMPANY, assessment=ASSESSMENT),
        (R.CONSENT_NOT_FOR_CHANNEL,),
    ),
    Row(
        "49",
        "a consent that names no channel is one to none",
        facts(event(EventKind.GIVEN, channel=None)),
        (R.CONSENT_MISSING,),
    ),
    Row(
        "68",
        "a consent that names no channel is none to automated calls",
        facts(event(EventKind.GIVEN, channel=None)),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        use(channel=Channel.AUTOMATED_CALL),
    ),
    Row(
        "37",
        "a consent to texts is none to e-mails",
        facts(BY_TEXT),
        (R.CONSENT_NOT_FOR_CHANNEL, R.CONSENT_MISSING),
        by="37 49",
    ),
    Row(
        "37",
        "a renewed consent to texts is none to e-mails",
        facts(event(EventKind.RENEWED, channel=Channel.SMS)),
        (R.CONSENT_NOT_FOR_CHANNEL, R.CONSENT_MISSING),
        by="37 49",
    ),
    Row(
        "37",
        "a consent to texts that was withdrawn is not mentioned any more",
        facts(BY_TEXT, event(EventKind.WITHDRAWN, days_ago(1), channel=Channel.SMS)),
        (R.CONSENT_MISSING,),
        by="49",
    ),
    Row(
        "37",
        "a consent to texts that is still to come is not mentioned yet",
        facts(replace(BY_TEXT, occurred_at=NOW + TICK)),
        (R.CONSENT_MISSING,),
        by="49",
    ),
    Row(
        "38",
        "a consent to an audience is none to marketing e-mails",
        facts(given(purpose=AUDIENCE)),
        (R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
        by="38 49",
    ),
    Row(
        "38",
        "a consent to marketing e-mails is none to an audience",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
        use(AUDIENCE, ONLINE),
        "38 74",
    ),
    Row(
        "38",
        "a consent to marketing is none to analysis",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.ANALYTICS, Channel.NONE),
        "38 0",
    ),
    Row(
        "38",
        "a consent to marketing is no enquiry",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(ENQUIRY),
        "38 0",
    ),
    Row(
        "38",
        "a consent to texts and one to an audience are both named",
        facts(BY_TEXT, given(purpose=AUDIENCE)),
        (R.CONSENT_NOT_FOR_CHANNEL, R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
        by="37 38 49",
    ),
    Row(
        "38",
        "a consent to marketing is no bar to an answer",
        facts(given(), enquired()),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row(
        "38",
        "a consent that was withdrawn is no consent to something else",
        facts(given(), WITHDRAWN),
        (R.NO_LAWFUL_BASIS,),
        use(Purpose.ANALYTICS, Channel.NONE),
        "0",
    ),
    Row(
        "37",
        "a consent to texts shuts the e-mail that a sale would open",
        facts(BY_TEXT, soft_opt_in=SALE, assessment=ASSESSMENT),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        use(product=PRODUCT),
    ),
    Row(
        "37",
        "what a consent to texts shuts its withdrawal does not open",
        facts(
            BY_TEXT,
            event(EventKind.WITHDRAWN, days_ago(1), channel=Channel.SMS),
            soft_opt_in=SALE,
            assessment=ASSESSMENT,
        ),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        use(product=PRODUCT),
    ),
    Row(
        "37",
        "a consent to texts that is still to come shuts nothing yet",
        facts(replace(BY_TEXT, occurred_at=NOW + TICK), soft_opt_in=SALE, assessment=ASSESSMENT),
        (R.OK_SOFT_OPTIN,),
        use(product=PRODUCT),
        "50",
    ),
    Row(
        "37",
        "a refusal of texts shuts nothing",
        facts(
            event(EventKind.REFUSED, channel=Channel.SMS), soft_opt_in=SALE, assessment=ASSESSMENT
        ),
        (R.OK_SOFT_OPTIN,),
        use(product=PRODUCT),
        "50",
    ),
    Row(
        "38",
        "what a consent to an audience shuts its withdrawal does not open",
        facts(
            given(purpose=AUDIENCE, channel=ONLINE),
            event(EventKind.WITHDRAWN, days_ago(1), purpose=AUDIENCE, channel=ONLINE),
            assessment=ASSESSMENT,
        ),
        (R.PURPOSE_MISMATCH,),
        use(channel=Channel.POST),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_consent_to_something_else_is_none(case: Row) -> None:
    assert_answered(case)
