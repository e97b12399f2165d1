"""Files of anybody's making: what is read, what is refused, and what is never guessed."""

import json
import tracemalloc
import warnings
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Problem, ProblemCode, Submission
from policy.errors import UsageError
from tests.connectors import lead_files_corpus as corpus
from tests.connectors import meta_corpus

HEADINGS = "Signed up at,Name,E-mail,Phone,Company,Newsletter"
CELLS = {
    "Signed up at": "17/05/2026 10:30",
    "Name": "Priya Shah",
    "E-mail": "priya@shop.example",
    "Phone": "+447700900123",
    "Company": "Shah Shop",
    "Newsletter": "yes",
}


def read(own: Mapping[str, Any] | None = None, /, **cells: str) -> Submission | Problem:
    """Read the usual row with some cells changed, under the usual settings with some changed."""
    payload = json.dumps(CELLS | cells).encode()
    [outcome] = corpus.built(**own or {}).read(corpus.row(payload))
    return outcome


def submission(own: Mapping[str, Any] | None = None, /, **cells: str) -> Submission:
    found = read(own, **cells)
    assert isinstance(found, Submission)
    return found


def problem(own: Mapping[str, Any] | None = None, /, **cells: str) -> ProblemCode:
    found = read(own, **cells)
    assert isinstance(found, Problem)
    assert not any(cell in found.detail for cell in cells.values() if len(cell) > 3)
    return found.code


@pytest.mark.parametrize("path", corpus.payloads("files"), ids=meta_corpus.name_of)
def test_a_recorded_file_is_read_as_expected(path: Path) -> None:
    meta_corpus.assert_golden(path, corpus.records(path))


@pytest.mark.parametrize("path", corpus.payloads("rows"), ids=meta_corpus.name_of)
def test_a_recorded_row_is_read_as_expected(path: Path) -> None:
    [outcome] = corpus.built().read(corpus.row(path.read_bytes()))
    assert not isinstance(outcome, tuple) or outcome.notice is not None
    meta_corpus.assert_golden(path, meta_corpus.as_json(outcome))


def test_encodings_and_delimiters_make_no_difference() -> None:
    alike = ["tabs_utf16.tsv", "bars.txt", "semicolons_utf8_mark.csv"]
    first, *others = (corpus.records(corpus.ROOT / "files" / name) for name in alike)
    assert isinstance(first, list)
    assert len(first) == 1
    assert all(other == first for other in others)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("yes", True), (" YES ", True), ("no", False), ("", False), ("x", None), ("true", None)],
)
def test_only_the_named_cells_are_a_tick(cell: str, *, expected: bool | None) -> None:
    boxes = submission(Newsletter=cell).boxes
    assert boxes is not None
    [box] = boxes
    assert box.is_ticked is expected
    assert box.raw == (cell if expected is not None else "neither yes nor no")


def test_an_empty_cell_is_no_answer_unless_the_settings_say_so() -> None:
    box = corpus.SETTINGS["tick_boxes"][0] | {"no": ["no"]}
    boxes = submission({"tick_boxes": [box]}, Newsletter=" ").boxes
    assert boxes is not None
    assert (boxes[0].raw, boxes[0].is_ticked) == (None, None)


def test_a_file_without_described_boxes_says_nothing_of_ticks() -> None:
    assert submission({"tick_boxes": []}).boxes is None


def test_what_was_shown_stands_on_the_notice() -> None:
    box = corpus.SETTINGS["tick_boxes"][0] | {"is_required": True, "is_pre_ticked": True}
    notice = submission({"tick_boxes": [box], "title": "News", "form_name": "Fair"}).notice
    assert notice is not None
    assert (notice.form_id, notice.name, notice.locale) == ("spring-fair-2026", "Fair", "en-GB")
    assert (notice.title, notice.privacy_url) == ("News", "https://nectra.example/privacy")
    [shown] = notice.boxes
    assert (shown.text, shown.is_required, shown.is_pre_ticked) == (box["wording"], True, True)
    assert notice.wording_known


