"""A real Chromium for the pages: phone and desktop, with and without JavaScript, keyboard, axe."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
_GRAVE = {"serious", "critical"}
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the Chromium that is installed; .ci/run sees to that. None is downloaded."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("THE PAGES ARE NOT TESTED: no Chromium is installed")
        pytest.skip("THE PAGES ARE NOT TESTED: no Chromium is installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_OPTIONS)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, *, scripts: bool, **options: Any) -> Iterator[Page]:
    """Open a page as somebody on a phone does, unless `viewport` says otherwise."""
    given: dict[str, Any] = {"viewport": PHONE, "java_script_enabled": scripts} | options
    context = browser.new_context(**given)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if _is_fault(line) else None)
    yield page
    context.close()
    assert faults == []


def _is_fault(line: ConsoleMessage) -> bool:
    """Say whether a line is a fault of the page: a mistake in a form is answered with 422."""
    return line.type == "error" and "responded with a status of 4" not in line.text


def grave_faults(page: Page) -> list[str]:
    """Return what axe calls serious or critical about a page."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['help']}" for each in found if each["impact"] in _GRAVE]


def is_wider_than_the_window(page: Page) -> bool:
    """Say whether one must scroll sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def press_until(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until an element has the focus, as somebody without a mouse does."""
    wanted = page.locator(selector).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached by the keyboard")
