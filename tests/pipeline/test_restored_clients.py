"""A backup of the time before a client left, restored, has nothing of it after the replay."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from models import client_data
from models.client_exit import ClientExit
from models.journal import Journal
from models.lead import Lead
from models.store import Store
from pipeline.backup import make_backup
from pipeline.hold import Order, place_hold
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.settings import ControllerSettings
from tests import build
from tests.build import NOW, declared, delivery, kept, settings, source, take
from tests.clients import BEFORE, closed, leaving, stocked

KEY = b"a-key-for-backups-of-the-tests-0123456789"


def restored(store: Store, owner: ControllerSettings, into: str, tmp_path: Path) -> Store:
    """Restore the only backup into an empty place, and replay what happened since."""
    [backup] = (tmp_path / "backups").iterdir()
    url, _, _ = restore(backup, into, KEY, NOW)
    given = settings(url, source(owner=owner), source("own"), folder=tmp_path)
    journal = Journal(tmp_path / "leads.journal", KEY)
    replay(replace(given, backup_key=KEY), [journal], lambda: NOW)
    store.close()
    return Store(url)


def test_a_client_who_has_left_is_deleted_again(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    """Rules: CNT-5, RET-17."""
    owner = leaving(exit="delete")
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    stocked(store, owner, tmp_path)
    take(store, declared(store, source("own"), source(owner=owner)), delivery("9000001"))
    make_backup(store, tmp_path / "backups", KEY, BEFORE)
    ended = closed(store, owner).exit
    copy = restored(store, owner, empty_url, tmp_path)
    try:
        with copy.reading() as connection:
            counts = client_data.row_counts(connection, "shop")
        assert set(counts.values()) == {0}
        assert [row.controller_id for row in kept(copy, Lead)] == ["nectra"]
        [row] = kept(copy, ClientExit)
        assert (row.id, row.certified_at) == (ended.id, NOW)
        assert row.certificate == ended.certificate
        again = build.source(owner=owner)
        assert take(copy, again, delivery("1000001")).counts == {"client_left": 1}
    finally:
        copy.close()


def test_what_a_hold_kept_is_kept_in_the_copy_too(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    owner = leaving(exit="delete")
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    stocked(store, owner, tmp_path)
    make_backup(store, tmp_path / "backups", KEY, BEFORE)
    held = kept(store, Lead)[1].id
    place_hold(store, Order(owner, "x", "y", date(2027, 6, 1), held), "test", NOW)
    closed(store, owner)
    copy = restored(store, owner, empty_url, tmp_path)
    try:
        assert [row.id for row in kept(copy, Lead)] == [held]
    finally:
        copy.close()