def test_without_any_wording_nothing_is_said_to_have_been_shown() -> None:
    assert submission({"tick_boxes": [], "privacy_url": None}).notice is None
    linked = submission({"tick_boxes": []}).notice
    assert linked is not None
    assert not linked.wording_known


def test_the_wording_that_a_row_came_with_is_not_swapped_for_a_later_one() -> None:
    then = corpus.built()
    payload = json.dumps(CELLS).encode()
    [before] = then.read(corpus.row(payload))
    assert isinstance(before, Submission)
    box = corpus.SETTINGS["tick_boxes"][0] | {"wording": "Other words."}
    [again] = corpus.built(tick_boxes=[box]).read(
        corpus.row(payload)._replace(notice=before.notice)
    )
    assert isinstance(again, Submission)
    assert again.notice == before.notice


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("05/06/2026", ProblemCode.TIME_AMBIGUOUS),
        ("5.6.26 10:00", ProblemCode.TIME_AMBIGUOUS),
        ("05/05/26", ProblemCode.TIME_AMBIGUOUS),
        ("05/05/2026", ProblemCode.TIME_UNREADABLE),
        ("17/05/2026", ProblemCode.TIME_UNREADABLE),
        ("46159.4375", ProblemCode.TIME_UNREADABLE),
        ("2026-02-30", ProblemCode.TIME_UNREADABLE),
        ("0001-01-01T00:00:00+14:00", ProblemCode.TIME_UNREADABLE),
        ("", ProblemCode.TIME_MISSING),
    ],
)
def test_without_a_format_only_iso_times_are_understood(cell: str, code: ProblemCode) -> None:
    assert problem({"date_format": "iso"}, **{"Signed up at": cell}) is code


def test_two_formats_that_read_two_days_are_ambiguous_and_one_day_is_not() -> None:
    own: dict[str, Any] = {"date_format": ["%d/%m/%Y", "%m/%d/%Y"]}
    assert problem(own, **{"Signed up at": "05/06/2026"}) is ProblemCode.TIME_AMBIGUOUS
    found = submission(own, **{"Signed up at": "17/05/2026"})
    assert found.submitted_at == datetime(2026, 5, 16, 23, tzinfo=UTC)
    assert "time_is_a_day" in found.remarks
    assert submission(own, **{"Signed up at": "05/05/2026"}).submitted_at is not None


def test_an_iso_time_without_an_offset_needs_a_zone() -> None:
    at = {"Signed up at": "2026-05-17T10:30"}
    own: dict[str, Any] = {"date_format": "iso"}
    assert submission(own, **at).submitted_at == datetime(2026, 5, 17, 9, 30, tzinfo=UTC)
    assert problem(own | {"time_zone": None}, **at) is ProblemCode.TIME_UNREADABLE


def test_an_hour_that_a_zone_has_twice_is_the_earlier_one_and_one_it_skips_is_none() -> None:
    found = submission(**{"Signed up at": "25/10/2026 01:30"})
    assert found.submitted_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert found.remarks == ("time_in_repeated_hour",)
    assert problem(**{"Signed up at": "29/03/2026 01:30"}) is ProblemCode.TIME_UNREADABLE


@pytest.mark.parametrize(
    ("cell", "is_read"), [("20/11/2026 09:05", True), ("20/11/2026 09:15", False)]
)
def test_a_time_ahead_of_its_import_is_wrong(cell: str, *, is_read: bool) -> None:
    found = read(**{"Signed up at": cell})
    assert isinstance(found, Submission) is is_read


@pytest.mark.parametrize(
    ("cell", "phones"),
    [
        ("+44 7700 900123", ("+44 7700 900123",)),
        ("'+447700900123", ("+447700900123",)),
        ("tel:+447700900123", ("+447700900123",)),
        ("0044 7700 900123", ("+44 7700 900123",)),
        ("(0044) 7700 900123", ("+44) 7700 900123",)),
        ("n/a", ("n/a",)),
        ("", ()),
        ("07700 900123", None),
        ("447700900123", None),
        ("447700900123.0", None),
        ("4.47701E+11", None),
        ("4,47701E+11", None),
    ],
)
def test_a_number_without_a_country_is_set_aside(cell: str, phones: tuple[str, ...] | None) -> None:
    if phones is None:
        assert problem(Phone=cell) is ProblemCode.PHONE_AMBIGUOUS
    else:
        assert submission(Phone=cell).contact.phones == phones


