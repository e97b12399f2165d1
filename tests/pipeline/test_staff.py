"""The staff: added under a login of their own, removed for good, also after a restore."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from models import staff
from models.journal import Journal
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline import wiring
from pipeline.access_settings import AccessSettings
from pipeline.admit import admit_operator
from pipeline.backup import make_backup
from pipeline.check_staff import check_staff
from pipeline.finding import Fault
from pipeline.known_staff import has_admin
from pipeline.list_staff import list_people
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.settings import Settings
from pipeline.sign_in import Credentials
from pipeline.staff import remove_person, set_password
from pipeline.visitor import OPERATOR, Visitor, actor_of
from policy.access import Action, StaffRole
from policy.errors import NotAllowed, SignInRefused, UsageError
from policy.suppression import SuppressionKeys
from tests import build
from tests.build import NOW, SUPPRESSION_KEY, kept
from tests.pipeline.checking import installed
from tests.staffing import CHEAP, PASSWORD, desk, enter, joined, row_of, staffed

KEY = b"a-key-for-backups-of-the-tests-0123456789"
NEW = "another password, quite long"
HOUR = timedelta(hours=1)


@pytest.fixture
def office(store: Store) -> Settings:
    settings = staffed(store)
    joined(store, settings)
    return settings


def test_who_is_removed_gets_in_no_more_and_their_login_is_nobody_elses(
    store: Store, office: Settings
) -> None:
    joined(store, office, "sam", StaffRole.SALES)
    by = Visitor(actor_of(row_of(store).id), row_of(store).id, StaffRole.ADMIN)
    assert remove_person(store, office, "Sam", by, NOW)
    assert not remove_person(store, office, "sam", by, NOW)
    left = row_of(store, "sam")
    assert (left.removed_at, left.removed_by, left.password_hash) == (NOW, by.actor, "")
    with pytest.raises(SignInRefused):
        enter(desk(store, office), "sam")
    with pytest.raises(UsageError, match="is or was somebody's"):
        joined(store, office, "SAM", StaffRole.SALES)
    assert [each.login for each in list_people(store, SUPPRESSION_KEY, NOW)] == ["ann"]
    states = {
        each.login: each.state for each in list_people(store, SUPPRESSION_KEY, NOW, removed=True)
    }
    assert states == {"ann": "in_force", "sam": "removed"}
    removed = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.STAFF_REMOVED]
    assert [row.subject_id for row in removed] == [left.id.hex]


@pytest.mark.parametrize("login", ["", "Ava Smith", "ava@mail.example", "-ava", "a" * 65, "äva"])
def test_what_is_no_login_is_refused(sqlite_store: Store, login: str) -> None:
    settings = staffed(sqlite_store)
    with pytest.raises(UsageError, match="This is no login"):
        joined(sqlite_store, settings, login)


def test_the_last_day_of_an_access_is_listed_as_it_was_given(sqlite_store: Store) -> None:
    settings = staffed(sqlite_store)
    # the clocks of London go forward on that day, and it ends an hour before that of UTC
    joined(sqlite_store, settings, last_day=date(2027, 3, 28))
    joined(sqlite_store, settings, "sam", StaffRole.SALES)
    found = list_people(sqlite_store, SUPPRESSION_KEY, NOW)
    days = {each.login: each.last_day for each in found}
    assert days == {"ann": date(2027, 3, 28), "sam": None}


def test_an_auditor_needs_an_end(sqlite_store: Store) -> None:
    settings = staffed(sqlite_store)
    with pytest.raises(UsageError, match="has an end"):
        joined(sqlite_store, settings, "ava", StaffRole.AUDITOR, last_day=None)


def test_a_new_password_ends_the_lock_and_the_old_one(store: Store, office: Settings) -> None:
    front = desk(store, office)
    for _ in range(5):
        with pytest.raises(SignInRefused):
            enter(front, password="not this one at all")
    set_password(store, office, Credentials("ann", NEW), OPERATOR, NOW, CHEAP)
    enter(front, password=NEW)
    with pytest.raises(SignInRefused):
        enter(front)
    with pytest.raises(UsageError, match="Nobody of the staff"):
        set_password(store, office, Credentials("nobody", NEW), OPERATOR, NOW, CHEAP)


def test_a_restore_brings_back_nobody_who_was_removed_and_no_old_password(
    store: Store, tmp_path: Path
) -> None:
    store.journal = Journal(tmp_path / "leads.journal", KEY)
    settings = staffed(store)
    for login in ("ann", "sam", "kim"):
        joined(store, settings, login)
    made = make_backup(store, tmp_path / "backups", KEY, NOW)
    remove_person(store, settings, "sam", OPERATOR, NOW + HOUR)
    set_password(store, settings, Credentials("kim", NEW), OPERATOR, NOW + HOUR, CHEAP)
    target = tmp_path / "new"
    restore(made.path, str(target), KEY, NOW + 2 * HOUR)
    url = f"sqlite:///{target}/leads.db"
    again = build.settings(url, build.source(), folder=tmp_path)
    found = replay(again, [store.journal], lambda: NOW + 2 * HOUR)
    assert found.counts["staff removed"] == 1
    restored = Store(url)
    states = {
        each.login: each.state for each in list_people(restored, SUPPRESSION_KEY, NOW + 2 * HOUR)
    }
    assert states == {"ann": "in_force", "kim": "no_password"}
    with pytest.raises(SignInRefused):
        enter(desk(restored, again), "kim", PASSWORD, now=NOW + 2 * HOUR)
    enter(desk(restored, again), "ann", now=NOW + 2 * HOUR)
    restored.close()


def _faults(store: Store, settings: Settings, later: timedelta = timedelta(0)) -> dict[str, object]:
    return {f.fault: f.is_ok for f in check_staff(store, settings, NOW + later) if f.fault}


def test_the_check_tells_of_a_staff_without_an_admin_of_ends_and_of_locks(
    sqlite_store: Store, tmp_path: Path
) -> None:
    build.declared(sqlite_store)
    settings = installed(str(sqlite_store.url), tmp_path)
    assert _faults(sqlite_store, settings) == {}
    joined(sqlite_store, settings, "ava", StaffRole.AUDITOR)
    assert _faults(sqlite_store, settings) == {Fault.STAFF_NO_ADMIN: None}
    joined(sqlite_store, settings)
    assert has_admin(sqlite_store, SUPPRESSION_KEY, NOW)
    assert _faults(sqlite_store, settings) == {}
    over = timedelta(days=60)
    assert _faults(sqlite_store, settings, over) == {Fault.STAFF_ACCESS_OVER: None}
    for _ in range(5):
        with pytest.raises(SignInRefused):
            enter(desk(sqlite_store, settings), password="not this one at all")
    assert _faults(sqlite_store, settings) == {
        Fault.STAFF_LOCKED: None,
        Fault.STAFF_NO_ADMIN: None,
    }
    assert not any("ann" in f.message for f in check_staff(sqlite_store, settings, NOW))


def test_the_check_tells_the_operator_of_second_factors_whose_key_is_lost(
    sqlite_store: Store,
) -> None:
    settings = staffed(sqlite_store)
    joined(sqlite_store, settings, totp=True)
    joined(sqlite_store, settings, "sam", StaffRole.SALES)
    assert _faults(sqlite_store, settings) == {}
    other = replace(settings, suppression_key=SuppressionKeys(b"x" * 40))
    assert _faults(sqlite_store, other) == {Fault.STAFF_NO_ADMIN: None, Fault.STAFF_LOST_KEY: None}
    [told] = [f for f in check_staff(sqlite_store, other, NOW) if f.fault == Fault.STAFF_LOST_KEY]
    assert "Cure: put the old key back" in told.message
    assert told.subject == f"staff {row_of(sqlite_store).id}"
    former = SuppressionKeys(b"x" * 40, (SUPPRESSION_KEY.current,))
    assert _faults(sqlite_store, replace(settings, suppression_key=former)) == {}


def test_a_lost_key_of_every_admin_leaves_the_operator_a_way_back(store: Store) -> None:
    """STAFF-3: an admin whose code nobody can check is none; one who must only wait is one."""
    settings = replace(staffed(store), access=AccessSettings(sign_in="required"))
    joined(store, settings, totp=True)
    lost = replace(settings, suppression_key=SuppressionKeys(b"x" * 40))
    with pytest.raises(NotAllowed):
        admit_operator(settings, Action.CHANGE_STAFF, NOW)
    assert admit_operator(lost, Action.CHANGE_STAFF, NOW) == OPERATOR
    with pytest.raises(NotAllowed):
        admit_operator(lost, Action.SEE_LEADS, NOW)
    joined(store, lost, "bea")
    for _ in range(5):
        with pytest.raises(SignInRefused):
            enter(desk(store, lost), "bea", "not this one at all")
    with pytest.raises(NotAllowed):
        admit_operator(lost, Action.CHANGE_STAFF, NOW)


def test_the_check_calls_it_bad_where_signing_in_is_required_and_nobody_can(
    sqlite_store: Store, tmp_path: Path
) -> None:
    build.declared(sqlite_store)
    required = AccessSettings(sign_in="required")
    settings = installed(str(sqlite_store.url), tmp_path, access=required)
    assert _faults(sqlite_store, settings) == {Fault.STAFF_NO_ADMIN: False}


def test_the_check_names_a_password_that_a_restore_took(sqlite_store: Store) -> None:
    settings = staffed(sqlite_store)
    joined(sqlite_store, settings)
    with sqlite_store.writing() as connection:
        staff.drop_old_password(connection, row_of(sqlite_store).id, NOW + HOUR)
    assert Fault.STAFF_NO_PASSWORD in _faults(sqlite_store, settings)
    assert not has_admin(sqlite_store, SUPPRESSION_KEY, wiring.now())
