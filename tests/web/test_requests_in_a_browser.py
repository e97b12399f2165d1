"""The pages for requests and confirmations in a real browser: no script, a phone, a keyboard."""

from playwright.sync_api import Browser, Page

from models.rights_request import RightsRequestRecord
from models.store import Store
from tests.build import kept, source
from tests.web.browsing import (
    SMALLEST,
    grave_faults,
    is_wider_than_the_window,
    opened,
    press_until,
)
from tests.web.serving import listening


def assert_usable(page: Page) -> None:
    assert grave_faults(page) == []
    assert not is_wider_than_the_window(page)


def test_a_request_is_made_by_keyboard_alone_without_script(
    sqlite_store: Store, browser: Browser
) -> None:
    with (
        listening(sqlite_store, source()) as address,
        opened(browser, scripts=False) as page,
    ):
        page.goto(f"{address}/r")
        press_until(page, "input[type=radio]")
        page.keyboard.press("Space")
        press_until(page, "input[type=email]")
        page.keyboard.type("priya.sharma@mail.example")
        press_until(page, "button[type=submit], main button")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        [row] = kept(sqlite_store, RightsRequestRecord)
        assert row.reference in page.inner_text("main")


def test_every_state_of_the_page_can_be_read_by_everybody(
    sqlite_store: Store, browser: Browser
) -> None:
    with listening(sqlite_store, source()) as address:
        for scheme in ("light", "dark"):
            given = {"color_scheme": scheme, "viewport": SMALLEST}
            with opened(browser, scripts=True, **given) as page:
                page.goto(f"{address}/r")
                assert_usable(page)
                page.locator("main button").last.click()
                page.wait_for_load_state()
                assert_usable(page)
                page.goto(f"{address}/c/none")
                assert_usable(page)
                page.goto(f"{address}/r/confirm/none")
                assert_usable(page)
