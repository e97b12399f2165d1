"""EXP-1: an allow ends by itself, with the first of all the periods that it rests on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policy.facts import Facts
from policy.periods import Period
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import Channel, Operation, Purpose, Role
from tests.policy.facts import NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import (
    AUDIT,
    CONTRACT,
    GERMAN,
    HARMLESS,
    INSTRUCTION,
    MAILER,
    MESSAGE,
    PERSON,
    STRANGER,
    TICK,
    abroad,
    obtained,
    processor_contract,
    safeguard,
)

SOON = NOW + timedelta(days=2)
UNTIL_SOON = Period(days_ago(30), SOON)
CLAIM = use(Purpose.LEGAL_CLAIM, Channel.NONE, matter="claim 8")
EXPIRED = (lead(expires_at=NOW),)
SIX_MONTHS_AGO = datetime(2025, 9, 4, 12, tzinfo=UTC)
SIX_MONTHS_END = datetime(2026, 3, 4, tzinfo=UTC)
SEVEN_DAYS_ON = NOW + timedelta(days=7)
TOLD_WITH_IT = use(message=replace(MESSAGE, carries_source_notice=True))
END_OF_ADEQUACY = datetime(2031, 12, 28, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (
            use(Purpose.CONTRACT_DELIVERY),
            facts(client_contract=replace(CONTRACT, period=UNTIL_SOON)),
        ),
        (use(Purpose.AUDIT, Channel.NONE, audit=replace(AUDIT, period=UNTIL_SOON)), facts()),
        (CLAIM, facts(leads=EXPIRED, holds=(UNTIL_SOON,))),
        (use(Purpose.RIGHTS_HANDLING), facts(access_requests=(UNTIL_SOON,))),
        (use(recipient=replace(MAILER, contract=UNTIL_SOON)), facts(given())),
        (use(recipient=abroad("US", safeguard(end=SOON))), facts(given())),
        (
            use(),
            facts(
                given(),
                role=Role.PROCESSOR,
                processor_contract=processor_contract(INSTRUCTION, end=SOON),
            ),
        ),
        (
            use(),
            facts(
                given(),
                role=Role.PROCESSOR,
                processor_contract=processor_contract(replace(INSTRUCTION, in_force=UNTIL_SOON)),
            ),
        ),
    ],
    ids=["contract", "audit", "hold", "request", "recipient", "safeguard", "client", "instruction"],
)
def test_an_allow_ends_with_the_period_that_it_rests_on(asked: UseRequest, known: Facts) -> None:
    assert decide(asked, known).valid_until == SOON


def test_a_period_that_ends_after_seven_days_ends_nothing() -> None:
    late = replace(CONTRACT, period=Period(days_ago(30), SEVEN_DAYS_ON + TICK))
    known = facts(client_contract=late)
    assert decide(use(Purpose.CONTRACT_DELIVERY), known).valid_until == SEVEN_DAYS_ON


@pytest.mark.parametrize(
    ("asked", "known"),
    [
        (use(), facts(given(), client_contract=replace(CONTRACT, period=UNTIL_SOON))),
        (use(audit=replace(AUDIT, period=UNTIL_SOON)), facts(given())),
        (CLAIM, facts(holds=(UNTIL_SOON,))),
        (use(), facts(given(), access_requests=(UNTIL_SOON,))),
        (use(), facts(given(), processor_contract=processor_contract(INSTRUCTION, end=SOON))),
        (use(recipient=abroad("DE", safeguard(end=SOON))), facts(given())),
        (use(recipient=abroad("GB", safeguard(end=SOON))), facts(given())),
        (
            use(Purpose.RIGHTS_HANDLING),
            facts(leads=EXPIRED, holds=(UNTIL_SOON,), access_requests=(Period(days_ago(1)),)),
        ),
        (
            use(Purpose.CONTRACT_DELIVERY, recipient=replace(STRANGER, contract=UNTIL_SOON)),
            facts(client_contract=CONTRACT),
        ),
    ],
    ids=[
        "contract",
        "audit",
        "hold",
        "request",
        "client",
        "safeguard",
        "safeguard here",
        "hold of a request",
        "recipient",
    ],
)
def test_an_allow_does_not_end_with_what_it_does_not_rest_on(
    asked: UseRequest, known: Facts
) -> None:
    assert decide(asked, known).valid_until == SEVEN_DAYS_ON


def test_of_two_holds_only_those_in_force_end_a_claim() -> None:
    over, still = Period(days_ago(9), days_ago(1)), Period(days_ago(1), SOON)
    known = facts(leads=EXPIRED, holds=(over, still))
    assert decide(CLAIM, known).valid_until == SOON
    asked = facts(access_requests=(over, still))
    assert decide(use(Purpose.RIGHTS_HANDLING), asked).valid_until == SOON


def test_an_allow_on_a_consent_passed_on_ends_with_its_six_months() -> None:
    assert decide(use(), obtained(SIX_MONTHS_AGO)).valid_until == SIX_MONTHS_END
    planned = obtained(SIX_MONTHS_AGO, first_used_at=NOW + TICK)
    assert decide(use(), planned).valid_until == SIX_MONTHS_END


def test_a_consent_passed_on_that_was_used_in_time_does_not_end_with_its_six_months() -> None:
    used = obtained(SIX_MONTHS_AGO, first_used_at=NOW)
    assert decide(use(), used).valid_until == SEVEN_DAYS_ON
    unused = replace(obtained(SIX_MONTHS_AGO), events=(enquired(SIX_MONTHS_AGO),))
    assert decide(use(Purpose.ENQUIRY_RESPONSE), unused).valid_until == SEVEN_DAYS_ON


def test_an_allow_that_brings_the_notice_along_ends_with_the_month_for_it() -> None:
    passed_on_at = datetime(2026, 2, 4, 12, tzinfo=UTC)
    untold = obtained(passed_on_at, notice_sent_at=None)
    assert decide(TOLD_WITH_IT, untold).valid_until == datetime(2026, 3, 5, tzinfo=UTC)
    later = obtained(passed_on_at, notice_sent_at=NOW + TICK)
    assert decide(TOLD_WITH_IT, later).valid_until == datetime(2026, 3, 5, tzinfo=UTC)
    told = obtained(passed_on_at, notice_sent_at=NOW)
    assert decide(TOLD_WITH_IT, told).valid_until == SEVEN_DAYS_ON


def test_what_stays_in_the_house_does_not_end_with_the_month_for_the_notice() -> None:
    untold = obtained(datetime(2026, 2, 4, 12, tzinfo=UTC), notice_sent_at=None)
    score = use(operation=Operation.PROFILE, automated=HARMLESS)
    assert decide(score, untold).valid_until == SEVEN_DAYS_ON


def test_data_that_comes_from_the_eea_comes_until_the_decision_of_the_commission_ends() -> None:
    on = END_OF_ADEQUACY - timedelta(days=3)
    held = (lead(submitted_at=on, expires_at=END_OF_ADEQUACY + timedelta(days=90)),)
    known = facts(given(on, valid_until=None), leads=held, subscriber=GERMAN)
    assert decide(use(at=on, recipient=MAILER), known).valid_until == END_OF_ADEQUACY
    assert decide(use(at=on, recipient=abroad("FR")), known).valid_until == on + timedelta(days=7)
    assert decide(use(at=on), known).valid_until == on + timedelta(days=7)
    british = replace(known, subscriber=PERSON)
    assert decide(use(at=on, recipient=MAILER), british).valid_until == on + timedelta(days=7)


def test_near_the_end_of_the_calendar_an_allow_ends_with_the_calendar() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    for at, ends in (
        (last - timedelta(days=7), last),
        (last - timedelta(days=7) - TICK, last - TICK),
        (last - timedelta(days=6), last),
    ):
        asked = use(Purpose.SUPPRESSION_CHECK, at=at)
        assert decide(asked, facts(leads=())).valid_until == ends
