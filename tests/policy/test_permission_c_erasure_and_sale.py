"""The decision table, group C: erasure and sale (PERM-10, PERM-11)."""

from dataclasses import replace

import pytest

from policy.vocabulary import Channel, Operation, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import AUDIT, HARMLESS, MAILER, MESSAGE, TICK
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    ONLINE,
    Row,
    assert_answered,
    name_of,
)

FOR_AUDIENCE = given(purpose=AUDIENCE, channel=ONLINE)
LOOK_UP = use(Purpose.SUPPRESSION_CHECK)
FOR_MONEY = replace(MAILER, has_consideration=True)


CASES = (
    Row(
        "10",
        "an enquiry after the erasure is another record",
        facts(
            enquired(days_ago(1)), leads=(lead(submitted_at=days_ago(1)),), erased_at=days_ago(2)
        ),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row(
        "10",
        "a lead of the erasure's own instant is erased",
        facts(
            enquired(days_ago(2)), leads=(lead(submitted_at=days_ago(2)),), erased_at=days_ago(2)
        ),
        (R.ERASED,),
        use(ENQUIRY),
    ),
    Row(
        "49",
        "nobody is written to because of the list of opt-outs",
        facts(),
        (R.CONSENT_MISSING,),
        use(Purpose.SUPPRESSION_CHECK, message=MESSAGE),
    ),
    Row(
        "10",
        "of the erased no profile is made for marketing",
        facts(given(), erased_at=days_ago(1)),
        (R.ERASED,),
        use(operation=Operation.PROFILE, automated=HARMLESS),
    ),
    Row(
        "0",
        "a look into the list of opt-outs deletes nothing",
        facts(),
        (R.NO_LAWFUL_BASIS,),
        use(Purpose.SUPPRESSION_CHECK, operation=Operation.DELETE),
    ),
    Row("10", "the erased are not written to", facts(given(), erased_at=days_ago(1)), (R.ERASED,)),
    Row(
        "10",
        "the erased are not answered",
        facts(enquired(), erased_at=days_ago(1)),
        (R.ERASED,),
        use(ENQUIRY),
    ),
    Row(
        "10",
        "an erasure counts from its very instant on",
        facts(given(), erased_at=NOW),
        (R.ERASED,),
    ),
    Row(
        "10",
        "until the last instant before an erasure there was none",
        facts(given(), erased_at=NOW + TICK),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "10",
        "what is left of the erased is audited",
        facts(erased_at=days_ago(1)),
        (R.OK_AUDIT,),
        use(Purpose.AUDIT, Channel.NONE, audit=AUDIT),
        "81",
    ),
    Row(
        "11",
        "nobody gets data for money, whatever was ticked",
        facts(given()),
        (R.SALE_PROHIBITED,),
        use(recipient=FOR_MONEY),
    ),
    Row(
        "11",
        "no audience is sold",
        facts(FOR_AUDIENCE),
        (R.SALE_PROHIBITED,),
        use(AUDIENCE, ONLINE, recipient=FOR_MONEY),
    ),
    Row(
        "11",
        "the list of the suppressed is not sold",
        facts(),
        (R.SALE_PROHIBITED,),
        replace(LOOK_UP, recipient=FOR_MONEY),
    ),
    Row(
        "11",
        "nobody stores data for something of value",
        facts(),
        (R.SALE_PROHIBITED,),
        use(operation=Operation.STORE, recipient=FOR_MONEY),
    ),
    Row(
        "11",
        "who is paid for the work is not paid in data",
        facts(given()),
        (R.OK_CONSENT,),
        use(recipient=MAILER),
        "33",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_erased_are_left_alone_and_nobody_is_sold(case: Row) -> None:
    assert_answered(case)
