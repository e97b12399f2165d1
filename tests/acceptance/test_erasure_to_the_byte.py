"""Who came by every way, was listed, asked and waited, is erased to the byte, and stays out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models import inbox
from models.delivery import DeliveryRecord
from models.export import Export
from models.inbox import InboxRecord
from models.journal import Journal
from models.keys import new_hex_keys
from models.lead import Lead
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.recall import Recall
from models.rights_request import RightsRequestRecord
from models.store import Store
from pipeline.backup import make_backup
from pipeline.erase import Erased
from pipeline.erasure_certificate import as_text, certificate
from pipeline.move_store import move_store
from pipeline.receive_request import Asked, receive_request
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.scrub import scrub
from policy.errors import ConfigError
from policy.rights.table import Right
from policy.suppression import SuppressionKeys
from tests.acceptance.arriving import (
    ADDRESS,
    CELLS,
    NUMBER,
    arrivals,
    came,
    google_push,
    sources,
)
from tests.acceptance.every_writing import found
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
    settings,
    source,
    take,
)
from tests.importing import bring, fair, row, written
from tests.pipeline.asking import may_email
from tests.pipeline.erasing import erased, listed
from tests.pipeline.files_of import files_of

KEY = b"a-key-for-backups-of-the-tests-0123456789"
LATER = NOW + timedelta(hours=1)
VALUES = (ADDRESS, "priya.sharma", NUMBER, "7700900123", "Priya", "Sharma", "Please tell me more")
OTHERS = 60


class Office:
    """An installation full of people, and one of them everywhere."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder
        store.journal = self.journal = Journal(folder / "leads.journal", KEY)
        meta = declared(store, *sources())
        people = [fields(f"p{n}@shop.example", None, f"Person {n}") for n in range(OTHERS)]
        take(store, meta, *(delivery(f"9{n}", each) for n, each in enumerate(people)))
        self.arrivals = list(arrivals(folder))
        for each in self.arrivals:
            came(store, each)
        take(store, meta, broken(b'{"to": "' + ADDRESS.encode("utf-16") + b'"'))
        self._wait_in_the_inbox()
        asked = Asked(Right.ERASURE, "Priya Sharma", ADDRESS, NUMBER, "Forget Priya, please.")
        self.request = receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW).reference
        listed(store, self.list)

    @property
    def list(self) -> Path:
        return self.folder / "list.csv"

    def _wait_in_the_inbox(self) -> None:
        own = ("nectra", new_hex_keys(1, NOW)[0], "google-main", "lead-2", None)
        row = (*own, "application/json", NOW, NOW, 0, google_push("lead-2").body)
        with self.store.writing("nectra") as connection:
            inbox.add_pushes(connection, [row])

    def files(self) -> Iterator[Path]:
        """Yield every file of the house but the backups, which are sealed."""
        yield from files_of(self.store)
        for path in self.folder.rglob("*"):
            if path.is_file() and path.suffix != ".backup":
                yield path

    def settings(self, url: str) -> Any:
        return replace(settings(url, *sources(), folder=self.folder), backup_key=KEY)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    folder = tmp_path / "office"
    folder.mkdir()
    return Office(store, folder)


def _erased(office: Office) -> Erased:
    report = erased(office.store, at=LATER, request=office.request)
    assert scrub(office.store, lambda: LATER).is_clean
    return report


def test_who_came_by_every_way_is_erased_to_the_byte(office: Office) -> None:
    """RET-18."""
    store = office.store
    assert {lead.source_id for lead in kept(store, Lead)} == {one.id for one in sources()}
    assert all(kept(store, model) for model in (OptIn, OutboxRecord, InboxRecord, DeliveryRecord))
    before = {name for name, _ in found(office.files(), [ADDRESS])}
    assert before > {"list.csv"}
    report = _erased(office)
    assert found(office.files(), VALUES) == []
    assert (report.touched["leads"], report.touched["inbox"]) == (6, 1)
    assert report.touched["set_aside"] == 1
    assert report.is_complete
    assert not office.list.exists()
    assert [row.external_id for row in kept(store, InboxRecord)] == []
    assert len(kept(store, Lead)) == OTHERS
    assert {each.reason for each in kept(store, Recall)} == {"erased"}
    [request] = kept(store, RightsRequestRecord)
    assert (request.reference, request.text) == (office.request, "")
    document = certificate(report, None)
    told = as_text(document) + str(document)
    assert not any(value.lower() in told.lower() for value in VALUES)
    assert document["to_be_told"] == [{"recipient": "sales", "recalls": 1}]


