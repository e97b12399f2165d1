"""The commands for forms of one's own."""

from pathlib import Path

import pytest

from models import inbox
from models.keys import new_hex_keys
from models.notice import NoticeRecord
from models.store import Store
from pipeline import wiring
from pipeline.keep_pushes import inbox_row
from pipeline.work_inbox import Built, work_inbox
from tests.build import LINKS_KEY, declared, kept
from tests.cli.running import Shell, configuration, keep_secret, told
from tests.connectors.web_form_corpus import sent
from tests.web.forms import connector_of, form_source

FORM = """
[[sources]]
id = "web-main"
kind = "web_form"
controller = "nectra"
form = "contact-2026"
title = "Write to us"
privacy_url = "https://nectra.example/privacy"
origins = ["https://www.nectra.example"]

[[sources.fields]]
key = "email"
is_required = true

[[sources.fields]]
key = "message"

[[sources.tick_boxes]]
key = "email_updates"
wording = "Yes, Nectra may send me news by e-mail."
"""


@pytest.fixture
def office(tmp_path: Path, sqlite_url: str) -> Shell:
    """An installation with one form."""
    assert sqlite_url == f"sqlite:///{tmp_path}/leads.db"
    keep_secret(tmp_path)
    keep_secret(tmp_path, "links.key", LINKS_KEY.decode())
    text = configuration().replace(
        "[[controllers]]", 'links = [{ file = "secrets/links.key" }]\n\n[[controllers]]'
    )
    (tmp_path / "config.toml").write_text(text + FORM, encoding="utf-8")
    return Shell(tmp_path)


def test_the_snippet_is_whole_html_whose_wording_is_kept_first(
    office: Shell, sqlite_url: str
) -> None:
    shown = office("form", "show", "web-main", "--json").json
    ended = office("form", "snippet", "web-main")
    assert (ended.code, ended.err) == (0, "")
    assert f'data-notice="{shown["id"]}"' in ended.out
    assert '<form action="http://127.0.0.1:8600/f/web-main" method="post"' in ended.out
    assert "Yes, Nectra may send me news by e-mail." in ended.out
    assert "checked" not in ended.out
    assert "paste this" in ended.out
    store = Store(sqlite_url)
    assert [row.id for row in kept(store, NoticeRecord)] == [shown["id"]]
    store.close()


def test_the_wording_is_shown_with_its_id(office: Shell) -> None:
    ended = office("form", "show", "web-main")
    shown = office("form", "show", "web-main", "--json").json
    assert ended.code == 0
    assert shown["id"] in ended.out
    assert "[ ] email_updates: Yes, Nectra may send me news by e-mail." in ended.out
    assert shown["address"] == "http://127.0.0.1:8600/f/web-main"
    assert shown["notice"]["boxes"][0]["is_pre_ticked"] is False


def test_what_waits_for_a_look_is_shown_and_taken_in(office: Shell, sqlite_url: str) -> None:
    store = Store(sqlite_url)
    form = form_source()
    declared(store, form)
    connector = connector_of(form)
    values: dict[str, str | list[str]] = {
        "email": "priya.sharma@mail.example",
        "message": "Look: " + "https://a.example " * 6,
        "shown": connector.snippet_token(),
    }
    now = wiring.now()
    draft = connector.draft(sent(values)._replace(received_at=now))
    row = inbox_row(form, connector.delivery(draft, None), new_hex_keys(1, now)[0], now, attempts=0)
    with store.writing() as connection:
        inbox.add_pushes(connection, [row])
    work_inbox(store, [Built(form, connector)], wiring.now)
    store.close()

    [waiting] = office("deliveries", "review", "web-main", "--json").json
    assert waiting["reason"] == "spam"
    seen = office("deliveries", "review", "web-main")
    assert waiting["id"] in seen.out
    assert "message: Look: https://a.example" in told(seen.out)
    taken = office("deliveries", "accept", "web-main", waiting["id"])
    assert (taken.code, taken.out) == (0, "")
    assert "1 new" in taken.err
    assert "nothing waits" in office("deliveries", "review", "web-main").err
    again = office("deliveries", "accept", "web-main", waiting["id"])
    assert again.code == 2
    assert "Cure:" in again.sentence


def test_a_name_that_is_no_form_is_refused_with_those_that_are(office: Shell) -> None:
    ended = office("form", "snippet", "web-two")
    assert ended.code == 2
    assert "name one of: web-main" in ended.sentence


def test_without_a_key_for_links_nothing_is_signed(office: Shell) -> None:
    config = office.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('links = [{ file = "secrets/links.key" }]', ""))
    ended = office("form", "snippet", "web-main")
    assert ended.code == 4
    assert "keys.links: no key" in ended.sentence


def test_a_form_that_no_site_may_send_says_so(office: Shell) -> None:
    config = office.folder / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('origins = ["https://www.nectra.example"]', ""))
    assert "no site may send it yet. Cure:" in office("form", "snippet", "web-main").err
