"""Files that people download from Google Ads: recorded ones, damaged ones and very long ones."""

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._google_files import open_file
from connectors._google_questions import OptIns
from connectors._google_rows import ROW_MEDIA_TYPE, RowRules, read_row
from connectors.base import Delivery, Marks, Problem, ProblemCode, Submission
from policy.errors import UsageError
from tests.connectors import google_corpus as corpus
from tests.connectors.meta_corpus import assert_golden

FILES = corpus.payloads("files")
RULES = RowRules(corpus.OPT_INS, corpus.boxed)
ROW = {
    "Lead ID": "Cj0K1",
    "Submission time": "2026-05-11T09:30:00Z",
    "Form ID": corpus.FORM,
    "Full Name": "Ann Lee",
    "User Email": "ann@shop.example",
}
HEADING = "Lead ID,Submission time,Full Name,Email,Notes\n"


def _records(path: Path) -> object:
    rules = corpus.rules_for(path)
    try:
        deliveries = list(open_file(path, corpus.RECEIVED_AT))
    except UsageError as error:
        return {"refused": str(error)}
    return [
        {
            "position": delivery.position,
            "external_id": delivery.external_id,
            "media_type": delivery.media_type,
            "read": corpus.as_json(read_row(delivery, rules)),
        }
        for delivery in deliveries
    ]


@pytest.mark.parametrize("path", FILES, ids=corpus.name_of)
def test_a_recorded_file_is_read_as_expected(path: Path) -> None:
    assert_golden(path, _records(path))


def _row(without: str = "", **cells: str) -> Delivery:
    named = {name.replace("_", " "): cell for name, cell in cells.items()}
    row = {name: cell for name, cell in (ROW | named).items() if name != without}
    return Delivery(None, json.dumps(row).encode(), ROW_MEDIA_TYPE, corpus.RECEIVED_AT)


def _submission(delivery: Delivery, rules: RowRules = RULES) -> Submission:
    found = read_row(delivery, rules)
    assert isinstance(found, Submission), found
    return found


def test_encodings_and_delimiters_make_no_difference() -> None:
    alike = [
        "as_likely.csv",
        "utf8_mark.csv",
        "utf16_tabs.csv",
        "tabs.tsv",
        "semicolons.csv",
        "quoted.csv",
    ]
    first, *others = (_records(corpus.ROOT / "files" / name) for name in alike)
    assert len(str(first)) > 1_000
    assert all(other == first for other in others)


def test_a_row_has_marks_by_which_its_copies_are_known() -> None:
    found = _submission(_row(GCLID="Cj0Kg1"))
    assert found.marks == Marks("file", number="Cj0K1", click_id="Cj0Kg1")
    assert _submission(_row(without="Lead ID", GCLID="Cj0Kg1")).marks == Marks(
        "row", click_id="Cj0Kg1"
    )


def test_a_row_without_an_id_is_known_by_what_it_says() -> None:
    first = _submission(_row(without="Lead ID")).external_id
    assert first.startswith("row-")
    assert len(first) == 4 + 64
    assert _submission(_row(without="Lead ID", Notes="more")).external_id == first
    for other in ({"Form_ID": "5"}, {"Submission_time": "2026-05-11T09:30:01Z"},
                  {"Full_Name": "A"}, {"User_Email": "b@shop.example"}):  # fmt: skip
        assert _submission(_row(without="Lead ID", **other)).external_id != first


def test_a_row_that_names_nobody_and_has_no_id_is_set_aside() -> None:
    found = read_row(_row(without="Lead ID", User_Email="", Full_Name=" "), RULES)
    assert isinstance(found, Problem)
    assert found.code is ProblemCode.ID_MISSING


@pytest.mark.parametrize("cell", ["1.05407E+15", "1E15", "1,05E+15"])
def test_an_id_that_a_spreadsheet_has_rounded_is_set_aside(cell: str) -> None:
    found = read_row(_row(Lead_ID=cell), RULES)
    assert isinstance(found, Problem)
    assert found.code is ProblemCode.ID_MANGLED


def test_a_problem_with_the_time_says_which_lead_it_is() -> None:
    for cell, code in (("", ProblemCode.TIME_MISSING), ("x", ProblemCode.TIME_UNREADABLE),
                       ("05/06/2026", ProblemCode.TIME_AMBIGUOUS)):  # fmt: skip
        found = read_row(_row(Submission_time=cell), RULES)
        assert isinstance(found, Problem)
        assert (found.code, found.external_id) == (code, "Cj0K1")


