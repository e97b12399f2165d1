"""Elementor: read the fields of a form, with "Advanced Data" or without.

With it each field comes in parts (`fields[email][type]`, `fields[email][value]`); without it as
`Label=value`, beside the address, browser and time of the visit under labels in the language of the
site. Dates are in that language too, and in no named zone: they are not read.

Source: recorded deliveries of Elementor Pro; developers.elementor.com names no format.
"""

import ipaddress
import re

from connectors._form_webhook_sent import (
    FILE_DROPPED,
    TECHNICAL_DROPPED,
    Body,
    Sent,
    SentField,
    named,
    said,
    text_of,
)

_PART = re.compile(r"(form|fields|meta)\[([^\]]{1,200})\](?:\[([^\]]{1,200})\])?")
_CONTACT = {"email": "email", "tel": "phone"}
_DROPPED = {"upload": FILE_DROPPED, "password": TECHNICAL_DROPPED}
_FLAT_FORM = {"form_id": "id", "form_name": "name"}
_FLAT_PAGE = "page url"
_FLAT_TECHNICAL = frozenset({"date", "time", "remote ip", "user agent", "powered by", "credit"})
_BROWSER = "Mozilla/"


def elementor(body: Body) -> Sent | None:
    """Return what was sent; None if there is no field."""
    parts = _parts_of(body)
    advanced = parts.get("fields", {})
    fields, remarks = _advanced(advanced) if advanced else _flat(body)
    if not fields:
        return None
    form, meta = parts.get("form", {}), parts.get("meta", {})
    if meta.keys() & {"remote_ip", "user_agent"}:
        remarks.append(TECHNICAL_DROPPED)
    page = meta.get("page_url", {}).get("value") or _flat_page(body)
    form_id = form.get("id", {}).get("") or body.get("form_id")
    # no id comes with it, and the time of the visit is in the site's own words
    return Sent(None, text_of(form_id), None, fields, page_url=text_of(page), remarks=remarks)


Parts = dict[str, dict[str, dict[str, object]]]


def _parts_of(body: Body) -> Parts:
    """Return what stands in brackets by its three names; objects within objects do as well."""
    parts: Parts = {}
    for name, value in body.items():
        found = _PART.fullmatch(name)
        if found:
            parts.setdefault(found[1], {}).setdefault(found[2], {})[found[3] or ""] = value
        elif name in {"form", "fields", "meta"} and isinstance(value, dict):
            for key, own in value.items():
                inner = own if isinstance(own, dict) else {"": own}
                parts.setdefault(name, {}).setdefault(key, {}).update(inner)
    return parts


def _advanced(given: dict[str, dict[str, object]]) -> tuple[list[SentField], list[str]]:
    fields: list[SentField] = []
    remarks: list[str] = []
    for own_id, part in given.items():
        kind = text_of(part.get("type")) or ""
        if kind in _DROPPED:
            remarks.append(_DROPPED[kind])
            continue
        raw = part.get("raw_value")
        values = said(raw) if isinstance(raw, list) else said(part.get("value", part.get("")))
        fields.append(
            SentField(
                named(part.get("title"), own_id),
                values or ("",),
                is_a=_CONTACT.get(kind),
                is_hidden=kind == "hidden",
                is_group=isinstance(raw, list),
            )
        )
    return fields, remarks


def _flat(body: Body) -> tuple[list[SentField], list[str]]:
    fields: list[SentField] = []
    remarks: list[str] = []
    for label, value in body.items():
        bare = label.strip().casefold()
        if bare in _FLAT_FORM or bare == _FLAT_PAGE or _PART.fullmatch(label):
            continue
        values = said(value)
        if bare in _FLAT_TECHNICAL or any(_is_of_the_visit(each) for each in values):
            remarks.append(TECHNICAL_DROPPED)
            continue
        # "No Label email" is what it calls a field whose label was left empty
        names = named(label, label.removeprefix("No Label "))
        fields.append(SentField(names, values or ("",)))
    return fields, remarks


def _flat_page(body: Body) -> object:
    return next((body[name] for name in body if name.strip().casefold() == _FLAT_PAGE), None)


def _is_of_the_visit(text: str) -> bool:
    """Say whether a text is an address on the Internet or a browser, whatever its label says."""
    if text.startswith(_BROWSER):
        return True
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True
