"""The check of the public address, its certificate, our port, and the mail server."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from models.store import Store
from pipeline import wiring
from pipeline.finding import Fault, Limits
from pipeline.settings import Settings, WebSettings
from tests.certificates import write_certificate
from tests.confirming import ticked
from tests.pipeline.checking import faults, found, installed, the
from tests.smtp import NAME, PASSWORD, Postbox, mail_server, mail_settings
from tests.web.forms import form_source
from tests.web.serving import free_port

OURS = json.dumps({"status": "ok"}).encode()


@contextmanager
def served(body: bytes = OURS, folder: Path | None = None) -> Iterator[int]:
    """Answer every request on loopback with a body, over TLS where a folder has a certificate."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if folder is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "own.crt", folder / "own.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def whole(sqlite_url: str, tmp_path: Path) -> Settings:
    """An installation that lacks nothing."""
    return installed(sqlite_url, tmp_path)


def _at(settings: Settings, **web: Any) -> Settings:
    return replace(settings, web=WebSettings.model_validate({"port": free_port()} | web))


def test_an_address_of_this_machine_is_a_note(whole: Settings) -> None:
    told = the(Fault.URL_THIS_MACHINE, whole)
    assert told.is_ok is None
    assert "Cure: set the https address that people use" in told.message


def test_an_address_of_an_example_is_a_note_and_is_not_looked_up(whole: Settings) -> None:
    asked: list[str] = []
    known = _at(whole, public_url="https://leads.my-agency.example")
    told = the(Fault.URL_PLACEHOLDER, known, offline=False, resolve=asked.append)
    assert told.is_ok is None
    assert asked == []


def test_a_host_that_dns_does_not_know_is_wrong(whole: Settings) -> None:
    def resolve(_: str) -> object:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    known = _at(whole, public_url="https://leads.nectra.invalid")
    told = the(Fault.URL_UNKNOWN_HOST, known, offline=False, resolve=resolve)
    assert told.is_ok is False
    assert "leads.nectra.invalid is not known to DNS" in told.message


def test_offline_nobody_is_looked_up(whole: Settings) -> None:
    asked: list[str] = []
    found(_at(whole, public_url="https://leads.nectra.invalid"), resolve=asked.append)
    assert asked == []


@contextmanager
def _public(folder: Path, monkeypatch: pytest.MonkeyPatch, days: int, **how: Any) -> Iterator[str]:
    """Serve an https address whose certificate is good for some days, and is trusted."""
    write_certificate(folder, good_for=timedelta(days=days), names=how.pop("names", ["localhost"]))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "own.crt"))
    with served(folder=folder, **how) as port:
        yield f"https://localhost:{port}"


