"""What is wrong is corrected for good; what was agreed to under it goes nowhere."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.correction import CorrectionRecord
from models.hold import Hold
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.opt_in import OptIn
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord, Person
from models.restriction import RestrictionRecord
from models.store import Store
from pipeline.hold import place_hold
from pipeline.list_recalls import list_recalls
from pipeline.plan_correction import CorrectionOrder
from pipeline.receive_request import Asked, receive_request
from pipeline.rectify import Rectified, rectify
from pipeline.reread import reread
from policy.correction import CorrectedField
from policy.errors import UsageError
from policy.recall import RecallReason
from policy.retention_rules import RetentionReason
from policy.rights.table import Right
from policy.suppression import suppression_digest
from policy.vocabulary import (
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    Purpose,
    ReasonCode,
)
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    connector,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    source,
    suppress,
    take,
)
from tests.confirming import outbox, ticked
from tests.pipeline.erasing import listed
from tests.pipeline.restricting import decided, restricted
from tests.pipeline.stopping import everything, expire_at, stop
from tests.pipeline.test_hold import order as hold_order

WRONG, RIGHT = email("priya.sharma@mail.example"), email("priya@home.example")
LATER = NOW + timedelta(hours=1)
OWNER = ControllerId("nectra")
F = CorrectedField


def corrected(
    store: Store,
    identifier: Identifier | None = None,
    given: dict[CorrectedField, str] | None = None,
    *,
    at: Any = NOW,
    **more: Any,
) -> Rectified:
    """Correct somebody; the address of the one lead unless it is said what."""
    order = CorrectionOrder(
        identifier or WRONG,
        given or {F.EMAIL: RIGHT.value},
        more.pop("reason", "told us by phone"),
        "test",
        **more,
    )
    return rectify(store, controller(), SUPPRESSION_KEY, order, at)


def _stocked(store: Store) -> UUID:
    take(store, declared(store), delivery())
    lead_id: UUID = kept(store, Lead)[0].id
    return lead_id


def _values(store: Store) -> set[str]:
    return {row.value for row in kept(store, IdentifierRecord)}


def test_name_company_and_title_are_corrected_or_completed_on_every_lead(store: Store) -> None:
    """COR-1."""
    _stocked(store)
    take(store, declared(store), delivery("300000000000003"))
    right = {F.NAME: "Priya  Shah", F.COMPANY: "Shah & Sons", F.JOB_TITLE: "Owner"}
    done = corrected(store, given=right)
    assert set(done.completed) == {F.COMPANY, F.JOB_TITLE}
    found = [
        (row.full_name, row.first_name, row.company, row.job_title) for row in kept(store, Lead)
    ]
    assert found == [("Priya Shah", None, "Shah & Sons", "Owner")] * 2
    assert len(kept(store, CorrectionRecord)) == 6


def test_what_came_stays_as_it_came(store: Store) -> None:
    _stocked(store)
    [before] = kept(store, Lead)
    corrected(store)
    [after] = kept(store, Lead)
    for name in ("payload", "commitment", "salt", "received_at", "expires_at", "findings"):
        assert getattr(after, name) == getattr(before, name), name
    assert after.contact["emails"] == [RIGHT.value]


def test_a_consent_does_not_move_to_the_right_address_and_the_enquiry_does(store: Store) -> None:
    """COR-3."""
    _stocked(store)
    done = corrected(store)
    assert done.ended == 1
    assert _values(store) == {RIGHT.value, phone().value}
    assert ReasonCode.CONSENT_MISSING in decided(store, RIGHT).reasons
    assert not decided(store, WRONG).is_allowed
    assert decided(store, RIGHT, purpose=Purpose.ENQUIRY_RESPONSE).is_allowed


def test_what_forbids_spreads_to_the_right_address(store: Store) -> None:
    """COR-3, CON-3."""
    _stocked(store)
    stop(store, WRONG, at=NOW - timedelta(hours=1))
    corrected(store)
    reasons = decided(store, RIGHT).reasons
    assert ReasonCode.OBJECTED in reasons
    assert ReasonCode.SUPPRESSED in reasons
    # and to send the wrong one again keeps it out as before
    assert ReasonCode.SUPPRESSED in decided(store, WRONG).reasons


def test_the_right_address_may_be_on_the_list_already(store: Store) -> None:
    _stocked(store)
    suppress(store, RIGHT)
    done = corrected(store)
    assert done.is_listed
    objections = [r for r in kept(store, PermissionRecord) if r.kind is EventKind.OBJECTED]
    assert len(objections) == 1
    assert ReasonCode.OBJECTED in decided(store, phone(), channel=Channel.LIVE_CALL).reasons


def test_the_wrong_address_comes_back_by_no_pull_copy_or_reread(store: Store) -> None:
    """COR-1."""
    lead_id = _stocked(store)
    corrected(store)
    before = kept(store, Lead)
    take(store, declared(store), delivery())
    copied = delivery("100000000000001", fields(company="Sharma Ltd"))  # other bytes, same number
    take(store, declared(store), copied, at=LATER)
    reread(store, declared(store), connector(source()), lambda: LATER)
    assert kept(store, Lead) == before
    assert _values(store) == {RIGHT.value, phone().value}
    assert kept(store, CorrectionRecord)[0].lead_id == lead_id


def test_a_wrong_number_that_others_have_stays_theirs(store: Store) -> None:
    other = fields("arun.patel@mail.example", name="Arun Patel")
    take(store, declared(store), delivery("200000000000002", other, at=NOW - timedelta(days=2)))
    take(store, declared(store), delivery())
    corrected(store, given={F.PHONE: "07700 900456"}, at=LATER)
    assert _values(store) >= {phone().value, "+447700900456"}
    call = Channel.LIVE_CALL
    assert not decided(store, phone(), at=LATER, channel=call).is_allowed
    use = Purpose.ENQUIRY_RESPONSE
    answers = decided(store, phone(), at=LATER, purpose=use, channel=call)
    arun = next(row for row in kept(store, Lead) if row.full_name == "Arun Patel")
    assert answers.lead_id == arun.id


def test_of_several_addresses_the_wrong_one_must_be_named(store: Store) -> None:
    """COR-2."""
    two = fields() | {"work_email": "priya@work.example"}
    take(store, declared(store), delivery("300000000000003", two))
    before = everything(store)
    with pytest.raises(UsageError, match="not said which is wrong"):
        corrected(store, phone())
    assert everything(store) == before
    corrected(store, email("priya@work.example"))
    assert _values(store) == {WRONG.value, RIGHT.value, phone().value}


def test_a_lead_without_an_address_gets_one(store: Store) -> None:
    take(store, declared(store), delivery("300000000000003", fields(email=None)))
    done = corrected(store, phone())
    assert done.completed == [F.EMAIL]
    assert _values(store) == {RIGHT.value, phone().value}
    assert ReasonCode.CONSENT_MISSING in decided(store, RIGHT).reasons


def test_an_address_of_somebody_else_is_refused_unless_they_are_the_same(store: Store) -> None:
    """COR-4."""
    _stocked(store)
    take(store, declared(store), delivery("200000000000002", fields(RIGHT.value, None, "P Sharma")))
    before = everything(store)
    with pytest.raises(UsageError, match="add --same-person"):
        corrected(store)
    assert everything(store) == before
    restricted(store, WRONG)
    place_hold(store, hold_order(WRONG), "test", NOW)
    assert decided(store, RIGHT).is_allowed
    assert corrected(store, at=LATER, is_same_person=True).is_joined
    assert {row.person_id for row in kept(store, Lead)} == {p.id for p in kept(store, Person)}
    assert len(kept(store, Person)) == 1
    assert decided(store, RIGHT, at=LATER).reasons == (ReasonCode.RESTRICTED,)
    assert len(kept(store, RestrictionRecord)) == 2
    assert kept(store, Hold)[-1].scope_id == kept(store, Person)[0].id


def test_one_lead_of_somebody_else_gets_a_person_of_its_own(store: Store) -> None:
    take(store, declared(store), delivery())
    take(store, declared(store), delivery("300000000000003", fields(phone=None, name="A. Sharma")))
    mistaken = kept(store, Lead)[1].id
    restricted(store)
    corrected(store, lead=mistaken, at=LATER)
    people = {row.id: row.person_id for row in kept(store, Lead)}
    assert len(set(people.values())) == 2
    owners = {row.value: row.person_id for row in kept(store, IdentifierRecord)}
    assert owners[RIGHT.value] == people[mistaken]
    assert decided(store, RIGHT, purpose=Purpose.ENQUIRY_RESPONSE, at=LATER).reasons == (
        ReasonCode.RESTRICTED,
    )


@pytest.mark.parametrize("number", ["+447700900123", "+447700900456"])
def test_a_lead_that_gets_a_person_of_its_own_takes_objections_along_and_leaves_them(
    store: Store, number: str
) -> None:
    """COR-4, CON-3: nobody knows which of the two had said it."""
    take(store, declared(store), delivery("1", fields(phone="+447700900123")))
    take(store, declared(store), delivery("2", fields(phone="+447700900456")))
    stop(store, phone(number))
    corrected(store, lead=kept(store, Lead)[0].id, at=LATER)
    assert len({row.person_id for row in kept(store, Lead)}) == 2
    for each in ("+447700900123", "+447700900456"):
        decision = decided(store, phone(each), channel=Channel.LIVE_CALL, at=LATER)
        assert ReasonCode.OBJECTED in decision.reasons
    before = len(kept(store, PermissionRecord))
    corrected(store, RIGHT, {F.NAME: "Somebody"}, at=LATER)
    assert len(kept(store, PermissionRecord)) == before


def test_nobody_confirms_at_a_wrong_address(store: Store) -> None:
    configured = ticked(store)
    corrected(store)
    assert (kept(store, OptIn), outbox(store)) == ([], [])
    take(store, configured, delivery())
    assert kept(store, OptIn) == []


def test_who_asked_for_a_copy_by_the_wrong_address_still_waits_for_it(store: Store) -> None:
    """RET-16."""
    _stocked(store)
    asked = Asked(Right.ACCESS, email=WRONG.value)
    receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW)
    corrected(store, at=LATER)
    end = kept(store, Lead)[0].expires_at
    assert expire_at(store, end).kept == {RetentionReason.OPEN_REQUEST: 1}


@pytest.mark.parametrize(
    ("identifier", "given", "more", "said"),
    [
        (None, {F.EMAIL: "nonsense"}, {}, "right email is none"),
        (None, {F.NAME: "  "}, {}, "right name is missing"),
        (None, {F.NAME: "x" * 201}, {}, "right name is missing"),
        (None, {F.EMAIL: WRONG.value}, {}, "is what is kept already"),
        (None, {F.NAME: "Priya Shah"}, {"reason": "typo"}, "not said why"),
        (None, {F.NAME: "Priya Shah"}, {"request": "NONE"}, "no request with this reference"),
        (None, {F.NAME: "Priya Shah"}, {"lead": uuid4()}, "has a lead with this id"),
        (email("nobody@mail.example"), {F.NAME: "N"}, {}, "nothing to correct"),
    ],
)
def test_what_is_unclear_changes_nothing(
    sqlite_store: Store,
    identifier: Identifier | None,
    given: dict[CorrectedField, str],
    more: dict[str, Any],
    said: str,
) -> None:
    _stocked(sqlite_store)
    before = everything(sqlite_store)
    with pytest.raises(UsageError, match=said) as refused:
        corrected(sqlite_store, identifier, given, **more)
    assert "priya" not in str(refused.value).replace("priya@mail.example", "").lower()
    assert everything(sqlite_store) == before


def test_a_rehearsal_says_what_would_be(store: Store) -> None:
    lead_id = _stocked(store)
    before = everything(store)
    done = corrected(store, is_rehearsal=True)
    assert (done.leads, done.fields, done.is_joined) == ([lead_id], [F.EMAIL], False)
    assert everything(store) == before


def test_recipients_are_told_of_each_correction(store: Store, tmp_path: Path) -> None:
    """RCL-1, RCL-5."""
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    assert corrected(store, at=LATER).recipients == [("sales", 1)]
    [waiting] = list_recalls(store, [controller()], LATER)
    assert waiting.reason is RecallReason.RECTIFIED


def test_the_ledger_says_that_it_happened_and_neither_value(store: Store) -> None:
    _stocked(store)
    corrected(store, given={F.EMAIL: RIGHT.value, F.NAME: "Priya Shah"})
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_CORRECTED]
    assert '"fields":["email","name"]' in entry.body
    for value in ("priya", "shah", "sharma", "phone\x20"):
        assert value not in entry.body.lower()
    assert "priya" not in repr(kept(store, CorrectionRecord)).lower()


def test_what_one_channel_is_on_the_list_for_the_right_one_is_too(store: Store) -> None:
    _stocked(store)
    stop(store, WRONG, scope=Channel.EMAIL)
    corrected(store)
    listed_as = {(row.digest, row.channel) for row in kept(store, Suppression)}
    named = [suppression_digest(SUPPRESSION_KEY, OWNER, each) for each in (WRONG, RIGHT)]
    assert {(digest, "email") for digest in named} <= listed_as
