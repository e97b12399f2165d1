"""`leadledger clients list` and `close`, and what `expire` and `check` say of clients."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from typer.testing import CliRunner

from cli.main import app
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline import wiring
from policy.errors import LeadsError, UsageError
from policy.london import london_date
from tests.build import SUPPRESSION_KEY, kept
from tests.cli.running import configuration, keep_secret, told
from tests.clients import leaving, stocked

CLIENT = """
[[controllers]]
id = "shop"
name = "Shop"
role = "processor"
privacy_contact = "privacy@shop.example"
[controllers.contract]
reference = "DPA-1"
starts_on = 2025-01-01
ENDS
[[controllers.instructions]]
reference = "INS-1"
text = "Write to those who asked for news by e-mail."
purposes = ["direct_marketing"]
channels = ["email"]
from = 2025-01-01
"""


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
    """The commands on one installation with a client, in this process."""

    def __init__(self, folder: Path, url: str) -> None:
        keep_secret(folder, text=SUPPRESSION_KEY.current.decode())
        self.folder, self.url = folder, url
        self.config = folder / "config.toml"
        self.yesterday = london_date(wiring.now()) - timedelta(days=1)

    def agreed(self, ends: str) -> None:
        text = configuration() + CLIENT.replace("ENDS", ends)
        self.config.write_text(text, encoding="utf-8")

    def stocked(self) -> None:
        store = Store(self.url)
        owner = leaving(ends_on=self.yesterday, exit=None)
        stocked(store, owner, self.folder, before=wiring.now() - timedelta(days=5))
        store.close()

    def leads(self) -> int:
        store = Store(self.url)
        found = len(kept(store, Lead))
        store.close()
        return found

    def looks(self) -> list[tuple[str, int]]:
        """Return by which commands everybody of the client was looked at, and how many."""
        store = Store(self.url)
        rows = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.PEOPLE_VIEWED]
        store.close()
        details = [json.loads(row.body)["detail"] for row in rows]
        return [(detail["command"], detail["count"]) for detail in details]

    def __call__(self, *words: str, code: int = 0) -> str:
        command = [*words, "--config", str(self.config)]
        ended = CliRunner().invoke(app, command, env={"COLUMNS": "250"})
        if isinstance(ended.exception, LeadsError):
            raise ended.exception
        assert ended.exit_code == code, ended.output
        return told(ended.output)

    def json(self, *words: str, code: int = 0) -> Any:
        command = [*words, "--json", "--config", str(self.config)]
        ended = CliRunner().invoke(app, command)
        assert ended.exit_code == code, ended.output
        return json.loads(ended.stdout)


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    made = Desk(tmp_path, sqlite_url)
    made.agreed(f'ends_on = {made.yesterday}\nexit = "return_and_delete"')
    made.stocked()
    return made


def test_clients_are_listed_with_what_is_to_be_done(desk: Desk) -> None:
    line = desk("clients", "list")
    assert "shop DPA-1" in line
    assert "INS-1/1" in line
    assert "choice carried out, certificate issued" in line
    [found] = desk.json("clients", "list")
    assert (found["leads"], found["is_over"], found["choice"]) == (3, True, "return_and_delete")
    assert found["instructions"][0]["is_in_force"]
    desk.agreed("")
    assert "running" in desk("clients", "list")
    desk.config.write_text(configuration(), encoding="utf-8")
    assert "There are no clients" in desk("clients", "list")


def test_a_client_is_closed_with_its_certificate(desk: Desk) -> None:
    out = str(desk.folder / "back")
    words = ("clients", "close", "shop", "--out", out)
    rehearsed = desk.json(*words, "--dry-run")
    assert (rehearsed["rehearsal"], rehearsed["deleted"]["leads"]) == (True, 3)
    with pytest.raises(UsageError, match=r"3 leads would be deleted. Cure: add --yes"):
        desk(*words)
    assert (desk.leads(), desk.looks()) == (3, [])
    text = desk(*words, "--yes")
    assert desk.looks() == [("clients close", 3)]
    assert "Certificate on the end of contract DPA-1 with shop" in text
    assert "3 leads" in text
    assert "@" not in text
    assert desk.leads() == 0
    for path in desk.folder.glob("leads.db*"):
        assert b"p1@mail.example" not in path.read_bytes()
    assert desk.json("clients", "close", "shop")["certificate"]["contract"] == "DPA-1"
    assert "dealt with and certified" in desk("clients", "list")


@pytest.mark.parametrize(
    ("ends", "words", "says"),
    [
        ("", ("--on", "soon"), "--on is no day"),
        ("", (), "Cure: add --on with its last day"),
        ("ENDED", ("--choice", "return", "--yes"), "Cure: add --out with a new folder"),
    ],
)
def test_what_is_missing_is_told(desk: Desk, ends: str, words: tuple[str, ...], says: str) -> None:
    desk.agreed(ends.replace("ENDED", f"ends_on = {desk.yesterday}"))
    with pytest.raises(UsageError, match=says):
        desk("clients", "close", "shop", *words)


def test_what_is_still_to_be_done_is_told_with_its_cure(desk: Desk) -> None:
    agreed = f'ends_on = {desk.yesterday}\nsub_processors = ["Mailer Ltd"]'
    desk.agreed(agreed)
    text = desk("clients", "close", "shop", "--yes", code=3)
    assert "What does the client want? Cure: add --choice." in text
    assert "Have these delete too: Mailer Ltd. Cure: then add --sub-processors-done." in text
    out = str(desk.folder / "back")
    text = desk("clients", "close", "shop", "--choice", "return", "--out", out, "--yes", code=3)
    assert "Copies stay here until" in text
    desk.agreed("")


def test_an_end_that_lies_ahead_is_recorded(desk: Desk) -> None:
    desk.agreed("")
    on = london_date(wiring.now()) + timedelta(days=9)
    text = desk("clients", "close", "shop", "--on", on.isoformat())
    assert f"ends on {on}: use stops then" in text
    assert "10 days left" in desk("clients", "list")


def test_the_job_says_what_went_of_a_client(desk: Desk) -> None:
    long_ago = london_date(wiring.now()) - timedelta(days=40)
    desk.agreed(f'ends_on = {long_ago}\nexit = "delete"')
    text = desk("expire", "--controller", "shop")
    assert "3 leads deleted (3 of a client whose contract and the days after it are over)" in text
    assert "All else of this client deleted" in text
    assert desk.leads() == 0
    assert "the contract ended on" in desk("check", "--offline")
