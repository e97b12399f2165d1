"""What an answer looks like to machines, to spreadsheets, and to whoever opens the page."""

import csv
from pathlib import Path

import jsonschema_rs
import orjson
import pytest

from models.store import Store
from pipeline.pack_answer import SCHEMA
from policy.rights.packs import PackKind
from policy.vocabulary import Role
from tests.build import controller, declared, delivery, fields, source, take
from tests.pipeline.packing import document, packed, text_of
from tests.pipeline.planting import MATTER, copies_of_planted, planted

ROOT = Path(__file__).parent.parent.parent
DESCRIBED = orjson.loads((ROOT / "docs" / "answer.schema.json").read_bytes())
FORMULA = '=HYPERLINK("http://evil.example","x")'
MARKUP = "<script>alert(1)</script><img src=http://evil.example/x>"


def _sheet(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def hers(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both answers of somebody who is in every table."""
    return copies_of_planted(migrated_sqlite, tmp_path_factory.mktemp("hers"))


def test_an_answer_has_the_shape_that_is_described(store: Store, tmp_path: Path) -> None:
    planted(store, tmp_path)
    packed(store, tmp_path / "pack")
    faults = jsonschema_rs.validator_for(DESCRIBED).iter_errors(document(tmp_path / "pack"))
    assert [f"{list(each.instance_path)}: {each.message}" for each in faults] == []
    assert DESCRIBED["$id"] == SCHEMA
    assert set(document(tmp_path / "pack")) <= set(DESCRIBED["properties"])


def test_to_take_along_is_what_was_given_and_nothing_that_we_concluded(hers: Path) -> None:
    """PACK-4."""
    out = hers / "portability"
    found = document(out)
    assert jsonschema_rs.is_valid(DESCRIBED, found)
    assert set(found) == {
        "schema", "kind", "made_at", "controller", "identifiers", "leads", "permissions",
    }  # fmt: skip
    assert not {"evidence_grade", "remarks", "as_it_came"} & set(found["leads"][0])
    names = {"details.csv", "answers.csv", "choices.csv", "permissions.csv"}
    assert {path.name for path in out.iterdir()} == names | {"answer.json", "answer.html"}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    sheet = _sheet(out / "details.csv")
    assert {each["company"] for each in sheet} == {"", "Sharma Ltd"}
    assert all("priya.sharma@mail.example" in each["contact"] for each in sheet)
    choices = {(each["box"], each["answer"]) for each in _sheet(out / "choices.csv")}
    assert choices == {("email_updates", "1"), ("call_updates", "1")}
    assert any("news by e-mail" in each["wording"] for each in _sheet(out / "choices.csv"))
    assert {each["lawful_basis"] for each in _sheet(out / "permissions.csv")} >= {"a", "b"}


def test_no_cell_is_a_formula_and_no_value_is_markup(sqlite_store: Store, tmp_path: Path) -> None:
    given = fields(name=MARKUP, question=FORMULA)
    take(sqlite_store, declared(sqlite_store), delivery("1", given))
    for kind in PackKind:
        packed(sqlite_store, tmp_path / kind.value, kind=kind)
        page = (tmp_path / kind.value / "answer.html").read_text("utf-8")
        assert "<script" not in page
        assert "<img" not in page
        assert "&lt;script&gt;" in page
    [answer] = [each["answer"] for each in _sheet(tmp_path / "portability" / "answers.csv")]
    assert answer == f"'{FORMULA}"
    assert document(tmp_path / "portability")["leads"][0]["answers"] == {"question": [FORMULA]}


def test_who_of_the_house_acted_and_what_a_claim_is_about_stays_here(hers: Path) -> None:
    found, text = document(hers / "access"), text_of(hers / "access")
    for ours in (MATTER, "a. counsel", "list.csv", '"actor"', "http://127.0.0.1:9"):
        assert ours not in text
    assert found["mails"]
    assert not any("http" in each["text"] for each in found["mails"])
    assert found["holds"][0]["keeps"] == "person"


def test_the_copy_of_a_clients_data_says_who_answers(sqlite_store: Store, tmp_path: Path) -> None:
    client = controller("client", Role.PROCESSOR)
    forms = source("client-forms", owner=client)
    take(sqlite_store, declared(sqlite_store, forms), delivery())
    pack = packed(sqlite_store, tmp_path / "pack", owner=client, sources=[forms])
    assert pack.is_for_client
    assert "client decides about this data" in text_of(tmp_path / "pack")


def test_a_person_is_told_every_right_the_regulator_and_how_long(hers: Path) -> None:
    found = document(hers / "access")
    rights = {each["right"] for each in found["rights"]}
    assert {"access", "erasure", "objection_to_marketing", "portability", "complaint"} <= rights
    assert "Information Commissioner" in found["complaint"]["to_regulator"]
    assert all(lead["kept_until"] for lead in found["leads"])
    assert {each["purpose"] for each in found["purposes"]} == {
        "enquiry_response", "direct_marketing", "suppression_check",
    }  # fmt: skip
    assert [each["recipient"] for each in found["recipients"]] == ["sales"]
    assert "opted_out" in {each["because"] for each in found["recalls"]}
