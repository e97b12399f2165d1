"""The decision table, group H: the registers of numbers (PERM-63 to PERM-66)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from policy.facts import Facts, RegisterCheck
from policy.vocabulary import Channel, EventKind, Register
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import (
    ASSESSMENT,
    TICK,
    checks,
)
from tests.policy.rows import CALL, Row, assert_answered, name_of

A_CALL = use(channel=CALL)
AGREED = given(channel=CALL)
STALE = (R.TPS_CHECK_STALE,)
TPS, CTPS = (RegisterCheck(register, days_ago(1), is_listed=False) for register in Register)
LISTED = replace(TPS, is_listed=True)
NEWS_BY_MAIL = given()

# 28 days on, the clocks have gone forward between the two; in autumn they go back
SPRING = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
SPRING_ENDS = datetime(2026, 4, 6, 23, tzinfo=UTC)
AUTUMN = datetime(2026, 10, 5, 23, 30, tzinfo=UTC)
AUTUMN_ENDS = datetime(2026, 11, 3, tzinfo=UTC)
WINTER = datetime(2026, 1, 5, 23, 59, tzinfo=UTC)
WINTER_ENDS = datetime(2026, 2, 2, tzinfo=UTC)
LONG_AGO = (lead(submitted_at=datetime(2026, 1, 1, tzinfo=UTC)),)


def weighed(
    checked: tuple[RegisterCheck, ...] = checks(), *, on: Any = ASSESSMENT, **fields: Any
) -> Facts:
    """Return a number that may be called on an assessed interest, by default."""
    return facts(register_checks=checked, assessment=on, **fields)


CASES = (
    Row("63", "a number that was never checked is not called", weighed(()), STALE, A_CALL),
    Row(
        "63",
        "a number that was never checked has no basis either",
        facts(enquired(channel=CALL)),
        (R.NO_LAWFUL_BASIS, R.TPS_CHECK_STALE),
        A_CALL,
        "0 63",
    ),
    Row("63", "one register is not enough: the CTPS is missing", weighed((TPS,)), STALE, A_CALL),
    Row("63", "one register is not enough: the TPS is missing", weighed((CTPS,)), STALE, A_CALL),
    *(
        Row(
            "63",
            f"one check that is too old is enough: {old.register.value}",
            weighed((replace(old, checked_at=days_ago(28)), fresh)),
            STALE,
            A_CALL,
        )
        for old, fresh in ((TPS, CTPS), (CTPS, TPS))
    ),
    *(
        Row(
            "63",
            f"a check in {season} is too old when the 28th day starts in London",
            weighed(checks(checked), leads=LONG_AGO),
            STALE,
            use(channel=CALL, at=ends),
        )
        for season, checked, ends in (
            ("winter", WINTER, WINTER_ENDS),
            ("spring", SPRING, SPRING_ENDS),
            ("autumn", AUTUMN, AUTUMN_ENDS),
        )
    ),
    *(
        Row(
            "63",
            f"a check in {season} is good until the last instant of the 27th day",
            weighed(checks(checked), leads=LONG_AGO),
            (R.OK_LI_CALL,),
            use(channel=CALL, at=ends - TICK),
            "62",
        )
        for season, checked, ends in (
            ("winter", WINTER, WINTER_ENDS),
            ("spring", SPRING, SPRING_ENDS),
            ("autumn", AUTUMN, AUTUMN_ENDS),
        )
    ),
    Row(
        "63",
        "the last check of a register counts",
        weighed((*checks(days_ago(40)), *checks(days_ago(27)), *checks(days_ago(50)))),
        (R.OK_LI_CALL,),
        A_CALL,
        "62",
    ),
    Row("63", "a check of the future is none", weighed(checks(NOW + TICK)), STALE, A_CALL),
    Row(
        "63",
        "a check of this very instant counts",
        weighed(checks(NOW)),
        (R.OK_LI_CALL,),
        A_CALL,
        "62",
    ),
    Row(
        "64",
        "a number on the TPS is not called",
        weighed(checks(tps=True)),
        (R.TPS_LISTED,),
        A_CALL,
    ),
    Row(
        "64",
        "a number on the CTPS is not called",
        weighed(checks(ctps=True)),
        (R.CTPS_LISTED,),
        A_CALL,
    ),
    Row(
        "64",
        "a number on both is on both",
        weighed(checks(tps=True, ctps=True)),
        (R.TPS_LISTED, R.CTPS_LISTED),
        A_CALL,
    ),
    Row(
        "64",
        "a listing that was found long ago is still one",
        weighed((replace(LISTED, checked_at=days_ago(40)), CTPS)),
        (R.TPS_CHECK_STALE, R.TPS_LISTED),
        A_CALL,
        "63 64",
    ),
    Row(
        "64",
        "a later check finds the number taken off the register",
        weighed((TPS, CTPS, replace(LISTED, checked_at=days_ago(2)))),
        (R.OK_LI_CALL,),
        A_CALL,
        "62",
    ),
    *(
        Row(
            "64",
            f"of two checks of one instant the one that found it counts: {order}",
            weighed((CTPS, *pair)),
            (R.TPS_LISTED,),
            A_CALL,
        )
        for order, pair in {"first": (LISTED, TPS), "last": (TPS, LISTED)}.items()
    ),
    Row(
        "65",
        "who told us that we may call is called though listed",
        facts(AGREED, register_checks=checks(tps=True, ctps=True)),
        (R.OK_CONSENT,),
        A_CALL,
    ),
    Row(
        "65",
        "who told us that we may call after the check is called",
        facts(given(NOW, channel=CALL), register_checks=checks(ctps=True)),
        (R.OK_CONSENT,),
        A_CALL,
    ),
    Row(
        "65",
        "who told us that we may call is called without a check",
        facts(AGREED),
        (R.OK_CONSENT,),
        A_CALL,
        "33",
    ),
    Row(
        "65",
        "a number that is not listed is called on its consent",
        facts(AGREED, register_checks=checks()),
        (R.OK_CONSENT,),
        A_CALL,
        "33",
    ),
    Row(
        "65",
        "who took it back is not called",
        facts(
            AGREED,
            event(EventKind.WITHDRAWN, days_ago(1), channel=CALL),
            register_checks=checks(tps=True),
        ),
        (R.CONSENT_WITHDRAWN, R.NO_LAWFUL_BASIS, R.TPS_LISTED),
        A_CALL,
        "41 0 64",
    ),
    Row(
        "66",
        "news by mail is no permission to call the listed",
        facts(NEWS_BY_MAIL, register_checks=checks(tps=True), assessment=ASSESSMENT),
        (R.CONSENT_NOT_FOR_CHANNEL, R.TPS_LISTED),
        A_CALL,
        "37 66",
    ),
    Row(
        "66",
        "news by mail is no permission to call the listed of either register",
        facts(NEWS_BY_MAIL, register_checks=checks(ctps=True), assessment=ASSESSMENT),
        (R.CONSENT_NOT_FOR_CHANNEL, R.CTPS_LISTED),
        A_CALL,
        "37 66",
    ),
    Row(
        "66",
        "news by mail is no permission to call anybody",
        facts(NEWS_BY_MAIL, register_checks=checks(), assessment=ASSESSMENT),
        (R.CONSENT_NOT_FOR_CHANNEL,),
        A_CALL,
        "37",
    ),
    Row(
        "65",
        "a text to a listed number rests on its own consent",
        facts(given(channel=Channel.SMS), register_checks=checks(tps=True)),
        (R.OK_CONSENT,),
        use(channel=Channel.SMS),
        "33",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_the_registers_are_asked_and_heeded(case: Row) -> None:
    assert_answered(case)
