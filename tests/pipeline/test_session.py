"""Staying signed in: a file of one terminal and one installation, which nobody can forge."""

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.access_settings import AccessSettings
from pipeline.admit import admit_operator, admit_staff, by_session, end_sessions
from pipeline.session import Session, SessionFile
from pipeline.settings import Settings
from pipeline.sign_in import Credentials
from pipeline.staff import remove_person, set_password
from pipeline.visitor import OPERATOR, Visitor
from policy.access import Action, StaffRole
from policy.errors import NotAllowed
from tests.build import NOW, SUPPRESSION_KEY, kept
from tests.staffing import CHEAP, joined, row_of, staffed

MINUTE = timedelta(minutes=1)
TERMINAL = 4_711


@pytest.fixture
def office(sqlite_store: Store) -> Settings:
    settings = staffed(sqlite_store)
    joined(sqlite_store, settings, "ava", StaffRole.AUDITOR)
    return settings


@pytest.fixture
def file(sqlite_store: Store, office: Settings, tmp_path: Path) -> SessionFile:
    """The file of somebody who has just signed in."""
    assert office.store_url == str(sqlite_store.url)
    made = _file(tmp_path)
    made.write(Session(row_of(sqlite_store, "ava").id, NOW, NOW))
    return made


def _file(
    folder: Path, terminal: int = TERMINAL, key: bytes = SUPPRESSION_KEY.current
) -> SessionFile:
    return SessionFile(folder / "config.toml", folder / "state", terminal, key)


def test_whoever_signed_in_is_known_again_at_that_terminal_only(
    sqlite_store: Store, file: SessionFile, tmp_path: Path
) -> None:
    visitor = by_session(sqlite_store, file, NOW + MINUTE)
    assert visitor.role is StaffRole.AUDITOR
    assert (file.path.stat().st_mode & 0o777, file.path.parent.stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )
    assert not _file(tmp_path, TERMINAL + 1).exists()


def test_each_command_keeps_a_sign_in_alive_up_to_eight_hours(
    sqlite_store: Store, file: SessionFile
) -> None:
    for minute in range(10, 481, 10):
        by_session(sqlite_store, file, NOW + minute * MINUTE)
    with pytest.raises(NotAllowed, match="run out"):
        by_session(sqlite_store, file, NOW + 481 * MINUTE)


def test_after_fifteen_minutes_without_a_command_it_is_over(
    sqlite_store: Store, file: SessionFile
) -> None:
    with pytest.raises(NotAllowed, match=r"run out. Cure: `leadledger staff sign-in`"):
        by_session(sqlite_store, file, NOW + 16 * MINUTE)


@pytest.mark.parametrize("content", ["", "forged", "AAAA.BBBB", "\N{SNOWMAN}" * 9])
def test_a_file_that_somebody_made_up_counts_for_nothing(
    sqlite_store: Store, file: SessionFile, content: str
) -> None:
    file.path.write_text(content, encoding="utf-8")
    with pytest.raises(NotAllowed):
        by_session(sqlite_store, file, NOW)


def test_a_token_of_another_key_counts_for_nothing(
    sqlite_store: Store, file: SessionFile, tmp_path: Path
) -> None:
    other = _file(tmp_path, key=b"another key of another house 0123456789")
    other.write(Session(row_of(sqlite_store, "ava").id, NOW, NOW))
    with pytest.raises(NotAllowed):
        by_session(sqlite_store, file, NOW)


def test_a_file_that_is_open_to_others_or_a_link_is_refused(
    sqlite_store: Store, file: SessionFile, tmp_path: Path
) -> None:
    file.path.chmod(0o640)
    with pytest.raises(NotAllowed, match="open to others"):
        by_session(sqlite_store, file, NOW)
    moved = tmp_path / "moved"
    file.path.rename(moved)
    moved.chmod(0o600)
    file.path.symlink_to(moved)
    assert file.exists()
    with pytest.raises(NotAllowed):
        by_session(sqlite_store, file, NOW)


def test_removal_a_new_password_and_signing_out_end_every_sign_in(
    sqlite_store: Store, office: Settings, file: SessionFile
) -> None:
    later = NOW + MINUTE
    new = Credentials("ava", "another password, quite long")
    set_password(sqlite_store, office, new, OPERATOR, later, CHEAP)
    with pytest.raises(NotAllowed, match="does not count any more"):
        by_session(sqlite_store, file, later)
    key = row_of(sqlite_store, "ava").id
    file.write(Session(key, later, later))
    by_session(sqlite_store, file, later)
    end_sessions(sqlite_store, file, later + MINUTE)
    with pytest.raises(NotAllowed):
        by_session(sqlite_store, file, later + MINUTE)
    file.write(Session(key, later + 2 * MINUTE, later + 2 * MINUTE))
    remove_person(sqlite_store, office, "ava", OPERATOR, later + 3 * MINUTE)
    with pytest.raises(NotAllowed):
        by_session(sqlite_store, file, later + 3 * MINUTE)


def test_sign_ins_of_terminals_that_are_gone_are_tidied_away(
    file: SessionFile, tmp_path: Path
) -> None:
    old = _file(tmp_path, 1)
    old.write(Session(uuid4(), NOW, NOW))
    os.utime(old.path, (0, 0))
    file.tidy(NOW)
    assert (old.exists(), file.exists()) == (False, True)


def test_what_a_role_does_not_include_is_refused_and_on_record(
    sqlite_store: Store, office: Settings, file: SessionFile
) -> None:
    def who(store: Store) -> Visitor:
        return by_session(store, file, NOW)

    admitted = admit_staff(office, Action.SEE_LEADS, "leads list", who, NOW)
    assert admitted.role is StaffRole.AUDITOR
    with pytest.raises(NotAllowed, match="role auditor does not include `leadledger erase`"):
        admit_staff(office, Action.ERASE, "erase", who, NOW)
    [refused] = [r for r in kept(sqlite_store, LedgerRecord) if r.kind is LedgerKind.STAFF_REFUSED]
    assert (refused.subject_id, '"command":"erase"' in refused.body) == (
        row_of(sqlite_store, "ava").id.hex,
        True,
    )


def test_where_it_is_required_the_operator_is_asked_who_it_is(
    sqlite_store: Store, office: Settings
) -> None:
    required = replace(office, access=AccessSettings(sign_in="required"))
    for action in (Action.SEE_LEADS, Action.EXPORT):
        with pytest.raises(NotAllowed, match="sign_in requires it"):
            admit_operator(required, action, NOW)
    for action in (Action.OPERATE, Action.SEE_STATE, Action.CHANGE_STAFF):
        assert admit_operator(required, action, NOW) is OPERATOR
    joined(sqlite_store, office)
    with pytest.raises(NotAllowed):
        admit_operator(required, Action.CHANGE_STAFF, NOW)
    assert admit_operator(office, Action.SEE_LEADS, NOW) is OPERATOR
