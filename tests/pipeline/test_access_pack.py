"""A copy holds everything of one person and nothing of anybody else, on either database."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.access_log import Looked
from pipeline.access_pack import PackOrder, rehearse_pack
from policy.errors import StoreUnavailable, UsageError
from policy.rights.packs import PackKind
from tests.build import (
    NOW,
    broken,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    settings,
    source,
    take,
)
from tests.pipeline.erasing import erased
from tests.pipeline.packing import document, packed, text_of, unread
from tests.pipeline.stopping import everything

ARUN = fields(email="arun.sharma@mail.example", name="Arun Sharma")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "pack"


def test_a_copy_is_written_for_its_owner_only_and_noted_without_a_word_of_them(
    store: Store, out: Path
) -> None:
    take(store, declared(store), delivery())
    pack = packed(store, out, actor="test")
    assert out.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in out.iterdir()} == {"answer.html", "answer.json"}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.ACCESS_PACK_MADE]
    assert pack.sha256 is not None
    assert pack.sha256 in entry.body
    assert "priya" not in entry.body.lower()
    assert str(out) not in entry.body
    assert [path.name for path in out.parent.iterdir() if path.suffix == ".part"] == []


def test_what_exists_is_never_overwritten_and_nothing_is_left_of_a_failure(
    store: Store, out: Path
) -> None:
    take(store, declared(store), delivery())
    out.mkdir()
    before = everything(store)
    with pytest.raises(UsageError, match="exists already"):
        packed(store, out)
    with pytest.raises(UsageError, match="cannot be written"):
        packed(store, out.parent / "nowhere" / "pack")
    assert everything(store) == before
    assert list(out.iterdir()) == []
    unnoted = out.parent / "unnoted"
    with pytest.raises(TypeError):
        packed(store, unnoted, actor=object())  # what the ledger cannot write down
    assert not unnoted.exists()
    assert list(out.parent.glob(".*.part")) == []
    assert everything(store) == before


def test_a_rehearsal_counts_the_same_and_writes_nothing(store: Store, out: Path) -> None:
    take(store, declared(store), delivery(), broken(b"priya.sharma@mail.example"))
    before = everything(store)
    house = settings(str(store.url), source())
    order = PackOrder(controller(), [email()], PackKind.ACCESS)
    rehearsed = rehearse_pack(store, house, order, NOW, unread)
    assert everything(store) == before
    assert (rehearsed.folder, rehearsed.files) == (None, {})
    assert rehearsed.counts == packed(store, out).counts


def test_a_copy_that_nobody_can_write_down_is_not_written(store: Store, out: Path) -> None:
    """STAFF-9."""
    take(store, declared(store), delivery())
    seen: list[Looked] = []

    def refuse(look: Looked) -> None:
        seen.append(look)
        assert list(out.parent.glob("*pack*")) == []
        raise StoreUnavailable("full")

    with pytest.raises(StoreUnavailable):
        packed(store, out, note=refuse)
    assert list(out.parent.glob("*pack*")) == []
    assert [(look.count, len(look.keys), look.narrowed_by) for look in seen] == [
        (1, 1, "identifier"),
    ]


def test_who_shares_a_number_is_shown_to_the_officer_and_stands_in_no_file(
    store: Store, out: Path
) -> None:
    """PACK-1."""
    take(store, declared(store), delivery(), delivery("200000000000002", ARUN))
    pack = packed(store, out, email(), phone())
    [related] = pack.related
    assert (related.shares, related.leads) == (("+44…23",), 1)
    assert [lead["full_name"] for lead in document(out)["leads"]] == ["Priya Sharma"]
    for canary in ("arun", "200000000000002", str(related.person)):
        assert canary not in text_of(out)


def test_a_shared_number_alone_gets_nobodys_copy_until_somebody_chose(
    store: Store, out: Path
) -> None:
    """PACK-1."""
    take(store, declared(store), delivery(), delivery("200000000000002", ARUN))
    with pytest.raises(UsageError, match="does not say whose copy") as refused:
        packed(store, out, phone())
    assert not out.exists()
    people = packed(store, out, email()).related
    assert str(people[0].person) in str(refused.value)
    chosen = out.parent / "chosen"
    packed(store, chosen, phone(), people=[people[0].person])
    assert [lead["full_name"] for lead in document(chosen)["leads"]] == ["Arun Sharma"]
    assert "priya" not in text_of(chosen)


def test_somebody_of_whom_nothing_is_held_is_told_so(store: Store, out: Path) -> None:
    declared(store)
    pack = packed(store, out, email("nobody@mail.example"))
    assert not +pack.counts
    assert document(out)["leads"] == []


def test_of_who_was_erased_a_digest_is_held_and_told(store: Store, out: Path) -> None:
    take(store, declared(store), delivery())
    erased(store)
    packed(store, out, at=NOW + timedelta(hours=1))
    found = document(out)
    assert found["leads"] == []
    assert {each["identifier"] for each in found["suppressions"]} == {"priya.sharma@mail.example"}
    assert {each["reason"] for each in found["suppressions"]} == {"erased"}


def test_a_number_of_which_nothing_is_known_changes_nothing_of_whose_copy_it_is(
    store: Store, out: Path
) -> None:
    take(store, declared(store), delivery(), broken(b"ring +44 7700 900 888"))
    packed(store, out, email(), phone("+447700900888"))
    found = document(out)
    assert len(found["leads"]) == 1
    assert [each["place"] for each in found["unread"]] == ["set aside"]


def test_an_address_of_two_people_is_refused(store: Store, out: Path) -> None:
    """PACK-1."""
    take(store, declared(store), delivery(), delivery("200000000000002", ARUN))
    with pytest.raises(UsageError, match="whose copy"):
        packed(store, out, email(), email("arun.sharma@mail.example"))


def test_two_names_at_one_mailbox_are_pointed_out(store: Store, out: Path) -> None:
    """PACK-1."""
    take(store, declared(store), delivery(), delivery("2", fields(name="Zeb", phone=None)))
    assert packed(store, out).has_several_names
