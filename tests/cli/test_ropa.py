"""`leadledger ropa`: text, CSV, a page and JSON, on the screen or in a file."""

import csv
import json
from pathlib import Path

import pytest

from policy.errors import UsageError
from tests.cli.test_audiences import Desk

CLIENT = """
[[controllers]]
id = "shop"
name = "=Shop <Ltd>"
role = "processor"
privacy_contact = "privacy@shop.example"
"""


@pytest.fixture
def desk(tmp_path: Path, sqlite_url: str) -> Desk:
    """The commands on an installation with a client."""
    assert sqlite_url
    made = Desk(tmp_path, "http://127.0.0.1:9")
    made.say(made.config.read_text() + CLIENT)
    return made


def test_the_record_is_shown_and_says_what_is_not_stated(desk: Desk) -> None:
    shown = desk("ropa")
    assert "Record of processing as controller (UK GDPR Art. 30(1))" in shown
    assert "Record of processing as processor (UK GDPR Art. 30(2))" in shown
    assert "Automated decisions: none" in shown
    assert "Some facts are not stated" in shown
    assert "as processor" not in desk("ropa", "--controller", "nectra")


def test_the_record_is_data_too(desk: Desk, tmp_path: Path) -> None:
    found = desk.json("ropa")
    assert len(found["controller"]["rows"]) == 10
    [client] = found["processor"]["rows"]
    assert set(client) == set(found["processor"]["columns"])
    out = tmp_path / "record.json"
    desk("ropa", "--format", "json", "--out", str(out))
    assert json.loads(out.read_text())["controller"]["columns"]["bases"] == "Lawful basis (Art. 6)"


def test_a_spreadsheet_gets_one_table_and_no_formula(desk: Desk, tmp_path: Path) -> None:
    out = tmp_path / "record.csv"
    desk("ropa", "--format", "csv", "--out", str(out))
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 11
    assert rows[0]["Activity"] == "Meta leads"
    assert rows[-1]["Controller and contact"].startswith("'=Shop")
    with pytest.raises(UsageError, match="exists already"):
        desk("ropa", "--out", str(out))


def test_a_page_holds_names_as_they_are_written(desk: Desk) -> None:
    page = desk("ropa", "--format", "html")
    assert "<h2>=Shop &lt;Ltd&gt;</h2>" in page
    assert "<Ltd>" not in page
