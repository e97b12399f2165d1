"""A restored store is barred until nothing that was erased or stopped can come back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models import schema
from models.columns import table_of
from models.copying import tallied
from models.hold import Hold
from models.journal import Journal
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import Suppression
from models.removal import Removal, removal_digest, removed_before
from models.store import Store
from pipeline import wiring
from pipeline.backup import MadeBackup, make_backup
from pipeline.expire import expire
from pipeline.hold import Order, place_hold, release_hold
from pipeline.move_store import move_store, require_equal
from pipeline.opt_out import Said, opt_out
from pipeline.readiness import readiness
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.settings import Settings
from policy.errors import BackupBroken, ConfigError, StoreRestored, UsageError
from policy.vocabulary import Channel
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    settings,
    source,
    take,
)
from tests.mailing import arrive, inbox, recorded

KEY = b"a-key-for-backups-of-the-tests-0123456789"
LATER = NOW + timedelta(days=31)
GONE, STAYS, STOPS = "gone@shop.example", "stays@shop.example", "stops@shop.example"


def _journaled(store: Store, tmp_path: Path) -> Store:
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    return store


def _stocked(store: Store, tmp_path: Path) -> MadeBackup:
    """Store three people, and take a backup."""
    _journaled(store, tmp_path)
    for number, address in enumerate((GONE, STAYS, STOPS), start=1):
        take(store, declared(store), delivery(str(number), fields(email=address, phone=None)))
    return make_backup(store, tmp_path / "backups", KEY, NOW)


def _happened_since(store: Store) -> None:
    """Let one person opt out of everything and be deleted, and another stop a channel."""
    opt_out(store, [controller()], SUPPRESSION_KEY, [email(GONE)], Said(None, NOW, "test"))
    expire(store, [controller()], SUPPRESSION_KEY, lambda: LATER)
    assert len(kept(store, Lead)) == 2
    opt_out(store, [controller()], SUPPRESSION_KEY, [email(STOPS)], Said(None, LATER, "test"))
    opt_out(
        store,
        [controller()],
        SUPPRESSION_KEY,
        [email("new@shop.example")],
        Said(None, LATER, "test"),
    )


def _restored(made: MadeBackup, into: str, tmp_path: Path) -> Settings:
    url, head, _ = restore(made.path, into, KEY, LATER)
    assert head.taken_at == NOW
    given = settings(url, source(), folder=tmp_path)
    return replace(given, backup_key=KEY)


def _journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path / "leads.journal", KEY)


def test_the_drill_on_a_file_leaves_no_byte_of_who_was_erased(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    _happened_since(sqlite_store)
    house = _restored(made, str(tmp_path / "new"), tmp_path)
    path = tmp_path / "new" / "leads.db"
    assert GONE.encode() in path.read_bytes()
    with pytest.raises(StoreRestored, match="restore --replay"):
        wiring.open_house(house)
    done = replay(house, [_journal(tmp_path)], lambda: LATER)
    assert done.counts["leads deleted"] == 1
    for each in path.parent.iterdir():
        assert GONE.encode() not in each.read_bytes()
    assert STAYS.encode() in path.read_bytes()
    wiring.open_house(house).store.close()


def test_what_happened_since_is_done_again_and_told(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    made = _stocked(store, tmp_path)
    _happened_since(store)
    house = _restored(made, empty_url, tmp_path)
    done = replay(house, [_journal(tmp_path)], lambda: LATER)
    copy = Store(empty_url)
    try:
        schema.require_current(copy)
        for model in (Suppression, Removal):
            of_copy = {tuple(row) for row in kept(copy, model)}
            assert {tuple(row) for row in kept(store, model)} <= of_copy
        kinds = [row.kind for row in kept(copy, LedgerRecord)]
        assert LedgerKind.BACKUP_RESTORED in kinds
        assert LedgerKind.RESTORE_REPLAYED in kinds
        # the other one opted out of everything too, and now is the time
        assert [row.external_id for row in kept(copy, Lead)] == ["2"]
    finally:
        copy.close()
    assert done.counts["opt-outs"] == 3
    assert done.counts["permission events"] > 0
    with pytest.raises(UsageError, match="nothing to replay"):
        replay(house, [_journal(tmp_path)], lambda: LATER)


def test_a_journal_of_before_keeps_deleted_leads_away_too(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    made = _stocked(store, tmp_path)
    digest = removal_digest("nectra", "meta-main", "99")
    row = {
        "controller_id": "nectra",
        "source_id": "meta-main",
        "digest": digest,
        "removed_at": LATER,
        "reason": "EXPIRED",
        "way": None,
    }
    _journal(tmp_path).append([{"what": "removal", "row": row}] * 2)
    house = _restored(made, empty_url, tmp_path)
    done = replay(house, [_journal(tmp_path)], lambda: LATER)
    assert done.counts["removals"] == 1
    copy = Store(empty_url)
    try:
        assert tuple(row.values()) in {tuple(each) for each in kept(copy, Removal)}
        with copy.reading() as connection:
            assert removed_before(connection, "nectra", "meta-main", ["99", "98"], {}) == {"99"}
    finally:
        copy.close()


def test_a_stop_since_then_outranks_a_bounce_in_the_copy_too(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    _journaled(store, tmp_path)
    declared(store, source(), inbox())
    arrive(store, inbox(), recorded("bounce_unknown_user"))
    made = make_backup(store, tmp_path / "backups", KEY, NOW)
    said = Said(Channel.EMAIL, LATER, "test")
    opt_out(store, [controller()], SUPPRESSION_KEY, [email()], said)
    house = _restored(made, empty_url, tmp_path)
    replay(house, [_journal(tmp_path)], lambda: LATER)
    copy = Store(empty_url)
    try:
        [entry] = kept(copy, Suppression)
        assert (entry.channel, entry.reason, entry.since) == ("email", "asked", LATER)
    finally:
        copy.close()


def test_until_the_replay_nothing_opens_the_copy(
    sqlite_store: Store, empty_url: str, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    house = _restored(made, empty_url, tmp_path)
    with pytest.raises(StoreRestored) as refused:
        wiring.open_house(house)
    assert refused.value.exit_code == 6
    copy = Store(empty_url)
    with pytest.raises(StoreRestored):
        schema.upgrade(copy)
    assert readiness(copy, LATER).faults[0] == "store.restored"
    copy.close()


def test_without_its_journal_the_copy_stays_barred_unless_a_reason_is_given(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    opt_out(sqlite_store, [controller()], SUPPRESSION_KEY, [email(GONE)], Said(None, NOW, "test"))
    late = make_backup(sqlite_store, tmp_path / "backups", KEY, LATER)
    (tmp_path / "leads.journal").rename(tmp_path / "elsewhere")
    url, _, _ = restore(late.path, str(tmp_path / "new"), KEY, LATER)
    house = replace(settings(url, source(), folder=tmp_path), backup_key=KEY)
    with pytest.raises(BackupBroken, match="There is no journal"):
        replay(house, [_journal(tmp_path)], lambda: LATER)
    with pytest.raises(StoreRestored):
        wiring.open_house(house)
    replay(house, [_journal(tmp_path)], lambda: LATER, lost_because="the disk burnt down")
    opened = wiring.open_house(house)
    entries = kept(opened.store, LedgerRecord)
    opened.store.close()
    [told] = [row.body for row in entries if row.kind is LedgerKind.RESTORE_REPLAYED]
    assert "the disk burnt down" in told
    assert made.path.exists()


def test_a_store_in_which_nobody_ever_stopped_anything_is_restored_too_and_misses_its_journal(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    house = _restored(made, str(tmp_path / "new"), tmp_path)
    (tmp_path / "leads.journal").rename(tmp_path / "elsewhere")
    with pytest.raises(BackupBroken, match="There is no journal"):
        replay(house, [_journal(tmp_path)], lambda: NOW)
    (tmp_path / "elsewhere").rename(tmp_path / "leads.journal")
    replay(house, [_journal(tmp_path)], lambda: NOW)
    wiring.open_house(house).store.close()


def test_a_hold_comes_back_without_names_and_a_released_one_stays_released(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    order = Order(controller(), "claim of M. Example", "A. Approver", LATER.date(), None)
    [first] = place_hold(sqlite_store, order, "test", NOW)
    [second] = place_hold(sqlite_store, order, "test", NOW)
    release_hold(sqlite_store, second, "test", LATER)
    assert b"Example" not in (tmp_path / "leads.journal").read_bytes()
    house = _restored(made, str(tmp_path / "new"), tmp_path)
    replay(house, [_journal(tmp_path)], lambda: LATER)
    copy = Store(house.store_url)
    found = {row.id: row for row in kept(copy, Hold)}
    copy.close()
    assert found[first].released_at is None
    assert found[second].released_at == LATER
    assert "not in the journal" in found[first].matter


def test_a_restore_into_a_place_that_is_not_empty_changes_nothing(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    made = _stocked(store, tmp_path)
    with store.reading() as connection:
        before = tallied(connection)
    with pytest.raises(UsageError, match="not empty"):
        restore(made.path, store_url, KEY, LATER)
    with store.reading() as connection:
        assert tallied(connection) == before


def test_a_damaged_backup_leaves_an_empty_place(sqlite_store: Store, tmp_path: Path) -> None:
    made = _stocked(sqlite_store, tmp_path)
    made.path.write_bytes(made.path.read_bytes()[:-1])
    with pytest.raises(BackupBroken):
        restore(made.path, str(tmp_path / "new"), KEY, LATER)
    assert not (tmp_path / "new").exists()


def test_a_journal_that_names_an_unknown_controller_bars_the_copy(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    other = source("other", owner=controller("other"))
    declared(sqlite_store, other)
    opt_out(
        sqlite_store, [controller("other")], SUPPRESSION_KEY, [email()], Said(None, NOW, "test")
    )
    house = _restored(made, str(tmp_path / "new"), tmp_path)
    with pytest.raises(ConfigError, match="other, which is not configured"):
        replay(house, [_journal(tmp_path)], lambda: LATER)
    with pytest.raises(StoreRestored):
        wiring.open_house(house)


def test_a_journal_that_names_an_unknown_source_bars_the_copy(
    sqlite_store: Store, tmp_path: Path
) -> None:
    made = _stocked(sqlite_store, tmp_path)
    take(sqlite_store, declared(sqlite_store, source("since")), delivery("9"))
    expire(sqlite_store, [controller()], SUPPRESSION_KEY, lambda: LATER + timedelta(days=800))
    house = _restored(made, str(tmp_path / "new"), tmp_path)
    with pytest.raises(ConfigError, match="source since, which is not configured"):
        replay(house, [_journal(tmp_path)], lambda: LATER)
    with pytest.raises(StoreRestored):
        wiring.open_house(house)
    known = replace(house, sources=[*house.sources, source("since")])
    assert replay(known, [_journal(tmp_path)], lambda: LATER).counts["removals"] == 4
    wiring.open_house(known).store.close()


def test_a_move_copies_everything_and_proves_it(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    _stocked(store, tmp_path)
    moved = move_store(store, empty_url)
    assert moved.rows["lead"] == 3
    copy = Store(empty_url)
    schema.require_current(copy)
    with store.reading() as one, copy.reading() as two:
        assert tallied(one) == tallied(two)
    copy.close()


def test_one_changed_value_is_found_by_the_comparison(
    sqlite_store: Store, empty_url: str, tmp_path: Path
) -> None:
    _stocked(sqlite_store, tmp_path)
    move_store(sqlite_store, empty_url)
    copy = Store(empty_url)
    lead = table_of(Lead)
    with copy.writing("nectra") as connection:
        connection.execute(lead.update().where(lead.c.external_id == "2").values(form_id="1"))
    with sqlite_store.reading() as one, copy.reading() as two:
        found = tallied(one), tallied(two)
    with pytest.raises(BackupBroken, match="differs from the store in: lead"):
        require_equal(*found)
    copy.close()


def test_a_move_into_a_database_with_tables_changes_nothing(
    sqlite_store: Store, store_url: str, tmp_path: Path
) -> None:
    _stocked(sqlite_store, tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        move_store(sqlite_store, store_url)
