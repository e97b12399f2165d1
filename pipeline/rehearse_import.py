"""Say what importing a file would do, and write nothing."""

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from connectors.base import (
    ColumnGuess,
    Connector,
    Delivery,
    Problem,
    Proposes,
    ReadsFiles,
    Submission,
)
from connectors.heard import Heard
from models import lead as leads
from models import permission, removal, schema
from models.store import Store
from pipeline.client_exit import has_left
from pipeline.collection import rare_collection
from pipeline.compose import ShapeBook
from pipeline.gather import require_own_key
from pipeline.heed_heard import outcome_of
from pipeline.import_files import chunks, require_files, require_same_recipe
from pipeline.ingest import MAX_NAMED, IngestReport, SetAside
from pipeline.prepare import Prepared, Preparer
from pipeline.recognise import Recogniser, by_way, removals
from pipeline.settings import ConfiguredSource, Settings
from policy.suppression import suppression_digests
from policy.vocabulary import Grade

_ONE_QUERY = 1_000
_PARTS = 64


@dataclass(slots=True)
class Rehearsal:
    """What a file is, and what importing it would do.

    `columns` are named with what becomes of them, or, where there is a `configuration` to propose
    because nothing describes them yet, with what they could be; then nothing was read, and `report`
    is None. Its `duplicates` are all that is known already. `boxes` counts, by the box's key, what
    would be `ticked`, `not_ticked` and `unclear`.
    """

    format: str | None = None
    columns: Sequence[ColumnGuess] = ()
    configuration: str = ""
    report: IngestReport | None = None
    boxes: dict[str, Counter[str]] = field(default_factory=dict)


@contextmanager
def looking(settings: Settings) -> Iterator[Store]:
    """Open the store of an installation to look at it: not even the configuration is noted.

    Raises:
        SchemaOutOfDate: a migration is pending; the message names the command.
        StoreUnavailable: the store cannot be opened.
    """
    store = Store(settings.store_url)
    try:
        schema.require_current(store)
        yield store
    finally:
        store.close()


