"""Show an answer as one page: no script, nothing from elsewhere, every value escaped."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from pipeline.pack_asked import Record
from pipeline.pack_words import BASES, LABELS, PURPOSES, SECTIONS
from policy.vocabulary import LawfulBasis, Purpose

_NOTHING: tuple[object, ...] = (None, "", [], {})


def page_of(document: Record) -> str:
    """Return an answer as HTML that stands alone."""
    return _template().render(
        document=document,
        made_at=_time(document["made_at"]),
        sections=list(_sections(document)),
        label=_label,
        shown=_shown,
        particulars=_particulars,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("answer.html")


def _sections(document: Record) -> Iterator[Record]:
    for name, title, words in SECTIONS:
        if name in document:
            content = document[name]
            items = content if isinstance(content, list) else [content]
            yield {"name": name, "title": title, "words": words, "items": items}


def _particulars(record: Record) -> list[tuple[str, Any]]:
    """Return what there is to say of one thing; what is empty is left out."""
    return [(name, value) for name, value in record.items() if value not in _NOTHING]


def _label(name: str) -> str:
    return LABELS.get(name, name.replace("_", " "))


def _shown(name: str, value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return one value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name == "lawful_basis":
        return BASES[LawfulBasis(value)]
    if name == "purpose":
        return PURPOSES[Purpose(value)]
    text = str(value)
    return _time(text) if name.endswith(("_at", "_until", "since")) else _plain(name, text)


_OF_CLOSED_LISTS = frozenset(
    {
        "event", "channel", "channels", "reason", "because", "happened", "right", "status",
        "identity", "kind", "defect", "role", "keeps", "outcome",
    }
)  # fmt: skip


def _plain(name: str, text: str) -> str:
    return text.replace("_", " ") if name in _OF_CLOSED_LISTS else text


def _time(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return text
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"
