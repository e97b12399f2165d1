"""Write an answer as files: to be read by people, by machines, and by spreadsheets."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from pipeline.pack_answer import Answer
from pipeline.pack_asked import Record
from policy.rights.packs import PackKind

_SHEETS = {
    "details.csv": (
        "lead", "submitted_at", "form", "full_name", "first_name", "last_name", "company",
        "job_title", "contact",
    ),
    "answers.csv": ("lead", "question", "answer"),
    "choices.csv": ("lead", "submitted_at", "box", "wording", "answer"),
    "permissions.csv": (
        "occurred_at", "event", "purpose", "channel", "identifier", "lawful_basis", "valid_until",
        "lead",
    ),
}  # fmt: skip


def write_files(answer: Answer, kind: PackKind, folder: Path) -> dict[str, str]:
    """Write the files of an answer into a folder; return the SHA-256 of each, by name.

    Raises:
        OSError: the disk refused one.
    """
    from pipeline.pack_page import page_of  # noqa: PLC0415 - loads a template engine

    document = orjson.dumps(answer.document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    _new(folder / "answer.json", document)
    _new(folder / "answer.html", page_of(answer.document).encode())
    if kind is PackKind.PORTABILITY:
        for name, rows in _tables(answer.document):
            _sheet(folder / name, _SHEETS[name], rows)
    return {path.name: _sha256(path) for path in sorted(folder.iterdir())}


def _new(path: Path, content: bytes) -> None:
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - with its rights from the beginning
        file.write(content)


def _sheet(path: Path, columns: Sequence[str], rows: Sequence[Record]) -> None:
    from pipeline.spreadsheets import CsvSheet  # noqa: PLC0415 - one kind of answer only

    _new(path, b"")
    sheet = CsvSheet(path, columns)
    try:
        sheet.write([[_cell(row.get(name)) for name in columns] for row in rows])
    finally:
        sheet.close()


def _tables(document: Record) -> Iterator[tuple[str, list[Record]]]:
    """Yield the rows of each sheet: one kind of thing a sheet, tied by the lead's key."""
    leads = document["leads"]
    yield "details.csv", leads
    yield (
        "answers.csv",
        [
            {"lead": lead["lead"], "question": question, "answer": answer}
            for lead in leads
            for question, answer in lead["answers"].items()
        ],
    )
    yield (
        "choices.csv",
        [
            {"lead": lead["lead"], "submitted_at": lead["submitted_at"], **choice}
            for lead in leads
            for choice in lead["choices"]
        ],
    )
    yield "permissions.csv", document["permissions"]


def _cell(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if value is None:
        return ""
    if isinstance(value, list):
        return "; ".join(map(_cell, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_cell(each)}" for name, each in value.items())
    return str(value)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
