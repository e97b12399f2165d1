"""The decision table, group H: calls (PERM-62, PERM-67 to PERM-69)."""

from dataclasses import replace
from typing import Any

import pytest

from policy.facts import Facts, RegisterCheck
from policy.vocabulary import Channel, EventKind, RegulatedCall
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import (
    ASSESSMENT,
    COMPANY,
    FLAWS_OF_ASSESSMENT,
    MESSAGE,
    SOURCE,
    TICK,
    checks,
)
from tests.policy.rows import CALL, OBJECTED, TWO_LEADS, Row, assert_answered, name_of

A_CALL = use(channel=CALL)
AUTOMATED = use(channel=Channel.AUTOMATED_CALL)
AGREED = given(channel=CALL)

# 28 days on, the clocks have gone forward between the two; in autumn they go back


def weighed(
    checked: tuple[RegisterCheck, ...] = checks(), *, on: Any = ASSESSMENT, **fields: Any
) -> Facts:
    """Return a number that may be called on an assessed interest, by default."""
    return facts(register_checks=checked, assessment=on, **fields)


def about(regulated: RegulatedCall, *, meets_pension_conditions: bool = False) -> Any:
    message = replace(
        MESSAGE, regulated=regulated, meets_pension_conditions=meets_pension_conditions
    )
    return replace(A_CALL, message=message)


CLAIMS = about(RegulatedCall.CLAIMS_MANAGEMENT)
PENSIONS = about(RegulatedCall.PENSIONS)


CASES = (
    Row(
        "69",
        "a call about pensions needs its own conditions besides consent",
        facts(AGREED),
        (R.CONSENT_MISSING,),
        PENSIONS,
    ),
    Row(
        "69",
        "conditions for pensions are none for claims",
        weighed(),
        (R.CONSENT_MISSING,),
        about(RegulatedCall.CLAIMS_MANAGEMENT, meets_pension_conditions=True),
    ),
    Row(
        "62",
        "a number on neither register is called on an interest",
        weighed(),
        (R.OK_LI_CALL,),
        A_CALL,
    ),
    Row(
        "62",
        "a company's number is called on an interest",
        weighed(subscriber=COMPANY),
        (R.OK_LI_CALL,),
        A_CALL,
    ),
    *(
        Row(
            "62",
            f"an assessment {flaw} carries no call",
            weighed(on=replace(ASSESSMENT, **changes)),
            (R.LIA_MISSING,),
            A_CALL,
        )
        for flaw, changes in FLAWS_OF_ASSESSMENT.items()
    ),
    Row(
        "62",
        "without an assessment a company is not called",
        weighed(on=None, subscriber=COMPANY),
        (R.LIA_MISSING,),
        A_CALL,
        "59",
    ),
    Row(
        "62",
        "without an assessment nobody is called",
        weighed(on=None),
        (R.NO_LAWFUL_BASIS,),
        A_CALL,
        "0",
    ),
    Row(
        "62",
        "an assessment of nobody carries no call",
        weighed(leads=()),
        (R.NO_LAWFUL_BASIS,),
        A_CALL,
        "0",
    ),
    Row(
        "62",
        "who objected is not called",
        replace(weighed(), events=(OBJECTED,)),
        (R.OBJECTED, R.CONSENT_WITHDRAWN),
        A_CALL,
        "12 41",
    ),
    Row(
        "67",
        "a line whose holder wants no calls is not called",
        weighed(line_refused_since=days_ago(5)),
        (R.SUPPRESSED,),
        A_CALL,
    ),
    Row(
        "67",
        "the holder's word counts above an older consent",
        facts(AGREED, line_refused_since=days_ago(5)),
        (R.SUPPRESSED,),
        A_CALL,
    ),
    Row(
        "67",
        "the holder's word counts from its very instant on",
        weighed(line_refused_since=NOW),
        (R.SUPPRESSED,),
        A_CALL,
    ),
    Row(
        "67",
        "the holder's word does not count before it was said",
        weighed(line_refused_since=NOW + TICK),
        (R.OK_LI_CALL,),
        A_CALL,
        "62",
    ),
    Row(
        "67",
        "a later consent to calls on that line opens it again",
        facts(
            given(days_ago(1), channel=CALL, lead_number=2),
            leads=TWO_LEADS,
            line_refused_since=days_ago(5),
        ),
        (R.OK_CONSENT,),
        A_CALL,
        "33",
    ),
    Row(
        "67",
        "a consent that somebody else obtained does not open it",
        facts(AGREED, leads=(lead(indirect=SOURCE),), line_refused_since=days_ago(12)),
        (R.SUPPRESSED,),
        A_CALL,
    ),
    Row(
        "67",
        "a line that wants no calls still gets its texts",
        facts(given(channel=Channel.SMS), line_refused_since=days_ago(5)),
        (R.OK_CONSENT,),
        use(channel=Channel.SMS),
        "33",
    ),
    Row(
        "68",
        "a consent to calls is none to automated calls",
        facts(AGREED),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        AUTOMATED,
        "37 68",
    ),
    Row(
        "68",
        "no consent, no automated call",
        facts(enquired(channel=CALL)),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        AUTOMATED,
    ),
    Row(
        "68",
        "no interest carries an automated call",
        weighed(on=replace(ASSESSMENT, channels=frozenset(Channel))),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        AUTOMATED,
    ),
    Row(
        "68",
        "a consent that names automated calls permits them",
        facts(given(channel=Channel.AUTOMATED_CALL)),
        (R.OK_CONSENT,),
        AUTOMATED,
        "33",
    ),
    Row("69", "no interest carries a call about claims", weighed(), (R.CONSENT_MISSING,), CLAIMS),
    Row(
        "69", "no interest carries a call about pensions", weighed(), (R.CONSENT_MISSING,), PENSIONS
    ),
    Row(
        "69",
        "the conditions for pensions are none for claims",
        weighed(),
        (R.CONSENT_MISSING,),
        about(RegulatedCall.CLAIMS_MANAGEMENT, meets_pension_conditions=True),
    ),
    Row(
        "69",
        "the conditions for pensions carry a call about pensions",
        weighed(),
        (R.OK_LI_CALL,),
        about(RegulatedCall.PENSIONS, meets_pension_conditions=True),
        "62",
    ),
    Row(
        "69",
        "a consent to calls carries a call about claims",
        facts(AGREED),
        (R.OK_CONSENT,),
        CLAIMS,
        "33",
    ),
    Row(
        "69",
        "a call about nothing of the kind needs no more",
        weighed(),
        (R.OK_LI_CALL,),
        replace(A_CALL, message=MESSAGE),
        "62",
    ),
    Row(
        "68",
        "no interest is put forward for automated calls, so none is swapped in",
        facts(
            event(EventKind.WITHDRAWN, channel=Channel.AUTOMATED_CALL),
            assessment=ASSESSMENT,
        ),
        (R.CONSENT_WITHDRAWN, R.CONSENT_NOT_FOR_CHANNEL),
        AUTOMATED,
        "41 68",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_nobody_is_called_who_would_not_want_it(case: Row) -> None:
    assert_answered(case)
