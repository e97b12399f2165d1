"""Mails are fetched from real servers, each once, whatever the line and the folder do."""

import resource
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors._email_pull import Place, place_in
from connectors._email_read import MEDIA_TYPE, TRUNCATED
from connectors.base import StreamFailed
from policy.errors import SourceError, SourceRefused, SourceUnavailable
from simulator.google_certificate import certificate
from simulator.imap_faults import ImapFault
from simulator.imap_mailbox import Mailbox
from simulator.imap_server import ImapServer
from simulator.imap_session import Account
from simulator.mail_tokens import Grant, MailTokens
from tests.build import NOW
from tests.connectors import mailbox_rig as rig
from tests.connectors.email_corpus import written
from tests.connectors.mailbox_rig import Address, connector, polled, simulated

RECENT = NOW - timedelta(days=2)
OAUTH = {"token_url": "http://x.example/", "client_id": "c"}
MAIL = written("We need a website.")


def mails(count: int, first: int = 0) -> list[bytes]:
    return [written(f"Message number {number}") for number in range(first, first + count)]


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with simulated() as running:
        yield running


@pytest.fixture(params=["pymap", "dovecot"])
def real(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Address]:
    running = rig.pymap() if request.param == "pymap" else rig.dovecot(tmp_path)
    with running as address:
        yield address


def of(address: Address, **own: Any) -> Any:
    own = {"timeout_seconds": 30} | own  # they are slow where much else runs
    return connector(address.port, datetime.now(UTC), username=address.name, **own)  # noqa: TID251 - real servers have real clocks


def test_a_real_server_gives_each_mail_once_and_exactly_as_it_came(real: Address) -> None:
    sent = mails(30)
    with rig.hand(real) as client:
        before = client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"]
        for raw in sent:
            client.append("INBOX", raw)
    mailbox, cursors = of(real), dict[str, str]()
    found = polled(mailbox, cursors)
    assert [each.payload for each in found if each.payload in sent] == sent
    assert len(found) in {len(sent), len(sent) + before}
    assert all(each.received_at.tzinfo is not None for each in found)
    assert polled(mailbox, cursors) == []
    with rig.hand(real) as client:
        client.select_folder("INBOX", readonly=True)
        # nobody's view of what is unread has changed
        assert len(client.search(["UNSEEN"])) >= len(sent)
        client.append("INBOX", MAIL)
    assert [each.payload for each in polled(mailbox, cursors)] == [MAIL]


def test_a_real_server_tells_of_news_at_once(real: Address) -> None:
    mailbox = of(real)
    polled(mailbox, {})

    def deliver() -> None:
        time.sleep(0.5)
        with rig.hand(real) as client:
            client.append("INBOX", MAIL)

    thread = threading.Thread(target=deliver)
    thread.start()
    began = time.monotonic()
    assert mailbox.wait_for_news(20, lambda: False) is True
    assert time.monotonic() - began < 10
    thread.join()


def test_dovecot_numbers_a_folder_anew_and_everything_is_found_again(tmp_path: Path) -> None:
    with rig.dovecot(tmp_path) as address:
        sent = mails(12)
        with rig.hand(address) as client:
            for raw in sent:
                client.append("INBOX", raw)
        mailbox, cursors = of(address), dict[str, str]()
        assert len(polled(mailbox, cursors)) == len(sent)
        old = place_in(cursors["INBOX"])
        time.sleep(1.1)  # it numbers folders by the second
        for path in address.folder.glob("dovecot*"):
            path.unlink()
        assert sorted(each.payload for each in polled(mailbox, cursors)) == sorted(sent)
        new = place_in(cursors["INBOX"])
        assert old is not None
        assert new is not None
        assert new.validity != old.validity
        assert polled(mailbox, cursors) == []


def test_dovecot_marks_or_moves_what_is_stored_and_removes_nothing_else(tmp_path: Path) -> None:
    with rig.dovecot(tmp_path) as address:
        with rig.hand(address) as client:
            client.create_folder("Handled")
            for raw in mails(3):
                client.append("INBOX", raw)
            client.select_folder("INBOX")
            client.add_flags([2], [b"\\Deleted"])  # by somebody else, and not to be expunged by us
        marking, cursors = of(address, handled="flag"), dict[str, str]()
        assert len(polled(marking, cursors)) == 3
        assert polled(marking, cursors) == []
        with rig.hand(address) as client:
            client.select_folder("INBOX", readonly=True)
            assert len(client.search(["KEYWORD", "$LeadLedger"])) == 3
        moving = of(address, handled="move", handled_folder="Handled")
        assert polled(moving, cursors) == []
        with rig.hand(address) as client:
            assert client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"] == 0
            assert client.folder_status("Handled", ["MESSAGES"])[b"MESSAGES"] == 3


def test_the_junk_folder_is_read_too(tmp_path: Path) -> None:
    with rig.dovecot(tmp_path) as address:
        with rig.hand(address) as client:
            client.append("Junk", MAIL)
        assert [each.position for each in polled(of(address), {})] == ["Junk 1"]
        assert polled(of(address, junk=False), {}) == []