def test_national_numbers_are_taken_where_the_settings_say_so_and_rounded_ones_never() -> None:
    own: dict[str, Any] = {"national_numbers": True}
    assert submission(own, Phone="07700 900123").contact.phones == ("07700 900123",)
    assert submission(own, Phone="447700900123.0").contact.phones == ("447700900123",)
    assert problem(own, Phone="4.47701E+11") is ProblemCode.PHONE_AMBIGUOUS


def test_the_same_row_is_the_same_lead_whatever_its_other_columns_say() -> None:
    first = submission()
    alike = submission(
        Name=" priya  SHAH", **{"E-mail": "PRIYA@shop.example", "Company": "Other", "More": "x"}
    )
    assert alike.external_id == first.external_id
    assert first.external_id.startswith("row-")
    others = [
        submission(**{"E-mail": "other@shop.example"}),
        submission(Name="Ann"),
        submission(Phone=""),
        submission(**{"Signed up at": "17/05/2026 10:31"}),
        submission({"form": "autumn-fair"}),
    ]
    assert len({first.external_id, *(each.external_id for each in others)}) == 6


def test_a_long_id_or_one_of_odd_letters_becomes_its_digest() -> None:
    own: dict[str, Any] = {"columns": corpus.SETTINGS["columns"] | {"id": "No"}}
    assert submission(own, No="x" * 200).external_id == "x" * 200
    for odd in ("x" * 201, "a\0b"):
        assert submission(own, No=odd).external_id.startswith("sha256-")
    assert submission(own, No="12E4").external_id == "12E4"
    assert problem(own, No="1.2E+14") is ProblemCode.ID_MANGLED
    assert problem(own, No="") is ProblemCode.ID_MISSING
    assert problem(own) is ProblemCode.ID_MISSING


def test_choices_about_cookies_are_kept_as_such_and_never_as_a_box() -> None:
    found = submission(
        gcs="G111", ad_user_data="granted", gclid="a b", fbclid="f.b_1-x", utm_medium="cpc"
    )
    assert found.origin == {
        "gcs": "G111",
        "ad_user_data": "granted",
        "fbclid": "f.b_1-x",
        "utm_medium": "cpc",
    }
    assert found.remarks == ("click_id_unreadable",)
    assert found.answers == {}
    assert [box.key for box in found.boxes or ()] == ["email_updates"]


def test_a_long_choice_about_cookies_is_cut() -> None:
    assert submission(euconsent="C" * 5_000).origin == {"euconsent": "C" * 4_096}


def test_columns_that_nothing_maps_are_answers_and_ignored_ones_are_not_taken_in(
    tmp_path: Path,
) -> None:
    path = tmp_path / "fair.csv"
    path.write_text(f"{HEADINGS},Need,Born\n17/05/2026 10:30,P,p@shop.example,,,yes,Tea,1990\n")
    connector = corpus.built(ignore=["born"])
    [delivery] = connector.open_file(path)
    assert "1990" not in delivery.payload.decode()
    [found] = connector.read(delivery)
    assert isinstance(found, Submission)
    assert found.answers == {"Need": ["Tea"]}
    nested = tmp_path / "fair.json"
    nested.write_text('[{"Signed up at": "17/05/2026 10:30", "E-mail": "p@shop.example",'
                      ' "Born": 1990, "more": {"Born": 1}}]')  # fmt: skip
    [delivery] = corpus.built(ignore=["Born", "more.Born"]).open_file(nested)
    assert "Born" not in delivery.payload.decode()


@pytest.mark.parametrize("heading", ["Date of brith", "Notes"])
def test_a_column_to_be_ignored_that_is_not_clear_refuses_the_file(
    heading: str, tmp_path: Path
) -> None:
    path = tmp_path / "fair.csv"
    path.write_text(f"{HEADINGS},Date of birth,Notes,Notes\n", encoding="utf-8")
    with pytest.raises(UsageError, match=heading):
        corpus.built(ignore=[heading]).open_file(path)


