"""Lists with a way out for each person, and the headers that go with it."""

from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import openpyxl
import pytest

from models.store import Store
from pipeline.export import COLUMNS, LINK_COLUMNS, ExportRequest, export
from pipeline.settings import Settings, WebSettings
from pipeline.unsubscribe_links import unsubscribe_links
from policy.errors import ConfigError, UsageError
from policy.vocabulary import Channel, Purpose
from tests import build
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    take,
)
from tests.pipeline.links import tokens
from tests.pipeline.test_export import rows_of

WEB = WebSettings(public_url="https://leads.nectra.example")


def settings_of(store: Store, web: WebSettings = WEB) -> Settings:
    return replace(build.settings(str(store.url), build.source()), web=web)


def made(store: Store, out: Path, web: WebSettings = WEB) -> None:
    links = unsubscribe_links(settings_of(store, web), controller(), Channel.EMAIL)
    purpose, channel = Purpose.DIRECT_MARKETING, Channel.EMAIL
    request = ExportRequest(controller(), purpose, channel, build.recipient(), out, "sales", links)
    export(store, request, SUPPRESSION_KEY, lambda: NOW)


def test_each_row_has_its_own_link_and_the_headers(store: Store, tmp_path: Path) -> None:
    other = delivery("2", fields("sam@mail.example", None, "Sam Okoro"))
    take(store, declared(store), delivery("1"), other)
    out = tmp_path / "list.csv"
    made(store, out)
    first, second = rows_of(out)
    assert tuple(first) == COLUMNS + LINK_COLUMNS
    start = "https://leads.nectra.example/u/"
    assert first["unsubscribe_url"].startswith(start)
    assert first["list_unsubscribe"] == f"<{first['unsubscribe_url']}>"
    assert first["list_unsubscribe_post"] == "List-Unsubscribe=One-Click"
    assert first["unsubscribe_url"] != second["unsubscribe_url"]
    link = tokens().read(first["unsubscribe_url"].removeprefix(start))
    assert link is not None
    assert (link.controller, link.channel) == (controller(), Channel.EMAIL)
    assert "priya" not in first["unsubscribe_url"]


def test_a_mailbox_stands_in_the_header_only_where_there_is_one(
    store: Store, tmp_path: Path
) -> None:
    take(store, declared(store), delivery())
    out = tmp_path / "list.csv"
    web = WEB.model_copy(update={"unsubscribe_mailbox": "out@nectra.example"})
    made(store, out, web)
    [row] = rows_of(out)
    mailto = "<mailto:out@nectra.example?subject=unsubscribe>"
    assert row["list_unsubscribe"] == f"<{row['unsubscribe_url']}>, {mailto}"


def test_workbooks_hold_the_links_as_text(sqlite_store: Store, tmp_path: Path) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    out = tmp_path / "list.xlsx"
    made(sqlite_store, out)
    sheet = openpyxl.load_workbook(out).active
    assert sheet is not None
    cell = sheet.cell(2, len(COLUMNS) + 1)
    assert str(cell.value).startswith("https://leads.nectra.example/u/")
    assert cell.hyperlink is None


def test_a_list_without_the_option_is_as_before(sqlite_store: Store, tmp_path: Path) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    out = tmp_path / "list.csv"
    purpose, channel = Purpose.DIRECT_MARKETING, Channel.EMAIL
    request = ExportRequest(controller(), purpose, channel, build.recipient(), out, "sales")
    export(sqlite_store, request, SUPPRESSION_KEY, lambda: NOW)
    assert tuple(rows_of(out)[0]) == COLUMNS


def test_the_header_survives_the_policy_that_the_document_names(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Folded at 78 columns, the standard library would encode the link and so break it."""
    take(sqlite_store, declared(sqlite_store), delivery())
    out = tmp_path / "list.csv"
    made(sqlite_store, out)
    [row] = rows_of(out)
    message = EmailMessage(policy=SMTP.clone(max_line_length=998))
    message["List-Unsubscribe"] = row["list_unsubscribe"]
    message["To"] = email().value
    text = bytes(message).decode()
    assert f"List-Unsubscribe: {row['list_unsubscribe']}\r\n" in text
    folded = EmailMessage(policy=SMTP)
    folded["List-Unsubscribe"] = row["list_unsubscribe"]
    assert row["unsubscribe_url"] not in bytes(folded).decode()


@pytest.mark.parametrize("channel", [Channel.LIVE_CALL, Channel.POST, Channel.ONLINE_AUDIENCE])
def test_links_are_for_what_can_be_clicked(sqlite_store: Store, channel: Channel) -> None:
    with pytest.raises(UsageError, match="Cure: leave out --unsubscribe-links"):
        unsubscribe_links(settings_of(sqlite_store), controller(), channel)


def test_links_need_a_key(sqlite_store: Store) -> None:
    keyless = replace(settings_of(sqlite_store), links_keys=())
    with pytest.raises(ConfigError, match=r"keys\.links: no key.*Cure: make one"):
        unsubscribe_links(keyless, controller(), Channel.EMAIL)


def test_links_lead_to_https_or_to_this_machine() -> None:
    assert not WEB.is_this_machine
    assert WebSettings().is_this_machine
    with pytest.raises(ValueError, match="must be an https address"):
        WebSettings(public_url="http://leads.nectra.example")
