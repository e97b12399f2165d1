"""What may be kept of the visit that led to a submission: little, and no more than was allowed."""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from connectors._web_form_fields import COOKIE_CHOICES

CLICK_IDS = ("gclid", "gbraid", "wbraid", "fbclid", "msclkid", "ttclid", "li_fat_id")
CAMPAIGN = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id")
_VALUE = re.compile(r"[A-Za-z0-9_.\-]{1,256}")
_CAMPAIGN_VALUE = re.compile(r"[A-Za-z0-9_.\- +|:/~%]{1,256}")
_LONGEST_ADDRESS = 512
_MOST_PARAMETERS = 100
_STATES = frozenset({"granted", "denied"})


def cleaned_address(address: str) -> str | None:
    """Return a page's address with nothing of its query but the campaign; None if it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname or not address.isprintable():
        return None
    place = parts.netloc.rpartition("@")[2]
    kept = urlencode(campaign_of(address))
    return urlunsplit((parts.scheme, place, parts.path, kept, ""))[:_LONGEST_ADDRESS]


def campaign_of(address: str) -> dict[str, str]:
    """Return the campaign that a page's address names."""
    return _named(address, CAMPAIGN, _CAMPAIGN_VALUE)


def clicks_of(address: str) -> dict[str, str]:
    """Return the clicks that a page's address names: they are somebody's."""
    # the bare word stands in addresses in the wild, and is nobody's click
    found = _named(address, CLICK_IDS, _VALUE)
    return {name: value for name, value in found.items() if value != name}


def _named(address: str, names: tuple[str, ...], shape: re.Pattern[str]) -> dict[str, str]:
    try:
        query = parse_qsl(urlsplit(address).query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return {}
    # of two values the first counts, as browsers' own tools have it
    given = {name: value for name, value in reversed(query) if name in names}
    return {name: given[name] for name in names if shape.fullmatch(given.get(name, ""))}


def cookie_choice(values: Mapping[str, str]) -> dict[str, str]:
    """Return what the page says of the visitor's choice about cookies, as facts."""
    return {name: values[name] for name in COOKIE_CHOICES if values.get(name) in _STATES}


def signals_of(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what the browser says of its user's will: exactly "1" counts, nothing else."""
    names = {"sec-gpc": "sec_gpc", "dnt": "dnt"}
    return {kept: "1" for name, kept in names.items() if headers.get(name) == "1"}


def may_keep_clicks(choice: Mapping[str, str], signals: Mapping[str, str]) -> bool:
    """Say whether a click may be kept: only with a recorded yes, never against a signal.

    A click id in an address proves nothing, for some tools put it there without any consent.
    """
    return choice.get("ad_consent") == "granted" and not signals
