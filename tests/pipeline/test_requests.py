"""What people ask by law: written down with its dates, acted on at once where that is due."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.outbox import OutboxRecord
from models.permission import Suppression
from models.rights_request import IdentityState, RightsRequestRecord
from models.rights_step import RightsStep
from models.store import Store
from pipeline.confirm_identity import LinkState, asked_for, confirm_identity
from pipeline.list_requests import list_requests
from pipeline.receive_request import Asked, Receipt, receive_request
from pipeline.send_mails import send_mails
from pipeline.settings import ControllerSettings
from pipeline.status import status
from policy.confirmation import BETWEEN_MAILS, LINK_LIVES
from policy.errors import ConfigError
from policy.rights.steps import RequestStatus
from policy.rights.table import RIGHTS, AtOnce, IdentityCheck, Right
from policy.suppression import SuppressionKeys
from policy.vocabulary import ReasonCode, Role
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    kept,
    phone,
    settings,
    source,
    take,
)
from tests.confirming import HOUR, house_of
from tests.pipeline.asking import may_email
from tests.smtp import body_of, mail_server, mail_settings

ADDRESS = "priya.sharma@mail.example"
COPY = Asked(Right.ACCESS, "Priya Sharma", ADDRESS, None, "All of it, please.")
STOP = Asked(Right.OBJECTION_TO_MARKETING, email=ADDRESS)
STOPPING = [Right.OBJECTION_TO_MARKETING, Right.WITHDRAWAL_OF_CONSENT]


def ask(
    store: Store, asked: Asked = COPY, at: datetime = NOW, owner: ControllerSettings | None = None
) -> Receipt:
    return receive_request(store, owner or controller(), SUPPRESSION_KEY, asked, at)


def only(store: Store) -> Any:
    [row] = kept(store, RightsRequestRecord)
    return row


def ledger_of(store: Store, kind: LedgerKind) -> list[str]:
    return [row.body for row in kept(store, LedgerRecord) if row.kind is kind]


@pytest.fixture
def own(store: Store) -> Store:
    """A store that knows a controller."""
    declared(store)
    return store


def test_a_request_is_kept_with_the_day_by_which_it_must_be_answered(own: Store) -> None:
    receipt = ask(own)
    row = only(own)
    assert (row.right, row.name, row.email, row.text) == (
        Right.ACCESS,
        "Priya Sharma",
        ADDRESS,
        "All of it, please.",
    )
    assert (row.received_at, row.due_on) == (NOW, date(2026, 12, 22))
    assert (row.status, row.acknowledge_by) == (RequestStatus.OPEN, None)
    assert (receipt.reference, receipt.due_on) == (row.reference, row.due_on)


def test_the_day_is_counted_in_london_and_moves_off_holidays(own: Store) -> None:
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)
    assert ask(own, at=late).due_on == date(2026, 12, 24)
    christmas = ask(own, replace(COPY, text="2"), at=late + HOUR)
    assert christmas.due_on == date(2026, 12, 29)


def test_a_complaint_has_the_day_by_which_it_must_be_acknowledged(own: Store) -> None:
    ask(own, Asked(Right.COMPLAINT, email=ADDRESS, text="You called at night."))
    row = only(own)
    assert row.acknowledge_by == row.due_on == date(2026, 12, 22)
    assert row.identity is IdentityState.NOT_NEEDED


def test_the_ledger_says_what_came_and_not_from_whom(own: Store) -> None:
    ask(own)
    [body] = ledger_of(own, LedgerKind.REQUEST_RECEIVED)
    assert json.loads(body)["detail"] == {
        "right": "access",
        "due": "2026-12-22",
        "status": "open",
        "identity": "asked",
        "doubtful": False,
    }
    assert "priya" not in body.lower()
    assert only(own).reference not in body


@pytest.mark.parametrize("right", STOPPING)
def test_marketing_stops_at_once_without_a_question_who_asks(store: Store, right: Right) -> None:
    take(store, declared(store), delivery(at=NOW - HOUR))
    assert may_email(store).is_allowed
    receipt = ask(store, Asked(right, email=ADDRESS), at=NOW + HOUR)
    assert receipt.stops_use
    assert not may_email(store, at=NOW + 2 * HOUR).is_allowed
    assert only(store).status is RequestStatus.ACTED
    assert only(store).identity is IdentityState.NOT_NEEDED
    assert kept(store, OutboxRecord) == []


def test_an_address_that_nobody_knows_is_stopped_just_the_same(own: Store) -> None:
    assert ask(own, replace(STOP, phone=phone().value)).stops_use
    assert len(kept(own, Suppression)) == 2


def test_an_objection_to_another_use_restricts_use_at_once(store: Store) -> None:
    take(store, declared(store), delivery(at=NOW - HOUR))
    ask(store, Asked(Right.OBJECTION_TO_OTHER_USE, email=ADDRESS), at=NOW + HOUR)
    assert may_email(store, at=NOW + 2 * HOUR).reasons[0] is ReasonCode.RESTRICTED
    assert only(store).status is RequestStatus.OPEN
    [set_] = ledger_of(store, LedgerKind.RESTRICTION_SET)
    assert json.loads(set_)["detail"]["ground"] == "objection_weighed"
    step = kept(store, RightsStep)[-1]
    assert (step.kind, step.detail["act"]) == ("acted", "restricted")


def test_an_objection_of_nobody_who_is_known_restricts_nothing(own: Store) -> None:
    ask(own, Asked(Right.OBJECTION_TO_OTHER_USE, email=ADDRESS))
    assert kept(own, RightsStep) == []


UNACTED = [right for right in Right if RIGHTS[right].at_once is AtOnce.NOTHING]


@pytest.mark.parametrize("right", UNACTED)
def test_no_other_request_stops_or_opens_anything_by_itself(store: Store, right: Right) -> None:
    take(store, declared(store), delivery(at=NOW - HOUR))
    ask(store, Asked(right, email=ADDRESS), at=NOW + HOUR)
    assert may_email(store, at=NOW + 2 * HOUR).is_allowed
    needs = RIGHTS[right].identity is not IdentityCheck.NEVER
    assert len(kept(store, OutboxRecord)) == needs


def test_a_clients_people_are_stopped_and_passed_on(store: Store) -> None:
    client = controller("shop", Role.PROCESSOR)
    declared(store, source("shop-meta", owner=client))
    receipt = ask(store, STOP, owner=client)
    assert (receipt.status, receipt.stops_use) == (RequestStatus.FOR_CLIENT, True)
    assert receipt.due_on == date(2026, 11, 23)  # the Monday after that Sunday
    assert [row.controller_id for row in kept(store, Suppression)] == ["shop"]


def test_the_mail_asks_who_they_are_and_repeats_nothing_that_was_typed(own: Store) -> None:
    ask(own, replace(COPY, name="Cheap pills", text="http://evil.example"))
    with mail_server() as box:
        house = house_of(own, source(), mail_settings(box))
        assert send_mails(house, lambda: NOW).sent == 1
    [mail] = box.mails
    words = body_of(mail)
    assert only(own).reference in words
    assert "for a copy of the data held about them" in words
    assert "http://127.0.0.1:8600/r/confirm/" in words
    assert "pills" not in words
    assert "evil" not in words
    assert (only(own).message_id, only(own).sent_at) == (mail["Message-ID"], NOW)


def test_one_address_gets_one_such_mail_a_day_and_no_request_is_lost(own: Store) -> None:
    for number in range(4):
        ask(own, replace(COPY, text=str(number)), at=NOW + number * HOUR)
    assert len(kept(own, RightsRequestRecord)) == 4
    due = sorted(mail.due_at for mail in kept(own, OutboxRecord))
    assert due == [NOW, NOW + BETWEEN_MAILS]


def test_without_an_address_whoever_answers_must_ask(own: Store) -> None:
    receipt = ask(own, replace(COPY, email=None, phone=phone().value))
    assert not receipt.is_mailed
    assert only(own).identity is IdentityState.BY_HAND


def test_what_looks_like_no_person_is_kept_and_mails_nobody(own: Store) -> None:
    ask(own, replace(COPY, is_doubtful=True))
    assert only(own).is_doubtful
    assert kept(own, OutboxRecord) == []


def test_the_same_page_sent_twice_is_one_request(own: Store) -> None:
    first, again = ask(own), ask(own, at=NOW + timedelta(minutes=9))
    assert first == again
    assert len(kept(own, RightsRequestRecord)) == 1
    assert ask(own, at=NOW + HOUR).reference != first.reference
    ask(own, replace(COPY, email=None, phone=phone().value))
    ask(own, replace(COPY, email=None, phone=phone().value))
    assert len(kept(own, RightsRequestRecord)) == 3


def test_to_look_confirms_nobody_and_the_button_confirms_once(own: Store) -> None:
    ask(own)
    key = only(own).id
    assert asked_for(own, "nectra", key, NOW).state is LinkState.WAITING
    assert only(own).identity is IdentityState.ASKED
    assert confirm_identity(own, "nectra", key, NOW + HOUR).state is LinkState.CONFIRMED
    assert only(own).identity_confirmed_at == NOW + HOUR
    assert confirm_identity(own, "nectra", key, NOW + 2 * HOUR).state is LinkState.CONFIRMED
    assert only(own).identity_confirmed_at == NOW + HOUR
    assert len(ledger_of(own, LedgerKind.REQUEST_IDENTITY_CONFIRMED)) == 1
    assert kept(own, OutboxRecord) == []


def test_a_link_is_good_for_seven_days_and_the_request_stays(own: Store) -> None:
    ask(own)
    over = confirm_identity(own, "nectra", only(own).id, NOW + LINK_LIVES)
    assert over.state is LinkState.NOTHING
    assert only(own).status is RequestStatus.OPEN


def test_another_controllers_key_names_nothing(own: Store) -> None:
    ask(own)
    assert asked_for(own, "shop", only(own).id, NOW).state is LinkState.NOTHING


def test_with_another_suppression_key_nothing_is_written(own: Store) -> None:
    ask(own, STOP)
    with pytest.raises(ConfigError):
        receive_request(own, controller(), SuppressionKeys(b"another"), COPY, NOW)
    assert len(kept(own, RightsRequestRecord)) == 1


def test_what_is_owed_is_listed_what_is_due_first_coming_first(own: Store) -> None:
    ask(own, at=NOW)
    ask(own, replace(COPY, right=Right.ERASURE), at=NOW - timedelta(days=40))
    ask(own, STOP, at=NOW + HOUR)
    listed = list_requests(own, ["nectra"], NOW + HOUR)
    assert [each.is_late for each in listed] == [True, False, False]
    assert [each.right for each in listed] == [
        Right.ERASURE,
        Right.ACCESS,
        Right.OBJECTION_TO_MARKETING,
    ]
    assert ADDRESS not in repr(listed)


def test_status_says_how_many_wait_and_until_when(own: Store) -> None:
    known = settings(str(own.url), source())
    before = status(own, known, NOW)
    assert (before.requests_open, before.next_request_due, before.mails_waiting) == (0, None, 0)
    ask(own)
    ask(own, STOP)
    after = status(own, known, NOW)
    assert (after.requests_open, after.next_request_due) == (1, date(2026, 12, 22))
    assert (after.mails_waiting, after.mails_since, after.can_mail) == (1, NOW, False)
    assert not may_email(own, email()).is_allowed
