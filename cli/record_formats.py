"""How the record of processing looks: text, CSV for a spreadsheet, a page to print, JSON."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from policy.processing_columns import CONTROLLER_COLUMNS, PROCESSOR_COLUMNS
from policy.vocabulary import Word

if TYPE_CHECKING:
    from pipeline.record_of_processing import RecordOfProcessing

AS_CONTROLLER = "Record of processing as controller (UK GDPR Art. 30(1))"
AS_PROCESSOR = "Record of processing as processor (UK GDPR Art. 30(2))"
_STYLE = (
    "body{font:14px/1.4 sans-serif;margin:2em;max-width:60em}"
    "table{border-collapse:collapse;width:100%;margin:0 0 2em}"
    "th,td{border:1px solid #999;padding:.3em .6em;text-align:left;vertical-align:top}"
    "th{width:16em}h2{page-break-before:auto}table{page-break-inside:avoid}"
)


class RecordFormat(Word):
    """In which form the record is wanted."""

    TEXT = "text"
    CSV = "csv"
    HTML = "html"
    JSON = "json"


def document(record: "RecordOfProcessing", form: RecordFormat) -> str:
    """Return the whole record in a form other than JSON."""
    return _FORMS[form](record)


def data(record: "RecordOfProcessing") -> dict[str, Any]:
    """Return the record for JSON: columns with their headings, and lines of lists of texts."""
    return {
        "made_at": record.made_at,
        "controller": {"columns": CONTROLLER_COLUMNS, "rows": record.controller},
        "processor": {"columns": PROCESSOR_COLUMNS, "rows": record.processor},
    }


def _parts(record: "RecordOfProcessing") -> Iterator[tuple[str, Mapping[str, str], Sequence[Any]]]:
    """Yield each part that has lines: its heading, its columns, its lines."""
    if record.controller:
        yield AS_CONTROLLER, CONTROLLER_COLUMNS, record.controller
    if record.processor:
        yield AS_PROCESSOR, PROCESSOR_COLUMNS, record.processor


def _text(record: "RecordOfProcessing") -> str:
    lines = []
    for heading, columns, rows in _parts(record):
        lines += [heading, "=" * len(heading), f"as of {record.made_at:%Y-%m-%d %H:%M} UTC", ""]
        for row in rows:
            for key, title in columns.items():
                lines.append(f"{title}: {row[key][0]}")
                lines += [f"  - {each}" for each in row[key][1:]]
            lines.append("")
    return "\n".join(lines)


def _csv(record: "RecordOfProcessing") -> str:
    """Return one table: columns that only the other part has are empty."""
    from pipeline.spreadsheets import neutral

    columns = {"record": "Record", **CONTROLLER_COLUMNS, **PROCESSOR_COLUMNS}
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(columns.values())
    for heading, _, rows in _parts(record):
        for row in rows:
            cells = {key: "; ".join(texts) for key, texts in row.items()} | {"record": heading}
            writer.writerow([neutral(cells.get(key, "")) for key in columns])
    return written.getvalue()


def _html(record: "RecordOfProcessing") -> str:
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        f"<title>Record of processing</title><style>{_STYLE}</style></head><body>",
    ]
    for heading, columns, rows in _parts(record):
        parts.append(f"<h1>{escape(heading)}</h1><p>As of {record.made_at:%Y-%m-%d %H:%M} UTC</p>")
        first = next(iter(columns))
        for row in rows:
            name = row["controller"][0] if rows is record.processor else row[first][0]
            parts.append(f"<h2>{escape(name)}</h2><table>")
            for key, title in columns.items():
                cell = "<br>".join(map(escape, row[key]))
                parts.append(f'<tr><th scope="row">{escape(title)}</th><td>{cell}</td></tr>')
            parts.append("</table>")
    return "\n".join([*parts, "</body></html>\n"])


_FORMS: dict[RecordFormat, Callable[["RecordOfProcessing"], str]] = {
    RecordFormat.TEXT: _text,
    RecordFormat.CSV: _csv,
    RecordFormat.HTML: _html,
}
