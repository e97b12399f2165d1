"""Take leads in from files that somebody downloaded, row by row, with a report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from connectors.base import Batch, Connector, Delivery, MakesIds, ReadsFiles
from models.delivery import cursors
from models.store import Store
from pipeline.collection import rare_collection
from pipeline.ingest import Ingest, IngestReport
from pipeline.pull import UNIT_OF_WORK
from pipeline.settings import ConfiguredSource
from policy.errors import UsageError

ACTOR = "import"
ID_RECIPE = "id recipe"
"""The stream whose cursor says what the ids of a source's records are made of."""


def import_file(
    store: Store,
    source: ConfiguredSource,
    connector: Connector,
    path: Path,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> IngestReport:
    """Take the records of one file in, as leads of a source.

    Rows that cannot be read are set aside and named in the report; the same lead from a file and
    from the platform is one lead. Importing the same file again changes nothing, and importing one
    again that was interrupted goes on where it ended. The report accounts for every row.

    Raises:
        UsageError: the source has no files, or this is none of them.
        StoreError: the store failed; the units before it are stored, and importing again is
        harmless.
    """
    files = require_files(source, connector)
    recipe = require_same_recipe(store, source, connector)
    ingest = Ingest(store, source, connector, ACTOR)
    report = IngestReport()
    with rare_collection():
        for deliveries in chunks(files.open_file(path)):
            batches = [Batch(ID_RECIPE, (), recipe), Batch("file", deliveries)]
            report.add(ingest.take(batches, now()))
            recipe = None
            progress(len(deliveries))
    return report


def require_same_recipe(store: Store, source: ConfiguredSource, connector: object) -> str | None:
    """Return what the ids of records are made of, if that is still to be noted.

    Raises:
        UsageError: ids were made of something else before: every lead would be stored again, and
        those that were deleted would come back.
    """
    recipe = connector.id_recipe() if isinstance(connector, MakesIds) else ""
    if not recipe:
        return None
    with store.reading() as connection:
        noted = cursors(connection, source.controller_id, source.id).get(ID_RECIPE)
    if noted not in (None, recipe):
        raise UsageError(
            f"The leads of {source.id} are known by: {noted}. With the columns that are mapped now "
            f"it would be: {recipe}. Every lead would be stored a second time, and deleted ones "
            "would come back. Cure: map those columns as before, or describe these files as "
            "another source."
        )
    return None if noted else recipe


def require_files(source: ConfiguredSource, connector: object) -> ReadsFiles:
    """Return a connector as one that reads files.

    Raises:
        UsageError: it does not.
    """
    if not isinstance(connector, ReadsFiles):
        raise UsageError(
            f"{source.id} ({source.kind}) has no files that could be imported. Cure: name another "
            "source, or describe the files as one of kind lead_files."
        )
    return connector


def chunks(deliveries: Iterable[Delivery]) -> Iterator[Sequence[Delivery]]:
    """Yield deliveries in units of work."""
    items = iter(deliveries)
    while chunk := list(islice(items, UNIT_OF_WORK)):
        yield chunk
