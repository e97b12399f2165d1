"""The decision table, group D: restriction (PERM-17 to PERM-19)."""

from dataclasses import replace
from typing import Any

import pytest

from policy.facts import Restriction
from policy.periods import Period
from policy.vocabulary import Channel, Operation, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, use
from tests.policy.grounds import AUDIT, CONTRACT, TICK
from tests.policy.rows import AUDIENCE, ENQUIRY, ONLINE, TWO_LEADS, Row, assert_answered, name_of

CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
RIGHTS = use(Purpose.RIGHTS_HANDLING, Channel.NONE)
STORAGE = use(operation=Operation.STORE)
IN_THE_AUDIT = use(Purpose.AUDIT, Channel.NONE, audit=AUDIT)

ON = (Restriction(days_ago(5)),)
LIFTED = (Restriction(days_ago(5), days_ago(2)),)
AGREED_SINCE = given(days_ago(1), lead_number=2)

OPEN = (Period(days_ago(3)),)
ASKED: dict[str, Any] = {"access_requests": OPEN}


def restricted(
    since: float = 5, lifted: float | None = None, told: float | None = None
) -> Restriction:
    """Return a restriction by the numbers of days ago."""
    return Restriction(
        days_ago(since),
        None if lifted is None else days_ago(lifted),
        None if told is None else days_ago(told),
    )


