"""`rights pack`, typed as people type it."""

import json

from models.ledger import LedgerKind, LedgerRecord
from tests.build import kept
from tests.cli.conftest import Office
from tests.cli.test_stopping import a_person


def test_a_copy_is_counted_then_written_and_noted(stocked: Office) -> None:
    somebody = a_person(stocked)
    counted = stocked("rights", "pack", somebody, "--dry-run", "--json")
    assert counted.code == 0
    assert counted.json["folder"] is None
    assert counted.json["counts"]["leads"] == 1
    assert counted.json["counts"]["recipients"] == 1
    made = stocked("rights", "pack", somebody, "--out", "copy", "--json")
    assert made.code == 0
    assert somebody not in made.out + made.err
    assert set(made.json["files"]) == {"answer.html", "answer.json"}
    written = json.loads((stocked.folder / "copy" / "answer.json").read_text("utf-8"))
    assert [each["value"] for each in written["identifiers"]][:1] == [somebody]
    store = stocked.store()
    noted = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.ACCESS_PACK_MADE]
    store.close()
    assert [json.loads(row.body)["actor"] for row in noted] == ["command line"]
    again = stocked("rights", "pack", somebody, "--out", "copy")
    assert (again.code, "exists already" in again.err) == (2, True)


def test_what_can_be_taken_along_has_sheets_and_where_to_must_be_said(stocked: Office) -> None:
    somebody = a_person(stocked)
    made = stocked("rights", "pack", somebody, "--out", "copy", "--portability")
    assert made.code == 0
    assert "details.csv" in made.err
    assert somebody in (stocked.folder / "copy" / "details.csv").read_text("utf-8-sig")
    refused = stocked("rights", "pack", somebody)
    assert (refused.code, "add --out" in refused.err) == (2, True)
    refused = stocked("rights", "pack", somebody, "--dry-run", "--person", "x")
    assert (refused.code, "no key" in refused.err) == (2, True)
