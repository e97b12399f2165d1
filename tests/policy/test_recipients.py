"""Who may be handed anything at all, and what is said of those who may not."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from policy.periods import Period
from policy.recipients import (
    WARNINGS,
    Handing,
    Lack,
    barriers,
    lacks_of,
    removal_barriers,
)
from policy.uses import Recipient
from policy.vocabulary import Channel, Purpose, ReasonCode, RecipientRole, Role, TransferMechanism
from tests.policy.facts import NOW, days_ago
from tests.policy.grounds import AUTHORITY, CLIENT, DUTY, MAILER, STRANGER, abroad, safeguard

EVERY = tuple(Channel)
MAILS = Handing(Purpose.DIRECT_MARKETING, Channel.EMAIL, Role.CONTROLLER)
SOON = NOW + timedelta(days=29)


def _codes(recipient: Recipient, handing: Handing = MAILS, **how: Any) -> list[ReasonCode]:
    found = barriers(recipient, how.get("channels", EVERY), handing, NOW)
    assert all(each.fact and each.cure for each in found)
    return [each.reason for each in found]


def test_whatever_would_deny_every_row_is_named_before_a_list_is_made() -> None:
    """RCP-1."""
    assert _codes(MAILER) == []
    assert _codes(replace(MAILER, contract=None)) == [ReasonCode.RECIPIENT_NO_CONTRACT]
    assert _codes(STRANGER) == [ReasonCode.PURPOSE_MISMATCH]
    assert _codes(CLIENT) == [ReasonCode.PURPOSE_MISMATCH]
    assert _codes(CLIENT, MAILS._replace(role=Role.PROCESSOR)) == []
    assert _codes(abroad("US")) == [ReasonCode.TRANSFER_NO_SAFEGUARD]
    assert _codes(abroad("US", safeguard())) == []
    assert _codes(abroad("FR")) == []
    assert _codes(MAILER, channels=(Channel.POST,)) == [ReasonCode.PURPOSE_MISMATCH]
    others = MAILS._replace(purpose=Purpose.THIRD_PARTY_MARKETING)
    assert _codes(STRANGER, others) == [ReasonCode.PURPOSE_MISMATCH]


def test_all_that_stands_against_a_recipient_is_named_at_once_and_a_sale_first() -> None:
    worst = replace(abroad("US"), contract=None, has_consideration=True)
    assert _codes(worst) == [
        ReasonCode.SALE_PROHIBITED,
        ReasonCode.RECIPIENT_NO_CONTRACT,
        ReasonCode.TRANSFER_NO_SAFEGUARD,
    ]


def test_an_authority_gets_nothing_without_a_duty_and_nobody_else_by_one() -> None:
    telling = Handing(Purpose.AUTHORITY_DISCLOSURE, Channel.NONE, Role.CONTROLLER)
    assert _codes(AUTHORITY, telling) == [ReasonCode.NO_LAWFUL_BASIS]
    assert _codes(AUTHORITY, telling._replace(duty=DUTY)) == []
    assert _codes(MAILER, telling._replace(duty=DUTY)) == [ReasonCode.NO_LAWFUL_BASIS]


def _lacks(recipient: Recipient) -> list[Lack]:
    return lacks_of(recipient, NOW)


def test_what_a_recipient_lacks_is_told_in_time() -> None:
    """RCP-2."""
    assert _lacks(MAILER) == []
    assert _lacks(STRANGER) == []
    for contract, lack in (
        (None, Lack.CONTRACT_MISSING),
        (Period(days_ago(9), NOW), Lack.CONTRACT_OVER),
        (Period(SOON), Lack.CONTRACT_NOT_BEGUN),
        (Period(days_ago(9), SOON), Lack.CONTRACT_ENDS_SOON),
    ):
        assert _lacks(replace(MAILER, contract=contract)) == [lack]
    assert _lacks(replace(MAILER, contract=Period(days_ago(9), NOW + timedelta(days=31)))) == []
    assert _lacks(replace(MAILER, has_consideration=True)) == [Lack.SALE]


@pytest.mark.parametrize(
    ("held", "lacks"),
    [
        (None, [Lack.SAFEGUARD_MISSING]),
        (safeguard(start=SOON), [Lack.SAFEGUARD_NOT_IN_FORCE]),
        (safeguard(end=SOON), [Lack.SAFEGUARD_ENDS_SOON]),
        (safeguard(tested_on=None), [Lack.TEST_MISSING]),
        (safeguard(tested_on=date(2026, 3, 3)), [Lack.TEST_MISSING]),
        (safeguard(tested_on=date(2025, 3, 2)), []),
        (safeguard(tested_on=date(2025, 3, 1)), [Lack.TEST_OLD]),
        (safeguard(TransferMechanism.REGULATIONS, tested_on=None), []),
    ],
)
def test_a_safeguard_is_looked_at_where_one_is_needed(held: Any, lacks: list[Lack]) -> None:
    assert _lacks(abroad("US", held)) == lacks
    assert _lacks(abroad("FR", held)) == []


def test_a_recipient_is_barred_by_what_it_lacks_but_not_by_a_warning() -> None:
    """What check calls a fault denies, and what it calls a note does not."""
    for recipient in (
        MAILER,
        replace(MAILER, contract=None),
        replace(MAILER, contract=Period(days_ago(9), SOON)),
        replace(MAILER, contract=Period(SOON)),
        replace(MAILER, has_consideration=True),
        abroad("US"),
        abroad("US", safeguard(end=NOW)),
        abroad("US", safeguard(tested_on=None)),
        abroad("US", safeguard(tested_on=date(2024, 1, 1))),
    ):
        is_lacking = bool(set(_lacks(recipient)) - WARNINGS)
        assert bool(_codes(recipient)) == is_lacking, recipient


def test_a_platform_gets_hashes_as_a_registered_processor_only() -> None:
    """RCP-4."""

    def codes(recipient: Recipient | None) -> list[ReasonCode]:
        found = removal_barriers(recipient, EVERY, Role.CONTROLLER, NOW)
        return [each.reason for each in found]

    assert codes(MAILER) == []
    assert codes(None) == [ReasonCode.RECIPIENT_NO_CONTRACT]
    assert codes(replace(MAILER, contract=None)) == [ReasonCode.RECIPIENT_NO_CONTRACT]
    assert codes(replace(MAILER, role=RecipientRole.THIRD_PARTY)) == [ReasonCode.PURPOSE_MISMATCH]
    assert codes(abroad("US")) == [ReasonCode.TRANSFER_NO_SAFEGUARD]
