"""One person goes from every place; what stands against it is said, and nobody else is touched."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.columns import table_of
from models.delivery import DeliveryRecord
from models.export import Export
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.mark import LeadMark
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord, LeadIdentifier, Person
from models.removal import Removal
from models.rights_request import RightsRequestRecord
from models.store import Store
from pipeline.erasure_certificate import as_text, certificate
from pipeline.hold import place_hold, release_hold
from pipeline.receive_request import Asked, receive_request
from policy.erasure import ErasureDelay
from policy.errors import UsageError
from policy.restriction import RestrictionGround
from policy.rights.table import Right
from policy.vocabulary import ReasonCode
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    broken,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    source,
    take,
)
from tests.confirming import outbox, ticked
from tests.pipeline.asking import may_email
from tests.pipeline.erasing import erased, listed
from tests.pipeline.restricting import restricted
from tests.pipeline.stopping import everything, expire_at
from tests.pipeline.test_hold import order

LATER = NOW + timedelta(hours=1)
PERSONAL = (
    *(Lead, Arrival, Person, IdentifierRecord, LeadIdentifier, PermissionRecord),
    *(LeadMark, DeliveryRecord),
)
NOBODY = "nobody@mail.example"


def _asks(store: Store, right: Right, **given: str) -> str:
    address = given.get("email", "priya.sharma@mail.example")
    asked = Asked(right, name="Priya Sharma", email=address, text="Me.")
    return receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW).reference


def test_a_person_goes_with_all_that_hangs_on_them(store: Store) -> None:
    """ERA-1, RET-11."""
    source = ticked(store)
    take(store, source, broken(b'{"id": "x", "to": "Priya.Sharma@Mail.example"'), broken())
    _asks(store, Right.ERASURE)
    report = erased(store, at=LATER)
    assert +report.touched == {"leads": 1, "set_aside": 1, "mails": 2, "requests": 1}
    assert report.is_complete
    assert [row.payload for row in kept(store, DeliveryRecord)] == [broken().payload]
    assert not any(kept(store, model) for model in PERSONAL[:-1])
    assert outbox(store) == []
    [request] = kept(store, RightsRequestRecord)
    assert (request.name, request.email, request.phone, request.text) == ("", None, None, "")
    kinds = {row.kind for row in kept(store, LedgerRecord)}
    assert {LedgerKind.PERSON_ERASED, LedgerKind.DELIVERY_DELETED, LedgerKind.MAIL_DROPPED} <= kinds
    assert not any("priya" in row.body.lower() for row in kept(store, LedgerRecord))


def test_what_was_erased_stays_out_and_is_counted(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery())
    erased(store)
    assert +take(store, source, delivery()).counts == {"removed_before": 1}
    other = delivery("200000000000002", fields(phone=None))
    report = take(store, source, other, at=LATER)
    assert (report.counts["stored"], report.counts["suppressed"]) == (1, 1)
    assert ReasonCode.SUPPRESSED in may_email(store, at=LATER).reasons


def test_who_only_asked_a_question_leaves_no_digest(store: Store) -> None:
    """ERA-4."""
    source = declared(store)
    unmapped = delivery(boxes={})
    take(store, source, unmapped._replace(notice=None))
    if not any(row.purpose == "direct_marketing" for row in kept(store, PermissionRecord)):
        assert erased(store).suppressed == 0
        assert kept(store, Suppression) == []
    assert len(kept(store, Removal)) == 1


def test_to_erase_twice_changes_nothing_more(store: Store) -> None:
    take(store, declared(store), delivery())
    erased(store)
    again = erased(store, at=LATER)
    assert not +again.touched
    assert again.is_complete


def test_a_rehearsal_counts_the_same_and_changes_nothing(store: Store) -> None:
    source = ticked(store)
    take(store, source, broken(b"priya.sharma@mail.example"))
    before = everything(store)
    rehearsed = erased(store, is_rehearsal=True)
    assert everything(store) == before
    assert rehearsed.touched == erased(store).touched
    assert "(nothing was changed)" in as_text(certificate(rehearsed, None))


def test_who_shares_a_number_is_shown_and_never_erased_along(store: Store) -> None:
    """ERA-3."""
    source = declared(store)
    other = fields(email="arun.sharma@mail.example", name="Arun Sharma")
    take(store, source, delivery(), delivery("200000000000002", other))
    report = erased(store)
    [related] = report.related
    assert (related.leads, related.kinds) == (1, ("phone",))
    [left] = kept(store, Lead)
    assert left.full_name == "Arun Sharma"
    assert left.person_id == related.person


def test_a_shared_number_does_not_say_who_is_meant(store: Store) -> None:
    source = declared(store)
    other = fields(email="arun.sharma@mail.example", name="Arun Sharma")
    take(store, source, delivery(), delivery("200000000000002", other))
    before = everything(store)
    with pytest.raises(UsageError, match="does not say who is meant") as refused:
        erased(store, phone())
    assert everything(store) == before
    arun = next(row for row in kept(store, Lead) if row.full_name == "Arun Sharma")
    assert str(arun.person_id) in str(refused.value)
    erased(store, phone(), people=[arun.person_id])
    assert [row.full_name for row in kept(store, Lead)] == ["Priya Sharma"]


def test_a_record_that_names_somebody_else_by_a_longer_address_stays(store: Store) -> None:
    source = declared(store)
    take(store, source, broken(b"x-priya.sharma@mail.example"))
    assert erased(store).touched["set_aside"] == 0
    assert len(kept(store, DeliveryRecord)) == 1


def test_a_hold_delays_and_is_named_and_nobody_is_used_meanwhile(store: Store) -> None:
    """ERA-1 with RET-15."""
    source = declared(store)
    take(store, source, delivery(), broken(b"priya.sharma@mail.example"))
    [lead] = kept(store, Lead)
    [hold] = place_hold(store, order(lead.id), "test", NOW)
    report = erased(store)
    assert report.delays == (ErasureDelay.LEGAL_HOLD,)
    assert (report.touched["leads"], report.kept[ErasureDelay.LEGAL_HOLD]) == (0, 1)
    assert not report.is_complete
    assert not may_email(store, at=LATER).is_allowed
    assert len(kept(store, DeliveryRecord)) == 1
    assert "legal hold" in as_text(certificate(report, None))
    release_hold(store, hold, "test", LATER)
    assert sum(expire_at(store, LATER).deleted.values()) == 1
    assert erased(store, at=LATER).touched["set_aside"] == 1


def test_a_request_for_a_copy_is_answered_first(store: Store) -> None:
    take(store, declared(store), delivery())
    reference = _asks(store, Right.ACCESS)
    report = erased(store)
    assert report.delays == (ErasureDelay.OPEN_REQUEST,)
    assert report.waiting == (reference,)
    assert len(kept(store, Lead)) == 1
    assert kept(store, RightsRequestRecord)[0].email == "priya.sharma@mail.example"


def test_another_open_request_keeps_its_words_until_it_is_answered(store: Store) -> None:
    """ERA-5."""
    take(store, declared(store), delivery())
    reference = _asks(store, Right.RECTIFICATION)
    report = erased(store)
    assert (report.touched["leads"], report.waiting) == (1, (reference,))
    assert not report.is_complete
    assert kept(store, RightsRequestRecord)[0].text == "Me."


@pytest.mark.parametrize("ground", [RestrictionGround.UNLAWFUL, RestrictionGround.CLAIMS])
def test_a_restriction_stands_against_it_unless_the_person_asked_later(
    store: Store, ground: RestrictionGround
) -> None:
    """ERA-2."""
    take(store, declared(store), delivery())
    restricted(store, ground=ground, at=NOW - timedelta(days=1))
    before = everything(store)
    assert erased(store).delays == (ErasureDelay.RESTRICTED,)
    assert everything(store) == before
    reference = _asks(store, Right.ERASURE)
    assert erased(store, request=reference).is_complete
    assert kept(store, Lead) == []


def test_a_request_that_is_not_theirs_stops_it(store: Store) -> None:
    take(store, declared(store), delivery())
    reference = _asks(store, Right.ERASURE, email="arun.sharma@mail.example")
    for wrong in (reference, "NONE-NONE-NONE"):
        with pytest.raises(UsageError, match="no request for erasure"):
            erased(store, request=wrong)
    assert len(kept(store, Lead)) == 1


def test_somebody_of_whom_nothing_is_known_leaves_an_entry_only(store: Store) -> None:
    declared(store)
    report = erased(store, email(NOBODY))
    assert report.is_complete
    assert not +report.touched
    assert kept(store, Suppression) == []
    hashes = {row.kind: row.leaf_hash.hex() for row in kept(store, LedgerRecord)}
    assert report.leaf_hash == hashes[LedgerKind.PERSON_ERASED]


def test_a_test_lead_with_their_address_goes_too(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1", listed_as_test=True), delivery("2"))
    assert erased(store).touched["leads"] == 2
    assert kept(store, Lead) == []
    take(store, source, delivery("3", fields(NOBODY, None), listed_as_test=True), at=LATER)
    assert erased(store, email(NOBODY), at=LATER).touched["leads"] == 1


def test_nothing_crosses_controllers(store: Store) -> None:
    ours, theirs = source(), source("client", owner=controller("client"))
    declared(store, ours, theirs)
    take(store, ours, delivery())
    take(store, theirs, delivery())
    erased(store)
    assert [row.controller_id for row in kept(store, Lead)] == ["client"]


def test_a_list_in_the_house_goes_whole_and_a_changed_one_is_named(
    store: Store, tmp_path: Path
) -> None:
    """ERA-6."""
    take(store, declared(store), delivery(), delivery("2", fields("b@shop.example", None, "B")))
    ours, changed, moved = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    ids = [listed(store, out).export_id for out in (ours, changed, moved)]
    changed.write_text("priya,by hand", encoding="utf-8")
    moved.rename(tmp_path / "d.csv")
    report = erased(store)
    assert not ours.exists()
    assert changed.exists()
    assert (report.lists.deleted, report.lists.changed) == ([ids[0]], [ids[1]])
    assert report.lists.elsewhere == [ids[2]]
    assert not report.is_complete
    assert [row.id for row in kept(store, Export) if row.path] == [ids[1]]
    assert report.recipients == [("sales", 1)]


def test_what_a_broken_off_list_left_goes_with_it(store: Store, tmp_path: Path) -> None:
    take(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    export = table_of(Export)
    with store.writing("nectra") as connection:
        connection.execute(export.update().values(closed_at=None, sha256=None))
    (tmp_path / "list.csv").rename(tmp_path / ".list.csv.0123abcd.part")
    scratch = tmp_path / "..list.csv.0123abcd.part.x"
    scratch.mkdir()
    (scratch / "rows").write_text("priya.sharma@mail.example", encoding="utf-8")
    (tmp_path / "another.csv").write_text("of somebody else", encoding="utf-8")
    erased(store)
    left = [path.name for path in tmp_path.rglob("*") if path.is_file()]
    assert [name for name in left if "list.csv" in name or name == "rows"] == []
    assert "another.csv" in left
