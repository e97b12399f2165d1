"""The decision table, group H: e-mail and texts to individuals (PERM-49 to PERM-56)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from policy.facts import Facts, Subscriber
from policy.vocabulary import Channel, SubscriberKind
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import enquired, facts, use
from tests.policy.grounds import (
    ASSESSMENT,
    FLAWS_OF_ASSESSMENT,
    PERSON,
    PRODUCT,
    SALE,
    SUPPORT,
    Flaws,
)
from tests.policy.rows import OBJECTED, SUPPRESSED, Row, assert_answered, name_of

OFFER = use(product=PRODUCT)
OFFER_BY_TEXT = use(channel=Channel.SMS, product=PRODUCT)
BY_TEXT = use(channel=Channel.SMS)
NO_SALE = replace(SALE, refusal_offered_then=False)
NO_SUPPORT = replace(SUPPORT, is_for_same_charity=False)
MISSING = (R.CONSENT_MISSING,)
FAILED = (R.SOFT_OPTIN_FAILED,)
FLAWS_OF_SALE: Flaws = {"a reference": {"reference": " "}, "a date": {"dated": None}}
FLAWS_OF_SUPPORT: Flaws = {
    "interest": {"showed_interest_or_support": False},
    "refusal offered throughout": {"refusal_offered_throughout": False},
    "a reference": {"reference": " "},
}
NOT_ASSESSED = (R.LIA_MISSING,)


def bought(**changes: Any) -> Facts:
    """Return a customer whom a sale lets us write to; `changes` are changes of that sale."""
    return facts(soft_opt_in=replace(SALE, **changes), assessment=ASSESSMENT)


def supports(**changes: Any) -> Facts:
    """Return a charity's supporter; `changes` are changes of what is known of the support."""
    return facts(charity_opt_in=replace(SUPPORT, **changes), assessment=ASSESSMENT)


