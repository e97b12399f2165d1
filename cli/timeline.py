"""Tell a time line in words: what the person saw and did first, then the particulars."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from cli.output import print_data, print_wrapped
from cli.words import BASES, box_line, counted, in_words
from policy.vocabulary import LawfulBasis

if TYPE_CHECKING:
    from pipeline.provenance import Moment, Provenance

INDENT = "    "
_ENDS_OF_TIMES = ("_at", "until", "expires")


def tell_provenance(line: "Provenance") -> None:
    """Print a time line for people."""
    print_data(f"{line.controller_id}: {counted(len(line.leads), 'lead')}")
    for moment in line.moments:
        print_data("")
        print_wrapped(f"{moment.at:%Y-%m-%d %H:%M:%S} UTC  {moment.what}")
        told = [*_worded(moment), ", ".join(_particulars(moment.detail))]
        for text in filter(None, told):
            print_wrapped(text, INDENT)


def _worded(moment: "Moment") -> Iterator[str]:
    """Yield what the person was shown, what they did with it, and what that gave."""
    detail = moment.detail
    if wording := detail.get("wording"):
        yield from _wording(wording)
    yield from map(box_line, detail.get("boxes") or ())
    for entry in detail.get("permissions") or ():
        yield "permission " + " ".join(filter(None, entry))
    if basis := detail.get("lawful_basis"):
        yield f"lawful basis: {BASES[LawfulBasis(basis)]}"


def _wording(wording: dict[str, Any]) -> Iterator[str]:
    yield f"form: {wording['name']} ({wording['locale'] or 'language unknown'})"
    yield f"privacy policy: {wording['privacy_url'] or 'no link shown'}"
    for box in wording["boxes"]:
        kind = "required" if box["is_required"] else "optional"
        before = ", ticked beforehand" if box["is_pre_ticked"] else ""
        text = f"“{box['text']}”" if box["text"] else "a box without wording"
        yield f"shown, {kind}{before}: {text}"
    yield f"notice: {wording['notice']}"


def _particulars(detail: dict[str, Any]) -> Iterator[str]:
    for name, value in detail.items():
        if name in {"boxes", "wording", "permissions", "lawful_basis"}:
            continue
        if isinstance(value, dict):
            yield from _particulars(value)
        elif value not in (None, "", []):
            yield f"{name.replace('_', ' ')}: {_particular(name, value)}"


def _particular(name: str, value: object) -> str:
    if isinstance(value, list):
        return "; ".join(map(in_words, value))
    if isinstance(value, str) and name.endswith(_ENDS_OF_TIMES):
        with suppress(ValueError):  # an auditor gets a number in place of what is masked
            return f"{datetime.fromisoformat(value).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return in_words(value)
