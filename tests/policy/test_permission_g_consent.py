"""The decision table, group G: consent given, refused and withdrawn (PERM-33, 39 to 42, 47, 48)."""

from dataclasses import replace

import pytest

from policy.vocabulary import BoxDefect, Channel, EventKind
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, use
from tests.policy.grounds import ASSESSMENT, COMPANY, MESSAGE, PRODUCT, SALE, SUPPORT, TICK
from tests.policy.rows import (
    CALL,
    ENQUIRY,
    RE_GIVEN,
    TWO_LEADS,
    WITHDRAWN,
    Row,
    assert_answered,
    name_of,
)

LETTER = use(channel=Channel.POST)
REFUSED = event(EventKind.REFUSED, defect=BoxDefect.NOT_TICKED)
ASKING = replace(MESSAGE, asks_for_consent=True)


CASES = (
    Row("33", "a consent for this purpose and channel permits", facts(given()), (R.OK_CONSENT,)),
    Row("33", "a renewed consent permits", facts(event(EventKind.RENEWED)), (R.OK_CONSENT,)),
    Row(
        "33",
        "a consent to calls permits calls",
        facts(given(channel=CALL)),
        (R.OK_CONSENT,),
        use(channel=CALL),
    ),
    Row(
        "33",
        "a consent to letters permits letters",
        facts(given(channel=Channel.POST)),
        (R.OK_CONSENT,),
        LETTER,
    ),
    Row(
        "33",
        "a consent comes before the interest in a company",
        facts(given(), subscriber=COMPANY, assessment=ASSESSMENT),
        (R.OK_CONSENT,),
    ),
    Row(
        "33",
        "a tick that cannot count takes no consent back",
        facts(given(), event(EventKind.ATTEMPTED, days_ago(1), defect=BoxDefect.REQUIRED)),
        (R.OK_CONSENT,),
    ),
    *(
        Row(
            "39",
            f"a box about {channel.value} left empty is a refusal",
            facts(replace(REFUSED, channel=channel)),
            (R.CONSENT_REFUSED, R.CONSENT_MISSING),
            use(channel=channel),
            "39 49",
        )
        for channel in (Channel.EMAIL, Channel.SMS)
    ),
    Row(
        "39",
        "a box left empty later takes an earlier consent back",
        facts(given(), event(EventKind.REFUSED, days_ago(1))),
        (R.CONSENT_REFUSED, R.CONSENT_MISSING),
        by="39 49",
    ),
    Row(
        "40",
        "a company's box left empty is a refusal",
        facts(REFUSED, subscriber=COMPANY, assessment=ASSESSMENT),
        (R.CONSENT_REFUSED, R.BASIS_SWAP),
        by="40 47",
    ),
    Row(
        "40",
        "a company's box left empty is a refusal, assessed or not",
        facts(REFUSED, subscriber=COMPANY),
        (R.CONSENT_REFUSED, R.LIA_MISSING),
        by="40 59",
    ),
    Row(
        "41",
        "a withdrawn consent does not count",
        facts(given(), WITHDRAWN),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        by="41 49",
    ),
    Row(
        "41",
        "a withdrawal counts from its very instant on",
        facts(given(), replace(WITHDRAWN, occurred_at=NOW)),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        by="41 49",
    ),
    Row(
        "41",
        "until the last instant before its withdrawal a consent permits",
        facts(given(), replace(WITHDRAWN, occurred_at=NOW + TICK)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "42",
        "a consent given again counts",
        facts(given(), WITHDRAWN, RE_GIVEN, leads=TWO_LEADS),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "42",
        "a consent given again by text does not open the e-mail",
        facts(given(), WITHDRAWN, replace(RE_GIVEN, channel=Channel.SMS), leads=TWO_LEADS),
        (R.CONSENT_NOT_FOR_CHANNEL, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        by="37 41 49",
    ),
    Row(
        "47",
        "no sale takes the place of a consent withdrawn",
        facts(given(), WITHDRAWN, soft_opt_in=SALE, assessment=ASSESSMENT),
        (R.CONSENT_WITHDRAWN, R.BASIS_SWAP),
        use(product=PRODUCT),
        "41 47",
    ),
    *(
        Row(
            "47",
            f"no interest takes the place of a consent to {channel.value} that was {kind.value}",
            facts(event(kind, channel=channel), assessment=ASSESSMENT),
            (code, R.BASIS_SWAP),
            use(channel=channel),
            f"{row} 47",
        )
        for kind, code, row in (
            (EventKind.REFUSED, R.CONSENT_REFUSED, "39"),
            (EventKind.WITHDRAWN, R.CONSENT_WITHDRAWN, "41"),
        )
        for channel in (Channel.POST,)
    ),
    Row(
        "47",
        "a withdrawal to which no other basis is put forward swaps nothing",
        facts(given(channel=Channel.POST), replace(WITHDRAWN, channel=Channel.POST)),
        (R.CONSENT_WITHDRAWN, R.NO_LAWFUL_BASIS),
        LETTER,
        "41 0",
    ),
    Row(
        "48",
        "who never agreed is not asked to agree",
        facts(enquired()),
        (R.CONSENT_MISSING,),
        use(ENQUIRY, message=ASKING),
        "49",
    ),
    Row(
        "48",
        "whose consent is over is not asked to renew it",
        facts(enquired(), given(valid_until=NOW)),
        (R.CONSENT_EXPIRED,),
        use(ENQUIRY, message=ASKING),
        "43",
    ),
    Row(
        "48",
        "who opted out is not asked back",
        facts(given(), WITHDRAWN),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        use(message=ASKING),
        "41 49",
    ),
    Row(
        "48",
        "whose consent is still good may be asked to renew it",
        facts(given()),
        (R.OK_CONSENT,),
        use(ENQUIRY, message=ASKING),
        "33",
    ),
    Row(
        "47",
        "no support takes the place of a consent withdrawn",
        facts(given(), WITHDRAWN, charity_opt_in=SUPPORT, assessment=ASSESSMENT),
        (R.CONSENT_WITHDRAWN, R.BASIS_SWAP),
        by="41 47",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_consent_counts_until_the_person_says_no(case: Row) -> None:
    assert_answered(case)
