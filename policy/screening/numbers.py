"""Numbers that belong to one person: by shape and check digit, so that a telephone number is none.

All patterns are for texts as `policy.screening.text.folded` returns them: lower case, ASCII digits.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from policy.screening.terms import SensitiveCategory

_ID, _MONEY = SensitiveCategory.NATIONAL_ID, SensitiveCategory.FINANCIAL


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def is_payment_card(text: str) -> bool:
    """Say whether 14 to 19 digits are a card's: a known issuer and the check digit (ISO/IEC 7812).

    Visa, Mastercard, American Express, Diners Club, Discover, JCB, UnionPay and Maestro.
    """
    digits = _digits(text)
    number = _plain(text)
    if _ISSUERS[len(digits)].match(number) is None:
        return False
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


_ISSUERS = {
    14: re.compile(r"3(?:0[0-5]|[689])"),
    15: re.compile(r"3[47]"),
    16: re.compile(
        r"4|5[0-8]|6(?:011|4[4-9]|5|2|3|7)|35(?:2[89]|[3-8])"
        r"|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"
    ),
    19: re.compile(r"4|6(?:011|4[4-9]|5|2|3|7)"),
}

_IBAN_COUNTRIES = (
    "ad24 ae23 al28 at20 be16 bg22 br29 ch21 cy28 cz24 de22 dk18 ee20 es24 fi18 "
    "fr27 gb22 gi23 gr27 hr21 hu28 ie22 il23 is26 it27 li21 lt20 lu20 lv21 mc27 "
    "mt31 nl18 no15 pl28 pt25 qa29 ro24 rs22 sa24 se24 si19 sk24 sm27 tr26 ua29"
)
"""The countries that have IBANs, each with the length of its own."""

_IBAN_LENGTHS = {entry[:2]: int(entry[2:]) for entry in _IBAN_COUNTRIES.split()}


def is_iban(text: str) -> bool:
    """Say whether a text of an IBAN's shape has its check digits (ISO 13616)."""
    number = _plain(text)
    return int("".join(str(int(c, 36)) for c in number[4:] + number[:4])) % 97 == 1


def is_nhs_number(text: str) -> bool:
    """Say whether ten digits are an NHS number: check digit modulo 11."""
    digits = _digits(text)
    check = -sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False))
    return check % 11 == digits[9]


def is_cpf(text: str) -> bool:
    """Say whether eleven digits are a Brazilian CPF: both check digits, and not all alike."""
    digits = _digits(text)
    return len(set(digits)) > 1 and all(
        sum((place + 1 - i) * digits[i] for i in range(place)) * 10 % 11 % 10 == digits[place]
        for place in (9, 10)
    )


def is_rut(text: str) -> bool:
    """Say whether a text is a Chilean RUT: check digit modulo 11, ten written as `k`."""
    number = _plain(text)
    total = sum(int(c) * (2 + i % 6) for i, c in enumerate(reversed(number[:-1])))
    return "0123456789k"[-total % 11] == number[-1]


def is_dni(text: str) -> bool:
    """Say whether a text is a Spanish DNI or NIE: check letter modulo 23."""
    number = _plain(text).translate({ord("x"): "0", ord("y"): "1", ord("z"): "2"})
    return "trwagmyfpdxbnjzsqvhlcke"[int(number[:-1]) % 23] == _plain(text)[-1]


def is_codice_fiscale(text: str) -> bool:
    """Say whether a text is an Italian codice fiscale: check letter."""
    total = 0
    for place, character in enumerate(text[:15]):
        value = int(character, 36) - (10 if character.isalpha() else 0)
        total += _ODD[value] if place % 2 == 0 else value
    return chr(ord("a") + total % 26) == text[15]


_ODD = (
    *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22),
    *(25, 24, 23),
)


def is_nir(text: str) -> bool:
    """Say whether fifteen digits are a French social security number: key modulo 97."""
    number = int(_plain(text))
    return 97 - number // 100 % 97 == number % 100


def is_pesel(text: str) -> bool:
    """Say whether eleven digits are a Polish PESEL: weighted check digit."""
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)
    return sum(w * d for w, d in zip(weights, _digits(text), strict=True)) % 10 == 0


def is_bsn(text: str) -> bool:
    """Say whether nine digits are a Dutch BSN: the eleven test."""
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return sum(w * d for w, d in zip(weights, _digits(text), strict=True)) % 11 == 0


def is_personnummer(text: str) -> bool:
    """Say whether `YYMMDD-NNNN` is a Swedish personal number: a day of the year, and Luhn."""
    digits = _digits(text)
    year, month, day = (10 * digits[i] + digits[i + 1] for i in (0, 2, 4))
    try:
        date(2000 + year, month, day % 60)
    except ValueError:
        return False
    return (sum(sum(divmod(2 * d, 10)) for d in digits[::2]) + sum(digits[1::2])) % 10 == 0


def is_social_security_number(text: str) -> bool:
    """Say whether nine digits can be a US social security number; it has no check digit."""
    number = _plain(text)
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _by_shape_alone(_: str) -> bool:
    return True


