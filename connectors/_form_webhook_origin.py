"""Say where a submission came from: page, campaign, and clicks where advertising was allowed."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from connectors._form_webhook_places import Places, label_of
from connectors._form_webhook_sent import Sent, SentField
from connectors._form_webhook_settings import AdConsent
from connectors._tick_boxes import as_compared
from connectors._tracking import (
    LONGEST_EVIDENCE,
    click_id_name,
    is_tracking,
    looks_like_a_click_id,
)

CLICK_ID_DROPPED = "click_id_dropped"
CLICK_ID_UNREADABLE = "click_id_unreadable"
PAGE_URL_UNREADABLE = "page_url_unreadable"

_LONGEST_NAME = 200
_MOST_PARAMETERS = 100

Origin = dict[str, str | bool]


def origin_of(sent: Sent, places: Places, consent: AdConsent | None) -> tuple[Origin, list[str]]:
    """Return what is known of the visit, and what was odd about it.

    A click id counts only if the person allowed advertising: that one stands in an address proves
    nothing. The page's address is kept without what is behind the question mark, but for campaigns.
    """
    allows_ads = consent is not None and _says_yes(places.ad_consent, consent)
    origin: Origin = {}
    odd: list[str] = []
    page, parameters = _page(sent.page_url, odd)
    if page:
        origin["page_url"] = page
    told = [(label_of(f, n), f, v) for n, f in enumerate(places.visit, start=1) for v in f.values]
    for name, field, value in told:
        clicks = filter(None, map(click_id_name, field.names))
        _note(origin, odd, (name, next(clicks, None), value), allows_ads=allows_ads)
    for name, value in parameters:
        if is_tracking(name):
            _note(origin, odd, (name, click_id_name(name), value), allows_ads=allows_ads)
    return origin, odd


def _says_yes(fields: Sequence[SentField], consent: AdConsent) -> bool:
    values = [value for field in fields for value in field.values]
    yes = {as_compared(value) for value in consent.yes}
    return len(values) == 1 and as_compared(values[0]) in yes


def _note(
    origin: Origin, odd: list[str], told: tuple[str, str | None, str], *, allows_ads: bool
) -> None:
    name, click, value = told
    text = value.strip()
    if not text:
        return
    if click is None:
        origin.setdefault(name[:_LONGEST_NAME], text[:LONGEST_EVIDENCE])
    elif not allows_ads:
        odd.append(CLICK_ID_DROPPED)
    elif looks_like_a_click_id(text) and text != click:
        origin.setdefault(click, text)
    else:
        odd.append(CLICK_ID_UNREADABLE)


def _page(url: str | None, odd: list[str]) -> tuple[str | None, list[tuple[str, str]]]:
    """Return an address as far as it names a page, and what stands behind the question mark."""
    if url is None:
        return None, []
    try:
        parts = urlsplit(url)
        parameters = parse_qsl(parts.query, max_num_fields=_MOST_PARAMETERS)
        host = parts.hostname
    except ValueError:
        odd.append(PAGE_URL_UNREADABLE)
        return None, []
    if parts.scheme not in {"http", "https"} or not host:
        odd.append(PAGE_URL_UNREADABLE)
        return None, []
    return f"{parts.scheme}://{_host(host)}{parts.path}"[:LONGEST_EVIDENCE], parameters


def _host(host: str) -> str:
    return f"[{host}]" if ":" in host else host
