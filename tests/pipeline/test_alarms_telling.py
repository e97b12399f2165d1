"""Who is told of alarms: by real mail and by signed requests, once, and nothing is lost."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from models.alarm import kept_alarms, targets, told
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.check_alarms import check_alarms
from pipeline.find_alarms import Surroundings
from pipeline.finding import Fault
from pipeline.raise_alarms import raise_alarms
from pipeline.wiring import House
from policy.alarms import INSTALLATION, AlarmKind
from tests import build
from tests.alarming import (
    OPERATOR,
    OTHER_SECRET,
    SECRET,
    Receiver,
    Watchman,
    in_utc,
    receiver,
    watchman,
)
from tests.build import NOW, kept
from tests.smtp import DIE, Postbox, body_of, mail_server, mail_settings

FULL = 1_000
SECOND = "second@my-agency.example"
DISK = ("disk_low", INSTALLATION)


@pytest.fixture
def box() -> Iterator[Postbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def told_by_web() -> Iterator[Receiver]:
    with receiver() as opened:
        yield opened


def _both(store: Store, box: Postbox, web: Receiver, *mail_to: str) -> Watchman:
    one = watchman(
        store,
        build.source(),
        mail=mail_settings(box),
        mail_to=list(mail_to or [OPERATOR]),
        webhook_url=web.url,
        webhook_secret=[SECRET],
    )
    web.clock = one.clock
    return one


def test_what_is_wrong_is_told_by_mail_and_by_webhook_once_and_so_is_its_end(
    store: Store, box: Postbox, told_by_web: Receiver
) -> None:
    one = _both(store, box, told_by_web)
    one.ran("pull", "refused", source_id="meta-main", message="The token has expired.")
    for _ in range(3):
        one.round(free_bytes=FULL)
        one.clock.wait(minutes=5)
    [mail] = box.mails
    assert mail["To"] == OPERATOR
    assert mail["Subject"] == "LeadLedger CRITICAL: disk low (installation), and 1 more"
    assert mail["Auto-Submitted"] == "auto-generated"
    text = body_of(mail)
    assert "The token has expired." in text
    assert "Cure: Do what it says" in text
    assert "CRITICAL, new: disk low (installation), since 2026-11-22 12:00 UTC" in text
    [message] = told_by_web.taken
    assert message["type"] == "alarms.news"
    assert message["data"]["worst"] == "critical"
    assert set(told_by_web.alarms) == {
        ("raised", "source_refused", "meta-main"),
        ("raised", "disk_low", INSTALLATION),
    }
    assert in_utc(message["data"]["alarms"][0]["since"]) == NOW + timedelta(seconds=1)
    one.round()
    one.clock.wait(minutes=5)
    one.round()
    assert [mail["Subject"] for mail in box.mails[1:]] == [
        "LeadLedger all clear: disk low (installation)"
    ]
    assert told_by_web.alarms[2:] == [("cleared", *DISK)]
    assert one.standing() == {("source_refused", "meta-main")}


def test_what_changes_is_told_again(
    sqlite_store: Store, box: Postbox, told_by_web: Receiver
) -> None:
    one = _both(sqlite_store, box, told_by_web)
    one.round(free_bytes=900_000_000)
    one.round(free_bytes=FULL)
    assert told_by_web.alarms == [("raised", *DISK), ("changed", *DISK)]
    assert box.mails[1]["Subject"] == "LeadLedger CRITICAL: disk low (installation)"


def test_a_channel_that_fails_stops_no_other_and_is_told_later(
    store: Store, box: Postbox, told_by_web: Receiver
) -> None:
    one = _both(store, box, told_by_web, OPERATOR, SECOND)
    box.mail.extend([DIE, None])
    told_by_web.answers.append(500)
    troubles = {each.target: each.trouble for each in one.round(free_bytes=FULL).told}
    assert troubles[f"mail:{SECOND}"] is None
    assert "broke off" in (troubles[f"mail:{OPERATOR}"] or "")
    assert troubles["webhook"] == "it answers 500"
    untold = list(check_alarms(store, one.house.settings))
    assert {each.fault for each in untold} == {Fault.ALARMS_UNTOLD}
    assert len(untold) == 2
    assert one.round(free_bytes=FULL).told == []
    one.clock.wait(minutes=1)
    again = one.round(free_bytes=FULL).told
    assert {(each.target, each.trouble) for each in again} == {
        (f"mail:{OPERATOR}", None),
        ("webhook", None),
    }
    assert sorted(str(mail["To"]) for mail in box.mails) == [OPERATOR, SECOND]
    assert told_by_web.alarms == [("raised", *DISK)]


def test_pauses_grow_while_nobody_answers_and_nothing_is_given_up(
    sqlite_store: Store, told_by_web: Receiver
) -> None:
    one = watchman(sqlite_store, webhook_url=told_by_web.url, webhook_secret=[SECRET])
    told_by_web.clock = one.clock
    told_by_web.answers.extend([503] * 6)
    tried = []
    for _ in range(70):
        if one.round(free_bytes=FULL).told:
            tried.append(one.clock() - NOW)
        if told_by_web.taken:
            break
        one.clock.wait(minutes=1)
    assert [round(each / timedelta(minutes=1)) for each in tried] == [0, 1, 3, 7, 15, 31, 63]
    assert told_by_web.alarms == [("raised", *DISK)]


def test_what_came_and_went_while_nobody_could_be_reached_is_told_too(
    store: Store, box: Postbox, told_by_web: Receiver
) -> None:
    one = _both(store, box, told_by_web)
    told_by_web.answers.append(503)
    one.round(free_bytes=FULL)
    one.clock.wait(seconds=30)
    one.round()
    assert [str(mail["Subject"]) for mail in box.mails] == [
        "LeadLedger CRITICAL: disk low (installation)",
        "LeadLedger all clear: disk low (installation)",
    ]
    one.clock.wait(minutes=2)
    one.round()
    assert told_by_web.alarms == [("passed", *DISK)]
    with store.reading() as connection:
        assert kept_alarms(connection) == []
        assert told(connection) == {}


def test_an_address_that_is_refused_for_good_is_named_and_the_others_are_told(
    sqlite_store: Store, box: Postbox, told_by_web: Receiver
) -> None:
    one = _both(sqlite_store, box, told_by_web)
    box.rcpt.extend(["550 no such user"] * 2)
    troubles = {each.target: each.trouble for each in one.round(free_bytes=FULL).told}
    assert troubles == {
        f"mail:{OPERATOR}": "the server refuses the address (550)",
        "webhook": None,
    }
    with sqlite_store.reading() as connection:
        assert targets(connection)[f"mail:{OPERATOR}"].trouble is not None


def test_a_receiver_with_another_secret_takes_nothing_and_while_one_is_changed_both_do(
    sqlite_store: Store,
) -> None:
    with receiver(secret=OTHER_SECRET) as other:
        one = watchman(sqlite_store, webhook_url=other.url, webhook_secret=[SECRET])
        other.clock = one.clock
        [told_] = one.round(free_bytes=FULL).told
        assert told_.trouble == "it answers 401"
        both = watchman(sqlite_store, webhook_url=other.url, webhook_secret=[SECRET, OTHER_SECRET])
        other.clock = both.clock
        both.clock.wait(minutes=1)
        [told_] = both.round(free_bytes=FULL).told
        assert told_.trouble is None


def test_a_receiver_that_nobody_runs_is_named_without_its_address(sqlite_store: Store) -> None:
    url = "http://127.0.0.1:9/a-secret-in-the-path"
    one = watchman(sqlite_store, webhook_url=url, webhook_secret=[SECRET])
    [told_] = one.round(free_bytes=FULL).told
    assert told_.trouble == "it cannot be reached (ConnectionError)"


def test_a_message_that_goes_twice_has_the_same_id(
    sqlite_store: Store, told_by_web: Receiver
) -> None:
    one = watchman(sqlite_store, webhook_url=told_by_web.url, webhook_secret=[SECRET])
    told_by_web.clock = one.clock
    one.round(free_bytes=FULL)
    with sqlite_store.writing() as connection:  # as if it was killed before it wrote it down
        connection.exec_driver_sql("DELETE FROM alarm_told")
    one.clock.wait(minutes=20)
    one.round(free_bytes=FULL)
    first, second = told_by_web.ids
    assert first == second


def test_of_two_programs_one_tells(store: Store, told_by_web: Receiver) -> None:
    one = watchman(store, webhook_url=told_by_web.url, webhook_secret=[SECRET])
    told_by_web.clock = one.clock
    others = [Store(str(store.url.render_as_string(hide_password=False))) for _ in range(3)]
    start = threading.Barrier(len(others))

    def watch(own: Store) -> None:
        start.wait()
        around = Surroundings(free_bytes=FULL)
        raise_alarms(House(one.house.settings, own), one.clock, around)

    threads = [threading.Thread(target=watch, args=(each,)) for each in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in others:
        each.close()
    assert told_by_web.alarms == [("raised", *DISK)]
    raised = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.ALARM_RAISED]
    assert len(raised) == 1


def test_where_nobody_is_configured_alarms_stand_and_whoever_comes_later_is_told(
    store: Store, told_by_web: Receiver
) -> None:
    alone = watchman(store)
    alone.round(free_bytes=FULL)
    assert alone.row(AlarmKind.DISK_LOW).told_at is None
    one = watchman(store, webhook_url=told_by_web.url, webhook_secret=[SECRET])
    told_by_web.clock = one.clock
    one.clock.wait(hours=1)
    one.round(free_bytes=FULL)
    assert told_by_web.alarms == [("raised", *DISK)]
    assert one.row(AlarmKind.DISK_LOW).told_at == one.clock()


def test_the_ledger_says_what_began_and_ended_and_names_nobody(store: Store) -> None:
    one = watchman(store, build.source())
    one.ran("pull", "refused", source_id="meta-main", message="Refused.")
    one.round()
    one.ran("pull", source_id="meta-main")
    one.round()
    rows = [row for row in kept(store, LedgerRecord) if row.kind.startswith("alarm_")]
    assert [row.kind for row in rows] == [LedgerKind.ALARM_RAISED, LedgerKind.ALARM_CLEARED]
    assert '"alarm":"source_refused"' in rows[0].body
    assert '"about":"meta-main"' in rows[1].body


def test_a_program_with_an_older_configuration_makes_nobody_hear_it_twice(
    store: Store, told_by_web: Receiver
) -> None:
    one = watchman(store, webhook_url=told_by_web.url, webhook_secret=[SECRET])
    told_by_web.clock = one.clock
    older = watchman(store)
    for _ in range(3):
        one.round(free_bytes=FULL)
        older.round(free_bytes=FULL)
    assert told_by_web.alarms == [("raised", *DISK)]
    one.round()
    assert told_by_web.alarms[1:] == [("cleared", *DISK)]
    older.round()
    with store.reading() as connection:
        assert targets(connection) == {}
