"""Fields that tell how a visit was measured: advertising tags, clicks, choices about cookies.

A choice about cookies (IAB TCF string, Google consent mode) is no consent to be written to. Such
fields are kept as evidence of that choice, under their own names, and never become a box.
"""

import re
from functools import lru_cache

LONGEST_EVIDENCE = 4_096
CLICK_IDS = frozenset({"gclid", "gbraid", "wbraid", "dclid", "fbclid", "msclkid", "ttclid"})
_CLICK_ID_NAMES = {
    "googleclickid": "gclid",
    "gclickid": "gclid",
    "facebookclickid": "fbclid",
    "microsoftclickid": "msclkid",
    "tiktokclickid": "ttclid",
}
_CHOICES = frozenset(
    {
        *("gcs", "gcd", "gpp", "gppstring", "gppsid", "usprivacy", "uspstring", "npa"),
        *("euconsent", "euconsentv2", "addtlconsent", "acstring", "tcf", "tcdata"),
        *("gdprapplies", "gdprconsent", "consentmode", "consentstate"),
        *("adstorage", "analyticsstorage", "aduserdata", "adpersonalization"),
        *("adpersonalisation", "functionalitystorage", "personalizationstorage"),
        *("securitystorage", "optanonconsent", "usercentrics"),
    }
)
_CHOICE_PARTS = ("cookie", "tcstring", "iabtcf", "consentmode")
_TAG = re.compile(r"utm_?(source|medium|campaign|term|content|id)")
_CLICK_ID = re.compile(r"[A-Za-z0-9_.\-]{1,256}")


def _bare(column: str) -> str:
    return re.sub(r"[^a-z0-9]", "", column.casefold())


@lru_cache(maxsize=4_096)
def click_id_name(column: str) -> str | None:
    """Return the usual name of the click id in a column ("Google Click ID": gclid), or None."""
    bare = _bare(column)
    return bare if bare in CLICK_IDS else _CLICK_ID_NAMES.get(bare)


@lru_cache(maxsize=4_096)
def is_choice_about_cookies(column: str) -> bool:
    """Say whether a column holds a choice about cookies or advertising, by its name."""
    bare = _bare(column)
    return bare in _CHOICES or any(part in bare for part in _CHOICE_PARTS)


@lru_cache(maxsize=4_096)
def is_tracking(column: str) -> bool:
    """Say whether a column belongs to the measuring of a visit, by its name."""
    is_tag = _TAG.fullmatch(column.strip().casefold()) is not None
    return is_tag or click_id_name(column) is not None or is_choice_about_cookies(column)


def looks_like_a_click_id(text: str) -> bool:
    """Say whether a text could be a click id: its letters and length, no more is documented."""
    return _CLICK_ID.fullmatch(text) is not None