def test_only_an_opt_in_column_is_a_box() -> None:
    assert _submission(_row()).boxes is None
    asked = {corpus.EMAIL_OFFERS.question: "Yes", "May we write?": "Yes", "consent": "true"}
    delivery = _row()._replace(payload=json.dumps(ROW | asked).encode())
    found = _submission(delivery)
    assert found.boxes is not None
    assert [(box.key, box.is_ticked) for box in found.boxes] == [("email_offers", True)]
    assert found.answers == {"May we write?": ["Yes"], "consent": ["true"]}
    without = RowRules(OptIns(()), corpus.boxed)
    assert _submission(delivery, without).boxes is None


def test_a_file_without_the_column_says_nothing_of_the_form_s_boxes() -> None:
    found = _submission(_row()._replace(notice=corpus.NOTICE))
    assert found.boxes is None
    assert found.notice is corpus.boxed(corpus.NOTICE)


def test_a_stored_row_in_no_known_shape_is_a_problem() -> None:
    for payload in (b"", b"[]", b"{", b'{"Lead ID": 5}', b"\xff", b"{}"):
        assert isinstance(read_row(_row()._replace(payload=payload), RULES), Problem)


@pytest.mark.parametrize("missing", ["a/file/that/is/not/there.csv", "."])
def test_a_path_that_cannot_be_read_is_refused_at_once(missing: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        open_file(tmp_path / missing, corpus.RECEIVED_AT)


def test_a_refusal_tells_nothing_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("name,town\nPriya,Leeds\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        open_file(path, corpus.RECEIVED_AT)
    assert "priya" not in str(refused.value).lower()
    assert "Lead ID" in str(refused.value)


def test_a_long_file_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    peaks = []
    for rows in (2_000, 20_000):
        path = tmp_path / f"{rows}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write(HEADING)
            for number in range(rows):
                file.write(
                    f"Cj0K{number},2026-05-11T09:30:00Z,P {number},p{number}@shop.example,x\n"
                )
        tracemalloc.start()
        count = sum(1 for each in open_file(path, corpus.RECEIVED_AT) if each.external_id)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == rows
    assert peaks[1] < peaks[0] * 1.5


def test_an_answer_over_several_lines_stays_one_row(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    told = "two lines, of\nseveral, parts, and, commas, here\nand an end"
    path.write_text(
        f'{HEADING}Cj0K1,2026-05-11T09:30:00Z,"Ann\nLee",a@shop.example,"{told}"\n'
        f'"Cj0K2",2026-05-11T09:30:00Z,Ann,a@shop.example,"{told}"\n',
        encoding="utf-8",
    )
    one, two = (_submission(each) for each in open_file(path, corpus.RECEIVED_AT))
    assert (one.contact.full_name, one.answers) == ("Ann\nLee", {"Notes": [told]})
    assert two.answers == {"Notes": [told]}


def test_a_quotation_mark_left_open_swallows_no_other_lead(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    lines = [f"Cj0K{n},2026-05-11T09:30:00Z,Ann,a@shop.example,fine\n" for n in range(3)]
    lines[0] = lines[0].replace("fine", '"open')
    path.write_text(HEADING + "".join(lines), encoding="utf-8")
    found = [_submission(each).external_id for each in open_file(path, corpus.RECEIVED_AT)]
    assert found == ["Cj0K0", "Cj0K1", "Cj0K2"]


def test_one_open_quotation_mark_damages_one_row_of_a_long_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    good = "".join(
        f"Cj0K{n},2026-05-11T09:30:00Z,Person {n},p{n}@shop.example,\n" for n in range(3_000)
    )
    path.write_text(HEADING + good.replace("Person 7,", '"Person 7,'), encoding="utf-8")
    found = [read_row(each, RULES) for each in open_file(path, corpus.RECEIVED_AT)]
    assert [type(each) for each in found].count(Problem) == 1
    assert len(found) == 3_000


CELLS = st.dictionaries(
    st.text(max_size=10) | st.sampled_from([*ROW, "Date", "Time", "GCLID", "Email (2)"]),
    st.text(max_size=10) | st.sampled_from([*ROW.values(), "Yes", "true", "10:30"]),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(cells=CELLS)
def test_any_row_is_read_or_set_aside_and_ticks_nothing(cells: dict[str, str]) -> None:
    delivery = Delivery(None, json.dumps(cells).encode(), ROW_MEDIA_TYPE, corpus.RECEIVED_AT)
    found = read_row(delivery, RULES)
    assert read_row(delivery, RULES) == found
    if isinstance(found, Submission):
        assert found.boxes is None
        assert found.submitted_at is not None


@settings(max_examples=200, deadline=None)
@given(path=st.sampled_from(FILES), where=st.floats(0, 1), put_in=st.binary(max_size=4))
def test_a_damaged_file_is_read_or_refused(
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
            assert isinstance(read_row(delivery, RULES), Submission | Problem)
