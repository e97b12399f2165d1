"""The installation itself is broken in turn: room, backups, deadlines, jobs, mails."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.keys import new_keys
from models.outbox import MailKind, add_mails
from models.rights_request import IdentityState, add_requests
from models.store import Store
from pipeline.backup import make_backup
from pipeline.expire import expire
from pipeline.hold import Order, place_hold, release_hold
from policy.alarms import INSTALLATION, AlarmKind, Severity
from policy.rights.steps import RequestStatus
from policy.rights.table import Right
from tests import build
from tests.alarming import Watchman, watchman
from tests.build import NOW, SUPPRESSION_KEY, delivery, take

HOUR = timedelta(hours=1)


def _raised(one: Watchman, kind: AlarmKind, subject: str = INSTALLATION) -> Any:
    """Let two rounds go by; the alarm must be raised by the first, and by no other."""
    assert one.round().raised == [(kind, subject)]
    one.clock.wait(minutes=5)
    report = one.round()
    assert (report.raised, report.changed, report.cleared) == ([], [], [])
    return one.row(kind)


def _cleared(one: Watchman, kind: AlarmKind, subject: str = INSTALLATION) -> None:
    assert one.round().cleared == [(kind, subject)]
    assert one.standing() == set()


def test_a_disk_without_room_is_an_alarm_until_there_is_room_to_spare(store: Store) -> None:
    one = watchman(store, disk_free_mb=1_000)
    assert one.round(free_bytes=1_000_000_000).raised == []
    one.around = replace(one.around, free_bytes=999_000_000)
    row = _raised(one, AlarmKind.DISK_LOW)
    assert "999 MB left" in row.fact
    assert "Make room" in row.cure
    assert one.round(free_bytes=1_100_000_000).cleared == []
    assert one.round(free_bytes=100_000_000).changed == [(AlarmKind.DISK_LOW, INSTALLATION)]
    assert one.row(AlarmKind.DISK_LOW).severity is Severity.CRITICAL
    one.around = replace(one.around, free_bytes=1_200_000_000)
    _cleared(one, AlarmKind.DISK_LOW)


def test_the_disk_of_the_store_itself_is_looked_at(sqlite_store: Store) -> None:
    one = watchman(sqlite_store, disk_free_mb=10**12)
    assert one.round(free_bytes=None).raised == [(AlarmKind.DISK_LOW, INSTALLATION)]
    assert watchman(sqlite_store, disk_free_mb=1).round(free_bytes=None).cleared


def test_a_backup_that_is_too_old_is_an_alarm_until_there_is_one(
    sqlite_store: Store, tmp_path: Path
) -> None:
    one = watchman(sqlite_store, folder=tmp_path)
    one.clock.wait(hours=36)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    row = _raised(one, AlarmKind.BACKUP_OLD)
    assert row.fact == "There is no backup."
    assert "`leadledger backup`" in row.cure
    key = one.house.settings.backup_key
    assert key is not None
    make_backup(sqlite_store, one.house.settings.backup_folder, key, one.clock())
    _cleared(one, AlarmKind.BACKUP_OLD)


def test_a_backup_that_failed_is_an_alarm_at_once(store: Store) -> None:
    one = watchman(store)
    one.ran("backup", "failed", message="The backup cannot be written. Cure: make room.")
    row = _raised(one, AlarmKind.BACKUP_FAILED)
    assert row.severity is Severity.CRITICAL
    assert "make room" in row.fact
    one.ran("backup")
    _cleared(one, AlarmKind.BACKUP_FAILED)


def test_removals_from_audiences_that_fail_are_an_alarm(store: Store) -> None:
    one = watchman(store)
    one.ran("audiences", "refused", message="The platform refuses the token.")
    assert "opted out" in _raised(one, AlarmKind.AUDIENCE_REMOVAL_FAILED).cure
    one.ran("audiences")
    _cleared(one, AlarmKind.AUDIENCE_REMOVAL_FAILED)


def test_a_job_that_failed_is_an_alarm_and_one_that_found_nobody_at_home_is_not_yet(
    store: Store,
) -> None:
    one = watchman(store, failing_hours=3)
    one.ran("seal")
    one.ran("seal", "unavailable", message="The store is busy.")
    assert one.round().raised == []
    one.clock.wait(hours=3)
    _raised(one, AlarmKind.JOB_FAILED, "seal")
    one.ran("seal")
    _cleared(one, AlarmKind.JOB_FAILED, "seal")
    one.ran("seal", "failed", message="A fault.")
    _raised(one, AlarmKind.JOB_FAILED, "seal")


def test_a_job_that_does_not_run_is_an_alarm_after_three_times_its_interval(store: Store) -> None:
    one = watchman(store)
    one.around = replace(one.around, jobs={"expire": HOUR, "seal": HOUR}, running_since=NOW)
    one.ran("expire")
    one.clock.wait(hours=3)
    one.ran("expire")
    assert one.round().raised == [(AlarmKind.JOB_MISSED, "seal")]
    one.ran("seal")
    _cleared(one, AlarmKind.JOB_MISSED, "seal")
    one.clock.wait(hours=4)
    one.ran("seal")
    assert "since 2026-11-22 15:00 UTC" in _raised(one, AlarmKind.JOB_MISSED, "expire").fact


def test_a_program_that_was_off_for_days_gets_time_to_make_up_for_them(store: Store) -> None:
    one = watchman(store)
    one.around = replace(one.around, jobs={"expire": HOUR})
    one.ran("expire")
    one.clock.wait(days=4)
    one.around = replace(one.around, running_since=one.clock())
    one.clock.wait(minutes=15)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    assert one.round().raised == [(AlarmKind.JOB_MISSED, "expire")]


def test_a_lead_that_is_there_a_day_after_its_end_is_an_alarm(store: Store) -> None:
    source = build.source()
    one = watchman(store, source)
    take(store, source, delivery("1000001", at=NOW))
    one.clock.at = datetime(2028, 11, 22, 0, 0, tzinfo=UTC)
    assert one.round().raised == []
    one.clock.wait(hours=24)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    row = _raised(one, AlarmKind.EXPIRY_OVERDUE)
    assert row.fact.startswith("1 lead(s)")
    assert "`leadledger expire`" in row.cure
    expire(store, one.house.settings.controllers, SUPPRESSION_KEY, one.clock)
    _cleared(one, AlarmKind.EXPIRY_OVERDUE)


def test_a_lead_that_a_hold_keeps_is_no_alarm_until_a_day_after_the_hold(store: Store) -> None:
    source = build.source()
    one = watchman(store, source)
    take(store, source, delivery("1000001", at=NOW))
    order = Order(build.controller(), "a dispute", "somebody", date(2027, 1, 1), None)
    [placed] = place_hold(store, order, "test", one.clock())
    one.clock.at = datetime(2028, 12, 22, 0, 0, tzinfo=UTC)
    assert one.round().raised == []
    release_hold(store, placed, "test", one.clock())
    one.clock.wait(hours=23)
    assert one.round().raised == []
    one.clock.wait(hours=2)
    _raised(one, AlarmKind.EXPIRY_OVERDUE)


def _ask(one: Watchman, due_on: date, reference: str) -> UUID:
    id_ = new_keys(1, one.clock())[0]
    row = {
        "controller_id": "nectra",
        "id": id_,
        "reference": reference,
        "right": Right.ACCESS,
        "received_at": one.clock(),
        "due_on": due_on,
        "name": "Priya Sharma",
        "email": "priya.sharma@mail.example",
        "text": "All of it.",
        "is_doubtful": False,
        "status": RequestStatus.OPEN,
        "identity": IdentityState.BY_HAND,
    }
    with one.house.store.writing() as connection:
        add_requests(connection, [row])
    return id_


def _answer_all(one: Watchman) -> None:
    with one.house.store.writing() as connection:
        connection.exec_driver_sql("UPDATE rights_request SET status = 'closed'")


def test_a_request_is_an_alarm_three_days_before_it_is_due_and_again_when_it_is_late(
    store: Store,
) -> None:
    one = watchman(store)
    _ask(one, date(2026, 11, 26), "R-1")
    assert one.round().raised == []
    one.clock.wait(days=1)
    row = _raised(one, AlarmKind.REQUEST_DUE, "nectra")
    assert "the first on 2026-11-26" in row.fact
    assert "`leadledger rights list`" in row.cure
    assert "Priya" not in row.fact + row.cure
    _ask(one, date(2026, 11, 26), "R-2")
    assert one.round().changed == [(AlarmKind.REQUEST_DUE, "nectra")]
    one.clock.wait(days=4)
    assert one.round().changed == [(AlarmKind.REQUEST_DUE, "nectra")]
    assert one.row(AlarmKind.REQUEST_DUE).severity is Severity.CRITICAL
    _answer_all(one)
    _cleared(one, AlarmKind.REQUEST_DUE, "nectra")


@pytest.mark.parametrize("hours", [2, 6])
def test_mails_that_cannot_leave_are_an_alarm_after_some_hours(store: Store, hours: int) -> None:
    one = watchman(store, mails_hours=hours)
    at = one.clock()
    row = {
        "controller_id": "nectra",
        "id": new_keys(1, at)[0],
        "kind": MailKind.CONFIRM_IDENTITY,
        "subject_id": new_keys(1, at)[0],
        "address": "priya.sharma@mail.example",
        "subject": "Please confirm",
        "body": "…",
        "made_at": at,
        "due_at": at,
        "give_up_at": at + timedelta(days=7),
        "attempts": 0,
    }
    with store.writing() as connection:
        add_mails(connection, [row])
    one.clock.wait(hours=hours)
    assert one.round().raised == []
    one.clock.wait(minutes=1)
    found = _raised(one, AlarmKind.MAILS_STUCK)
    assert "add [mail]" in found.cure
    assert "priya" not in found.fact
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
    _cleared(one, AlarmKind.MAILS_STUCK)
