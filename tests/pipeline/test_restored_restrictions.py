"""An older backup brings nobody back into use who was restricted or corrected since."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from models.journal import Journal
from models.lead import Lead, better_evidence
from models.restriction import RestrictionMark, RestrictionRecord
from models.store import Store
from pipeline.backup import MadeBackup, make_backup
from pipeline.move_store import move_store
from pipeline.receive_request import Asked, receive_request
from pipeline.replay_journal import replay
from pipeline.restore import restore
from policy.correction import CorrectedField
from policy.restriction import RestrictionGround
from policy.rights.table import Right
from policy.vocabulary import Purpose, ReasonCode
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
from tests.pipeline.erasing import erased
from tests.pipeline.restricting import decided, lifted, restricted
from tests.pipeline.stopping import expire_at
from tests.pipeline.test_rectify import RIGHT, WRONG, corrected

KEY = b"a-key-for-backups-of-the-tests-0123456789"
LATER = NOW + timedelta(days=2)
FRESH = email("arun.patel@mail.example")


def _backed_up(store: Store, tmp_path: Path) -> MadeBackup:
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    take(store, declared(store), delivery())
    return make_backup(store, tmp_path / "backups", KEY, NOW)


@contextmanager
def restored(made: MadeBackup, into: str, tmp_path: Path, at: datetime = LATER) -> Iterator[Store]:
    """Restore a backup, replay the journal, and open the store."""
    url, _, _ = restore(made.path, into, KEY, at)
    house = replace(settings(url, source(), folder=tmp_path), backup_key=KEY)
    replay(house, [Journal(tmp_path / "leads.journal", KEY)], lambda: at)
    opened = Store(url)
    try:
        yield opened
    finally:
        opened.close()


def test_a_restriction_comes_back_and_a_lifted_one_stays_lifted(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    """RST-5."""
    made = _backed_up(store, tmp_path)
    restricted(store, ground=RestrictionGround.OBJECTION_WEIGHED)
    [id_] = restricted(store).ids
    lifted(store, id_, at=NOW + timedelta(days=1))
    with restored(made, empty_url, tmp_path) as copy:
        assert kept(copy, RestrictionRecord) == kept(store, RestrictionRecord)
        assert decided(copy, at=LATER).reasons == (ReasonCode.RESTRICTED,)
    assert b"priya" not in (tmp_path / "leads.journal").read_bytes().lower()


def test_whoever_came_and_was_restricted_since_is_restricted_when_they_are_pulled_again(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    """RST-5."""
    made = _backed_up(store, tmp_path)
    new = delivery("200000000000002", fields(FRESH.value, "+447700900456", "Arun Patel"))
    take(store, declared(store), new)
    restricted(store, FRESH)
    with restored(made, empty_url, tmp_path) as copy:
        assert not kept(copy, RestrictionRecord)[0].lifted_at
        take(copy, declared(copy), new, at=LATER)
        assert decided(copy, FRESH, at=LATER).reasons == (ReasonCode.RESTRICTED,)
        assert decided(copy, at=LATER).is_allowed
        # whoever comes once more is restricted once
        more = delivery("300000000000003", fields(FRESH.value, "+447700900456", "Arun Patel"))
        take(copy, declared(copy), new, more, at=LATER)
        assert len(kept(copy, RestrictionRecord)) == 2


def test_what_the_backup_has_of_the_restricted_may_end_before_the_rest_comes_again(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    """RST-5: the same person is a new one to the store then."""
    made = _backed_up(store, tmp_path)
    [old] = kept(store, Lead)
    new = delivery("200000000000002", fields(phone="+447700900456"))
    take(store, declared(store), new)
    restricted(store)
    with store.writing("nectra") as connection:
        better_evidence(connection, "nectra", old.id, {"expires_at": NOW})
    expire_at(store, NOW + timedelta(days=1))
    assert len(kept(store, Lead)) == 1
    with restored(made, empty_url, tmp_path) as copy:
        assert kept(copy, Lead) == []
        take(copy, declared(copy), new, at=LATER)
        assert decided(copy, at=LATER).reasons == (ReasonCode.RESTRICTED,)
        asked_at = LATER + timedelta(hours=1)
        request = receive_request(
            copy,
            controller(),
            SUPPRESSION_KEY,
            Asked(Right.ERASURE, email="priya.sharma@mail.example"),
            asked_at,
            "test",
        )
        assert erased(copy, request=request.reference, at=asked_at).is_complete
        assert kept(copy, RestrictionMark) == []


def test_a_correction_that_the_backup_lacks_restricts_until_somebody_has_asked(
    store: Store, empty_url: str, tmp_path: Path
) -> None:
    """COR-5."""
    made = _backed_up(store, tmp_path)
    corrected(store)
    with restored(made, empty_url, tmp_path) as copy:
        [row] = kept(copy, RestrictionRecord)
        assert row.ground is RestrictionGround.CORRECTION_LOST
        for purpose in (Purpose.DIRECT_MARKETING, Purpose.ENQUIRY_RESPONSE):
            assert ReasonCode.RESTRICTED in decided(copy, WRONG, at=LATER, purpose=purpose).reasons
        lifted(copy, row.id, at=LATER)
    said = (tmp_path / "leads.journal").read_bytes().lower()
    assert b"priya" not in said
    assert b"home.example" not in said


def test_a_correction_that_the_backup_has_is_as_it_was(sqlite_store: Store, tmp_path: Path) -> None:
    _backed_up(sqlite_store, tmp_path)
    corrected(sqlite_store)
    made = make_backup(sqlite_store, tmp_path / "backups", KEY, LATER)
    with restored(made, str(tmp_path / "new"), tmp_path) as copy:
        assert kept(copy, RestrictionRecord) == []
        assert decided(copy, RIGHT, at=LATER, purpose=Purpose.ENQUIRY_RESPONSE).is_allowed


def test_what_came_and_was_corrected_since_is_restricted_when_it_is_pulled_again(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """COR-5."""
    made = _backed_up(sqlite_store, tmp_path)
    new = delivery("200000000000002", fields(FRESH.value, "+447700900456", "Arun Patel"))
    take(sqlite_store, declared(sqlite_store), new)
    corrected(sqlite_store, FRESH)
    with restored(made, str(tmp_path / "new"), tmp_path) as copy:
        take(copy, declared(copy), new, at=LATER)
        assert decided(copy, FRESH, at=LATER).reasons[0] is ReasonCode.RESTRICTED


def test_who_was_erased_since_is_waited_for_by_no_digest(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """ERA-4: somebody who only asked a question leaves none."""
    made = _backed_up(sqlite_store, tmp_path)
    asked = fields(FRESH.value, None, "Arun Patel")
    take(sqlite_store, declared(sqlite_store), delivery("200000000000002", asked, boxes={}))
    corrected(sqlite_store, FRESH, {CorrectedField.NAME: "Arun J Patel"})
    restricted(sqlite_store, FRESH)
    reference = receive_request(
        sqlite_store,
        controller(),
        SUPPRESSION_KEY,
        Asked(Right.ERASURE, email=FRESH.value),
        NOW + timedelta(hours=1),
    ).reference
    erased(sqlite_store, FRESH, at=NOW + timedelta(hours=2), request=reference)
    with restored(made, str(tmp_path / "new"), tmp_path) as copy:
        assert kept(copy, RestrictionMark) == []
        assert len(kept(copy, RestrictionRecord)) == 1


def test_a_move_takes_restrictions_along(store: Store, empty_url: str, tmp_path: Path) -> None:
    _backed_up(store, tmp_path)
    restricted(store)
    move_store(store, empty_url)
    copy = Store(empty_url)
    assert decided(copy, at=LATER).reasons == (ReasonCode.RESTRICTED,)
    copy.close()
