"""After a scrub no byte of what was deleted is in the store's files, or it is said why not."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models import rewriting
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.expire import expire
from pipeline.scrub import scrub, scrub_need
from policy.errors import StoreUnavailable
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    take,
)
from tests.pipeline.erasing import erased
from tests.pipeline.files_of import files_of
from tests.pipeline.stopping import stop

LATER = NOW + timedelta(hours=1)
GONE = "gone.for.good@shop.example"


@pytest.fixture
def emptied(store: Store) -> Store:
    """A store out of whose many people one was erased."""
    source = declared(store)
    people = [fields(f"p{n}@shop.example", None, f"Person {n}") for n in range(300)]
    people[150] = fields(GONE, None, "Gone Forgood")
    take(store, source, *(delivery(str(n), each) for n, each in enumerate(people)))
    erased(store, email(GONE), at=LATER)
    return store


def _holds(store: Store) -> bool:
    return any(GONE.encode() in file.read_bytes() for file in files_of(store))


def _scrubbed(store: Store) -> list[float]:
    waited: list[float] = []
    assert scrub(store, lambda: LATER, pause=waited.append).is_clean
    return waited


def test_the_bytes_of_who_was_erased_are_in_no_file(emptied: Store) -> None:
    """RET-18."""
    assert scrub_need(emptied).due_since == LATER
    assert _scrubbed(emptied) == []
    assert not _holds(emptied)
    assert scrub_need(emptied).due_since is None
    assert LedgerKind.STORE_SCRUBBED in {row.kind for row in kept(emptied, LedgerRecord)}


def test_a_reader_that_keeps_an_older_state_is_waited_for_and_named(emptied: Store) -> None:
    waited: list[float] = []
    with emptied.reading() as connection:
        connection.execute(text("SELECT count(*) FROM lead"))
        report = scrub(emptied, lambda: LATER, pause=waited.append)
    assert report.left == ("reader",)
    assert not report.is_clean
    assert len(waited) > 1
    assert scrub_need(emptied).due_since == LATER
    assert scrub(emptied, lambda: LATER).is_clean
    assert not _holds(emptied)


def test_an_expiry_that_went_on_meanwhile_makes_it_due_again(sqlite_store: Store) -> None:
    take(sqlite_store, declared(sqlite_store), delivery(), at=NOW)
    stop(sqlite_store, email())
    late, hour = NOW + timedelta(days=31), timedelta(hours=1)
    clock = iter((late, late + 2 * hour))
    expire(sqlite_store, [controller()], SUPPRESSION_KEY, lambda: next(clock))
    assert scrub(sqlite_store, lambda: late + hour).is_clean
    assert scrub_need(sqlite_store).due_since == late
    scrub(sqlite_store, lambda: late + 3 * hour)
    assert scrub_need(sqlite_store).due_since is None


def test_without_a_full_rewrite_it_says_that_bytes_stay(postgres_url: str) -> None:
    store = Store(postgres_url)
    take(store, declared(store), delivery())
    erased(store, at=LATER)
    report = scrub(store, lambda: LATER, is_full=False)
    assert report.left == ("free_space",)
    assert {"wal", "replicas", "archives", "backups"} <= set(report.elsewhere)
    assert scrub_need(store).due_since == LATER
    store.close()


def test_without_room_for_a_copy_it_says_so_and_stays_due(
    sqlite_store: Store, tiny_disk: Path
) -> None:
    import shutil  # noqa: PLC0415

    path = Path(str(sqlite_store.url.database))
    sqlite_store.close()
    shutil.copyfile(path, tiny_disk / "leads.db")
    store = Store(f"sqlite:///{tiny_disk}/leads.db")
    take(store, declared(store), delivery())
    erased(store, at=LATER)
    size = rewriting.free_bytes(tiny_disk / "leads.db") - 100_000
    (tiny_disk / "filler").write_bytes(b"x" * max(size, 0))
    with pytest.raises(StoreUnavailable, match="make room"):
        scrub(store, lambda: LATER)
    assert scrub_need(store).due_since == LATER
    store.close()
