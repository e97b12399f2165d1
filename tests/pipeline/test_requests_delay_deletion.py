"""What somebody asked a copy of, or complained about, stays until they have their answer."""

from datetime import timedelta

import pytest

from models.columns import table_of
from models.lead import Lead
from models.rights_request import RightsRequestRecord
from models.store import Store
from pipeline.receive_request import Asked, receive_request
from policy.retention_rules import RetentionReason
from policy.rights.steps import RequestStatus
from policy.rights.table import DELAYS_DELETION, Right
from tests.build import (
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    take,
)
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import expire_at

EMAIL = email().value


def ended(store: Store) -> None:
    """Store the leads of Priya and of Maya, whose last day is the same."""
    maya = fields("maya@mail.example", "+447700900200", "Maya Brown")
    take(store, declared(store), delivery("1000001"), delivery("1000002", maya))


def ask(store: Store, asked: Asked) -> None:
    before = kept(store, Lead)[0].expires_at - timedelta(days=3)
    receive_request(store, controller(), SUPPRESSION_KEY, asked, before)


@pytest.mark.parametrize("right", DELAYS_DELETION)
def test_ret_16_what_is_asked_for_stays_and_is_not_used(store: Store, right: Right) -> None:
    ended(store)
    ask(store, Asked(right, email=EMAIL))
    end = kept(store, Lead)[0].expires_at
    found = expire_at(store, end)
    assert found.deleted == {RetentionReason.EXPIRED: 1}
    assert found.kept == {RetentionReason.OPEN_REQUEST: 1}
    [left] = kept(store, Lead)
    assert left.external_id == "1000001"
    assert not may_email(store, email(), at=end).is_allowed
    with store.writing() as connection:
        closed = {"status": RequestStatus.CLOSED}
        connection.execute(table_of(RightsRequestRecord).update().values(closed))
    assert expire_at(store, end + timedelta(hours=1)).deleted == {RetentionReason.EXPIRED: 1}
    assert kept(store, Lead) == []


def test_ret_16_a_number_names_somebody_as_well(store: Store) -> None:
    ended(store)
    ask(store, Asked(Right.ACCESS, phone=phone().value))
    assert expire_at(store, kept(store, Lead)[0].expires_at).kept == {
        RetentionReason.OPEN_REQUEST: 1
    }


@pytest.mark.parametrize("right", [Right.ERASURE, Right.RECTIFICATION, Right.WITHDRAWAL_OF_CONSENT])
def test_other_requests_delay_nothing(store: Store, right: Right) -> None:
    ended(store)
    ask(store, Asked(right, email=EMAIL))
    expire_at(store, kept(store, Lead)[0].expires_at)
    assert kept(store, Lead) == []