def rehearse_import(
    store: Store,
    source: ConfiguredSource,
    connector: Connector,
    path: Path,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> Rehearsal:
    """Read one file as `import_file` would, ask the store what it knows, and write nothing.

    Raises:
        ConfigError: the suppression list was made with another key.
        UsageError: the source has no files, or this is none of them.
    """
    files = require_files(source, connector)
    found = propose_for(connector, path)
    if found.configuration:
        return found
    require_same_recipe(store, source, connector)
    rehearsed = _Rehearsed(source, files, found)
    with rare_collection():
        for deliveries in chunks(files.open_file(path)):
            rehearsed.look(store, deliveries, now())
            progress(len(deliveries))
    rehearsed.count_repeated()
    return found


def propose_for(connector: Connector, path: Path) -> Rehearsal:
    """Return what a file is, without reading its rows as leads.

    Raises:
        UsageError: the file is in no format that the connector knows, or cannot be opened.
    """
    if not isinstance(connector, Proposes):
        return Rehearsal()
    proposal = connector.propose(path)
    return Rehearsal(proposal.format, proposal.columns, proposal.configuration)


class _Share(NamedTuple):
    """What one new lead adds to the report."""

    is_test: bool
    consents: int
    opted_out: bool
    grade: Grade | None


class _Rehearsed:
    """Gathers what an import would do."""

    def __init__(
        self, source: ConfiguredSource, connector: ReadsFiles, rehearsal: Rehearsal
    ) -> None:
        self._source = source
        self._connector = connector
        self._preparer = Preparer(source)
        self._recogniser = Recogniser(source.controller_id, source.id)
        self._shapes = ShapeBook()
        self._fresh = [(array("q"), array("H")) for _ in range(_PARTS)]
        self._shares: dict[_Share, int] = {}
        self._boxes = rehearsal.boxes
        self._report = rehearsal.report = IngestReport()

    def look(self, store: Store, deliveries: Sequence[Delivery], now: datetime) -> None:
        """Read some records, and ask what the store knows of them."""
        prepared: list[Prepared] = []
        for delivery in deliveries:
            for outcome in self._connector.read(delivery):  # type: ignore[attr-defined]
                if isinstance(outcome, Submission):
                    prepared.append(self._preparer.prepare(outcome, delivery))
                elif isinstance(outcome, Problem):
                    self._set_aside(delivery, outcome)
                elif isinstance(outcome, Heard):
                    self._report.rows += 1
                    self._report.counts[outcome_of(outcome)] += 1
        self._report.rows += len(prepared)
        for each in prepared:
            self._count_boxes(each)
        with store.reading() as connection:
            key = self._source.suppression_key
            require_own_key(connection, self._source.controller_id, key)
            for same_way in by_way(prepared):
                self._sort(connection, same_way, now)

    def _set_aside(self, delivery: Delivery, problem: Problem) -> None:
        self._report.rows += 1
        self._report.counts["set_aside"] += 1
        self._report.reasons[problem.code.value] += 1
        if len(self._report.named) < MAX_NAMED:
            self._report.named.append(SetAside(delivery.position, problem.code, problem.detail))

    def _count_boxes(self, prepared: Prepared) -> None:
        for box in prepared.submission.boxes or ():
            said = {True: "ticked", False: "not_ticked", None: "unclear"}[box.is_ticked]
            self._boxes.setdefault(box.key, Counter())[said] += 1

    def _sort(self, connection: Connection, batch: Sequence[Prepared], now: datetime) -> None:
        if has_left(connection, self._source.controller):
            self._report.counts["client_left"] += len(batch)
            return
        controller_id, source_id = self._source.controller_id, self._source.id
        ids = [each.external_id for each in batch]
        known = set(leads.known_leads(connection, controller_id, source_id, ids))
        marked = self._recogniser.marked(batch)
        others = [id_ for id_ in ids if id_ not in known]
        known |= self._recogniser.copies(connection, others, marked).known.keys()
        strangers = [each for each in batch if each.external_id not in known]
        gone = removal.removed_before(
            connection,
            controller_id,
            source_id,
            [each.external_id for each in strangers],
            removals([each.external_id for each in strangers], marked),
        )
        fresh = [each for each in strangers if each.external_id not in gone]
        kept = [each for each in fresh if each.expires_at > now]
        counts = self._report.counts
        counts["duplicates"] += len(batch) - len(strangers)
        counts["removed_before"] += len(strangers) - len(fresh)
        counts["too_old"] += len(fresh) - len(kept)
        self._count_fresh(connection, kept)

    def _count_fresh(self, connection: Connection, kept: Sequence[Prepared]) -> None:
        """Count what would be new, but for what the batch repeats; remember each by 10 bytes."""
        met = {each.external_id: each for each in reversed(kept)}
        self._report.counts["duplicates"] += len(kept) - len(met)
        opted_out = self._suppressed(connection, list(met.values()))
        for external_id, each in met.items():
            is_test = each.submission.is_test
            share = _Share(
                is_test,
                self._shapes.shapes(each).consents,
                external_id in opted_out,
                None if is_test else each.grade,
            )
            self._count(share, 1)
            mark = hash(external_id)
            marks, shares = self._fresh[mark % _PARTS]
            marks.append(mark)
            shares.append(self._shares.setdefault(share, len(self._shares)))

    def _count(self, share: "_Share", times: int) -> None:
        counts = self._report.counts
        counts["tests" if share.is_test else "stored"] += times
        counts["consents"] += times * share.consents
        counts["suppressed"] += times * share.opted_out
        if share.grade is not None:
            self._report.grades[share.grade] += times

    def _suppressed(self, connection: Connection, fresh: Sequence[Prepared]) -> set[str]:
        """Return the ids of those whose person is on the suppression list."""
        controller_id = self._source.controller_id
        if not permission.has_suppressions(connection, controller_id):
            return set()
        key = self._source.suppression_key
        own = {
            each.external_id: {
                digest
                for one in each.identifiers
                for digest in suppression_digests(key, controller_id, one)
            }
            for each in fresh
        }
        wanted = list(set().union(*own.values()))
        listed: set[str] = set()
        for start in range(0, len(wanted), _ONE_QUERY):
            some = wanted[start : start + _ONE_QUERY]
            listed |= permission.suppressions(connection, controller_id, some).keys()
        return {id_ for id_, digests in own.items() if not listed.isdisjoint(digests)}

    def count_repeated(self) -> None:
        """Count what a file brings again far behind the first time as known, not as new."""
        known = {number: share for share, number in self._shares.items()}
        for marks, shares in self._fresh:
            met: set[int] = set()
            for mark, share in zip(marks, shares, strict=True):
                if mark in met:
                    self._count(known[share], -1)
                    self._report.counts["duplicates"] += 1
                met.add(mark)
        self._report.counts += Counter()  # without zeros, as an import leaves it
        self._report.grades += Counter()
