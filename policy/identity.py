"""Normalise identifiers, and decide which person a submission belongs to.

Matching is conservative: two people are never made one, at the price of now and then keeping one
person as two (rules ID-1 to ID-4 in docs/rules.md).
"""

import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from policy.vocabulary import Identifier, IdentifierKind

_PLAIN_LOCAL_PART = re.compile(
    r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+(?:\.[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]+)*"
)
_MAX_LOCAL_PART = 64  # RFC 5321 4.5.3.1.1
_MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3, less the angle brackets

GENERIC_MAILBOXES = frozenset(
    """
    abuse accounts admin administrator billing bookings careers contact customerservice
    enquiries enquiry finance hello help helpdesk hostmaster hr info inquiries jobs kontakt mail
    marketing media newsletter no-reply noc noreply office orders postmaster press privacy
    reception root sales security service shop support team webmaster
    """.split()  # noqa: SIM905 - forty words read better so
)
"""Mailboxes of an office, not of a person: RFC 2142 and common usage."""


def normalise_email(given: str) -> str | None:
    """Return the form of an e-mail address that is compared, or None if it is no address.

    Trimmed, Unicode-normalised (NFC), domain lower-cased and IDN-encoded, local part lower-cased:
    an opt-out must find every spelling of an address (UK GDPR Art. 5(1)(d), 21(3)). No look-up is
    made. Rule: ID-1.

    Example:
        >>> normalise_email(" Priya@Bücher.Example ")
        'priya@xn--bcher-kva.example'
    """
    local, at, domain = given.strip().rpartition("@")
    if not at:
        return None
    if len(local) <= _MAX_LOCAL_PART and _PLAIN_LOCAL_PART.fullmatch(local):
        ascii_domain = _ascii_domain(domain)
        if ascii_domain is None or len(local) + len(ascii_domain) >= _MAX_ADDRESS:
            return None
        return f"{local.lower()}@{ascii_domain}"
    return _unusual_email(f"{local}@{domain}")


@lru_cache(maxsize=65_536)
def _ascii_domain(domain: str) -> str | None:
    """Return a domain as the library normalises it. Domains repeat, so each is examined once."""
    address = _unusual_email(f"x@{domain}")
    return address and address[2:]


def _unusual_email(given: str) -> str | None:
    """Return an address with quotes or non-ASCII letters in it, as the library sees it."""
    try:
        seen = validate_email(given, check_deliverability=False)
    except EmailNotValidError:
        return None
    local = unicodedata.normalize("NFC", seen.local_part).lower()
    return f"{local}@{seen.ascii_domain.lower()}"