class NumberPattern(NamedTuple):
    """A kind of number: where it may stand, and whether it is one. Group 1 is what to mask."""

    category: SensitiveCategory
    pattern: re.Pattern[str]
    is_valid: Callable[[str], bool]


def _alone(
    category: SensitiveCategory, shape: str, is_valid: Callable[[str], bool] = _by_shape_alone
) -> NumberPattern:
    """Return a number that is known by itself: it stands apart from letters, digits and a plus."""
    return NumberPattern(category, re.compile(rf"(?<![\w+])({shape})(?!\w)"), is_valid)


_FILLER = r"(?:\W+(?:number|numero|nummer|no|nr|num|id|is|it|its|my|card|code)){0,3}\W{0,4}"


def _named(
    category: SensitiveCategory,
    name: str,
    shape: str,
    is_valid: Callable[[str], bool] = _by_shape_alone,
) -> NumberPattern:
    """Return a number that counts only right behind its own name."""
    return NumberPattern(category, re.compile(rf"\b(?:{name}){_FILLER}({shape})(?!\w)"), is_valid)


_D = "[0-9]"
_IBANS = "|".join(
    rf"{country}{_D}{{2}}(?:[ -]?[a-z0-9]){{{length - 4}}}"
    for country, length in _IBAN_LENGTHS.items()
)
NUMBERS = (
    _alone(_MONEY, rf"{_D}{{4}}([ -]?){_D}{{4}}\2{_D}{{4}}\2{_D}{{4}}", is_payment_card),
    _alone(_MONEY, rf"{_D}{{4}}([ -]?)(?:{_D}{{4}}\2){{3}}{_D}{{3}}", is_payment_card),
    _alone(_MONEY, rf"3{_D}{{3}}([ -]?){_D}{{6}}\2{_D}{{4,5}}", is_payment_card),
    _alone(_MONEY, rf"(?:{_IBANS})", is_iban),
    # the letters that the Revenue does not use keep most order numbers out
    _alone(
        _ID,
        r"(?!bg|gb|kn|nk|nt|tn|zz)[a-ceghj-prstw-z][a-ceghj-nprstw-z]"
        rf" ?{_D}{{2}} ?{_D}{{2}} ?{_D}{{2}} ?[a-d]",
    ),
    _alone(_ID, rf"{_D}{{3}}-{_D}{{2}}-{_D}{{4}}", is_social_security_number),
    _alone(_ID, rf"{_D}{{3}}\.{_D}{{3}}\.{_D}{{3}}-{_D}{{2}}", is_cpf),
    _alone(_ID, rf"{_D}{{1,2}}\.{_D}{{3}}\.{_D}{{3}}-[0-9k]", is_rut),
    _alone(_ID, rf"(?:{_D}{{8}}|[xyz][ -]?{_D}{{7}})[ -]?[a-hj-np-tv-z]", is_dni),
    _alone(_ID, rf"[a-z]{{6}}{_D}{{2}}[a-z]{_D}{{2}}[a-z]{_D}{{3}}[a-z]", is_codice_fiscale),
    _alone(
        _ID,
        rf"[12] ?{_D}{{2}} ?(?:0[1-9]|1[0-2]) ?{_D}{{2}} ?{_D}{{3}} ?{_D}{{3}} ?{_D}{{2}}",
        is_nir,
    ),
    _alone(_ID, rf"{_D}{{6}}[-+]{_D}{{4}}", is_personnummer),
    # a British driving licence: name, then decade, month (women +50), day, year
    _alone(
        _ID,
        r"[a-z](?:[a-z]{4}|[a-z]{3}9|[a-z]{2}99|[a-z]999|9999)"
        rf"{_D}[0156]{_D}[0-3]{_D}{_D}[a-z9]{{2}}{_D}[a-z]{{2}}",
    ),
    _named(_ID, "nhs", rf"{_D}{{3}}[ -]?{_D}{{3}}[ -]?{_D}{{4}}", is_nhs_number),
    _named(_ID, "passport|reisepass|passeport|pasaporte|passaporto", rf"[a-z]{{0,2}}{_D}{{6,9}}"),
    _named(_ID, "cpf", rf"{_D}{{11}}", is_cpf),
    _named(_ID, "dni", rf"{_D}{{1,2}}\.?{_D}{{3}}\.?{_D}{{3}}"),
    _named(_ID, "pesel", rf"{_D}{{11}}", is_pesel),
    _named(_ID, "bsn|burgerservicenummer", rf"{_D}{{9}}", is_bsn),
    _named(
        _ID, "ssn|social security", rf"{_D}{{3}} ?{_D}{{2}} ?{_D}{{4}}", is_social_security_number
    ),
    _named(_MONEY, "sort code", rf"{_D}{{2}}[ -]?{_D}{{2}}[ -]?{_D}{{2}}"),
    _named(_MONEY, "bank account", rf"{_D}{{8}}"),
)
"""Every kind of number that is known. SCR-3."""

HAS_A_NUMBER = re.compile(rf"{_D}(?:{_D}?[a-z]{_D}{{2}}[a-z]{_D}{{3}}|(?:[ .+-]?{_D}){{5}})")
"""Found in every text that holds one of `NUMBERS`: six digits, at most one sign between two."""
