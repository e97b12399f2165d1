"""`leadledger audiences list` and `remove`, and what `status` and `check` say of audiences."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from cli.main import app
from models.audience_removal import AudienceRemoval
from models.store import Store
from policy.errors import LeadsError
from simulator.access import AD_ACCOUNT_ID, TOKEN
from tests.audiences import BY_EMAIL, hashed, meta
from tests.build import kept
from tests.cli.running import configuration, keep_secret, told

AUDIENCE = f"""
[[recipients]]
id = "ad-platform"
name = "Ad Platform Inc."
controller = "nectra"
role = "processor"
country = "US"
channels = ["online_audience"]
contract = {{ reference = "DPT-1", from = 2020-01-01 }}
safeguard = {{ mechanism = "regulations", from = 2023-10-12 }}

[[audiences]]
recipient = "ad-platform"
id = "ads"
kind = "meta_custom_audiences"
controller = "nectra"
ad_account_id = "{AD_ACCOUNT_ID}"
access_token = {{ env = "META_ADS_TOKEN" }}
graph_url = "URL"
"""
GONE = "gone@mail.example"


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """Give the logs back: a command sets them up for a process of its own."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


class Desk:
    """The commands on one installation, in this process."""

    def __init__(self, folder: Path, graph_url: str) -> None:
        keep_secret(folder)
        self.config = folder / "config.toml"
        self.say(configuration() + AUDIENCE.replace("URL", graph_url))

    def say(self, text: str) -> None:
        self.config.write_text(text, encoding="utf-8")

    def __call__(self, *words: str, code: int = 0) -> str:
        command = [*words, "--config", str(self.config)]
        ended = CliRunner().invoke(app, command, env={"META_ADS_TOKEN": TOKEN, "COLUMNS": "200"})
        if isinstance(ended.exception, LeadsError):
            raise ended.exception
        assert ended.exit_code == code, ended.output
        return told(ended.output)

    def json(self, *words: str, code: int = 0) -> Any:
        command = [*words, "--json", "--config", str(self.config)]
        ended = CliRunner().invoke(app, command, env={"META_ADS_TOKEN": TOKEN})
        assert ended.exit_code == code, ended.output
        return json.loads(ended.stdout)


def test_an_opt_out_is_listed_until_meta_has_confirmed_it(tmp_path: Path, sqlite_url: str) -> None:
    with meta() as graph:
        desk = Desk(tmp_path, graph.url)
        assert "none yet" in desk("audiences", "list")
        desk("optout", GONE)
        assert "1 address or number to be removed from audiences" in desk("status")
        assert "ads: 1 would be asked for or followed" in desk("audiences", "remove", "--dry-run")
        [due] = desk.json("audiences", "remove", "--dry-run")
        assert (due["due"], due["confirmed"]) == (1, 0)
        assert graph.calls == []
        assert "ads: 1 confirmed as removed" in desk("audiences", "remove")
        assert graph.world.left_audiences(BY_EMAIL) == {hashed(GONE)}
    [listed] = desk.json("audiences", "list")
    assert (listed["waiting"], listed["confirmed"], listed["failed"]) == (0, 1, 0)
    [shown] = desk.json("status")["audiences"]
    assert shown == listed
    store = Store(sqlite_url)
    assert kept(store, AudienceRemoval) == []
    store.close()


def test_a_refusal_ends_with_its_exit_code_and_stands_in_the_status(
    tmp_path: Path, sqlite_url: str
) -> None:
    assert sqlite_url
    with meta() as graph:
        graph.faults.always("expired_token", "usersofanyaudience")
        desk = Desk(tmp_path, graph.url)
        desk("optout", GONE)
        assert "set access_token" in desk("audiences", "remove", code=4)
        assert "ads, last round: ad account" in desk("status")
        assert "ads, last round: ad account" in desk("audiences", "list")
        assert "ads: 0 confirmed" in desk("audiences", "remove", code=4)  # by hand: asked again
    assert len(graph.calls) == 2


def test_the_check_has_a_line_for_each_thing_at_the_platform(
    tmp_path: Path, sqlite_url: str
) -> None:
    assert sqlite_url
    with meta() as graph:
        shown = Desk(tmp_path, graph.url).json("check")
    lines = {each["subject"]: each["ok"] for each in shown}
    assert lines["audiences[ads] access token"] is True
    assert lines[f"audiences[ads] ad account {AD_ACCOUNT_ID}"] is True


def test_without_an_audience_that_is_said(tmp_path: Path, sqlite_url: str) -> None:
    assert sqlite_url
    desk = Desk(tmp_path, "http://127.0.0.1:9")
    desk.say(configuration())
    assert "No audience is configured. Cure: add [[audiences]]" in desk("audiences", "list")
    assert "No audience is configured" in desk("audiences", "remove")


@pytest.mark.parametrize("words", [("audiences", "list"), ("audiences", "remove")])
def test_an_audience_that_was_taken_out_of_the_file_is_still_shown(
    tmp_path: Path, sqlite_url: str, words: tuple[str, ...]
) -> None:
    assert sqlite_url
    desk = Desk(tmp_path, "http://127.0.0.1:9")
    desk("optout", GONE)
    desk.say(configuration())
    shown = desk(*words)
    assert ("configured no more" in shown) == (words[1] == "list")
