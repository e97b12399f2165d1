"""The decision table, group H: the EEA, the message, and letters (PERM-60, 61, 70)."""

from dataclasses import replace

import pytest

from policy.facts import Subscriber
from policy.vocabulary import Channel, SubscriberKind
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import facts, given, use
from tests.policy.grounds import (
    ASSESSMENT,
    COMPANY,
    FLAWS_OF_ASSESSMENT,
    GERMAN,
    MESSAGE,
    OFFICE,
    PRODUCT,
    SALE,
    checks,
)
from tests.policy.rows import CALL, OBJECTED, Row, assert_answered, name_of

LETTER = use(channel=Channel.POST)
WITH_RULE = replace(GERMAN, has_national_rule=True)
HIDDEN = replace(MESSAGE, names_sender=False)
UNANSWERABLE = replace(MESSAGE, has_reply_route=False)
MISSING = (R.CONSENT_MISSING,)
NO_BASIS = (R.NO_LAWFUL_BASIS,)


CASES = (
    Row(
        "60",
        "a company in Germany is not written to on an interest",
        facts(subscriber=replace(GERMAN, kind=SubscriberKind.CORPORATE), assessment=ASSESSMENT),
        MISSING,
    ),
    Row(
        "60",
        "a customer in Germany is not written to on a sale",
        facts(subscriber=GERMAN, soft_opt_in=SALE, assessment=ASSESSMENT),
        MISSING,
        use(product=PRODUCT),
    ),
    Row(
        "60",
        "a customer in Germany gets no texts on a sale",
        facts(subscriber=GERMAN, soft_opt_in=SALE, assessment=ASSESSMENT),
        MISSING,
        use(channel=Channel.SMS, product=PRODUCT),
    ),
    Row(
        "60",
        "nobody in Germany is called on an interest",
        facts(subscriber=GERMAN, assessment=ASSESSMENT, register_checks=checks()),
        MISSING,
        use(channel=CALL),
    ),
    Row(
        "60",
        "nobody in Germany gets automated calls",
        facts(subscriber=GERMAN),
        (R.CONSENT_MISSING, R.CONSENT_NOT_FOR_CHANNEL),
        use(channel=Channel.AUTOMATED_CALL),
        "60 68",
    ),
    Row(
        "60",
        "nobody in Germany is written to without consent, by two rows",
        facts(subscriber=GERMAN),
        MISSING,
        by="49 60",
    ),
    Row(
        "60",
        "a letter to Germany may rest on an interest",
        facts(subscriber=GERMAN, assessment=ASSESSMENT),
        (R.OK_LI_POST,),
        LETTER,
        "70",
    ),
    Row(
        "60",
        "a consent is one in Germany too",
        facts(given(), subscriber=GERMAN),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "60",
        "where a state's own rule is set it is followed",
        facts(subscriber=WITH_RULE, soft_opt_in=SALE, assessment=ASSESSMENT),
        (R.OK_SOFT_OPTIN,),
        use(product=PRODUCT),
        "50",
    ),
    *(
        Row(
            "60",
            f"{country} is no state of the EEA",
            facts(subscriber=Subscriber(country=country), soft_opt_in=SALE, assessment=ASSESSMENT),
            (R.OK_SOFT_OPTIN,),
            use(product=PRODUCT),
            "50",
        )
        for country in ("GB", "US")
    ),
    *(
        Row(
            "61",
            f"no message goes out whose {flaw}",
            facts(given()),
            (R.MESSAGE_NONCOMPLIANT,),
            use(message=message),
        )
        for flaw, message in {
            "sender is hidden": HIDDEN,
            "reader cannot answer": UNANSWERABLE,
        }.items()
    ),
    *(
        Row(
            "61",
            f"no call is made whose {flaw}",
            facts(given(channel=CALL)),
            (R.MESSAGE_NONCOMPLIANT,),
            use(channel=CALL, message=message),
        )
        for flaw, message in {
            "caller has no name": HIDDEN,
            "number is withheld": UNANSWERABLE,
        }.items()
    ),
    Row(
        "61",
        "a message with a name and a way to answer goes out",
        facts(given()),
        (R.OK_CONSENT,),
        use(message=MESSAGE),
        "33",
    ),
    Row(
        "61",
        "a message to an office has a sender too",
        facts(subscriber=OFFICE),
        (R.MESSAGE_NONCOMPLIANT,),
        use(message=replace(MESSAGE, names_sender=False)),
    ),
    Row(
        "70",
        "a letter may rest on an interest",
        facts(assessment=ASSESSMENT),
        (R.OK_LI_POST,),
        LETTER,
    ),
    Row(
        "70",
        "a letter to a company may rest on an interest",
        facts(assessment=ASSESSMENT, subscriber=COMPANY),
        (R.OK_LI_POST,),
        LETTER,
    ),
    *(
        Row(
            "70",
            f"an assessment {flaw} carries no letter",
            facts(assessment=replace(ASSESSMENT, **changes)),
            (R.LIA_MISSING,),
            LETTER,
        )
        for flaw, changes in FLAWS_OF_ASSESSMENT.items()
    ),
    Row("70", "without an assessment there is no letter", facts(), NO_BASIS, LETTER, "0"),
    Row(
        "70",
        "an assessment of nobody carries no letter",
        facts(leads=(), assessment=ASSESSMENT),
        NO_BASIS,
        LETTER,
        "0",
    ),
    Row(
        "70",
        "who objected gets no letter",
        facts(OBJECTED, assessment=ASSESSMENT),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        LETTER,
        "12 41",
    ),
    *(
        Row(
            "0",
            f"nothing is marketed by {channel.value}",
            facts(assessment=replace(ASSESSMENT, channels=frozenset(Channel))),
            NO_BASIS,
            use(channel=channel),
        )
        for channel in (Channel.NONE, Channel.ONLINE_AUDIENCE)
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_channel_has_a_law_of_its_own(case: Row) -> None:
    assert_answered(case)
