"""Fictional people: nobody here can be reached.

Addresses end in `.example` (RFC 2606); telephone numbers come from the ranges that regulators keep
for drama: Ofcom (GB), ComReg (IE), Bundesnetzagentur (DE) and 555-01xx (US). Two different people
share a number only where a household or an office is meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from simulator.names import FIRST_NAMES, LAST_NAMES, US_AREA_CODES, in_ascii

_PRIVATE_DOMAINS = ("mail.example", "post.example", "inbox.example", "home.example")
_COMPANIES = (
    ("Brightwater Dental", "brightwater.example"),
    ("Hartmann & Söhne GmbH", "hartmann.example"),
    ("Cúchulainn Coffee", "cuchulainn.example"),
    ("Northgate Plumbing Ltd", "northgate.example"),
    ("Desert Bloom Solar", "desertbloom.example"),
    ("Fox, Hare & Partners", "foxhare.example"),
)
_QUIRKS = (
    *("none", "no phone", "no email", "neither"),
    *("generic mailbox", "shared phone", "capitals"),
)
_QUIRK_WEIGHTS = (775, 120, 20, 5, 20, 20, 40)
_GENERIC_MAILBOXES = ("info", "sales", "office", "hello")
_CITIES = {
    "GB": ("Manchester", "Cardiff", "Leeds", "Stoke-on-Trent"),
    "IE": ("Galway", "Dún Laoghaire", "Cork"),
    "DE": ("Köln", "München", "Berlin"),
    "US": ("Tucson", "Saint Paul", "San José"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who fills in forms, with what they type: `phone` may be in local form, or missing."""

    first_name: str
    last_name: str
    email: str | None = field(repr=False)
    phone: str | None = field(repr=False)
    country: str
    city: str
    company: str

    @property
    def full_name(self) -> str:
        """Return first and last name, as one question asks for them."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True, slots=True)
class _Range:
    """A drama range: how many numbers it has, and how number `i` is written, E.164 and locally."""

    country: str
    size: int
    e164: str
    local: str
    step: int
    """Coprime to `size`, so that counting through it meets every number once, in no plain order."""

    def number(self, count: int, *, is_local: bool) -> str:
        i = (count * self.step + 7) % self.size
        digits = f"{i:05d}"
        parts = {
            "three": digits[-3:],
            "one": digits[0],
            "four": digits[1:],
            "two": digits[-2:],
            "area": US_AREA_CODES[i // 100 % len(US_AREA_CODES)],
        }
        return (self.local if is_local else self.e164).format(**parts)


_RANGES = (
    _Range("GB", 1_000, "+447700900{three}", "07700 900{three}", 379),
    _Range("GB", 1_000, "+442079460{three}", "020 7946 0{three}", 587),
    _Range("DE", 1_000, "+493023125{three}", "030 23125 {three}", 727),
    _Range("US", len(US_AREA_CODES) * 100, "+1{area}55501{two}", "({area}) 555-01{two}", 3_931),
    _Range("IE", 100_000, "+3532091{one}{four}", "020 91{one} {four}", 61_803),
)
_RANGE_WEIGHTS = (45, 20, 15, 8, 12)


class Numbers:
    """Hands out drama numbers, each to one person only, until the ranges are used up."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._used = [0] * len(_RANGES)

    def take(self) -> tuple[str, str | None]:
        """Return a country and a number that nobody has yet, or None when no number is left."""
        wanted = self._rng.choices(range(len(_RANGES)), _RANGE_WEIGHTS)[0]
        is_local = self._rng.random() < 0.18
        for i in self._from(wanted):
            if self._used[i] < _RANGES[i].size:
                self._used[i] += 1
                return _RANGES[i].country, _RANGES[i].number(self._used[i], is_local=is_local)
        return _RANGES[wanted].country, None

    @staticmethod
    def _from(first: int) -> Iterator[int]:
        yield first
        yield from reversed(range(len(_RANGES)))


class Crowd:
    """The people of one world, in an order that the seed alone decides.

    Some come back, some share a number, some give a mailbox that belongs to nobody in particular,
    some leave their number out, few give neither.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._numbers = Numbers(rng)
        self._seen: list[Person] = []

    def __next__(self) -> Person:
        """Return who fills in the next form."""
        if self._seen and self._rng.random() < 0.04:
            return self._rng.choice(self._seen)
        person = self._stranger()
        self._seen.append(person)
        return person

    def _stranger(self) -> Person:
        rng = self._rng
        first, last = rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)
        company, company_domain = rng.choice(_COMPANIES)
        country, phone = self._numbers.take()
        person = Person(
            first_name=first,
            last_name=last,
            email=self._email(first, last, company_domain),
            phone=phone,
            country=country,
            city=rng.choice(_CITIES[country]),
            company=company,
        )
        return self._with_a_quirk(person, company_domain)

    def _email(self, first: str, last: str, company_domain: str) -> str:
        domain = company_domain if self._rng.random() < 0.3 else self._rng.choice(_PRIVATE_DOMAINS)
        return f"{in_ascii(first)}.{in_ascii(last)}{len(self._seen)}@{domain}"

    def _with_a_quirk(self, person: Person, company_domain: str) -> Person:
        match self._rng.choices(_QUIRKS, _QUIRK_WEIGHTS)[0]:
            case "no phone":
                person = replace(person, phone=None)
            case "no email":
                person = replace(person, email=None)
            case "neither":
                person = replace(person, email=None, phone=None)
            case "generic mailbox":
                mailbox = self._rng.choice(_GENERIC_MAILBOXES)
                person = replace(person, email=f"{mailbox}@{company_domain}")
            case "shared phone" if self._seen:
                person = replace(person, phone=self._rng.choice(_latest(self._seen)).phone)
            case "capitals" if person.email:
                person = replace(person, email=person.email.title())
        return person


def _latest(people: Sequence[Person]) -> Sequence[Person]:
    """Return the last few people: who shares a telephone tends to write in the same week."""
    return people[-20:]
