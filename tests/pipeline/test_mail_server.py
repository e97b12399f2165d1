"""The way to the mail server: encrypted, verified, signed in; or a word on what is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from pipeline.check import check
from pipeline.finding import Finding
from pipeline.mail_server import MailServer, ServerTrouble
from pipeline.settings import MailSettings
from tests.build import settings, source
from tests.confirming import ticked
from tests.smtp import NAME, PASSWORD, Postbox, mail_server, mail_settings

SIGNED_IN = {"host": "localhost", "security": "starttls", "username": NAME, "password": PASSWORD}
MAIL = b"Subject: hello\r\n\r\nWords.\r\n.\r\nAfter a dot.\r\n"
SOMEBODY = "priya@mail.example"


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    """A server that wants STARTTLS and a sign-in, and whose certificate is trusted."""
    with mail_server(tmp_path) as box:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "google-simulator.crt"))
        yield box


def _trouble(own: MailSettings) -> str:
    with MailServer(own) as server, pytest.raises(ServerTrouble) as caught:
        server.send(SOMEBODY, MAIL)
    said = str(caught.value)
    assert SOMEBODY not in said
    assert PASSWORD not in said
    return said


def test_a_mail_goes_by_starttls_after_signing_in(secured: Postbox) -> None:
    with MailServer(mail_settings(secured, **SIGNED_IN)) as server:
        server.send(SOMEBODY, MAIL)
        server.send(SOMEBODY, MAIL)
    assert len(secured.mails) == 2
    assert "After a dot." in secured.mails[0].get_content()


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with mail_server(tmp_path) as box:
        said = _trouble(mail_settings(box, **SIGNED_IN))
        assert said == "its certificate is not valid for its name"
        assert box.mails == []


def test_a_certificate_of_another_name_is_refused(secured: Postbox) -> None:
    said = _trouble(mail_settings(secured, **SIGNED_IN | {"host": "127.0.0.1"}))
    assert said == "its certificate is not valid for its name"


def test_a_wrong_password_is_said_and_nothing_is_sent(secured: Postbox) -> None:
    said = _trouble(mail_settings(secured, **SIGNED_IN | {"password": "another"}))
    assert said == "it refuses the sign-in (535)"


def test_a_server_without_starttls_gets_no_mail() -> None:
    with mail_server() as box:
        said = _trouble(mail_settings(box, security="starttls"))
        assert said == "it offers no STARTTLS, or no way to sign in"
        assert box.senders == []


def test_a_server_that_does_not_speak_tls_at_once_gets_no_mail() -> None:
    with mail_server() as box:
        assert _trouble(mail_settings(box, security="tls")).startswith("it cannot be reached")


def _finding(url: str, mail: MailSettings | None, **changes: Any) -> Finding:
    known = settings(url, source())

    for each in check(replace(known, mail=mail, **changes), offline=False):
        if each.subject == "mail":
            return each
    raise AssertionError


def test_check_says_that_mails_wait_where_no_server_is_configured(sqlite_store: Store) -> None:
    ticked(sqlite_store)
    found = _finding(str(sqlite_store.url), None)
    assert found.is_ok is None
    assert "1 mail(s) wait. Cure: add [mail]" in found.message


def test_check_says_whether_mails_can_leave(sqlite_url: str) -> None:
    assert _finding(sqlite_url, None).is_ok
    with mail_server() as box:
        own = mail_settings(box)
        assert _finding(sqlite_url, own).is_ok
        assert "keys.links" in _finding(sqlite_url, own, links_keys=[]).message
    gone = _finding(sqlite_url, own)
    assert gone.is_ok is False
    assert "Cure" in gone.message
