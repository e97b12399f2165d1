"""A backup of an agency with staff and a client, put into an empty place: who gets in there."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from models.journal import Journal
from models.ledger import LedgerKind
from models.store import Store
from pipeline.access_log import Looked, access_log, note_looks
from pipeline.admit import by_session, end_sessions
from pipeline.backup import make_backup
from pipeline.declare import declare
from pipeline.known_staff import has_admin
from pipeline.list_staff import list_people
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.session import Session, SessionFile
from pipeline.settings import Settings
from pipeline.sign_in import Credentials
from pipeline.staff import remove_person, set_password
from pipeline.visitor import OPERATOR
from policy.access import StaffRole, View
from policy.errors import NotAllowed, SignInRefused
from tests import build
from tests.build import NOW, SUPPRESSION_KEY
from tests.staffing import CHEAP, PASSWORD, desk, enter, joined, row_of

KEY = b"a-key-for-backups-of-the-tests-0123456789"
MINUTE = timedelta(minutes=1)
LATER = NOW + 5 * MINUTE
LOST = "the disk with the journal burnt down"


@pytest.fixture
def agency(store: Store, tmp_path: Path) -> Settings:
    """An agency with a client, and a journal."""
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    known = build.settings(str(store.url), build.source(), folder=tmp_path)
    settings = replace(known, controllers=[*known.controllers, build.client()])
    declare(store, settings, NOW)
    return settings


@contextmanager
def restored(
    backup: Path, settings: Settings, lost: str | None = None
) -> Iterator[tuple[Store, Settings]]:
    """Put a backup into an empty folder, replay the journal unless it is lost, and open it."""
    target = settings.folder / "new"
    restore(backup, str(target), KEY, LATER)
    again = replace(settings, store_url=f"sqlite:///{target}/leads.db")
    journal = Journal(settings.folder / "leads.journal", KEY)
    replay(again, [journal], lambda: LATER, lost_because=lost)
    opened = Store(again.store_url)
    yield opened, again
    opened.close()


def states(store: Store, *, removed: bool = False) -> dict[str, str]:
    people = list_people(store, SUPPRESSION_KEY, LATER, removed=removed)
    return {each.login: each.state for each in people}


def test_logins_second_factors_roles_ends_and_looks_come_back(
    store: Store, agency: Settings
) -> None:
    joined(store, agency)
    address = joined(store, agency, "pat", StaffRole.PRIVACY, totp=True)
    joined(store, agency, "ava", StaffRole.AUDITOR)
    assert address is not None
    visitor = enter(desk(store, agency), "ava")
    looks = [Looked(owner.id, 3, (), "source") for owner in agency.controllers]
    note_looks(store, visitor, "leads list", looks, NOW)
    made = make_backup(store, agency.folder / "backups", KEY, NOW)
    joined(store, agency, "late", StaffRole.SALES)
    with restored(made.path, agency) as (copy, again):
        assert states(copy) == dict.fromkeys(("ann", "pat", "ava"), "in_force")
        front, codes = desk(copy, again), pyotp.parse_uri(address)
        with pytest.raises(SignInRefused):
            enter(front, "pat", now=LATER)
        assert isinstance(codes, pyotp.TOTP)
        came = enter(front, "pat", code=codes.at(LATER), now=LATER)
        assert (came.role, came.view) == (StaffRole.PRIVACY, View.WHOLE)
        assert row_of(copy, "ava").valid_until == row_of(store, "ava").valid_until
        whose = [owner.id for owner in again.controllers]
        seen = access_log(copy, whose, NOW - MINUTE, "ava")
        viewed = [each for each in seen if each.what == LedgerKind.PEOPLE_VIEWED]
        assert {(each.controller, each.who) for each in viewed} == {(id_, "ava") for id_ in whose}


def test_no_sign_in_outlives_a_restore_least_of_all_one_that_was_ended(
    store: Store, agency: Settings
) -> None:
    """STAFF-12."""
    joined(store, agency)
    config, key = agency.folder / "config.toml", SUPPRESSION_KEY.current
    here, there = (SessionFile(config, agency.folder, number, key) for number in (1, 2))
    for file in (here, there):
        file.write(Session(row_of(store).id, NOW, NOW))
    made = make_backup(store, agency.folder / "backups", KEY, NOW)
    end_sessions(store, here, NOW + MINUTE)
    for file in (here, there):
        with pytest.raises(NotAllowed):
            by_session(store, file, NOW + 2 * MINUTE)
    with restored(made.path, agency) as (copy, _):
        for file in (here, there):
            with pytest.raises(NotAllowed):
                by_session(copy, file, LATER)
        there.write(Session(row_of(copy).id, LATER, LATER))
        assert by_session(copy, there, LATER).role is StaffRole.ADMIN


def test_who_was_removed_for_any_controller_first_in_the_configuration_stays_removed(
    store: Store, agency: Settings
) -> None:
    """STAFF-12. The journal notes it for the controller that comes first, which may change."""
    joined(store, agency)
    joined(store, agency, "sam")
    made = make_backup(store, agency.folder / "backups", KEY, NOW)
    remove_person(store, agency, "sam", OPERATOR, NOW + MINUTE)
    turned = replace(agency, controllers=agency.controllers[::-1])
    with restored(made.path, turned) as (copy, again):
        assert states(copy, removed=True) == {"ann": "in_force", "sam": "removed"}
        with pytest.raises(SignInRefused):
            enter(desk(copy, again), "sam", now=LATER)


def test_without_the_journal_nobody_gets_in_by_a_password_of_the_backup(
    store: Store, agency: Settings
) -> None:
    """STAFF-12. Nobody knows any more who was removed since, so each must be let in anew."""
    joined(store, agency)
    joined(store, agency, "sam")
    made = make_backup(store, agency.folder / "backups", KEY, NOW)
    remove_person(store, agency, "sam", OPERATOR, NOW + MINUTE)
    (agency.folder / "leads.journal").unlink()
    with restored(made.path, agency, LOST) as (copy, again):
        assert states(copy) == {"ann": "no_password", "sam": "no_password"}
        for login in ("ann", "sam"):
            with pytest.raises(SignInRefused):
                enter(desk(copy, again), login, now=LATER)
        assert not has_admin(copy, SUPPRESSION_KEY, LATER)
        set_password(copy, again, Credentials("ann", PASSWORD), OPERATOR, LATER, CHEAP)
        enter(desk(copy, again), now=LATER)
