"""Our own mails: sent once, proven, tried again, given up; and none is ever lost."""

import json
import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from jobs import mails
from models.ledger import LedgerKind, LedgerRecord
from models.outbox import add_mails, claim_mails
from models.store import Store
from pipeline.confirm_opt_in import confirm
from pipeline.link_tokens import OPT_IN, named_by
from pipeline.send_mails import LEASE, MailReport, send_mails
from pipeline.settings import ControllerSettings, MailSettings
from pipeline.wiring import House
from pipeline.wiring import now as clock
from policy.confirmation import LINK_LIVES
from tests.build import NOW, controller, delivery, fields, kept, source
from tests.confirming import HOUR, house_of, outbox, take_unsure, ticked, waiting
from tests.smtp import DIE, NOBODY, SENDER, Postbox, body_of, mail_server, mail_settings

MINUTE = timedelta(minutes=1)
REFUSALS = [
    ("550 5.1.1 nobody here", "refused"),
    ("553 that is no mailbox", "refused"),
    ("552 5.2.2 full", "refused"),
]


@pytest.fixture
def box() -> Iterator[Postbox]:
    with mail_server() as opened:
        yield opened


@pytest.fixture
def house(store: Store, box: Postbox) -> House:
    """An installation with one mail to be sent."""
    return house_of(store, ticked(store), mail_settings(box))


def sent(house: House, at: datetime = NOW) -> MailReport:
    return send_mails(house, lambda: at)


def entries(house: House, kind: LedgerKind) -> list[Any]:
    rows = [row for row in kept(house.store, LedgerRecord) if row.kind is kind]
    return [json.loads(row.body)["detail"] for row in rows]


def link_in(mail: EmailMessage) -> str:
    found = re.findall(r"^http://127\.0\.0\.1:8600/c/\S+$", body_of(mail), re.MULTILINE)
    [link] = found
    return str(link)


def test_a_mail_goes_out_with_its_link_and_says_that_no_person_wrote_it(
    house: House, box: Postbox
) -> None:
    assert sent(house) == MailReport(sent=1)
    [mail], [envelope] = box.mails, box.envelopes
    assert mail["To"] == "priya.sharma@mail.example"
    assert mail["From"] == f"Nectra <{SENDER}>"
    assert mail["Reply-To"] == "privacy@nectra.example"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(mail["Date"]) == NOW
    assert mail["List-Unsubscribe"] is None
    assert (envelope.mail_from, envelope.rcpt_tos) == (NOBODY, ["priya.sharma@mail.example"])
    assert house.signer is not None
    token = link_in(mail).rpartition("/")[2]
    assert named_by(house.signer, OPT_IN, token) == ("nectra", waiting(house.store).id)
    assert "{link}" not in body_of(mail)


def test_what_was_sent_leaves_the_outbox_with_the_proof_in_its_place(
    house: House, box: Postbox
) -> None:
    sent(house)
    assert outbox(house.store) == []
    asked = waiting(house.store)
    assert (asked.message_id, asked.sent_at) == (box.mails[0]["Message-ID"], NOW)
    [entry] = entries(house, LedgerKind.MAIL_SENT)
    assert entry == {"mail": "confirm_opt_in", "message_id": asked.message_id}
    confirm(house.store, "nectra", asked.id, NOW + HOUR)
    [proof] = entries(house, LedgerKind.OPT_IN_CONFIRMED)
    assert (proof["message_id"], proof["mail_sent"]) == (asked.message_id, NOW.isoformat())
    assert sent(house, NOW + HOUR).is_idle


def test_a_server_that_wants_a_sender_gets_one(house: House, box: Postbox) -> None:
    box.mail.append("550 5.7.1 null sender refused")
    assert sent(house).sent == 1
    assert box.senders == [NOBODY, SENDER]


