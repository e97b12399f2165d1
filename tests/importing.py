"""How the tests import: a file of anybody's making, described by a source, into a real store."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from connectors import registry
from connectors.base import Connector, ConnectorIO
from connectors.lead_files import source as declared_kind
from models.store import Store
from pipeline.import_files import import_file
from pipeline.ingest import IngestReport
from pipeline.rehearse_import import Rehearsal, rehearse_import
from pipeline.settings import ConfiguredSource
from tests.build import MARKETING_BY_EMAIL, NOW, SUPPRESSION_KEY, controller, declared
from tests.connectors.lead_files_corpus import SETTINGS

HEADINGS = ("Signed up at", "Name", "E-mail", "Phone", "Company", "Newsletter")
OUTCOMES = (
    "stored",
    "tests",
    "duplicates",
    "arrived_again",
    "too_old",
    "removed_before",
    "set_aside",
)


def fair(id_: str = "fair", **own: Any) -> ConfiguredSource:
    """Return a source of files; the usual settings, changed as given."""
    settings = declared_kind.settings.model_validate(SETTINGS | own)
    meanings = (MARKETING_BY_EMAIL,)
    return ConfiguredSource(
        id_, "lead_files", controller(), "GB", meanings, settings, SUPPRESSION_KEY
    )


def row(number: int = 0, **changes: str) -> dict[str, str]:
    """Return the cells of one row; all of a number are one person's."""
    cells = (
        "17/05/2026 10:30",
        f"Person {number}",
        f"p{number}@shop.example",
        f"+4477009{number:05d}",
        "",
        "yes",
    )
    return dict(zip(HEADINGS, cells, strict=True)) | changes


def written(path: Path, rows: Iterable[dict[str, str]], headings: Sequence[str] = HEADINGS) -> Path:
    """Write rows as a file with commas."""
    with path.open("w", encoding="utf-8") as file:
        file.write(",".join(headings) + "\n")
        file.writelines(",".join(each[name] for name in headings) + "\n" for each in rows)
    return path


def connector_of(source: ConfiguredSource, at: datetime = NOW) -> Connector:
    """Return the real connector, with a clock that stands still."""
    io = ConnectorIO(now=lambda: at, sleep=lambda _: None, log=structlog.get_logger())
    return registry.source(source.kind).build(source.own, io)


def bring(
    store: Store, path: Path, source: ConfiguredSource | None = None, at: datetime = NOW
) -> IngestReport:
    """Import a file; every row must be accounted for."""
    chosen = source or fair()
    declared(store, chosen)
    report = import_file(store, chosen, connector_of(chosen, at), path, lambda: at)
    assert sum(report.counts[name] for name in OUTCOMES) == report.rows
    assert sum(report.reasons.values()) == report.counts["set_aside"]
    return report


def rehearse(store: Store, path: Path, source: ConfiguredSource | None = None) -> Rehearsal:
    chosen = source or fair()
    return rehearse_import(store, chosen, connector_of(chosen), path, lambda: NOW)
