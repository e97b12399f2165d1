import re
from collections import Counter
from itertools import islice
from random import Random

from simulator.people import Crowd, Numbers, Person

_DRAMA = re.compile(
    r"\+447700900\d{3}|\+442079460\d{3}|\+493023125\d{3}|\+1[2-9]\d{2}55501\d{2}|\+3532091\d{5}"
    r"|07700 900\d{3}|020 7946 0\d{3}|030 23125 \d{3}|\([2-9]\d{2}\) 555-01\d{2}|020 91\d \d{4}"
)


def _crowd(seed: int, size: int) -> list[Person]:
    crowd = Crowd(Random(seed))
    return list(islice(iter(lambda: next(crowd), None), size))


def test_nobody_can_be_reached() -> None:
    people = _crowd(1, 5_000)

    assert all(p.email is None or p.email.lower().endswith(".example") for p in people)
    assert all(p.phone is None or _DRAMA.fullmatch(p.phone) for p in people)


def test_addresses_are_plain_ascii_while_names_are_not() -> None:
    people = _crowd(2, 2_000)

    assert all(p.email is None or p.email.isascii() for p in people)
    assert all(p.email is None or p.email.partition("@")[0] for p in people)
    assert any(not p.full_name.isascii() for p in people)


def test_the_seed_alone_decides_who_comes() -> None:
    assert _crowd(3, 300) == _crowd(3, 300)
    assert _crowd(3, 300) != _crowd(4, 300)


def test_people_come_back_share_numbers_and_leave_things_out() -> None:
    people = _crowd(5, 5_000)
    strangers = list(dict.fromkeys(people))
    phones = Counter(p.phone for p in strangers if p.phone)

    assert len(strangers) < len(people)
    assert any(count > 1 for count in phones.values())
    assert any(p.phone is None and p.email for p in people)
    assert any(p.email is None and p.phone for p in people)
    assert any(p.email is None and p.phone is None for p in people)
    assert any(p.email and p.email.startswith(("info@", "sales@")) for p in people)
    assert any(p.email and p.email != p.email.lower() for p in people)
    assert any(p.phone and not p.phone.startswith("+") for p in people)


def test_a_number_is_handed_out_once_until_all_ranges_are_used_up() -> None:
    numbers = Numbers(Random(6))
    taken = [numbers.take()[1] for _ in range(111_000)]
    given = [_national(number) for number in taken if number]

    assert taken[0] is not None
    assert taken[-1] is None
    assert len(set(given)) == len(given)


def _national(number: str) -> str:
    """Return the digits of a number without country code or trunk zero."""
    digits = re.sub(r"\D", "", number)
    return re.sub("^(44|49|353|1)", "", digits) if number[0] == "+" else digits.lstrip("0")