CASES = (
    Row(
        "50",
        "a sale of tomorrow opens nothing today",
        bought(dated=date(2026, 3, 3)),
        FAILED,
        OFFER,
    ),
    Row("50", "a sale of today does", bought(dated=date(2026, 3, 2)), (R.OK_SOFT_OPTIN,), OFFER),
    Row("56", "support of tomorrow opens nothing", supports(obtained_on=date(2026, 3, 3)), FAILED),
    Row(
        "55",
        "support of today does",
        supports(obtained_on=date(2026, 3, 2)),
        (R.OK_CHARITY_SOFT_OPTIN,),
    ),
    *(
        Row(
            "49",
            f"no consent, no marketing by {channel.value}",
            facts(enquired()),
            MISSING,
            use(channel=channel),
        )
        for channel in (Channel.EMAIL, Channel.SMS)
    ),
    Row("49", "nothing known permits nothing", facts(leads=()), MISSING),
    Row(
        "49",
        "an individual is not written to on an interest",
        facts(subscriber=PERSON, assessment=ASSESSMENT),
        MISSING,
    ),
    Row(
        "49",
        "who is not known to be a company counts as an individual",
        facts(subscriber=Subscriber(SubscriberKind.UNKNOWN), assessment=ASSESSMENT),
        MISSING,
    ),
    Row(
        "49",
        "an individual's generic mailbox is an individual's",
        facts(subscriber=Subscriber(SubscriberKind.INDIVIDUAL, is_generic_mailbox=True)),
        MISSING,
    ),
    Row("50", "a customer is written to about the like", bought(), (R.OK_SOFT_OPTIN,), OFFER),
    Row("50", "a customer gets texts about the like", bought(), (R.OK_SOFT_OPTIN,), OFFER_BY_TEXT),
    *(
        Row("50", f"a sale without {without} is not proven", bought(**flaw), FAILED, OFFER)
        for without, flaw in FLAWS_OF_SALE.items()
    ),
    *(
        Row(
            "50",
            f"a sale needs an assessment: none {flaw}",
            facts(soft_opt_in=SALE, assessment=replace(ASSESSMENT, **changes)),
            NOT_ASSESSED,
            OFFER,
        )
        for flaw, changes in FLAWS_OF_ASSESSMENT.items()
    ),
    Row("50", "a sale needs an assessment", facts(soft_opt_in=SALE), NOT_ASSESSED, OFFER),
    Row(
        "50",
        "a sale to somebody who is not held permits nothing",
        facts(leads=(), soft_opt_in=SALE, assessment=ASSESSMENT),
        NOT_ASSESSED,
        OFFER,
    ),
    Row(
        "50",
        "a customer who objected is not written to",
        replace(bought(), events=(OBJECTED,)),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        OFFER,
        "12 41",
    ),
    Row(
        "50",
        "a customer on the list of the suppressed is not written to",
        replace(bought(), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        OFFER,
        "13",
    ),
    Row(
        "50", "a sale permits no letter", bought(), (R.OK_LI_POST,), use(channel=Channel.POST), "70"
    ),
    Row(
        "51",
        "refusal was not offered at the sale",
        bought(refusal_offered_then=False),
        FAILED,
        OFFER,
    ),
    Row(
        "51",
        "refusal was not offered in every message since",
        bought(refusal_offered_since=False),
        FAILED,
        OFFER,
    ),
    Row("52", "another product is not the like", bought(), FAILED, use(product="hosting")),
    Row("52", "an offer of nobody knows what is not the like", bought(), FAILED, use()),
    Row(
        "52",
        "a sale of nobody knows what has no like",
        bought(product=""),
        FAILED,
        use(product=""),
        "50",
    ),
    Row(
        "53",
        "details that were bought are no customer's",
        bought(collected_by_us=False),
        FAILED,
        OFFER,
    ),
    Row(
        "54",
        "a mere question shows no interest in buying",
        bought(showed_interest_in_buying=False),
        FAILED,
        OFFER,
    ),
    Row(
        "54",
        "every flaw of a sale is named",
        facts(
            soft_opt_in=replace(
                SALE,
                reference="",
                collected_by_us=False,
                showed_interest_in_buying=False,
                refusal_offered_then=False,
            )
        ),
        (R.SOFT_OPTIN_FAILED, R.LIA_MISSING),
        by="51 52 53 54 50",
    ),
    Row("55", "a charity's supporter is written to", supports(), (R.OK_CHARITY_SOFT_OPTIN,)),
    Row("55", "a charity's supporter gets texts", supports(), (R.OK_CHARITY_SOFT_OPTIN,), BY_TEXT),
    *(
        Row("55", f"without {without} there is no support", supports(**flaw), FAILED)
        for without, flaw in FLAWS_OF_SUPPORT.items()
    ),
    Row("55", "support needs an assessment", facts(charity_opt_in=SUPPORT), NOT_ASSESSED),
    Row(
        "56",
        "details of 4 February 2026 are too early",
        supports(obtained_on=date(2026, 2, 4)),
        FAILED,
    ),
    Row(
        "56",
        "details of nobody knows when are too early",
        supports(obtained_on=None),
        FAILED,
        by="56 55",
    ),
    Row(
        "56",
        "a purpose that is not charitable alone is none",
        supports(is_sole_purpose_charitable=False),
        FAILED,
    ),
    Row("56", "another body's supporter is none", supports(is_for_same_charity=False), FAILED),
    Row(
        "56",
        "a sale is enough although the support is none",
        facts(soft_opt_in=SALE, charity_opt_in=NO_SUPPORT, assessment=ASSESSMENT),
        (R.OK_SOFT_OPTIN,),
        OFFER,
        "50",
    ),
    Row(
        "51",
        "support is enough although the sale is none",
        facts(soft_opt_in=NO_SALE, charity_opt_in=SUPPORT, assessment=ASSESSMENT),
        (R.OK_CHARITY_SOFT_OPTIN,),
        OFFER,
        "55",
    ),
    Row(
        "56",
        "neither sale nor support",
        facts(soft_opt_in=NO_SALE, charity_opt_in=NO_SUPPORT, assessment=ASSESSMENT),
        FAILED,
        OFFER,
        "51 56",
    ),
    Row(
        "56",
        "a sale and support together are a sale",
        facts(soft_opt_in=SALE, charity_opt_in=SUPPORT, assessment=ASSESSMENT),
        (R.OK_SOFT_OPTIN,),
        OFFER,
        "50",
    ),
    Row(
        "50",
        "a customer's own generic mailbox is a customer's",
        facts(
            subscriber=Subscriber(SubscriberKind.INDIVIDUAL, is_generic_mailbox=True),
            soft_opt_in=SALE,
            assessment=ASSESSMENT,
        ),
        (R.OK_SOFT_OPTIN,),
        OFFER,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_nobody_is_written_to_without_consent_a_sale_or_support(case: Row) -> None:
    assert_answered(case)