CASES = (
    Row(
        "17", "what is restricted is kept", facts(restrictions=ON), (R.OK_RESTRICTED_USE,), STORAGE
    ),
    Row(
        "17",
        "what is restricted serves a legal claim",
        facts(restrictions=ON),
        (R.OK_RESTRICTED_USE,),
        CLAIM,
    ),
    Row(
        "17",
        "what is restricted serves no claim that has no name",
        facts(restrictions=ON),
        (R.NO_LAWFUL_BASIS,),
        replace(CLAIM, matter=None),
        "0",
    ),
    Row(
        "17",
        "the person agreed after the restriction",
        facts(AGREED_SINCE, leads=TWO_LEADS, restrictions=ON),
        (R.OK_RESTRICTED_USE,),
    ),
    Row(
        "17",
        "the person agreed to the audience after the restriction",
        facts(
            given(days_ago(1), purpose=AUDIENCE, channel=ONLINE, lead_number=2),
            leads=TWO_LEADS,
            restrictions=ON,
        ),
        (R.OK_RESTRICTED_USE,),
        use(AUDIENCE, ONLINE),
    ),
    Row(
        "17",
        "the person's own request is answered under restriction",
        facts(restrictions=ON, **ASKED),
        (R.OK_RESTRICTED_USE,),
        RIGHTS,
    ),
    Row(
        "17",
        "an exempt use needs its own ground all the same",
        facts(leads=(), restrictions=ON),
        (R.NO_LAWFUL_BASIS,),
        STORAGE,
        "0",
    ),
    Row(
        "17",
        "lifted and not told, data is kept under the same name",
        facts(restrictions=LIFTED),
        (R.OK_RESTRICTED_USE,),
        STORAGE,
    ),
    Row(
        "17",
        "told in advance, data is restricted until it is lifted",
        facts(restrictions=(restricted(lifted=None, told=1),)),
        (R.OK_RESTRICTED_USE,),
        CLAIM,
    ),
    Row(
        "17",
        "lifted and told, data is kept as ever",
        facts(restrictions=(restricted(lifted=2, told=1),)),
        (R.OK_STORAGE,),
        STORAGE,
        "85",
    ),
    Row(
        "17",
        "until the last instant before the person is told data is restricted",
        facts(restrictions=(Restriction(days_ago(5), days_ago(2), NOW + TICK),)),
        (R.OK_RESTRICTED_USE,),
        STORAGE,
    ),
    Row(
        "18", "the restricted are not marketed to", facts(given(), restrictions=ON), (R.RESTRICTED,)
    ),
    Row(
        "18",
        "the restricted are not answered",
        facts(enquired(), restrictions=ON),
        (R.RESTRICTED,),
        use(ENQUIRY),
    ),
    Row(
        "18",
        "the restricted are not audited",
        facts(restrictions=ON),
        (R.RESTRICTED,),
        IN_THE_AUDIT,
    ),
    Row(
        "18",
        "without an open request no right is handled under restriction",
        facts(restrictions=ON, access_requests=(Period(days_ago(3), NOW),)),
        (R.RESTRICTED, R.NO_LAWFUL_BASIS),
        RIGHTS,
        "18 0",
    ),
    Row(
        "18",
        "a consent of the restriction's own instant is none to it",
        facts(given(days_ago(5)), restrictions=ON),
        (R.RESTRICTED,),
    ),
    Row(
        "18",
        "a consent of the next instant is one",
        facts(given(days_ago(5) + TICK), restrictions=ON),
        (R.OK_RESTRICTED_USE,),
        by="17",
    ),
    Row(
        "18",
        "a consent to e-mail since the restriction answers no enquiry",
        facts(AGREED_SINCE, enquired(), leads=TWO_LEADS, restrictions=ON),
        (R.RESTRICTED,),
        use(ENQUIRY),
    ),
    Row(
        "18",
        "a restriction counts from its very instant on",
        facts(given(), restrictions=(Restriction(NOW),)),
        (R.RESTRICTED,),
    ),
    Row(
        "18",
        "a restriction does not count before it was made",
        facts(given(), restrictions=(Restriction(NOW + TICK),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "18",
        "a restriction counts until the last instant before it is lifted",
        facts(given(), restrictions=(Restriction(days_ago(5), NOW + TICK, days_ago(1)),)),
        (R.RESTRICTED,),
    ),
    Row(
        "18",
        "of two restrictions one is enough",
        facts(given(), restrictions=(restricted(lifted=2, told=1), restricted(since=3))),
        (R.RESTRICTED,),
    ),
    Row(
        "18",
        "two restrictions need a consent after the later one",
        facts(given(days_ago(4)), restrictions=(restricted(), restricted(since=3))),
        (R.RESTRICTED,),
    ),
    Row(
        "19",
        "lifted and not told, nobody is written to",
        facts(given(), restrictions=LIFTED),
        (R.RESTRICTED,),
    ),
    Row(
        "19",
        "until the last instant before the person is told nobody is written to",
        facts(given(), restrictions=(Restriction(days_ago(5), days_ago(2), NOW + TICK),)),
        (R.RESTRICTED,),
    ),
    Row(
        "19",
        "lifted at this very instant and not told, nobody is written to",
        facts(given(), restrictions=(Restriction(days_ago(5), NOW),)),
        (R.RESTRICTED,),
    ),
    Row(
        "19",
        "lifted and told at this very instant, the person is written to",
        facts(given(), restrictions=(Restriction(days_ago(5), NOW, NOW),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "17",
        "a restriction of this very instant is one",
        facts(restrictions=(Restriction(NOW),)),
        (R.OK_RESTRICTED_USE,),
        STORAGE,
    ),
    Row(
        "17",
        "a restriction that is still to come is none",
        facts(restrictions=(Restriction(NOW + TICK),)),
        (R.OK_STORAGE,),
        STORAGE,
        "85",
    ),
    Row(
        "18",
        "a contract is not delivered under restriction, whatever was agreed",
        facts(
            given(days_ago(1), purpose=Purpose.CONTRACT_DELIVERY),
            client_contract=CONTRACT,
            restrictions=ON,
        ),
        (R.RESTRICTED,),
        use(Purpose.CONTRACT_DELIVERY),
    ),
    Row(
        "19",
        "one restriction in force and another lifted and not told are both named",
        facts(given(), restrictions=(*LIFTED, *ON)),
        (R.RESTRICTED,),
        by="18 19",
    ),
    Row(
        "19",
        "restricted and lifted at one instant, and not told, nobody is written to",
        facts(given(), restrictions=(Restriction(NOW, NOW),)),
        (R.RESTRICTED,),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_restriction_stops_all_but_storage_claims_and_what_was_agreed_since(case: Row) -> None:
    assert_answered(case)