def test_no_way_leads_back(office: Office, tmp_path: Path) -> None:
    store = office.store
    _erased(office)
    for each in office.arrivals:
        assert +came(store, each).counts == {"removed_before": 1}, each[0].id
    assert len(kept(store, Lead)) == OTHERS
    elsewhere = written(tmp_path / "old.csv", [row(1, **CELLS)])
    report = bring(store, elsewhere, fair("another"), LATER)
    assert (report.counts["stored"], report.counts["suppressed"]) == (1, 1)
    namesake = delivery("300000000000003", fields("a.patel@mail.example", name="Arun Patel"))
    assert take(store, source(), namesake, at=LATER).counts["suppressed"] == 1
    assert not may_email(store, at=LATER).is_allowed
    assert not may_email(store, email("a.patel@mail.example"), at=LATER).is_allowed
    out = tmp_path / "again.csv"
    listed(store, out, at=LATER)
    assert ADDRESS not in out.read_text("utf-8-sig")
    newer = b"another-key-of-the-tests-0123456789-01234"
    other_key = replace(source(), suppression_key=SuppressionKeys(newer))
    with pytest.raises(ConfigError, match="made with another key"):
        take(store, other_key, delivery("4"), at=LATER)
    rotated = SuppressionKeys(newer, (SUPPRESSION_KEY.current,))
    again = delivery("300000000000004", fields("a.patel@mail.example", name="Arun Patel"))
    own = replace(source(), suppression_key=rotated)
    assert take(store, own, again, at=LATER).counts["suppressed"] == 1


def test_a_restored_backup_erases_again_and_a_move_takes_the_way_back_along(
    sqlite_store: Store, tmp_path: Path
) -> None:
    office = Office(sqlite_store, tmp_path)
    made = make_backup(office.store, tmp_path / "backups", KEY, NOW)
    _erased(office)
    house = tmp_path / "restored"
    url, _, _ = restore(made.path, str(house), KEY, LATER)
    assert found(house.iterdir(), [ADDRESS])
    done = replay(office.settings(url), [office.journal], lambda: LATER)
    assert done.is_scrubbed
    assert found([*house.iterdir(), office.folder / "leads.journal"], VALUES) == []
    copy = Store(url)
    moved = Store(f"sqlite:///{tmp_path}/moved.db")
    try:
        assert len(kept(copy, Lead)) == OTHERS
        assert not any(kept(copy, model) for model in (OptIn, OutboxRecord, DeliveryRecord))
        assert [each.path for each in kept(copy, Export)] != []
        move_store(copy, str(moved.url))
        for each in office.arrivals:
            assert +came(moved, each).counts == {"removed_before": 1}, each[0].id
        assert not may_email(moved, at=LATER).is_allowed
        assert not may_email(moved, phone(), at=LATER).is_allowed
    finally:
        copy.close()
        moved.close()


def test_what_was_unread_at_the_backup_and_read_since_does_not_come_back(
    sqlite_store: Store, tmp_path: Path
) -> None:
    sqlite_store.journal = journal = Journal(tmp_path / "leads.journal", KEY)
    meta = declared(sqlite_store)
    unread = broken(b'{"id": "77", "to": "' + ADDRESS.encode() + b'"', external_id="77")
    take(sqlite_store, meta, unread, broken(b"mailto:" + ADDRESS.encode()))
    made = make_backup(sqlite_store, tmp_path / "backups", KEY, NOW)
    with sqlite_store.writing("nectra") as connection:
        connection.exec_driver_sql("DELETE FROM delivery")  # as a replay does that reads them
    take(sqlite_store, meta, delivery("77"))
    erased(sqlite_store, at=LATER)
    url, _, _ = restore(made.path, str(tmp_path / "new"), KEY, LATER)
    given = replace(settings(url, source(), folder=tmp_path), backup_key=KEY)
    done = replay(given, [journal], lambda: LATER)
    assert done.counts["unread of who was erased"] == 2
    copy = Store(url)
    assert kept(copy, DeliveryRecord) == []
    copy.close()
