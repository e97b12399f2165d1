"""What names people in words that somebody typed: found where it can be, and the rest stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.free_text import KnownNames
from policy.masked import Mask

PRIYA, ARUN = "Priya Sharma", "Arun Sharma"


def gone(text: str, *names: str, own: tuple[str, ...] = (), in_any_case: bool = False) -> str:
    return KnownNames(names, own, in_any_case=in_any_case).replaced(text, lambda _: "…")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Priya Sharma rang", "… rang"),
        ("PRIYA  SHARMA rang, priya sharma wrote", "… rang, … wrote"),
        ("Ms Sharma, Priya's sister", "Ms …, …'s sister"),
        ("Sharma, Priya", "…, …"),
        ("priya rang", "priya rang"),  # a part alone needs a capital letter
        ("Priyanka Sharmas", "Priyanka Sharmas"),
        ("nobody", "nobody"),
        ("", ""),
    ],
)
def test_a_known_name_is_found_as_a_whole_and_in_its_parts(text: str, left: str) -> None:
    """PACK-5."""
    assert gone(text, PRIYA) == left


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Dr José van der Núñez", "Jose and NÚÑEZ, Nu\u0301n\u0303ez"),
        ("Anne-Marie O'Brien", "Anne Marie and O\u2019Brien, Anne-Marie O'Brien"),
        ("王 小明", "小明 rang; 王, 小明"),
    ],
)
def test_a_name_is_found_however_its_letters_are_written(name: str, text: str) -> None:
    left = gone(text, name)
    for word in ("jos", "n\u0303", "ñ", "anne", "marie", "brien", "小明"):
        assert word not in left.casefold()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Łukasz Østergård", "Lukasz Ostergard"),
        ("Is\u0327\u0131k Y\u0131lmaz", "ISIK YILMAZ"),
        ("Ida Bæk", "Baek"),
    ],
)
def test_a_letter_with_a_stroke_is_found_as_it_is_typed_without(name: str, text: str) -> None:
    assert gone(text, name) == gone(name, name)


def test_small_words_in_a_name_are_nobodys_and_so_is_what_is_ones_own() -> None:
    assert gone("The Van of Mr Will der Berg", "Mr Van der Berg") == "The Van of Mr Will der …"
    assert gone("Priya Sharma and Arun", ARUN, own=(PRIYA,)) == "Priya Sharma and …"
    assert gone("Arun Sharma and Mrs Sharma", ARUN, own=(PRIYA,)) == "… and Mrs Sharma"
    assert gone(PRIYA, PRIYA, own=(PRIYA,)) == PRIYA


def test_whoever_may_see_nobody_sees_no_name_in_small_letters_either() -> None:
    """STAFF-11."""
    assert gone("priya and li rang Li", "Priya Li", in_any_case=True) == "… and li rang …"


@given(st.text(max_size=80), st.text(max_size=20))
def test_any_text_is_taken_and_what_is_no_name_of_theirs_stays(text: str, name: str) -> None:
    assert gone(text, own=(name,)) == text
    assert "Zebedee" not in gone(f"{text} Zebedee Q", f"Zebedee {name}")


def test_typed_words_are_masked_under_the_numbers_of_the_whole_answer() -> None:
    """STAFF-11."""
    mask, names = Mask(frozenset()), KnownNames([PRIYA], in_any_case=True)
    first = mask.value("priya.sharma@mail.example")
    second = mask.value("+447700900123")
    third = mask.value(PRIYA)
    said = (
        "priya (Priya.Sharma@mail.example.) rang from 07700 900123 on 2026-11-22 09:30, twice;"
        " not +44 7700 900777. Order 12, 22/11/2026, 5a7e3b1c-0000-4000-8000-00c0ffee0001."
    )
    assert mask.text(said, names) == (
        f"{third} ({first}.) rang from {second} on 2026-11-22 09:30, twice;"
        " not [masked 4]. Order 12, 22/11/2026, 5a7e3b1c-0000-4000-8000-00c0ffee0001."
    )


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_address_and_no_number_is_left_in_words(before: str, after: str) -> None:
    shown = Mask(frozenset()).text(f"{before} zeb@other.example {after} +447700900777 {after}")
    assert "zeb@other" not in shown
    assert "7700900777" not in shown


@pytest.mark.parametrize(
    "number",
    [
        "0475-12-34-56",
        "0131-49-60-123",
        "22.33.4455",
        "2026-11-22-07700900123",
        "++447700900123",
        "07700\u2013900123",
        "07700\u2011900123",
        "0770090012307700900124",
        "07700 900123 07700 900124",
    ],
)
def test_a_number_that_looks_like_a_day_or_is_mistyped_is_masked_whole(number: str) -> None:
    shown = Mask(frozenset()).text(f"rang from {number} on 2026-11-22, and on 3/12/2026.")
    assert shown.endswith(" on 2026-11-22, and on 3/12/2026.")
    assert not any(sign.isdigit() for sign in shown.split(" on ")[0].replace("[masked 1]", ""))


def test_a_text_of_digits_alone_takes_no_longer_than_any_other() -> None:
    assert Mask(frozenset()).text("1" * 200_000) == "[masked 1]"  # minutes, if each were tried


def test_thousands_of_one_first_name_are_looked_for_in_no_time() -> None:
    """Minutes, if each of them were tried wherever it stands."""
    letters = "abcdefghij"
    many = [f"John S{a}{b}{c}{d}" for a in letters for b in letters for c in letters for d in "xy"]
    names = KnownNames([*many, "John of Gaunt"])
    assert names.replaced("John of Gaunt, " + "John " * 20_000, lambda _: "-").count("-") == 20_001


def test_a_whole_text_in_the_field_of_a_name_is_searched_in_parts_only() -> None:
    """Minutes, if it were compared wherever it might begin."""
    names = KnownNames(["zeb " * 50_000 + "Canary"])
    assert names.replaced("Mr Canary: " + "zeb " * 50_000, lambda _: "-").startswith("Mr -: zeb")
