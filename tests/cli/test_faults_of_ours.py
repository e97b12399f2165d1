"""A fault of the program says where, and nothing of what it was working on."""

import sqlite3
from contextlib import closing

import pytest

from tests.cli.conftest import Office

CANARY = "canary.priya@mail.example"


@pytest.fixture
def broken(stocked: Office) -> tuple[Office, str]:
    """An installation with a row that holds no JSON where there must be some, and its lead."""
    lead: str = stocked("leads", "list", "--limit", "1", "--json").json[0]["id"]
    with closing(sqlite3.connect(stocked.folder / "leads.db")) as database:
        database.execute(
            "UPDATE lead SET contact = ? WHERE id = ?",
            (f'{{"emails": ["{CANARY}"', lead.replace("-", "")),
        )
        database.commit()
    return stocked, lead


def test_a_damaged_row_is_reported_without_what_it_holds(broken: tuple[Office, str]) -> None:
    office, lead = broken
    ended = office("leads", "show", lead)
    assert (ended.code, ended.out) == (1, "")
    fault, cure = ended.err.splitlines()
    assert fault.startswith("leadledger: a fault of the program (JSONDecodeError at ")
    assert cure.startswith("Cure: report this line. LEADLEDGER_DEBUG=1 shows more")
    assert "canary" not in ended.err


def test_whoever_asks_for_more_gets_the_trace(broken: tuple[Office, str]) -> None:
    office, lead = broken
    office.variables["LEADLEDGER_DEBUG"] = "1"
    ended = office("leads", "show", lead)
    assert (ended.code, ended.out) == (1, "")
    assert "Traceback (most recent call last)" in ended.err
    assert "JSONDecodeError" in ended.err
