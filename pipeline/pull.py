"""Pull the new leads of one source: poll, and take what comes in, a unit of work at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.base import Batch, Polls, StreamFailed
from connectors.watched import WatchedSettings
from models import delivery as deliveries
from models.delivery import RunOutcome
from models.keys import new_keys
from models.store import Store
from pipeline.collection import rare_collection
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource
from policy.errors import (
    LeadsError,
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    UsageError,
)

UNIT_OF_WORK = 2_000
"""Leads in one transaction, about: enough to be fast, few enough to stay small in memory."""
ACTOR = "pull"

_OUTCOMES: dict[type[SourceError], RunOutcome] = {
    SourceRefused: RunOutcome.REFUSED,
    SourceUnavailable: RunOutcome.UNAVAILABLE,
    SourceChanged: RunOutcome.CHANGED,
}


def outcome_of(error: SourceError) -> RunOutcome:
    """Return what a run is called that a source ended with an error."""
    return _OUTCOMES.get(type(error), RunOutcome.FAILED)


@dataclass(slots=True)
class PullReport:
    """How one round of one source went. `failed` are streams whose cursor stayed where it was.

    `is_broken_off`: it was told to stop, and the next round goes on from there.
    """

    source_id: str
    taken: IngestReport = field(default_factory=IngestReport)
    failed: list[StreamFailed] = field(default_factory=list)
    error: SourceError | None = None
    is_broken_off: bool = False

    @property
    def errors(self) -> list[SourceError]:
        """Return everything that kept the round from being complete."""
        return [failed.error for failed in self.failed] + ([self.error] if self.error else [])

    @property
    def outcome(self) -> RunOutcome:
        """Return how the round ended, in one word."""
        if self.error:
            return outcome_of(self.error)
        if self.failed or self.is_broken_off:
            return RunOutcome.INCOMPLETE
        return RunOutcome.SET_ASIDE if self.taken.counts["set_aside"] else RunOutcome.DONE


def is_polled(connector: object) -> bool:
    """Say whether a source is one that we ask."""
    return isinstance(connector, Polls)


def is_on_the_clock(source: ConfiguredSource, connector: object) -> bool:
    """Say whether a source is asked by the schedule: one that is watched is asked all the time."""
    return is_polled(connector) and not isinstance(source.own, WatchedSettings)


def pull(
    store: Store,
    source: ConfiguredSource,
    connector: object,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
    is_stopping: Callable[[], bool] = lambda: False,
) -> PullReport:
    """Pull what is new from a source, write down how it went, and return that.

    What a source refuses or cannot give ends in the report, never in an exception: what was taken
    before stays, with its cursor, and other sources go on. `progress` is told of each unit of work
    how many deliveries it held; after each, `is_stopping` may end the round.

    Raises:
        UsageError: the source is of a kind that is not asked.
        StoreError: the store failed; nothing of the unit in hand was written.
    """
    if not isinstance(connector, Polls):
        raise UsageError(
            f"{source.id} ({source.kind}) is not pulled: its leads come by file, or are sent to us."
        )
    started_at = now()
    report = PullReport(source.id)
    with store.reading() as connection:
        cursors = deliveries.cursors(connection, source.controller_id, source.id)
    ingest = Ingest(store, source, connector, ACTOR)  # type: ignore[arg-type]
    polled = connector.poll(cursors)
    try:
        with rare_collection():
            for unit in _units(polled, report):
                report.taken.add(ingest.take(unit, now()))
                progress(sum(len(batch.deliveries) for batch in unit))
                if is_stopping():
                    report.is_broken_off = True
                    break
    except SourceError as error:
        report.error = error
    finally:
        _close(polled)
    _record(store, source, report, started_at, now())
    return report


def _units(polled: Iterable[Batch | StreamFailed], report: PullReport) -> Iterator[Sequence[Batch]]:
    """Gather batches into units of work, in order; hand over what is gathered before an error."""
    unit: list[Batch] = []
    size = 0
    try:
        for item in polled:
            if isinstance(item, StreamFailed):
                report.failed.append(item)
                continue
            unit.append(item)
            size += len(item.deliveries)
            if size >= UNIT_OF_WORK:
                yield unit
                unit, size = [], 0
    except SourceError as error:
        report.error = error
    if unit:
        yield unit


def _close(polled: object) -> None:
    """Let a poll that is left early stop its threads."""
    close = getattr(polled, "close", None)
    if close is not None:
        close()


def _record(
    store: Store,
    source: ConfiguredSource,
    report: PullReport,
    started_at: datetime,
    finished_at: datetime,
) -> None:
    row = {
        "controller_id": source.controller_id,
        "id": new_keys(1, finished_at)[0],
        "job": ACTOR,
        "source_id": source.id,
        "started_at": started_at,
        "finished_at": finished_at,
        "outcome": report.outcome,
        "counts": dict(report.taken.counts),
        "message": "\n".join(str(error) for error in report.errors) or None,
    }
    is_uneventful = report.outcome is RunOutcome.DONE and not report.taken.counts
    with store.writing() as connection:
        # who looks every few minutes must not fill the store with having found nothing
        if not (is_uneventful and deliveries.renew_run(connection, row)):
            deliveries.record_run(connection, row)


def exit_code(reports: Iterable[PullReport]) -> int:
    """Return the exit code of a round over several sources: the most urgent cause counts."""
    codes = [
        LeadsError.exit_code if type(error) is SourceError else error.exit_code
        for report in reports
        for error in report.errors
    ]
    if codes:
        return min(codes)
    return 3 if any(report.taken.counts["set_aside"] for report in reports) else 0