def test_an_address_that_leads_here_by_tls_is_right(
    whole: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _public(tmp_path, monkeypatch, 90) as url:
        told = found(_at(whole, public_url=url), offline=False)
    [said] = [each for each in told if each.subject == "web.public_url" and each.is_ok]
    assert said.message == "localhost leads to LeadLedger"


@pytest.mark.parametrize(
    ("days", "names", "words"),
    [(-1, ["localhost"], "has expired"), (90, ["elsewhere"], "is not for localhost")],
)
def test_a_certificate_that_strangers_refuse_is_wrong(
    whole: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    days: int,
    names: list[str],
    words: str,
) -> None:
    with _public(tmp_path, monkeypatch, days, names=names) as url:
        told = the(Fault.URL_CERTIFICATE, _at(whole, public_url=url), offline=False)
    assert told.is_ok is False
    assert words in told.message
    assert "Cure: renew it" in told.message


def test_a_certificate_that_ends_soon_is_a_note(
    whole: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _public(tmp_path, monkeypatch, 5) as url:
        told = the(Fault.URL_CERTIFICATE_ENDS, _at(whole, public_url=url), offline=False)
    assert told.is_ok is None


def test_an_address_that_leads_to_somebody_else_is_wrong(
    whole: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _public(tmp_path, monkeypatch, 90, body=b"<h1>It works!</h1>") as url:
        told = the(Fault.URL_OTHER, _at(whole, public_url=url), offline=False)
    assert "Cure: start `leadledger run`" in told.message


def test_an_address_where_nobody_answers_is_wrong(whole: Settings) -> None:
    known = _at(whole, public_url=f"https://localhost:{free_port()}")
    assert "nobody answers at localhost" in the(Fault.URL_SILENT, known, offline=False).message


def test_an_address_that_takes_calls_and_says_nothing_is_given_up(whole: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        known = _at(whole, public_url=f"https://localhost:{deaf.getsockname()[1]}")
        told = the(Fault.URL_SILENT, known, offline=False, limits=Limits(call=0.3))
    assert told.is_ok is False


def test_our_own_daemon_at_our_port_is_right(whole: Settings) -> None:
    with served() as port:
        told = found(_at(whole, port=port))
    [said] = [each for each in told if each.subject == "web.port"]
    assert (said.is_ok, said.message) == (True, f"LeadLedger answers at port {port}")


def test_another_program_at_our_port_is_wrong(whole: Settings) -> None:
    with served(b"<h1>It works!</h1>") as port:
        told = the(Fault.PORT_TAKEN, _at(whole, port=port))
    assert told.is_ok is False
    assert "another program listens" in told.message


def test_an_address_that_is_not_this_machines_cannot_be_listened_on(whole: Settings) -> None:
    told = the(Fault.PORT_TAKEN, _at(whole, host="192.0.2.1"))
    assert "cannot be listened on" in told.message


def test_a_form_that_nobody_serves_is_a_note(sqlite_url: str, tmp_path: Path) -> None:
    told = the(Fault.SERVER_DOWN, installed(sqlite_url, tmp_path, form_source()))
    assert told.is_ok is None
    assert "Cure: keep `leadledger run` running" in told.message


def test_mails_that_wait_for_a_server_are_a_note(whole: Settings) -> None:
    store = Store(whole.store_url)
    ticked(store)
    store.close()
    told = the(Fault.MAIL_NOT_SET, whole)
    assert told.is_ok is None
    assert "1 mail(s) wait. Cure: add [mail]" in told.message


def _signed_in(port: int, **changes: Any) -> Any:
    given = {"host": "localhost", "security": "starttls", "username": NAME, "password": PASSWORD}
    return mail_settings(Postbox(port=port), **given | changes)


def test_a_mail_server_that_refuses_us_is_wrong(
    whole: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with mail_server(tmp_path) as box:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "google-simulator.crt"))
        own = _signed_in(box.port, password="a wrong password")
        told = the(Fault.MAIL_SIGN_IN, replace(whole, mail=own), offline=False)
        assert Fault.MAIL_SIGN_IN not in faults(
            replace(whole, mail=_signed_in(box.port)), offline=False
        )
    assert told.is_ok is False
    assert "Cure: check username and password of [mail]" in told.message
    assert "a wrong password" not in told.message


def test_a_mail_server_that_nobody_vouches_for_is_wrong(whole: Settings, tmp_path: Path) -> None:
    with mail_server(tmp_path) as box:
        known = replace(whole, mail=_signed_in(box.port))
        told = the(Fault.MAIL_CERTIFICATE, known, offline=False)
    assert "Cure: set host of [mail] to the name in its certificate" in told.message


@pytest.mark.parametrize("port", [None, 0])
def test_a_mail_server_that_does_not_answer_is_wrong(whole: Settings, port: int | None) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        at = free_port() if port is None else deaf.getsockname()[1]
        own = _signed_in(at, host="127.0.0.1", security="none", username=None, password=None)
        known = replace(whole, mail=own)
        told = the(Fault.MAIL_UNREACHABLE, known, offline=False, limits=Limits(call=0.3))
    assert told.is_ok is False
    assert "Cure: check host, port and security of [mail]" in told.message


def test_a_check_of_what_is_all_broken_ends_soon(whole: Settings) -> None:
    began = wiring.now()
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        at = deaf.getsockname()[1]
        own = _signed_in(at, host="127.0.0.1", security="none", username=None, password=None)
        known = replace(_at(whole, public_url=f"https://localhost:{at}"), mail=own)
        told = faults(known, offline=False, limits=Limits(call=0.3))
    assert {Fault.MAIL_UNREACHABLE, Fault.URL_SILENT} <= told
    assert wiring.now() - began < timedelta(seconds=20)