def test_a_row_in_another_encoding_is_read_once_the_encoding_is_named() -> None:
    path = corpus.ROOT / "files" / "german_semicolons_not_named.csv"
    first, _ = corpus.built(**corpus.GERMAN).open_file(path)
    [aside] = corpus.built(**corpus.GERMAN).read(first)
    assert isinstance(aside, Problem)
    assert aside.code is ProblemCode.ENCODING
    [found] = corpus.built(**corpus.GERMAN, encoding="windows-1252").read(first)
    assert isinstance(found, Submission)
    assert found.contact.last_name == "Müller"


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"columns": None, "tick_boxes": []}, "--dry-run` proposes it"),
        ({"columns": {"email": "E-mail"}}, "set collected_on to the first day"),
    ],
)
def test_a_source_that_does_not_say_enough_imports_nothing(
    own: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        corpus.built(**own).open_file(corpus.ROOT / "files" / "commas.csv")


def test_a_row_of_an_undescribed_source_is_a_problem() -> None:
    assert problem({"columns": None, "tick_boxes": []}) is ProblemCode.FIELDS_UNREADABLE


def test_the_sheet_that_is_named_is_read() -> None:
    path = corpus.ROOT / "files" / "refused_two_sheets.xlsx"
    assert len(list(corpus.built(sheet="Leads").open_file(path))) == 4
    with pytest.raises(UsageError, match="has no sheet 'Nowhere', but 'Leads', 'Other'"):
        corpus.built(sheet="Nowhere").open_file(path)


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "fair.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Leads")
    sheet.append(HEADINGS.split(","))
    for number in range(3):
        sheet.append(["17/05/2026 10:30", None, f"p{number}@shop.example"])
    book.save(path)
    found = [corpus.built().read(each)[0] for each in corpus.built().open_file(path)]
    assert [type(each) for each in found] == [Submission] * 3


def test_warnings_of_the_program_itself_are_not_silenced_by_a_workbook() -> None:
    list(corpus.built().open_file(corpus.ROOT / "files" / "workbook.xlsx"))
    with pytest.warns(UserWarning, match="ours"):
        warnings.warn("ours", stacklevel=1)


def test_a_refusal_of_a_file_without_headings_repeats_nothing_of_it() -> None:
    path = corpus.ROOT / "files" / "refused_no_headings.csv"
    with pytest.raises(UsageError, match="no row of headings") as refused:
        corpus.built().open_file(path)
    assert "priya" not in str(refused.value).lower()


def long_table(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(f"{HEADINGS}\n")
        file.writelines(
            f'17/05/2026 10:30,"Person\n{n}",p{n}@shop.example,,,yes\n' for n in range(rows)
        )


def long_list(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for n in range(rows):
            item = CELLS | {"E-mail": f"p{n}@shop.example"}
            file.write(("," if n else "") + json.dumps(item))
        file.write("]")


@pytest.mark.parametrize("write", [long_table, long_list])
def test_a_long_file_takes_no_more_memory_than_a_short_one(
    write: Callable[[Path, int], None], tmp_path: Path
) -> None:
    peaks, connector = [], corpus.built()
    for rows in (2_000, 20_000):
        path = tmp_path / str(rows)
        write(path, rows)
        tracemalloc.start()
        found = sum(isinstance(connector.read(d)[0], Submission) for d in connector.open_file(path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found == rows
    assert peaks[1] < peaks[0] * 1.5


@given(
    st.dictionaries(st.sampled_from([*CELLS, "More", ""]), st.text() | st.integers() | st.none())
)
def test_no_row_makes_reading_fail_and_reading_is_repeatable(cells: dict[str, object]) -> None:
    connector = corpus.built()
    for media_type in (corpus.ROW, "application/json", "text/plain"):
        delivery = corpus.row(json.dumps(CELLS | cells).encode(), media_type)
        assert list(connector.read(delivery)) == list(connector.read(delivery))
