"""What comparing a source with its platform's list found, and writing it down."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from connectors.base import StreamFailed
from connectors.listed import Listed
from models import delivery as deliveries
from models.delivery import RunOutcome
from models.keys import new_keys
from models.reconciled import forget_results, replace_results
from models.store import Store
from pipeline.pull import outcome_of
from pipeline.settings import ConfiguredSource
from policy.completeness import Standing, forgotten_before
from policy.errors import SourceError, SourceUnavailable
from policy.london import london_date

JOB = "reconcile"
FETCHED = "fetched"
GAPS_OPEN = 3
"""The exit code where leads are still missing."""
COUNTS = ("listed", *(each.value for each in Standing if each is not Standing.GAP), FETCHED, "open")
"""What is counted of each day, in this order."""


class Place(NamedTuple):
    """One London day of one form, in the stream that lists it."""

    stream: str
    form_id: str
    day: date

    @classmethod
    def of(cls, stream: str, listed: Listed) -> "Place":
        """Return where a listed lead belongs."""
        return cls(stream, listed.form_id, london_date(listed.created_at))


@dataclass(slots=True)
class ReconcileReport:
    """How comparing one source went, for leads made from `since` until before `until` (UTC).

    `days` counts, of each form and London day, the leads that the platform listed (`listed`); each
    of them once as `stored`, `tests`, `removed`, `aside`, `waiting` or `open`. `fetched` were gaps
    at first and count as what they became too. `unlisted`, by form, are stored and not listed any
    more. `whole` are the streams that were listed to their end, `failed` those that could not be,
    and `reasons` says why gaps stay open. `is_broken_off`: it was told to stop, and says nothing.
    """

    source_id: str
    since: datetime
    until: datetime
    days: dict[Place, Counter[str]] = field(default_factory=dict)
    unlisted: Counter[str] = field(default_factory=Counter)
    whole: set[str] = field(default_factory=set)
    failed: list[StreamFailed] = field(default_factory=list)
    error: SourceError | None = None
    reasons: Counter[str] = field(default_factory=Counter)
    is_broken_off: bool = False

    def count(self, place: Place, what: str) -> None:
        """Count one lead of a day."""
        self.days.setdefault(place, Counter())[what] += 1

    @property
    def totals(self) -> Counter[str]:
        """Return the counts of all days together."""
        total: Counter[str] = sum(self.days.values(), Counter())
        total["unlisted"] = self.unlisted.total()
        return +total

    @property
    def forms(self) -> dict[str, Counter[str]]:
        """Return the counts by form."""
        found: dict[str, Counter[str]] = {form_id: Counter() for form_id in self.unlisted}
        for place, counts in self.days.items():
            found.setdefault(place.form_id, Counter()).update(counts)
        for form_id, count in self.unlisted.items():
            found[form_id]["unlisted"] = count
        return dict(sorted(found.items()))

    @property
    def errors(self) -> list[SourceError]:
        """Return everything that kept the comparison from being complete."""
        return [failed.error for failed in self.failed] + ([self.error] if self.error else [])

    @property
    def outcome(self) -> RunOutcome:
        """Return how it ended, in one word."""
        if self.error:
            return outcome_of(self.error)
        is_incomplete = self.is_broken_off or self.failed or self.totals["open"]
        return RunOutcome.INCOMPLETE if is_incomplete else RunOutcome.DONE

    @property
    def message(self) -> str | None:
        """Return what somebody should know of it, with the cure; None if nothing."""
        said = [str(error) for error in self.errors]
        if count := self.totals["open"]:
            said.append(
                f"{count:,} of the platform's leads are missing here. {_cure(self.reasons)}"
            )
        return "\n".join(dict.fromkeys(said)) or None


def _cure(reasons: Mapping[str, int]) -> str:
    if "not_shown" in reasons:
        return (
            "Cure: the platform lists some of them and does not show them; look at lead access"
            " with `leadledger check`, then run `leadledger reconcile` again."
        )
    return "Cure: run `leadledger reconcile` again; each run fetches what it can."


def write_down(
    store: Store,
    source: ConfiguredSource,
    report: ReconcileReport,
    started_at: datetime,
    finished_at: datetime,
) -> None:
    """Keep what was found: the run, and the days of every stream that was listed to its end.

    Of the others the last result stays: what was open may still be.
    """
    owner = source.controller_id
    run = {
        "controller_id": owner,
        "id": new_keys(1, finished_at)[0],
        "job": JOB,
        "source_id": source.id,
        "started_at": started_at,
        "finished_at": finished_at,
        "outcome": report.outcome,
        "counts": dict(report.totals),
        "message": report.message,
    }
    since = london_date(report.since)
    with store.writing(owner) as connection:
        rows = _rows(source, report, started_at)
        replace_results(connection, owner, source.id, report.whole, since, rows)
        forget_results(connection, owner, forgotten_before(started_at))
        deliveries.record_run(connection, run)


def _rows(
    source: ConfiguredSource, report: ReconcileReport, at: datetime
) -> Iterator[tuple[Any, ...]]:
    for place, counts in report.days.items():
        if place.stream in report.whole:
            numbers = [counts[name] for name in COUNTS]
            yield (source.controller_id, source.id, *place, at, *numbers)


def exit_code(reports: Sequence[ReconcileReport]) -> int:
    """Return the exit code of some comparisons: what could not be asked comes before open gaps."""
    if any(report.errors for report in reports):
        return SourceUnavailable.exit_code
    return GAPS_OPEN if any(report.totals["open"] for report in reports) else 0
