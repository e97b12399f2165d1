"""Faults that a review of the table found, each with the rule that it broke."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from policy.errors import UsageError
from policy.facts import LeadFacts, Subscriber
from policy.periods import Period
from policy.permission import decide
from policy.retention import Action, plan
from policy.retention_ends import RetentionFacts
from policy.retention_events import full_opt_out_at
from policy.retention_rules import DataClass
from policy.uses import UseRequest
from policy.vocabulary import Channel, EventKind, Operation, Purpose, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, event, facts, given, lead, use
from tests.policy.grounds import (
    INSTRUCTION,
    MAILER,
    MESSAGE,
    PRODUCT,
    SALE,
    TICK,
    processor_contract,
)

RETURN = use(Purpose.CLIENT_DELIVERY, Channel.NONE, operation=Operation.RETURN_TO_CLIENT)
DELIVERY = use(Purpose.CLIENT_DELIVERY, Channel.NONE)


@pytest.mark.parametrize(
    ("doubtful", "code"),
    [
        (lead(is_test=True), R.TEST_LEAD),
        (lead(has_identity_conflict=True), R.IDENTITY_UNRESOLVED),
        (lead(special_category_fields=frozenset({"health"})), R.SPECIAL_CATEGORY_NO_CONDITION),
    ],
)
def test_row_9_what_goes_back_under_a_running_contract_passes_all_later_rows(
    doubtful: LeadFacts, code: R
) -> None:
    """PERM-1, PERM-2, PERM-9, PERM-27."""
    known = facts(
        leads=(doubtful,), role=Role.PROCESSOR, processor_contract=processor_contract(INSTRUCTION)
    )
    assert decide(RETURN, known).reasons == (code,)
    sound = replace(known, leads=(lead(),))
    assert decide(RETURN, sound).code is R.OK_PROCESSOR_INSTRUCTION
    assert decide(RETURN, replace(sound, erased_at=NOW)).reasons == (R.ERASED,)


def test_row_1_a_test_lead_is_handed_to_nobody_for_a_profile_either() -> None:
    """PERM-1."""
    for recipient, is_denied in ((MAILER, True), (None, False)):
        profile = use(operation=Operation.PROFILE, recipient=recipient)
        reasons = decide(profile, facts(given(), leads=(lead(is_test=True),))).reasons
        assert (R.TEST_LEAD in reasons) is is_denied


def test_row_6_a_contract_or_instruction_without_a_reference_is_none() -> None:
    """PERM-6, BAS-10."""
    named = processor_contract(INSTRUCTION)
    nameless = replace(named, instructions=(replace(INSTRUCTION, reference=" "),))
    known = facts(role=Role.PROCESSOR, processor_contract=named)
    assert decide(DELIVERY, known).is_allowed
    for contract in (replace(named, reference=" "), nameless):
        denied = decide(DELIVERY, replace(known, processor_contract=contract))
        assert denied.code is R.PROCESSOR_NO_INSTRUCTION


def test_row_74_marketing_to_an_online_audience_is_no_way_around_the_audience() -> None:
    """PERM-73, PERM-74."""
    online = Channel.ONLINE_AUDIENCE
    for has_signals in (True, False):
        known = facts(given(channel=online), has_platform_signals=has_signals)
        denied = decide(use(channel=online), known)
        assert (denied.reasons, denied.rules) == ((R.PURPOSE_MISMATCH,), ("PERM-74",))


def test_row_47_an_unsubscribe_is_a_no_that_no_other_basis_replaces() -> None:
    """PERM-47: it is noted as withdrawal and as objection, at one instant."""
    unsubscribed = (
        event(EventKind.WITHDRAWN, days_ago(5), lead_number=None),
        event(EventKind.OBJECTED, days_ago(5), lead_number=None),
    )
    asked = use(product=PRODUCT)
    assert R.BASIS_SWAP in decide(asked, facts(given(), *unsubscribed, soft_opt_in=SALE)).reasons
    for before in (
        (),
        (given(channel=Channel.SMS),),
        (given(purpose=Purpose.AD_AUDIENCE),),
        (given(NOW + TICK),),
    ):
        known = facts(*before, unsubscribed[1], soft_opt_in=SALE)
        assert R.BASIS_SWAP not in decide(asked, known).reasons


def test_row_49_comes_before_row_61() -> None:
    """PERM-49, PERM-61: the rows of a group speak in their order."""
    hidden: UseRequest = use(message=replace(MESSAGE, names_sender=False))
    assert decide(hidden, facts()).reasons == (R.CONSENT_MISSING, R.MESSAGE_NONCOMPLIANT)


@pytest.mark.parametrize("country", ["de", "DEU", "Germany", " DE", ""])
def test_row_60_a_country_that_is_no_code_is_refused(country: str) -> None:
    """PERM-60."""
    with pytest.raises(UsageError, match="Cure: give two capital letters"):
        Subscriber(country=country)


def test_ret_7_an_opt_out_counts_again_once_the_consent_that_closed_it_ran_out() -> None:
    """RET-7, PERM-14."""
    said = event(EventKind.OBJECTED, days_ago(30), channel=None)
    again = given(days_ago(20), valid_until=days_ago(10))
    assert full_opt_out_at([said, again], days_ago(10) - TICK) is None
    assert full_opt_out_at([said, again], days_ago(10)) == days_ago(30)


def test_ret_15_a_hold_without_a_zone_is_refused_and_one_without_end_is_counted() -> None:
    """RET-15, RET-16."""
    started_at = NOW - timedelta(days=900)
    bare = RetentionFacts(data_class=DataClass.MARKETING_LEAD, started_at=started_at)
    zoneless = (Period(datetime(2026, 1, 1)), Period(days_ago(9), datetime(2026, 1, 1)))  # noqa: DTZ001 - the fault
    for period in zoneless:
        with pytest.raises(UsageError, match=r"of a hold is .*without a time zone"):
            replace(bare, holds=(period,))
        with pytest.raises(UsageError, match=r"of a request is .*without a time zone"):
            replace(bare, open_requests=(period,))
    endless = Period(started_at, datetime.max.replace(tzinfo=UTC))
    assert plan(NOW, replace(bare, holds=(endless,))).action is Action.KEEP