def test_the_first_look_goes_so_far_back_and_no_further(server: ImapServer) -> None:
    server.mailbox.deliver(MAIL, NOW - timedelta(days=40))
    server.mailbox.deliver(MAIL, NOW - timedelta(days=10))
    assert len(polled(connector(server.port), {})) == 1
    assert len(polled(connector(server.port, first_days=60), {})) == 2


def test_a_server_whose_clock_is_ahead_does_not_make_mails_come_later(server: ImapServer) -> None:
    server.mailbox.deliver(MAIL, NOW + timedelta(hours=3))
    [found] = polled(connector(server.port), {})
    assert found.received_at == NOW


def test_ten_thousand_mails_come_in_bounded_batches(server: ImapServer) -> None:
    for raw in mails(10_000):
        server.mailbox.deliver(raw, RECENT)
    mailbox, cursors = connector(server.port), dict[str, str]()
    batches = list(mailbox.poll(cursors))
    sizes = [len(batch.deliveries) for batch in batches if not isinstance(batch, StreamFailed)]
    assert sum(sizes) == 10_000
    assert max(sizes) <= 100


def test_of_a_mail_of_fifty_megabytes_only_the_beginning_is_fetched(server: ImapServer) -> None:
    server.mailbox.deliver(MAIL + b"x" * 50_000_000, RECENT)
    server.mailbox.deliver(MAIL, RECENT)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    large, small = polled(connector(server.port), {})
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert (large.media_type, len(large.payload)) == (TRUNCATED, 65_536)
    assert (small.media_type, small.payload) == (MEDIA_TYPE, MAIL)
    assert grown < 100_000  # KiB; the server beside us holds the mail itself


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (ImapFault.DROP_IN_FETCH, SourceUnavailable),
        (ImapFault.BYE, SourceUnavailable),
        (ImapFault.HANG, SourceUnavailable),
        (ImapFault.REFUSE_LOGIN, SourceRefused),
    ],
)
def test_a_fault_ends_the_look_and_the_next_one_goes_on(
    server: ImapServer, fault: ImapFault, error: type[SourceError]
) -> None:
    sent = mails(150)
    for raw in sent:
        server.mailbox.deliver(raw, RECENT)
    mailbox, cursors = connector(server.port), dict[str, str]()
    server.faults.ask(fault)
    with pytest.raises(error, match=r"Cure|again|check") as raised:
        polled(mailbox, cursors)
    assert "my-agency" not in str(raised.value)
    assert [each.payload for each in polled(mailbox, cursors)] == sent


def test_a_mail_that_vanishes_under_our_hands_is_no_fault(server: ImapServer) -> None:
    for raw in mails(5):
        server.mailbox.deliver(raw, RECENT)
    server.faults.ask(ImapFault.VANISH_BEFORE_FETCH)
    cursors: dict[str, str] = {}
    mailbox = connector(server.port)
    assert len(polled(mailbox, cursors)) in {4, 5}
    assert polled(mailbox, cursors) == []


def test_a_slow_line_is_waited_for(server: ImapServer) -> None:
    server.mailbox.deliver(MAIL * 20, RECENT)
    server.faults.ask(ImapFault.SLOW_LITERAL)
    assert len(polled(connector(server.port), {})) == 1


def test_a_look_that_broke_off_before_the_folder_was_numbered_anew_loses_nothing(
    server: ImapServer,
) -> None:
    sent = mails(250)
    for raw in sent:
        server.mailbox.deliver(raw, NOW - timedelta(days=20))
    mailbox, cursors = connector(server.port), dict[str, str]()
    first = polled(mailbox, cursors, at_most=100)
    server.mailbox.renumber()
    rest = polled(mailbox, cursors)
    assert {each.payload for each in first + rest} == set(sent)


@pytest.mark.parametrize("fault", [ImapFault.BYE_IN_IDLE, ImapFault.DROP_IN_IDLE])
def test_a_line_that_dies_while_waiting_is_noticed(server: ImapServer, fault: ImapFault) -> None:
    mailbox = connector(server.port)
    server.faults.ask(fault)
    began = time.monotonic()
    with pytest.raises(SourceUnavailable):
        mailbox.wait_for_news(30, lambda: False)
    assert time.monotonic() - began < 10


def test_what_came_between_a_look_and_the_waiting_is_noticed(server: ImapServer) -> None:
    mailbox, cursors = connector(server.port), dict[str, str]()
    server.mailbox.deliver(MAIL, RECENT)
    polled(mailbox, cursors)
    again = connector(server.port)
    assert polled(again, cursors) == []
    server.mailbox.deliver(MAIL, RECENT)
    assert again.wait_for_news(30, lambda: False) is True


def test_waiting_ends_when_it_is_told_to(server: ImapServer) -> None:
    assert connector(server.port).wait_for_news(30, lambda: True) is False
    assert connector(server.port).wait_for_news(0.1, lambda: False) is False


