"""The page of a copy in a real browser: on a phone, without script, in print, and with axe."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from policy.rights.packs import PackKind
from tests.pipeline.planting import copies_of_planted
from tests.web.browsing import PHONE, SMALLEST, grave_faults, is_wider_than_the_window, opened


@pytest.fixture(scope="module")
def hers(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both answers of somebody who is in every table."""
    return copies_of_planted(migrated_sqlite, tmp_path_factory.mktemp("hers"))


@pytest.mark.parametrize("kind", PackKind)
def test_a_copy_reads_well_on_a_phone_and_asks_nobody_for_anything(
    hers: Path, browser: Browser, kind: PackKind
) -> None:
    address = (hers / kind.value / "answer.html").as_uri()
    for size in (PHONE, SMALLEST):
        with opened(browser, scripts=True, viewport=size) as page:
            page.goto(address)
            loaded = "performance.getEntriesByType('resource').map(each => each.name)"
            assert page.evaluate(loaded) == []
            assert not is_wider_than_the_window(page)
            assert page.locator("section h2").count() == page.locator("nav li").count()
            assert "Priya Sharma" in page.inner_text("main")
    with opened(browser, scripts=True) as page:
        page.goto(address)
        assert grave_faults(page) == []
        page.emulate_media(media="print")
        assert not page.locator("nav").is_visible()
