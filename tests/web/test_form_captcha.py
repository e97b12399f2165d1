"""A captcha, where one is configured: verified by us, with nothing told of the caller."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest

from models.delivery import DeliveryRecord
from models.lead import Lead
from models.store import Store
from pipeline.settings import ConfiguredSource
from tests.build import kept
from tests.web.conftest import opened
from tests.web.forms import AT, TICKED, filled, form_source, post, worked

HOST = "www.nectra.example"
SOLVED = {"success": True, "hostname": HOST, "challenge_ts": "2026-11-25T12:00:00Z"}
SECRET = "captcha-secret-c0ffee"


@dataclass
class Provider:
    """A captcha's provider on loopback: what it answers, and what it was asked."""

    url: str = ""
    answer: object = field(default_factory=lambda: dict(SOLVED))
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)


@contextmanager
def providing() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            provider.asked.append(dict(parse_qsl(body.decode())))
            answer = provider.answer
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(provider.status)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    provider.url = f"http://127.0.0.1:{server.server_port}/siteverify"
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that finds everything solved."""
    with providing() as found:
        yield found


def guarded(url: str, kind: str = "turnstile") -> ConfiguredSource:
    return form_source(
        captcha=kind,
        captcha_site_key="site-key",
        captcha_secret=SECRET,
        captcha_hosts=[HOST],
        captcha_url=url,
    )


def reason_for(store: Store, form: ConfiguredSource, sent: dict[str, str]) -> str | None:
    """Return why a submission with some more fields is set aside; None if it is a lead."""
    with opened(store, form) as client:
        assert post(client, filled(client) | TICKED | sent).status_code == 303
    worked(store, form)
    rows = kept(store, DeliveryRecord)
    assert len(rows) + len(kept(store, Lead)) == 1
    return str(rows[0].reason) if rows else None


FIELDS = {
    "turnstile": "cf-turnstile-response",
    "hcaptcha": "h-captcha-response",
    "recaptcha": "g-recaptcha-response",
}


@pytest.mark.parametrize("kind", FIELDS)
def test_a_captcha_that_was_solved_on_our_site_makes_a_lead(
    sqlite_store: Store, provider: Provider, kind: str
) -> None:
    form = guarded(provider.url, kind)
    assert reason_for(sqlite_store, form, {FIELDS[kind]: "solved"}) is None
    assert provider.asked == [{"secret": SECRET, "response": "solved"}]
    [lead] = kept(sqlite_store, Lead)
    assert b"solved" not in lead.payload


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ({"success": False, "error-codes": ["timeout-or-duplicate"]}, 200, "spam"),
        (SOLVED | {"hostname": "evil.example"}, 200, "spam"),
        (SOLVED | {"hostname": None}, 200, "spam"),
        ({"success": True}, 200, "spam"),
        ({"success": "true", "hostname": HOST}, 200, "in_review"),
        ([], 200, "in_review"),
        (b"<html>502</html>", 502, "in_review"),
        (b"<html>", 200, "in_review"),
    ],
)
def test_only_a_plain_yes_for_our_own_host_counts(
    sqlite_store: Store, provider: Provider, answer: object, status: int, reason: str
) -> None:
    provider.answer, provider.status = answer, status
    form = guarded(provider.url)
    assert reason_for(sqlite_store, form, {FIELDS["turnstile"]: "solved"}) == reason


def test_a_provider_that_is_down_loses_nobody(sqlite_store: Store) -> None:
    form = guarded("http://127.0.0.1:9/siteverify")
    assert reason_for(sqlite_store, form, {FIELDS["turnstile"]: "solved"}) == "in_review"


@pytest.mark.parametrize("answer", ["", "x" * 3_000])
def test_who_cannot_solve_it_is_taken_and_looked_at(
    sqlite_store: Store, provider: Provider, answer: str
) -> None:
    form = guarded(provider.url)
    assert reason_for(sqlite_store, form, {FIELDS["turnstile"]: answer}) == "in_review"
    assert provider.asked == []


def test_the_page_names_the_provider_and_lets_in_only_its_widget(
    sqlite_store: Store, provider: Provider
) -> None:
    with opened(sqlite_store, guarded(provider.url)) as client:
        page = client.get(AT)
    policy = page.headers["content-security-policy"]
    assert "script-src 'self' https://challenges.cloudflare.com;" in policy
    assert "Cloudflare Turnstile checks that no program fills in this form" in page.text
    assert "it receives" in page.text
    assert 'data-sitekey="site-key"' in page.text
    assert SECRET not in page.text


def test_without_a_captcha_no_page_loads_anything_from_elsewhere(sqlite_store: Store) -> None:
    with opened(sqlite_store, form_source()) as client:
        page = client.get(AT)
    assert "script" not in page.text
    policy = page.headers["content-security-policy"]
    assert "https://" not in policy.replace("frame-ancestors https://www.nectra.example", "")
