"""Files that people download from Meta: the recorded ones, damaged ones and very long ones."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._meta_files import open_file
from connectors._meta_read import read
from connectors._meta_rows import ROW_MEDIA_TYPE
from connectors.base import Delivery, Problem, ProblemCode, Submission
from policy.errors import UsageError
from tests.connectors import meta_corpus as corpus

FILES = corpus.payloads("files")
HEADER = "id,created_time,form_id,full_name,email,notes\n"
KNOWN_COLUMNS_ROW = {
    "id": "l:8123000000001001",
    "created_time": "2026-05-11T10:30:00+01:00",
    "form_id": "f:120210000000000001",
    "full_name": "Priya Shah",
    "email": "priya@shop.example",
}


def _records(path: Path) -> object:
    try:
        deliveries = list(open_file(path, corpus.RECEIVED_AT))
    except UsageError as error:
        return {"refused": str(error)}
    return [
        {
            "position": delivery.position,
            "external_id": delivery.external_id,
            "media_type": delivery.media_type,
            "read": [corpus.as_json(each) for each in read(delivery)],
        }
        for delivery in deliveries
    ]


@pytest.mark.parametrize("path", FILES, ids=corpus.name_of)
def test_a_recorded_file_is_read_as_expected(path: Path) -> None:
    corpus.assert_golden(path, _records(path))


def _row(**cells: object) -> Delivery:
    payload = json.dumps({**KNOWN_COLUMNS_ROW, **cells}).encode()
    return Delivery(None, payload, ROW_MEDIA_TYPE, corpus.RECEIVED_AT)


def _submission(delivery: Delivery) -> Submission:
    (found,) = read(delivery)
    assert isinstance(found, Submission)
    return found


def test_encodings_and_delimiters_make_no_difference() -> None:
    alike = [
        "business_download_utf16_tabs.csv",
        "utf16_big_endian_tabs.csv",
        "utf16_without_a_mark.tsv",
        "sheet_export_utf8_commas.csv",
        "utf8_mark_and_semicolons.csv",
        "everything_quoted.csv",
    ]
    first, *others = (_records(corpus.ROOT / "files" / name) for name in alike)
    assert all(other == first for other in others)


def test_a_file_never_says_what_was_ticked() -> None:
    found = _submission(_row(email_updates="1", custom_disclaimer_responses="email_updates: 1"))
    assert found.boxes is None


def test_a_link_into_the_inbox_is_kept_out_of_the_submission() -> None:
    found = _submission(
        _row(inbox_url="https://business.example/inbox/4711", lead_status="CREATED")
    )
    assert "4711" not in repr((found, found.answers, found.origin))
    assert found.origin["lead_status"] == "CREATED"
    assert "lead_status" not in found.answers


@pytest.mark.parametrize(
    "cell",
    [
        "8123000000001001",
        "1.05407E+15",
        "l:1.05407E+15",
        "l:",
        "l:8123 000",
        "lead",
        "f:8123000000001001",
    ],
)
def test_an_id_that_a_spreadsheet_may_have_changed_is_set_aside(cell: str) -> None:
    (problem,) = read(_row(id=cell))
    assert isinstance(problem, Problem)
    assert problem.code is ProblemCode.ID_MANGLED
    assert "spreadsheet" in problem.detail
    assert "8123" not in problem.detail


def test_a_stored_row_in_no_known_shape_is_a_problem() -> None:
    for payload in (b"", b"[]", b"{", b'{"id": 5}', b'{"id": null}', b"\xff"):
        (problem,) = read(_row()._replace(payload=payload))
        assert isinstance(problem, Problem)


@pytest.mark.parametrize("missing", ["a/file/that/is/not/there.csv", "."])
def test_a_path_that_cannot_be_read_is_refused_at_once(missing: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        open_file(tmp_path / missing, corpus.RECEIVED_AT)


def test_a_refusal_tells_nothing_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("name,email\nPriya,priya@shop.example\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        open_file(path, corpus.RECEIVED_AT)
    assert "priya" not in str(refused.value).lower()


def test_a_cell_with_bytes_that_are_no_text_keeps_them() -> None:
    path = corpus.ROOT / "files" / "latin_1_bytes_in_one_row.csv"
    damaged, whole = open_file(path, corpus.RECEIVED_AT)
    assert damaged.external_id == "8123000000001001"
    cell = json.loads(damaged.payload)["full_name"]
    assert set(cell) == {"base64"}
    assert _submission(whole).contact.full_name == "Person 2"


def test_surplus_cells_stay_in_the_payload() -> None:
    path = corpus.ROOT / "files" / "rows_of_the_wrong_width.csv"
    _, wide, narrow, _ = open_file(path, corpus.RECEIVED_AT)
    assert json.loads(wide.payload)[""] == ["surplus", "more"]
    assert json.loads(narrow.payload)[""] == []
    assert "email" not in json.loads(narrow.payload)


def _long_file(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        for number in range(rows):
            file.write(
                f"l:{8123000000000000 + number},2026-05-11T10:30:00+01:00,f:120210000000000001,"
                f'"Person {number}",person{number}@shop.example,"two\nlines"\n'
            )


def _long_list(path: Path, leads: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for number in range(leads):
            lead = {"id": str(8123000000000000 + number), "field_data": [], "x": "y" * 200}
            file.write(
                ("," if number else "")
                + json.dumps({**lead, "created_time": "2026-05-11T09:30:00Z"})
            )
        file.write("]")


@pytest.mark.parametrize("write", [_long_file, _long_list])
def test_a_long_file_takes_no_more_memory_than_a_short_one(
    write: Callable[[Path, int], None], tmp_path: Path
) -> None:
    peaks = []
    for records in (2_000, 20_000):
        path = tmp_path / str(records)
        write(path, records)
        tracemalloc.start()
        count = sum(1 for delivery in open_file(path, corpus.RECEIVED_AT) if delivery.external_id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == records
    assert peaks[1] < peaks[0] * 1.5


def test_one_open_quotation_mark_damages_one_row_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    good = "".join(
        f"l:{8123000000001000 + n},2026-05-11T10:30:00+01:00,,Person {n},p{n}@shop.example,\n"
        for n in range(3_000)
    )
    path.write_text(HEADER + good.replace("Person 7,", '"Person 7,'), encoding="utf-8")
    found = [read(delivery)[0] for delivery in open_file(path, corpus.RECEIVED_AT)]
    assert [type(each) for each in found].count(Problem) == 1
    assert len(found) == 3_000


def test_a_file_without_line_ends_is_cut_and_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(HEADER + "x" * 1_000_000, encoding="utf-8")
    found = list(open_file(path, corpus.RECEIVED_AT))
    assert sum(len(json.loads(each.payload)["id"]) for each in found) == 1_000_000
    assert all(isinstance(read(each)[0], Problem) for each in found)


def test_a_json_value_longer_than_any_lead_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "leads.json"
    path.write_text('[{"id":"' + "1" * 9_000_000, encoding="utf-8")
    with pytest.raises(UsageError, match="8 million"):
        list(open_file(path, corpus.RECEIVED_AT))


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), max_size=30)


@settings(deadline=None)
@given(
    people=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5),
    delimiter=st.sampled_from([",", "\t", ";"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_whatever_people_typed_comes_back_from_a_file(
    people: list[tuple[str, str]],
    delimiter: str,
    encoding: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    lines = [delimiter.join(["id", "created_time", "question a", "question b"])]
    for number, (one, two) in enumerate(people):
        cells = [f"l:{8123000000001000 + number}", "2026-05-11T10:30:00Z", quoted(one), quoted(two)]
        lines.append(delimiter.join(cells))
    path = tmp_path_factory.mktemp("typed") / "leads.csv"
    path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
    rows = [json.loads(each.payload) for each in open_file(path, corpus.RECEIVED_AT)]
    assert [(row["question a"], row["question b"]) for row in rows] == people


@settings(deadline=None)
@given(path=st.sampled_from(FILES), where=st.floats(0, 1), put_in=st.binary(max_size=4))
def test_a_damaged_file_is_read_or_refused_and_ticks_nothing_by_itself(
    path: Path, where: float, put_in: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = path.read_bytes()
    cut = int(len(content) * where)
    damaged = tmp_path_factory.mktemp("damaged") / path.name
    for changed in (content[:cut], content[:cut] + put_in + content[cut + len(put_in) :]):
        damaged.write_bytes(changed)
        try:
            deliveries = list(open_file(damaged, corpus.RECEIVED_AT))
        except UsageError:
            continue
        for delivery in deliveries:
            (found,) = read(delivery)
            assert read(delivery) == (found,)
            if delivery.media_type == ROW_MEDIA_TYPE and isinstance(found, Submission):
                assert found.boxes is None