def test_a_server_that_says_so_only_at_the_recipient_gets_one_too(
    house: House, box: Postbox
) -> None:
    box.rcpt.append("550 sender verify failed")
    assert sent(house).sent == 1
    assert box.senders == [NOBODY, SENDER]


def test_busy_now_is_tried_again_later_and_later(house: House, box: Postbox) -> None:
    box.rcpt.extend(["451 try later"] * 3)
    at = NOW
    for wait in (MINUTE, 2 * MINUTE, 4 * MINUTE):
        assert sent(house, at) == MailReport(postponed=1)
        assert sent(house, at + wait - MINUTE / 60).is_idle
        at += wait
    assert sent(house, at).sent == 1
    assert len(box.mails) == 1


@pytest.mark.parametrize("said", ["550 5.7.1 relaying denied", "530 sign in first"])
def test_a_refusal_that_is_about_us_costs_nobody_their_mail(
    house: House, box: Postbox, said: str
) -> None:
    box.rcpt.extend([said, said])
    assert sent(house) == MailReport(postponed=1)
    assert sent(house, NOW + MINUTE).sent == 1


@pytest.mark.parametrize(("said", "reason"), REFUSALS)
def test_an_address_that_takes_nothing_is_not_written_to_again(
    house: House, box: Postbox, said: str, reason: str
) -> None:
    box.rcpt.extend([said, said])
    assert sent(house) == MailReport(dropped={reason: 1})
    assert outbox(house.store) == []
    [entry] = entries(house, LedgerKind.MAIL_DROPPED)
    assert entry == {"mail": "confirm_opt_in", "reason": f"refused_{said[:3]}"}
    assert box.mails == []


def test_a_mail_whose_text_is_refused_is_dropped_too(house: House, box: Postbox) -> None:
    box.data.extend(["554 5.6.0 no", "554 5.6.0 no"])
    assert sent(house).dropped == {"refused": 1}


def test_a_server_that_dies_in_the_middle_is_tried_again(house: House, box: Postbox) -> None:
    box.data.append(DIE)
    report = sent(house)
    assert (report.postponed, report.trouble is not None) == (1, True)
    assert "priya" not in str(report.trouble)
    assert sent(house, NOW + MINUTE).sent == 1


def test_a_server_that_cannot_be_reached_leaves_every_mail_waiting(store: Store) -> None:
    with mail_server() as box:
        gone = mail_settings(box)
    configured = ticked(store)
    other = delivery("1000002", fields("ada@mail.example", None), at=NOW - HOUR)
    take_unsure(store, configured, other)
    house = house_of(store, configured, gone)
    report = sent(house)
    assert (report.postponed, report.sent) == (2, 0)
    assert report.trouble == "it cannot be reached (ConnectionRefusedError)"
    assert {mail.due_at for mail in outbox(store)} == {NOW + MINUTE}


def test_one_mail_that_breaks_the_server_off_does_not_stop_the_others_for_long(
    store: Store, box: Postbox
) -> None:
    configured = ticked(store)
    other = delivery("1000002", fields("ada@mail.example", None), at=NOW - HOUR)
    take_unsure(store, configured, other)
    house = house_of(store, configured, mail_settings(box))
    box.data.append(DIE)
    assert sent(house).sent == 0
    assert sent(house, NOW + MINUTE).sent == 2


def test_without_a_server_mails_wait_until_what_they_ask_is_over(store: Store) -> None:
    house = house_of(store, ticked(store))
    assert sent(house).is_idle
    assert len(outbox(store)) == 1
    assert sent(house, NOW + LINK_LIVES).dropped == {"given_up": 1}
    assert outbox(store) == []


