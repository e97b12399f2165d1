"""Numbers are found by shape and check digit; telephone and order numbers are left. SCR-3."""

from collections.abc import Callable

import pytest

from policy.screening import numbers
from policy.screening.numbers import HAS_A_NUMBER
from policy.screening.screen import masked, screen
from policy.screening.text import folded
from policy.vocabulary import NoticeQuestion

OPEN = NoticeQuestion("more", "Anything else?", "CUSTOM")

KNOWN_BY_THEMSELVES = [
    *(("financial", card) for card in ("4111111111111111", "4111 1111 1111 1111")),
    *(("financial", card) for card in ("5555-5555-5555-4444", "6011000990139424")),
    *(("financial", card) for card in ("3782 822463 10005", "378282246310005")),
    *(("financial", card) for card in ("3056 930902 5904", "30569309025904")),
    *(("financial", card) for card in ("3530111333300000", "2223003122003222")),
    *(("financial", card) for card in ("6200000000000005", "4000000000000000006")),
    ("financial", "4000 0000 0000 0000 006"),
    *(("financial", iban) for iban in ("GB82 WEST 1234 5698 7654 32", "GB82WEST12345698765432")),
    ("financial", "de89370400440532013000"),
    ("financial", "FR14-2004-1010-0505-0001-3M02-606"),
    *(("financial", iban) for iban in ("NO9386011117947", "MT84MALT011000012345MTLCAST001S")),
    *(("national_id", nino) for nino in ("AB123456C", "ab 12 34 56 d", "ZY987654A")),
    ("national_id", "078-05-1120"),
    ("national_id", "529.982.247-25"),
    *(("national_id", rut) for rut in ("12.345.678-5", "7.654.321-6", "1.000.005-k")),
    *(("national_id", dni) for dni in ("12345678Z", "12345678-z", "X1234567L", "Y-1234567-X")),
    ("national_id", "RSSMRA85T10A562S"),
    *(("national_id", nir) for nir in ("1 85 05 78 006 084 91", "185057800608491")),
    *(("national_id", pin) for pin in ("811218-9876", "811218+9876")),
    *(("national_id", licence) for licence in ("MORGA657054SM9IJ", "FOX99657054SM9IJ")),
]  # fmt: skip

KNOWN_BY_NAME = [
    ("national_id", "NHS number: ", "943 476 5919"),
    ("national_id", "nhs no. is ", "9434765919"),
    ("national_id", "my passport ", "123456789"),
    ("national_id", "Passport No: ", "AB1234567"),
    ("national_id", "Reisepass Nr. ", "C1234567"),
    ("national_id", "CPF ", "52998224725"),
    ("national_id", "DNI: ", "30.123.456"),
    ("national_id", "dni ", "30123456"),
    ("national_id", "PESEL ", "44051401359"),
    ("national_id", "BSN: ", "111222333"),
    ("national_id", "SSN ", "078051120"),
    ("national_id", "social security number: ", "078 05 1120"),
    ("financial", "sort code ", "12-34-56"),
    ("financial", "sort code: ", "123456"),
    ("financial", "bank account number ", "12345678"),
]


def shown(answer: str) -> str:
    """Return an answer as it would be kept."""
    return masked(answer, screen(OPEN, answer))


# SCR-3
@pytest.mark.parametrize(("category", "number"), KNOWN_BY_THEMSELVES)
def test_a_number_of_a_person_is_masked_wherever_it_stands(category: str, number: str) -> None:
    mask = f"[masked: {category}]"
    assert shown(number) == mask
    assert shown(f"see ({number}), and 12/27") == f"see ({mask}), and 12/27"
    assert shown(f"call 07700 900123, {number} 123 thanks") == (
        f"call 07700 900123, {mask} 123 thanks"
    )
    for longer in (f"1{number}", f"x{number}", f"{number}0", f"{number}x", f"+{number}"):
        assert mask not in shown(longer)
    assert HAS_A_NUMBER.search(folded(number)[0])


@pytest.mark.parametrize(("category", "name", "number"), KNOWN_BY_NAME)
def test_some_numbers_count_only_behind_their_name(category: str, name: str, number: str) -> None:
    assert shown(f"my {name}{number}.") == f"my {name}[masked: {category}]."
    assert shown(f"ref {number}.") == f"ref {number}."
    assert shown(f"{name}and then my order {number}") == f"{name}and then my order {number}"
    assert shown(f"{name}{number}0000000") == f"{name}{number}0000000"
    assert HAS_A_NUMBER.search(number.lower())


@pytest.mark.parametrize(
    "answer",
    [
        "07700 900123",
        "+44 7700 900123",
        "020 7946 0123 or 020 7946 0124",
        "+447700900123",
        "(212) 555-0142",
        "2026-11-22 10:00",
        "22.11.2026",
        "order 1234567890123456",
        "lead 8123456789012345, ad 120210000000000001",
        "AB123456",
        "AB123456E",
        "BG123456A",
        "DA123456A",
        "AO123456A",
        "SW1A 1AA, 100000 a month",
        "passport renewals budget 100000",
        "passport photos: call 07700900123",
        "078-00-1120 and 000-05-1120, 666-05-1120, 900-05-1120, 078-05-0000",
        "111.111.111-11",
        "810230-9875",
        "811318-9875",
        "4111-1111 1111-1111",
        "MORGA697054SM9IJ",
        "account 12345678",
    ],
)
def test_what_is_nobodys_number_is_left(answer: str) -> None:
    assert shown(answer) == answer


