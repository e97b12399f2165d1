"""The ways out in a real browser, without JavaScript, on a phone, by keyboard."""

from playwright.sync_api import Browser

from models.store import Store
from policy.vocabulary import Channel
from tests.build import email, phone, source
from tests.pipeline.links import token_to
from tests.web.browsing import grave_faults, is_wider_than_the_window, opened, press_until
from tests.web.leaving import came, may
from tests.web.serving import listening


def test_a_person_gets_out_by_keyboard_alone(sqlite_store: Store, browser: Browser) -> None:
    with (
        listening(sqlite_store, source()) as address,
        opened(browser, scripts=False) as page,
    ):
        came(sqlite_store)
        page.goto(f"{address}/u/{token_to(sqlite_store, email())}")
        press_until(page, "button[value=stop_channel]")
        page.keyboard.press("Enter")
        assert page.get_by_role("status").inner_text().startswith("Marketing e-mails from Nectra")
        assert not may(sqlite_store).is_allowed
        page.get_by_role("link", name="See what is on").click()
        page.get_by_role("button", name="Stop Phone calls").click()
        assert "Phone calls: stopped" in page.get_by_role("status").inner_text()
        assert not may(sqlite_store, Channel.LIVE_CALL, phone()).is_allowed


def test_every_page_fits_a_phone_and_can_be_used_by_anybody(
    sqlite_store: Store, browser: Browser
) -> None:
    with listening(sqlite_store, source()) as address:
        came(sqlite_store)
        token = token_to(sqlite_store, email())
        for scheme in ("light", "dark"):
            with opened(browser, scripts=True, color_scheme=scheme) as page:
                for way in ("", "/preferences", "-garbled"):
                    page.goto(f"{address}/u/{token}{way}")
                    assert grave_faults(page) == []
                    assert not is_wider_than_the_window(page)