def test_a_server_that_cannot_tell_of_news_is_waited_on_by_the_clock() -> None:
    with simulated(capabilities="IMAP4rev1") as server:
        assert connector(server.port).wait_for_news(1.5, lambda: False) is False
        lines = {each.subject: each.message for each in connector(server.port).probe()}
        assert "asked every 5 minutes" in lines["idle"]


def test_a_folder_that_is_gone_fails_alone(server: ImapServer) -> None:
    server.mailbox.deliver(MAIL, RECENT)
    mailbox = connector(server.port, folders=["Gone", "INBOX"])
    failed, batch, *_ = list(mailbox.poll({}))
    assert isinstance(failed, StreamFailed)
    assert "has no folder 'Gone'" in str(failed.error)
    assert not isinstance(batch, StreamFailed)
    assert len(batch.deliveries) == 1
    lines = {each.subject: each.is_ok for each in mailbox.probe()}
    assert lines["folder Gone"] is False
    assert lines["folder INBOX"] is True


def test_a_wrong_password_is_told_with_the_cure(server: ImapServer) -> None:
    mailbox = connector(server.port, password="a-wrong-password")
    with pytest.raises(SourceRefused, match="check username and password") as raised:
        polled(mailbox, {})
    assert "wrong-password" not in str(raised.value)
    [line] = [each for each in mailbox.probe() if each.subject == "sign-in"]
    assert line.is_ok is False


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(SourceUnavailable, match="check host, port"):
        polled(connector(rig.free_port()), {})


def _tls(folder: Path) -> tuple[ssl.SSLContext, Path]:
    made = certificate(folder)

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.cert_path, folder / "google-simulator.key")
    return context, made.cert_path


def test_a_certificate_is_verified_and_one_s_own_authority_can_be_named(tmp_path: Path) -> None:
    context, roots = _tls(tmp_path)
    with ImapServer(Mailbox(), Account(rig.NAME, rig.PASSWORD), tls=context) as server:
        server.mailbox.deliver(MAIL, RECENT)
        with pytest.raises(SourceRefused, match="certificate is not to be trusted"):
            polled(connector(server.port, security="tls"), {})
        trusting = connector(server.port, security="tls", host="localhost", ca_file=str(roots))
        assert len(polled(trusting, {})) == 1
        missing = connector(server.port, security="tls", ca_file=str(tmp_path / "nothing"))
        with pytest.raises(SourceRefused, match="`ca_file` is not there"):
            polled(missing, {})


@pytest.mark.parametrize(
    "grant",
    [
        Grant("client", "a-secret-of-the-client", "a-refresh-token"),
        Grant("client", "a-secret-of-the-client", scope="https://outlook.office365.com/.default"),
    ],
    ids=["gmail", "microsoft"],
)
def test_access_tokens_are_got_kept_and_renewed(grant: Grant) -> None:
    account = Account(rig.NAME, "no password", set())
    with ImapServer(Mailbox(), account) as server, MailTokens(grant, account) as provider:
        server.mailbox.deliver(MAIL, RECENT)
        oauth = {
            "token_url": provider.url,
            "client_id": grant.client_id,
            "client_secret": grant.client_secret,
            "refresh_token": grant.refresh_token,
            "scope": grant.scope,
        }
        mailbox = connector(server.port, password=None, oauth=oauth)
        assert len(polled(mailbox, {})) == 1
        assert len(polled(mailbox, {})) == 1
        assert provider.given == 1
        account.tokens.clear()  # the provider revoked it before its time
        with pytest.raises(SourceRefused):
            polled(mailbox, {})
        assert len(polled(mailbox, {})) == 1
        grant.is_withdrawn = grant.refresh_token is not None
        if grant.is_withdrawn:
            with pytest.raises(SourceRefused, match="agree anew"):
                polled(connector(server.port, password=None, oauth=oauth), {})


def test_a_provider_that_does_not_answer_is_told() -> None:
    oauth = {
        "token_url": f"http://127.0.0.1:{rig.free_port()}/token",
        "client_id": "client",
        "client_secret": "a-secret-of-the-client",
    }
    with simulated() as server, pytest.raises(SourceUnavailable, match="token_url"):
        polled(connector(server.port, password=None, oauth=oauth), {})


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"password": None}, "give either"),
        ({"host": "imap.my-agency.example"}, "would send the password"),
        ({"handled": "move"}, "handled_folder"),
        ({"handled_folder": "x"}, "handled_folder"),
        ({"handled": "move", "handled_folder": "INBOX"}, "round in circles"),
        ({"folders": ["INBOX", "INBOX"]}, "once"),
        ({"addresses": ["nobody"]}, "addresses"),
        ({"forms": [{"form": "a", "sender": "x"}]}, "sender"),
        ({"oauth": OAUTH | {"client_secret": "s"}, "password": None}, "https"),
        ({"oauth": OAUTH, "password": None}, "refresh_token"),
    ],
)  # fmt: skip
def test_settings_that_cannot_work_are_refused(own: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        rig.settings(1, **own)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_none(text: str) -> None:
    assert place_in(text) is None or isinstance(place_in(text), Place)