def test_a_social_security_number_has_areas_up_to_899() -> None:
    assert shown("899-05-1120") == "[masked: national_id]"


CHECKED: list[tuple[Callable[[str], bool], str]] = [
    (numbers.is_payment_card, "4111111111111111"),
    (numbers.is_payment_card, "378282246310005"),
    (numbers.is_payment_card, "4000000000000000006"),
    (numbers.is_iban, "gb82west12345698765432"),
    (numbers.is_nhs_number, "9434765919"),
    (numbers.is_nhs_number, "4010232137"),
    (numbers.is_cpf, "52998224725"),
    (numbers.is_rut, "123456785"),
    (numbers.is_rut, "1000005k"),
    (numbers.is_dni, "12345678z"),
    (numbers.is_dni, "x1234567l"),
    (numbers.is_dni, "y1234567x"),
    (numbers.is_dni, "z1234567r"),
    (numbers.is_codice_fiscale, "rssmra85t10a562s"),
    (numbers.is_nir, "185057800608491"),
    (numbers.is_pesel, "44051401359"),
    (numbers.is_pesel, "02070803628"),
    (numbers.is_bsn, "111222333"),
    (numbers.is_personnummer, "8112189876"),
]


@pytest.mark.parametrize(("is_valid", "number"), CHECKED)
def test_one_wrong_digit_makes_another_number(is_valid: Callable[[str], bool], number: str) -> None:
    assert is_valid(number)
    for place, character in enumerate(number):
        if character.isdecimal():
            for other in set("0123456789") - {character}:
                assert not is_valid(number[:place] + other + number[place + 1 :]), place


@pytest.mark.parametrize(
    ("is_valid", "number"),
    [(numbers.is_dni, "12345678z"), (numbers.is_codice_fiscale, "rssmra85t10a562s")],
)
def test_only_one_letter_is_the_check_letter(is_valid: Callable[[str], bool], number: str) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    assert [c for c in letters if is_valid(number[:-1] + c)] == [number[-1]]


def _card(prefix: str, length: int) -> str:
    """Return a number with this beginning and a right check digit."""
    body = prefix.ljust(length - 1, "0")
    doubled = [2 * int(c) if i % 2 == 0 else int(c) for i, c in enumerate(reversed(body))]
    total = sum(d - 9 if d > 9 else d for d in doubled)
    return f"{body}{-total % 10}"


@pytest.mark.parametrize(
    ("length", "issued", "not_issued"),
    [
        (14, "300 305 36 38 39", "306 309 31 35 37 34 4"),
        (15, "34 37", "33 35 36 38 30 4 1"),
        (
            16,
            (
                "4 50 51 55 56 58 6011 644 649 65 62 63 67 2221 2229 223 229 23 26 270 271 2720 "
                "3528 3529 353 358"
            ),
            "0 1 59 6010 6012 643 66 68 69 2220 220 21 272100 273 28 3527 351 359 36 7 8 9",
        ),
        (19, "4 6011 644 649 65 62 63 67", "5 59 6012 643 66 35 2221 1 9"),
    ],
)
def test_a_card_is_of_a_known_issuer(length: int, issued: str, not_issued: str) -> None:
    assert [p for p in issued.split() if not numbers.is_payment_card(_card(p, length))] == []
    assert [p for p in not_issued.split() if numbers.is_payment_card(_card(p, length))] == []


def test_a_number_within_a_number_is_masked_with_all_of_it() -> None:
    # an account number that would pass for a card by itself
    assert shown("to DE95 4111 1111 1111 1111 00 please") == "to [masked: financial] please"


@pytest.mark.parametrize("number", ["0000000000", "2222222222", "9999999999"])
def test_a_cpf_is_never_one_digit_repeated(number: str) -> None:
    assert not numbers.is_cpf(number + number[0])
    assert numbers.is_cpf("60000000060")  # two digits are enough


@pytest.mark.parametrize(
    ("born", "is_a_day"),
    [
        ("811218", True),
        ("811278", True),  # sixty more for those who are only staying
        ("840229", True),
        ("830229", False),
        ("820229", False),
        ("840289", True),
        ("830289", False),
        ("840431", False),
        ("841301", False),
        ("840100", False),
        ("000229", True),
    ],
)
def test_a_swedish_number_begins_with_a_day_of_the_year(born: str, *, is_a_day: bool) -> None:
    for serial in ("123", "237"):
        check = _card(f"{born}{serial}", 10)[-1]
        number = f"{born}-{serial}{check}"
        assert numbers.is_personnummer(number) is is_a_day
        wrong = f"{born}-{serial}{(int(check) + 1) % 10}"
        assert not numbers.is_personnummer(wrong)


def test_a_sum_that_leaves_ten_belongs_to_no_nhs_number() -> None:
    assert not any(numbers.is_nhs_number(f"000000006{digit}") for digit in range(10))
    assert numbers.is_nhs_number("0000000051")


def test_each_letter_of_a_codice_fiscale_counts_as_the_revenue_says() -> None:
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22]
    letters = "abcdefghijklmnopqrstuvwxyz"
    for value, letter in zip([*odd, 25, 24, 23], letters, strict=True):
        # in an odd place b is worth nothing, in an even one a
        assert numbers.is_codice_fiscale(f"{letter}abababababababa"[:15] + letters[value])
    for letter in letters:
        assert numbers.is_codice_fiscale(f"b{letter}bababababababa"[:15] + letter)
