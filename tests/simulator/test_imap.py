"""The pretend IMAP server, asked by IMAPClient as a mailbox is asked."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from simulator.google_certificate import certificate
from simulator.imap_faults import ImapFault
from simulator.imap_mailbox import Mailbox
from simulator.imap_server import ImapServer
from simulator.imap_session import Account

ACCOUNT = Account("hello@my-agency.example", "fictional", {"good-token"})
ARRIVED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MAIL = b"From: ann@people.example\r\nSubject: hi\r\n\r\nPlease ring +447700900123.\r\n"
LARGE = MAIL + b"x" * 300_000


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer(Mailbox(), ACCOUNT) as running:
        yield running


@contextlib.contextmanager
def line_to(server: ImapServer) -> Iterator[IMAPClient]:
    """Yield a client that has not signed in, and close its socket whatever happened."""
    client = IMAPClient("127.0.0.1", server.port, ssl=False, timeout=SocketTimeout(5, 1))
    client.normalise_times = False
    try:
        yield client
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            client.shutdown()


@contextlib.contextmanager
def inbox_of(server: ImapServer) -> Iterator[IMAPClient]:
    with line_to(server) as client:
        client.login(ACCOUNT.name, ACCOUNT.password)
        client.select_folder("INBOX", readonly=True)
        yield client


def test_a_message_comes_as_it_was_put_in(server: ImapServer) -> None:
    uid = server.mailbox.deliver(MAIL, ARRIVED)
    with inbox_of(server) as client:
        answer = client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE", "BODY.PEEK[]"])[uid]
    assert answer[b"BODY[]"] == MAIL
    assert answer[b"RFC822.SIZE"] == len(MAIL)
    assert answer[b"INTERNALDATE"] == ARRIVED


def test_a_part_of_a_message_is_exactly_that_part(server: ImapServer) -> None:
    uid = server.mailbox.deliver(LARGE, ARRIVED)
    with inbox_of(server) as client:
        answer = client.fetch([uid], ["BODY.PEEK[HEADER]", "BODY.PEEK[]<0.65536>"])[uid]
    assert answer[b"BODY[]<0>"] == LARGE[:65_536]
    assert answer[b"BODY[HEADER]"] == LARGE[: LARGE.index(b"\r\n\r\n") + 4]


def test_a_search_past_the_end_still_names_the_newest_as_real_servers_do(
    server: ImapServer,
) -> None:
    uid = server.mailbox.deliver(MAIL, ARRIVED)
    with inbox_of(server) as client:
        assert client.search(["UID", f"{uid + 1}:*"]) == [uid]


def test_since_knows_days_only(server: ImapServer) -> None:
    uid = server.mailbox.deliver(MAIL, ARRIVED)
    with inbox_of(server) as client:
        assert client.search(["SINCE", ARRIVED.date()]) == [uid]
        assert client.search(["SINCE", datetime(2026, 11, 21, tzinfo=UTC).date()]) == []


def test_a_changed_validity_voids_the_uids(server: ImapServer) -> None:
    server.mailbox.vanish(server.mailbox.deliver(MAIL, ARRIVED))
    server.mailbox.deliver(LARGE, ARRIVED)
    with inbox_of(server) as client:
        before = client.folder_status("INBOX", ["UIDVALIDITY", "UIDNEXT"])
        server.mailbox.renumber()
        after = client.folder_status("INBOX", ["UIDVALIDITY", "UIDNEXT"])
    assert (before[b"UIDNEXT"], after[b"UIDNEXT"]) == (3, 2)
    assert after[b"UIDVALIDITY"] != before[b"UIDVALIDITY"]


def test_a_wrong_password_is_refused(server: ImapServer) -> None:
    with line_to(server) as client, pytest.raises(LoginError):
        client.login(ACCOUNT.name, "wrong")


def test_a_token_signs_in_and_an_old_one_does_not(server: ImapServer) -> None:
    with line_to(server) as client:
        client.oauth2_login(ACCOUNT.name, "good-token")
        assert client.find_special_folder(b"\\Junk") == "Junk"
    with line_to(server) as client, pytest.raises(LoginError):
        client.oauth2_login(ACCOUNT.name, "old-token")


def test_a_keyword_is_kept_and_a_reader_cannot_set_it(server: ImapServer) -> None:
    uid = server.mailbox.deliver(MAIL, ARRIVED)
    with inbox_of(server) as client:
        with pytest.raises(imaplib.IMAP4.error):
            client.add_flags([uid], [b"$LeadLedger"])
        client.select_folder("INBOX")
        client.add_flags([uid], [b"$LeadLedger"], silent=True)
        assert client.search(["UNKEYWORD", "$LeadLedger"]) == []


def test_a_move_takes_a_message_from_one_folder_to_the_other(server: ImapServer) -> None:
    uid = server.mailbox.deliver(MAIL, ARRIVED)
    with inbox_of(server) as client:
        client.select_folder("INBOX")
        client.move([uid], "Junk")
        assert client.search(["ALL"]) == []
        assert client.folder_status("Junk", ["MESSAGES"])[b"MESSAGES"] == 1


def test_an_arrival_is_told_to_whoever_idles(server: ImapServer) -> None:
    with inbox_of(server) as client:
        client.idle()
        server.mailbox.deliver(MAIL, ARRIVED)
        assert client.idle_check(timeout=5) == [(1, b"EXISTS")]
        client.idle_done()
        client.noop()


def test_a_line_that_breaks_in_a_message_is_an_abort(server: ImapServer) -> None:
    uid = server.mailbox.deliver(LARGE, ARRIVED)
    server.faults.ask(ImapFault.DROP_IN_FETCH)
    with inbox_of(server) as client, pytest.raises(imaplib.IMAP4.abort):
        client.fetch([uid], ["BODY.PEEK[]"])
    with inbox_of(server) as client:
        assert client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] == LARGE


def test_a_message_in_drips_comes_whole(server: ImapServer) -> None:
    uid = server.mailbox.deliver(MAIL * 200, ARRIVED)
    server.faults.ask(ImapFault.SLOW_LITERAL)
    with inbox_of(server) as client:
        assert client.fetch([uid], ["BODY.PEEK[]"])[uid][b"BODY[]"] == MAIL * 200


def test_a_message_that_vanished_in_between_is_not_answered(server: ImapServer) -> None:
    first, second = (server.mailbox.deliver(MAIL, ARRIVED) for _ in range(2))
    server.faults.ask(ImapFault.VANISH_BEFORE_FETCH)
    with inbox_of(server) as client:
        assert list(client.fetch([first, second], ["BODY.PEEK[]"])) == [second]


def test_a_server_that_hangs_is_noticed_by_the_timeout(server: ImapServer) -> None:
    with inbox_of(server) as client:
        server.faults.ask(ImapFault.HANG)
        with pytest.raises(TimeoutError):
            client.noop()


def test_a_server_that_says_bye_is_gone(server: ImapServer) -> None:
    with inbox_of(server) as client:
        server.faults.ask(ImapFault.BYE)
        with pytest.raises(imaplib.IMAP4.abort):
            client.noop()


@pytest.mark.parametrize("fault", [ImapFault.BYE_IN_IDLE, ImapFault.DROP_IN_IDLE])
def test_idling_on_a_broken_line_shows_only_when_idling_ends(
    server: ImapServer, fault: ImapFault
) -> None:
    """IMAPClient answers a hang-up with an empty list at once, so a loop on it would spin."""
    with inbox_of(server) as client:
        client.idle()
        server.faults.ask(fault)
        told = client.idle_check(timeout=5)
        assert not [each for each in told if each[-1] == b"EXISTS"]
        assert client.idle_check(timeout=5) == []
        with pytest.raises((imaplib.IMAP4.abort, OSError)):
            client.idle_done()


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(made.cert_path, next(tmp_path.glob("*.key")))
    timeout = SocketTimeout(5, 1)
    with ImapServer(Mailbox(), ACCOUNT, tls=tls) as server:
        with pytest.raises(ssl.SSLCertVerificationError):
            IMAPClient("localhost", server.port, timeout=timeout)
        trusting = ssl.create_default_context(cafile=str(made.cert_path))
        client = IMAPClient("localhost", server.port, ssl_context=trusting, timeout=timeout)
        client.login(ACCOUNT.name, ACCOUNT.password)
        client.logout()
