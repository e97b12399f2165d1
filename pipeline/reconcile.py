"""Compare what a platform says it has with what is here, and fetch what is missing.

Pulls and webhooks bring leads; this shows that they brought all of them. It asks for ids only,
looks each of them up in sets, and takes what is missing in as a pull does: in the same transactions
and exactly once. It moves no cursor.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from connectors.base import Batch, Delivery, StreamFailed
from connectors.listed import Listed, ListedBatch, Lists
from models import delivery as deliveries
from models.lead import stored_by_form
from models.store import Store
from pipeline.collection import rare_collection
from pipeline.compare_listed import Comparing
from pipeline.compared import FETCHED, JOB, Place, ReconcileReport, write_down
from pipeline.ingest import Ingest
from pipeline.pull import UNIT_OF_WORK
from pipeline.settings import ConfiguredSource
from policy.completeness import USUAL_DAYS, Standing, window
from policy.errors import SourceError, UsageError

MOST_GAPS = 10_000
"""Gaps that are gathered before they are fetched: few enough to stay small in memory."""
NOT_SHOWN, NOT_KEPT = "not_shown", "not_kept"


def is_listed(connector: object) -> bool:
    """Say whether the platform of a source can be asked what it has."""
    return isinstance(connector, Lists)


def reconcile(  # noqa: PLR0913 - what `pull` has, and how far back
    store: Store,
    source: ConfiguredSource,
    connector: object,
    now: Callable[[], datetime],
    days: int = USUAL_DAYS,
    progress: Callable[[int], None] = lambda _: None,
    *,
    is_rehearsal: bool = False,
    is_stopping: Callable[[], bool] = lambda: False,
) -> ReconcileReport:
    """Compare the last days of a source, fetch what is missing, and write down what was found.

    What a platform refuses or cannot give ends in the report, never in an exception. A rehearsal
    compares only: it fetches nothing and writes nothing down. If it is killed, what was fetched
    stays, and the next one finds the rest; so it is where `is_stopping`, which is asked after each
    batch and each unit of work, ends it. `progress` is told of each batch how many leads it held.

    Raises:
        UsageError: the platform of this source cannot be asked what it has.
        StoreError: the store failed; nothing of the unit in hand was written.
    """
    if not isinstance(connector, Lists):
        raise UsageError(
            f"{source.id} ({source.kind}) is not compared: nobody can be asked what should be here."
        )
    started_at = now()
    report = ReconcileReport(source.id, *window(started_at, days))
    work = _Work(store, source, connector, now, report, is_rehearsal, is_stopping)
    with rare_collection():
        work.compare(progress)
        work.close_gaps()
    if report.is_broken_off:
        return report
    _count_unlisted(store, source, report)
    if not is_rehearsal:
        write_down(store, source, report, started_at, now())
    return report


@dataclass(frozen=True, slots=True)
class _Gap:
    """A lead that is missing, where it belongs, and what is set aside that announced it."""

    listed: Listed
    place: Place
    announced: tuple[UUID, ...]


@dataclass(slots=True)
class _Work:
    """One comparison of one source."""

    store: Store
    source: ConfiguredSource
    connector: Lists
    now: Callable[[], datetime]
    report: ReconcileReport
    is_rehearsal: bool
    is_stopping: Callable[[], bool]
    gaps: dict[str, _Gap] = field(default_factory=dict)
    seen: dict[str, set[int]] = field(default_factory=dict)

    def compare(self, progress: Callable[[int], None]) -> None:
        """Go through what the platform lists; fetch gaps when many are gathered."""
        report = self.report
        comparing = Comparing(self.source, self.connector)  # type: ignore[arg-type]
        listing = self.connector.listed(report.since, report.until)
        try:
            for batch in listing:
                if isinstance(batch, StreamFailed):
                    report.failed.append(batch)
                    continue
                self._compare(comparing, batch)
                progress(len(batch.items))
                if self._must_end():
                    break
                if len(self.gaps) >= MOST_GAPS:
                    self.close_gaps()
        except SourceError as error:
            report.error = error
        finally:
            _close(listing)

    def _compare(self, comparing: Comparing, batch: ListedBatch) -> None:
        fresh = self._first_time(batch)
        with self.store.reading() as connection:
            found = comparing.compare(connection, fresh)
        for each in fresh:
            place = Place.of(batch.stream, each)
            self.report.count(place, "listed")
            standing = found.standings[each.external_id]
            if standing is Standing.GAP:
                announced = tuple(found.announced.get(each.external_id, ()))
                self.gaps[each.external_id] = _Gap(each, place, announced)
            else:
                self.report.count(place, standing.value)
        if batch.is_last:
            self.report.whole.add(batch.stream)

    def _first_time(self, batch: ListedBatch) -> list[Listed]:
        """Return what a stream has not listed before: a list that grows is paged over twice."""
        # the hash alone keeps a million leads small in memory
        seen = self.seen.setdefault(batch.stream, set())
        fresh = []
        for each in batch.items:
            mark = hash(each.external_id)
            if mark not in seen:
                seen.add(mark)
                fresh.append(each)
        if batch.is_last:
            del self.seen[batch.stream]
        return fresh

    def _must_end(self) -> bool:
        self.report.is_broken_off = self.report.is_broken_off or self.is_stopping()
        return self.report.is_broken_off

    def close_gaps(self) -> None:
        """Fetch the gaps gathered so far, and count what became of each."""
        gaps, self.gaps = self.gaps, {}
        if not gaps or self.report.is_broken_off:
            return
        if self.is_rehearsal:
            for gap in gaps.values():
                self.report.count(gap.place, "open")
            return
        came, errors = self._fetch(gaps)
        with self.store.reading() as connection:
            comparing = Comparing(self.source, self.connector)  # type: ignore[arg-type]
            found = comparing.compare(connection, [gap.listed for gap in gaps.values()])
        for id_, gap in gaps.items():
            standing = found.standings[id_]
            if standing is not Standing.GAP:
                self.report.count(gap.place, standing.value)
                self.report.count(gap.place, FETCHED)
                continue
            self.report.count(gap.place, "open")
            error = errors.get(gap.place.stream) or errors.get("")
            why = NOT_KEPT if id_ in came else error.code if error else NOT_SHOWN
            self.report.reasons[why] += 1

    def _fetch(self, gaps: dict[str, _Gap]) -> tuple[set[str], dict[str, SourceError]]:
        """Take gaps in; return what came, and the error of each stream ("" is of them all)."""
        wanted: dict[str, list[Listed]] = {}
        for gap in gaps.values():
            wanted.setdefault(gap.place.stream, []).append(gap.listed)
        with self.store.reading() as connection:
            owner = self.source.controller_id
            cursors = deliveries.cursors(connection, owner, self.source.id)
        ingest = Ingest(self.store, self.source, self.connector, JOB)  # type: ignore[arg-type]
        came: set[str] = set()
        errors: dict[str, SourceError] = {}
        units = _units(self.connector.fetch(wanted, cursors), errors)
        for unit in units:
            ids = [each.external_id for each in unit if each.external_id in gaps]
            replaced = [key for id_ in dict.fromkeys(ids) for key in gaps[id_].announced]
            ingest.take(_batches(unit, gaps), self.now(), replaces=replaced)
            came.update(ids)
            if self._must_end():
                break
        units.close()
        self.report.failed += [StreamFailed(name, error) for name, error in errors.items() if name]
        self.report.error = errors.get("") or self.report.error
        return came, errors


def _units(
    found: Iterable[Delivery | StreamFailed], errors: dict[str, SourceError]
) -> Generator[list[Delivery]]:
    """Gather what comes into units of work, and note what fails; what came before still counts."""
    unit: list[Delivery] = []
    try:
        for each in found:
            if isinstance(each, StreamFailed):
                errors[each.stream] = each.error
                continue
            unit.append(each)
            if len(unit) >= UNIT_OF_WORK:
                yield unit
                unit = []
    except SourceError as error:
        errors[""] = error
    finally:
        _close(found)
    if unit:
        yield unit


def _batches(unit: Iterable[Delivery], gaps: dict[str, _Gap]) -> list[Batch]:
    """Return deliveries by the stream that listed them; no cursor moves."""
    streams: dict[str, list[Delivery]] = {}
    for each in unit:
        gap = gaps.get(each.external_id or "")
        streams.setdefault(gap.place.stream if gap else JOB, []).append(each)
    return [Batch(stream, own) for stream, own in streams.items()]


def _count_unlisted(store: Store, source: ConfiguredSource, report: ReconcileReport) -> None:
    """Count what is here and not listed any more: deleted there, or older than it gives out."""
    with store.reading() as connection:
        here = stored_by_form(
            connection, source.controller_id, source.id, report.since, report.until
        )
    listed = {place.form_id for place in report.days if place.stream in report.whole}
    # which forms a stream has that could not be listed nobody knows
    asked = listed if report.errors else listed | here.keys()
    forms = report.forms
    for form_id in asked:
        counts = forms.get(form_id, Counter())
        left = here.get(form_id, 0) - counts[Standing.STORED] - counts[Standing.TEST]
        if left > 0:
            report.unlisted[form_id] = left


def _close(listing: object) -> None:
    """Let a listing that is left early stop its threads."""
    close = getattr(listing, "close", None)
    if close is not None:
        close()