def test_a_killed_worker_sends_it_once_more_and_one_can_tell(house: House, box: Postbox) -> None:
    with house.store.writing("nectra") as connection:
        claim_mails(connection, "nectra", NOW, NOW + LEASE, 10)
    assert sent(house, NOW + MINUTE).is_idle
    [mail] = outbox(house.store)
    assert sent(house, NOW + LEASE).sent == 1
    # as the outbox stands if the server took the mail and the commit never came
    with house.store.writing("nectra") as connection:
        add_mails(connection, [dict(mail._mapping)])
    assert sent(house, NOW + LEASE + MINUTE).sent == 1
    assert len({mail["Message-ID"] for mail in box.mails}) == 1


def test_who_is_told_to_stop_leaves_the_rest_to_others_at_once(house: House, box: Postbox) -> None:
    assert send_mails(house, lambda: NOW, lambda: True).sent == 0
    assert box.senders == []
    assert sent(house).sent == 1


def test_workers_side_by_side_send_each_mail_once(store: Store, box: Postbox) -> None:
    configured = ticked(store)
    people = [
        delivery(f"20000{n:02}", fields(f"person{n}@mail.example", None), at=NOW - HOUR)
        for n in range(30)
    ]
    take_unsure(store, configured, *people)
    house = house_of(store, configured, mail_settings(box))

    def work() -> None:
        while not sent(house).is_idle:
            pass

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(box.mails) == 31
    assert len({str(mail["To"]) for mail in box.mails}) == 31


@pytest.mark.parametrize("name", ["Bad\r\nBcc: all@mail.example", "Bücher & Söhne", "A" * 300])
def test_whatever_a_controller_is_called_its_name_is_one_header(
    store: Store, box: Postbox, name: str
) -> None:
    called = controller().model_copy(update={"name": name})
    house = house_of(store, ticked(store, source=source(owner=called)), mail_settings(box))
    assert sent(house).sent == 1
    [mail], [envelope] = box.mails, box.envelopes
    assert mail["Bcc"] is None
    assert mail["From"].addresses[0].display_name == " ".join(name.split())
    assert envelope.rcpt_tos == ["priya.sharma@mail.example"]
    assert link_in(mail)


def test_an_address_in_other_letters_goes_out_where_the_server_can(store: Store) -> None:
    configured = ticked(store, lead=("1000001", fields("jürgen@mail.example", None)))
    with mail_server(all_letters=True) as box:
        assert sent(house_of(store, configured, mail_settings(box))).sent == 1
    assert box.envelopes[0].rcpt_tos == ["jürgen@mail.example"]
    assert link_in(box.mails[0])


def test_an_address_in_letters_that_the_server_lacks_is_dropped(store: Store, box: Postbox) -> None:
    configured = ticked(store, lead=("1000001", fields("jürgen@mail.example", None)))
    assert sent(house_of(store, configured, mail_settings(box))).dropped == {"refused": 1}
    assert outbox(store) == []


def test_a_contact_that_is_none_keeps_mails_waiting(store: Store, box: Postbox) -> None:
    bad: ControllerSettings = controller().model_copy(update={"privacy_contact": "a@b@c"})
    house = house_of(store, ticked(store, source=source(owner=bad)), mail_settings(box))
    report = sent(house)
    assert report.trouble is not None
    assert len(outbox(store)) == 1


def test_the_job_sends_drops_and_ends_when_told(sqlite_store: Store, box: Postbox) -> None:
    store, stop = sqlite_store, threading.Event()
    ended = ticked(store, at=clock() - timedelta(days=8))
    fresh = delivery(
        "1000002", fields("ada@mail.example", None), at=clock() - HOUR, received_at=clock()
    )
    take_unsure(store, ended, fresh, at=clock())
    configured: MailSettings = mail_settings(box)
    house = house_of(store, ended, configured)
    thread = threading.Thread(target=mails.run, args=(house, stop))
    thread.start()
    while outbox(store):
        stop.wait(0.05)
    stop.set()
    thread.join(20)
    assert not thread.is_alive()
    assert [str(mail["To"]) for mail in box.mails] == ["ada@mail.example"]
    assert len(entries(house, LedgerKind.OPT_IN_DROPPED)) == 1