def normalise_phone(given: str, region: str) -> str | None:
    """Return a telephone number in E.164, or None if it cannot be one.

    `region` (ISO 3166 alpha-2) is where a number without a country code is dialled. A number that
    is possible but not assigned counts: new ranges are opened all the time, and an opt-out must
    still find it. Rule: ID-2.

    Example:
        >>> normalise_phone("07700 900123", "GB")
        '+447700900123'
    """
    if _is_plain_e164(given):
        return given
    try:
        number = phonenumbers.parse(given, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def _is_plain_e164(given: str) -> bool:
    """Say whether the library would hand a number back as it is, without the cost of asking it.

    So it does where the digits after the country code are a number of that country, and do not
    begin with what is dialled before national numbers there.
    """
    if not _E164.fullmatch(given):
        return False
    for length in (1, 2, 3):
        shapes = _number_shapes(int(given[1 : 1 + length]))
        if shapes is not None:
            number, prefix = shapes
            national = given[1 + length :]
            return bool(number.fullmatch(national)) and not (prefix and prefix.match(national))
    return False


@lru_cache(maxsize=1_024)
def _number_shapes(country_code: int) -> tuple[re.Pattern[str], re.Pattern[str] | None] | None:
    """Return the shape of a country's numbers and of its national prefix, from the library."""
    region = phonenumbers.region_code_for_country_code(country_code)
    known = phonenumbers.PhoneMetadata.metadata_for_region(region, None)
    shape = known.general_desc.national_number_pattern if known and known.general_desc else None
    if known is None or not shape:
        return None
    prefix = known.national_prefix_for_parsing
    return re.compile(shape), re.compile(prefix) if prefix else None


def is_generic_mailbox(email: str) -> bool:
    """Say whether a normalised address belongs to an office rather than a person. Rule: ID-3."""
    return email.partition("@")[0].partition("+")[0] in GENERIC_MAILBOXES


def identifiers(
    emails: Iterable[str], phones: Iterable[str], region: str
) -> tuple[tuple[Identifier, ...], int]:
    """Return the distinct identifiers of a submission, and how many values were unusable."""
    found: dict[Identifier, None] = {}
    unusable = 0
    for given in emails:
        if email := normalise_email(given):
            found[Identifier(IdentifierKind.EMAIL, email)] = None
        else:
            unusable += 1
    for given in phones:
        if phone := normalise_phone(given, region):
            found[Identifier(IdentifierKind.PHONE, phone)] = None
        else:
            unusable += 1
    return tuple(found), unusable


K = TypeVar("K", bound=Hashable)
"""The key of a person, whatever the store makes of it."""


@dataclass(slots=True)
class KnownPerson(Generic[K]):
    """What matching needs to know of a person: a personal address, and the names as given."""

    id: K
    has_personal_email: bool
    names: set[str]


@dataclass(frozen=True, slots=True)
class Match(Generic[K]):
    """Whose submission it is. `person` None: somebody new.

    `shared` are identifiers that now prove to belong to several people and match nobody any more.
    `is_conflict`: two addresses in one submission belong to two people, so no use until resolved.
    """

    person: K | None
    shared: tuple[Identifier, ...] = ()
    is_conflict: bool = False


def matchable(found: Iterable[Identifier]) -> tuple[Sequence[Identifier], Sequence[Identifier]]:
    """Return the personal addresses and the numbers among identifiers."""
    emails = [
        i for i in found if i.kind is IdentifierKind.EMAIL and not is_generic_mailbox(i.value)
    ]
    return emails, [i for i in found if i.kind is IdentifierKind.PHONE]


def match(
    found: Sequence[Identifier],
    name: str | None,
    owners: Mapping[Identifier, K | None],
    person: Callable[[K], KnownPerson[K]],
) -> Match[K]:
    """Decide which person a submission belongs to, within one controller. Rule: ID-4.

    The same personal address is the same person. Failing that, the same number is, unless the
    number's owner goes by another personal address or another name: then two people share it. A
    generic mailbox matches nobody.

    Args:
        found: the submission's identifiers.
        name: the full name given, if any.
        owners: identifier → person, None for one that is shared; absent for one never seen.
        person: what is known of an owner, asked for only where it decides.
    """
    if not any(map(owners.get, found)):
        return Match(None)
    emails, phones = matchable(found)
    by_email = {owner for email in emails if (owner := owners.get(email))}
    if len(by_email) == 1:
        return _with_number_conflicts(by_email.pop(), phones, owners)
    if by_email:
        first = next(owner for email in emails if (owner := owners.get(email)))
        return Match(first, is_conflict=True)
    by_phone = {phone: owner for phone in phones if (owner := owners.get(phone))}
    strangers = {p: o for p, o in by_phone.items() if not _could_be(person(o), emails, name)}
    same = {owner for phone, owner in by_phone.items() if phone not in strangers}
    if len(same) == 1:
        return Match(same.pop(), shared=tuple(strangers))
    return Match(None, shared=tuple(by_phone))


def _with_number_conflicts(
    matched: K, phones: Iterable[Identifier], owners: Mapping[Identifier, K | None]
) -> Match[K]:
    """Keep the person found by address; a number that is somebody else's turns out to be shared."""
    others = (p for p in phones if (owner := owners.get(p)) and owner != matched)
    return Match(matched, shared=tuple(others))


def _could_be(owner: KnownPerson[K], emails: Sequence[Identifier], name: str | None) -> bool:
    """Say whether the owner of a number may be who submitted it now."""
    if emails and owner.has_personal_email:
        return False
    if not name or not owner.names:
        return True
    return name_key(name) in map(name_key, owner.names)


def name_key(name: str) -> str:
    """Return a name as it is compared: case, accents' encoding and spacing do not count."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
