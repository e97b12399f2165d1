"""What docs/form-tools.md has people paste is a right configuration, and its lists are whole."""

import re
from pathlib import Path

import pytest

from connectors import (
    _form_webhook_origin,
    _form_webhook_read,
    _form_webhook_sent,
    _form_webhook_settings,
    _form_webhook_tally,
)
from connectors._form_webhook_settings import FormWebhookSettings, Tool
from pipeline.load_settings import load_settings
from tests.connectors import form_webhook_corpus as corpus
from tests.documents import ROOT, blocks, coded, rows, section, text_of

GUIDE = text_of(ROOT / "docs" / "form-tools.md")
BASE = """
[keys]
suppression = { env = "KEY" }
links = [{ env = "KEY" }]

[[controllers]]
id = "my-agency"
name = "My Agency"
privacy_contact = "privacy@my-agency.example"
"""
SOURCES = [
    block.text for block in blocks(GUIDE, "toml") if block.text.lstrip().startswith("[[sources]]")
]


def settings_of(text: str, folder: Path) -> FormWebhookSettings:
    """Return the source of a block, in a configuration whose secrets are there."""
    (folder / "secrets").mkdir()
    for name in re.findall(r'\{ file = "([^"]+)" \}', text):
        path = folder / name
        path.touch(mode=0o600)
        path.write_text(corpus.SECRET)
    config = folder / "config.toml"
    config.write_text(BASE + text, encoding="utf-8")
    variables = {"KEY": "k" * 40, "CONTACT_WEBHOOK_SECRET": corpus.WHSEC}
    [source] = load_settings(config, variables).sources
    assert isinstance(source.own, FormWebhookSettings)
    return source.own


@pytest.mark.parametrize("text", SOURCES)
def test_a_block_to_paste_is_right(text: str, tmp_path: Path) -> None:
    found = settings_of(text, tmp_path)
    assert found.secrets
    assert found.language


def test_every_tool_has_its_block_and_its_row() -> None:
    named = {found[1] for text in SOURCES if (found := re.search(r'tool = "(\w+)"', text))}
    listed = {word for cells in rows(GUIDE) for word in coded(cells[0])}
    assert named == set(Tool)
    assert set(Tool) <= listed


@pytest.mark.parametrize("text", SOURCES)
def test_a_block_reads_what_its_tool_sends(text: str, tmp_path: Path) -> None:
    own = settings_of(text, tmp_path)
    [path] = [path for path in corpus.payloads(own.tool.value) if path.stem == "whole"]
    described = own.model_dump(exclude={"secrets", "tool"}, exclude_defaults=True)
    connector = corpus.built(own.tool.value, **{"tick_boxes": [], **described})
    found = connector.receive(corpus.pushed(own.tool.value, path.read_bytes(), path.suffix))
    [read] = connector.read(found)  # type: ignore[arg-type]
    assert read.contact.emails == ("priya.sharma@mail.example",)  # type: ignore[union-attr]
    assert "another_form" not in read.remarks  # type: ignore[union-attr]


def test_every_remark_is_explained() -> None:
    modules = (
        _form_webhook_origin, _form_webhook_read, _form_webhook_sent, _form_webhook_settings,
        _form_webhook_tally,
    )  # fmt: skip
    remarks = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
        and re.fullmatch(r"[a-z]+(_[a-z]+)+", value)
    }  # fmt: skip
    table = rows(section(GUIDE, "## What was odd"))[1:]
    assert {word for cells in table for word in coded(cells[0])} == remarks
