"""Our own form in a real browser: with and without script, by keyboard, on a small screen."""

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from models.inbox import InboxRecord
from models.store import Store
from pipeline.settings import Settings, WebSettings
from pipeline.wiring import House
from tests.build import declared, kept, settings
from tests.web.forms import AT, connector_of, form_source, worked
from web.app import create_app
from web.form_snippet import snippet

CHROMIUM = shutil.which("chromium")
PATIENCE_SECONDS = 20
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to drive")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


class Site:
    """Somebody's own site on loopback, which shows a piece of HTML."""

    def __init__(self) -> None:
        self.html = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = f"<!doctype html><title>Ours</title>{site.html}".encode()
                self.send_response(200)
                self.send_header("content-type", "text/html; charset=utf-8")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://localhost:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)


@pytest.fixture
def site() -> Iterator[Site]:
    """Somebody's own site."""
    opened = Site()
    opened.thread.start()
    yield opened
    opened.server.shutdown()
    opened.thread.join()
    opened.server.server_close()


@pytest.fixture
def address(sqlite_store: Store, site: Site) -> Iterator[str]:
    """Where the form is served, for the own site."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    form = form_source(origins=[site.origin], min_seconds=0)
    declared(sqlite_store, form)
    usual = settings(str(sqlite_store.url), form)
    own = {name: getattr(usual, name) for name in Settings.__slots__}
    house = House(Settings(**own | {"web": WebSettings(public_url=url, port=port)}), sqlite_store)
    config = uvicorn.Config(create_app(house), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield url
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def visit(browser: Browser, *, width: int = 390, script: bool = True, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        java_script_enabled=script,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_SECONDS * 1_000)
    return page


def fill(page: Page, email: str = "priya.sharma@mail.example") -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Message").fill("Please tell me more.")


def serious_faults(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [each["id"] for each in found if each["impact"] in {"serious", "critical"}]


def test_the_form_works_without_script(browser: Browser, address: str, sqlite_store: Store) -> None:
    page = visit(browser, script=False)
    page.goto(f"{address}{AT}")
    fill(page, email="priya")
    page.get_by_label("Yes, Nectra may send me news by e-mail.").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_label("Message")).to_have_value("Please tell me more.")
    expect(page.get_by_label("Yes, Nectra may send me news by e-mail.")).to_be_checked()
    expect(page.get_by_label("Yes, Nectra may call me about offers.")).not_to_be_checked()
    fill(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert "priya" not in page.url
    [row] = kept(sqlite_store, InboxRecord)
    assert b'"email_updates":["yes"]' in row.payload


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_every_state_of_the_page_can_be_read_by_everybody(
    browser: Browser,
    address: str,
    width: int,
    dark: bool,  # noqa: FBT001
) -> None:
    page = visit(browser, width=width, dark=dark)
    page.goto(f"{address}{AT}")
    for state in ("fresh", "mistakes", "thanks"):
        if state == "mistakes":
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_role("alert")).to_be_focused()
            expect(page.get_by_role("link", name="Message")).to_be_visible()
        if state == "thanks":
            fill(page)
            page.get_by_role("button", name="Send").click()
            expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
        assert serious_faults(page) == [], state
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.documentElement.lang") == "en-GB"


def test_the_form_is_filled_in_and_sent_by_keyboard_alone(browser: Browser, address: str) -> None:
    page = visit(browser)
    page.goto(f"{address}{AT}")
    typed = ["Priya Sharma", "priya.sharma@mail.example", "07700 900123", None, "Please call."]
    for text in typed:
        page.keyboard.press("Tab")
        if text:
            page.keyboard.type(text)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.get_by_label("Yes, Nectra may send me news by e-mail.")).to_be_checked()
    for _ in range(3):  # the other box, the link, the button
        page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_a_pasted_form_works_with_and_without_script(
    browser: Browser,
    address: str,
    site: Site,
    sqlite_store: Store,
    script: bool,  # noqa: FBT001
) -> None:
    form = form_source(origins=[site.origin], min_seconds=0)
    site.html = snippet(form.id, connector_of(form), address).replace(
        "data-leadledger ", 'data-leadledger data-ad-consent="granted" '
    )
    page = visit(browser, script=script)
    page.goto(f"{site.origin}/offer?utm_source=news&gclid=Cj0abc&who=priya")
    fill(page)
    page.get_by_label("Yes, Nectra may call me about offers.").check()
    page.get_by_role("button", name="Send").click()
    thanks = page.get_by_text("Your message has reached us.")
    expect(thanks).to_be_visible()
    assert page.url.startswith(site.origin if script else address)
    worked(sqlite_store, form)
    with sqlite_store.reading() as connection:
        rows = connection.exec_driver_sql("SELECT grade, origin, payload FROM lead").all()
    [(grade, origin, payload)] = rows
    assert grade == "A"
    assert ("Cj0abc" in str(origin)) == script
    assert "who" not in str(origin)
    assert (b'"rendered_at":null' in payload) == (not script)


def test_a_pasted_form_says_what_to_mend_in_place(
    browser: Browser, address: str, site: Site, sqlite_store: Store
) -> None:
    form = form_source(origins=[site.origin], min_seconds=0)
    html = snippet(form.id, connector_of(form), address)
    site.html = html.replace("<form ", "<form novalidate ")
    page = visit(browser)
    page.goto(site.origin)
    fill(page, email="priya")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This is no complete e-mail address.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    assert serious_faults(page) in ([], ["html-has-lang"])
    fill(page)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message has reached us.")).to_be_visible()
    assert len(kept(sqlite_store, InboxRecord)) == 1


def test_a_form_in_a_frame_stays_in_it(browser: Browser, address: str, site: Site) -> None:
    site.html = (
        f'<iframe title="Contact" width="360" height="700" src="{address}{AT}/embed"></iframe>'
    )
    page = visit(browser)
    page.goto(site.origin)
    frame = page.frame_locator("iframe")
    frame.get_by_label("E-mail address").fill("priya.sharma@mail.example")
    frame.get_by_label("Message").fill("Please tell me more.")
    frame.get_by_role("button", name="Send").click()
    expect(frame.get_by_role("heading", name="Thank you")).to_be_visible()
    assert page.url.startswith(site.origin)
