"""Files that somebody downloaded from Meta, brought in by hand."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from pipeline import wiring
from simulator.graph_api import GraphServer
from tests.cli.conftest import Office
from tests.connectors import meta_corpus

FILES = meta_corpus.ROOT / "files"
MANGLED = "ids_mangled_by_a_spreadsheet.csv"
DAY = re.compile(r"\b20\d\d-\d\d-\d\d(?=T)")


def _recent(name: str, folder: Path) -> Path:
    """Copy a recorded file with the days of last week: its own would be too old one day."""
    day = (wiring.now() - timedelta(days=7)).date().isoformat()
    content = (FILES / name).read_bytes()
    encoding = "utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    path = folder / name
    path.write_bytes(DAY.sub(day, content.decode(encoding)).encode(encoding))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "business_download_utf16_tabs.csv",
        "sheet_export_utf8_commas.csv",
        "utf8_mark_and_semicolons.csv",
        "graph_page.json",
    ],
)
def test_a_download_is_taken_in_whatever_its_form(office: Office, name: str) -> None:
    path = _recent(name, office.folder)
    first = office("import", path, "--source", "meta-main", "--json")
    assert first.code == 0
    [report] = first.json
    assert report["file"] == str(path)
    assert report["set_aside"] == []
    stored = report["counts"]["stored"]
    assert stored >= 1
    again = office("import", path, "--source", "meta-main")
    assert (again.code, again.out) == (0, "")
    rows = f"{report['rows']} row" + ("s" if report["rows"] > 1 else "")
    assert again.err == f"{path}: {rows}: {stored} known already\n"
    listed = office("leads", "list", "--json").json
    assert len(listed) == stored + report["counts"].get("tests", 0)


def test_rows_with_mangled_ids_are_set_aside_by_number_and_reason(office: Office) -> None:
    path = _recent(MANGLED, office.folder)
    ended = office("import", path, "--source", "meta-main")
    assert (ended.code, ended.out) == (3, "")
    head, *rows, advice = ended.err.splitlines()
    assert head == f"{path}: 5 rows: 1 new, 4 set aside (3 id_mangled, 1 id_missing)"
    assert [row.split(":")[0].strip() for row in rows] == ["row 2", "row 3", "row 4", "row 5"]
    assert all("Download the file again" in row for row in rows)
    assert "a spreadsheet has changed it" in rows[0]
    assert "has no lead id" in rows[3]
    assert "leadledger deliveries list" in advice
    assert "Person" not in ended.err
    assert "shop.example" not in ended.err

    shelf = office("deliveries", "list", "--json").json
    assert [item["position"] for item in shelf] == ["row 2", "row 3", "row 4", "row 5"]
    assert {item["reason"] for item in shelf} == {"id_mangled", "id_missing"}
    shown = office("deliveries", "list")
    assert (shown.code, shown.err) == (0, "")
    assert "row 5" in shown.out
    assert shown.out.count("a spreadsheet has changed it") == 1

    replayed = office("deliveries", "replay")
    assert replayed.code == 3
    assert replayed.err == "meta-main: 4 set aside (3 id_mangled, 1 id_missing)\n"
    assert office("status", "--json").json["sources"][0]["set_aside"] == {
        "id_mangled": 3,
        "id_missing": 1,
    }


def test_the_same_damaged_file_again_changes_nothing(office: Office) -> None:
    path = _recent(MANGLED, office.folder)
    for known in ("stored", "duplicates"):
        ended = office("import", path, "--source", "meta-main", "--json")
        assert ended.code == 3
        [report] = ended.json
        assert report["counts"][known] == 1
    assert len(office("deliveries", "list", "--json").json) == 4
    assert len(office("leads", "list", "--json").json) == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("refused_picture.csv", "is not a text file. Download the leads as CSV or JSON"),
        ("refused_workbook.xlsx", "is a spreadsheet workbook"),
        ("refused_empty.csv", "is empty. Download it again"),
        ("refused_prose.txt", "no download of leads"),
    ],
)
def test_a_file_that_is_no_download_is_refused(office: Office, name: str, sentence: str) -> None:
    ended = office("import", FILES / name, "--source", "meta-main")
    assert ended.code == 2
    assert sentence in ended.sentence


def test_files_before_a_missing_one_are_taken_in_and_told(office: Office) -> None:
    path = _recent("sheet_export_utf8_commas.csv", office.folder)
    ended = office("import", path, "missing.csv", "--source", "meta-main", "--json")
    assert ended.code == 2
    assert "missing.csv" in ended.err
    assert "cannot be read" in ended.err
    [report] = orjson.loads(ended.out)
    assert report["file"] == str(path)
    assert len(office("leads", "list", "--json").json) == 3


def test_a_name_that_is_no_text_is_shown_as_far_as_it_can_be(office: Office) -> None:
    path = _recent("sheet_export_utf8_commas.csv", office.folder)
    path.rename(office.folder / "caf\udce9.csv")
    ended = office.line("leadledger import *.csv --source meta-main --json")
    assert ended.code == 0
    assert ended.json[0]["file"] == "caf\ufffd.csv"
    assert office.line("leadledger import *.csv --source meta-main").code == 0


def _as_download(lead: Any) -> str:
    """Write what the platform would give for download: the same lead, without its ticks."""
    answers = {entry["name"]: entry["values"][0] for entry in lead["field_data"] if entry["values"]}
    columns = {"id": f"l:{lead['id']}", "created_time": lead["created_time"]}
    columns |= {"form_id": f"f:{lead['form_id']}"} | answers
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([columns.keys(), columns.values()])
    return text.getvalue()


def test_a_lead_from_a_file_and_from_a_pull_is_one_lead_better_proven(
    joined: Office, graph: GraphServer
) -> None:
    world = graph.world
    form = next(form for form in world.forms if form.boxes)
    lead_id = world.add_lead(
        form.id,
        {"email": ["priya@mail.example"], "full_name": ["Priya Shah"]},
        created_at=wiring.now() - timedelta(days=2),
        boxes={box.key: "1" for box in form.boxes},
    )
    lead = world.lead(lead_id)
    assert lead is not None
    path = joined.folder / "download.csv"
    path.write_text(_as_download(orjson.loads(lead.json) | {"form_id": form.id}), encoding="utf-8")

    assert joined("import", path, "--source", "meta-main").code == 0
    [from_file] = joined("leads", "list", "--json").json
    pulled = joined("pull")
    assert pulled.code == 0
    assert "1 better proven than before" in pulled.err
    shown = joined("leads", "show", from_file["id"], "--json").json
    assert shown["external_id"] == lead_id
    assert (from_file["grade"], shown["grade"]) == ("C", "A")
    every = joined("leads", "list", "--limit", "9999", "--json").json
    assert len(every) == len(world.lead_ids())
