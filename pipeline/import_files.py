"""Take leads in from files that somebody downloaded, row by row, with a report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from connectors.base import Batch, Delivery, ReadsFiles
from models.store import Store
from pipeline.collection import rare_collection
from pipeline.ingest import Ingest, IngestReport
from pipeline.pull import UNIT_OF_WORK
from pipeline.settings import ConfiguredSource
from policy.errors import UsageError

ACTOR = "import"


def import_file(
    store: Store,
    source: ConfiguredSource,
    connector: object,
    path: Path,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> IngestReport:
    """Take the records of one file in, as leads of a source.

    Rows that cannot be read are set aside and named in the report; the same lead from a file and
    from the platform is one lead. Importing the same file again changes nothing.

    Raises:
        UsageError: the source has no files, or this is none of them.
        StoreError: the store failed; the units before it are stored, and importing again is
        harmless.
    """
    if not isinstance(connector, ReadsFiles):
        raise UsageError(f"{source.id} ({source.kind}) has no files that could be imported.")
    ingest = Ingest(store, source, connector, ACTOR)  # type: ignore[arg-type]
    report = IngestReport()
    with rare_collection():
        for deliveries in _chunks(connector.open_file(path)):
            report.add(ingest.take([Batch("file", deliveries)], now()))
            progress(len(deliveries))
    return report


def _chunks(deliveries: Iterable[Delivery]) -> Iterator[Sequence[Delivery]]:
    items = iter(deliveries)
    while chunk := list(islice(items, UNIT_OF_WORK)):
        yield chunk
