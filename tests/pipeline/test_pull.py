"""A round of one source: what comes is stored with its cursor, and what fails is told."""

from collections.abc import Iterator, Mapping, Sequence

import pytest

from connectors.base import Batch, Delivery, Reading, StreamFailed
from models.delivery import JobRun, RunOutcome
from models.lead import Lead
from models.store import Store
from pipeline import pull as pulling
from pipeline.pull import PullReport, exit_code, pull
from policy.errors import (
    SourceChanged,
    SourceError,
    SourceRefused,
    SourceUnavailable,
    StoreError,
    StoreUnavailable,
    UsageError,
)
from simulator.faults import Faults
from tests import build
from tests.build import NOW, broken, connector, declared, delivery, kept
from tests.pulling import (
    assert_complete,
    cursors_of,
    last_run,
    pull_once,
    served,
    source_at,
    stored_ids,
)


def test_a_round_brings_every_lead_and_writes_down_how_it_went(store: Store) -> None:
    with served() as server:
        report = pull_once(store, server)
        assert_complete(store, server.world)
        assert report.outcome is RunOutcome.DONE
        assert exit_code([report]) == 0
        run = last_run(store)
        assert run.outcome == "done"
        assert run.source_id == "meta-main"
        assert run.message is None
        assert run.counts["stored"] == len(server.world.lead_ids()) - run.counts["tests"]
        filled = {form.id for form in server.world.forms if server.world.lead_ids(form.id)}
        assert set(cursors_of(store)) == filled


def test_a_second_round_brings_nothing_new_and_keeps_its_cursors(store: Store) -> None:
    with served(60) as server:
        pull_once(store, server)
        before, leads = cursors_of(store), kept(store, Lead)
        report = pull_once(store, server)
        assert report.taken.counts["stored"] == 0
        assert cursors_of(store) == before
        assert kept(store, Lead) == leads
        assert len(kept(store, JobRun)) == 2


def test_the_progress_counts_every_delivery(sqlite_store: Store) -> None:
    told: list[int] = []
    with served(80) as server:
        source = source_at(server)
        declared(sqlite_store, source)
        pull(sqlite_store, source, connector(source), lambda: NOW, told.append)
        assert sum(told) == len(server.world.lead_ids())


def test_a_stream_that_fails_keeps_its_cursor_and_the_others_go_on(store: Store) -> None:
    with served(faults=Faults()) as server:
        broken = server.world.forms[0].id
        server.faults.always("lead_access_lost", f"{broken}/leads")
        report = pull_once(store, server)
        assert report.outcome is RunOutcome.INCOMPLETE
        [failed] = report.failed
        assert failed.stream == broken
        assert broken not in cursors_of(store)
        others = server.world.lead_ids() - server.world.lead_ids(broken)
        assert others <= set(stored_ids(store))
        run = last_run(store)
        assert run.outcome == "incomplete"
        assert broken in run.message
        assert exit_code([report]) == SourceRefused.exit_code
        server.faults.clear()
        assert pull_once(store, server).outcome is RunOutcome.DONE
        assert_complete(store, server.world)


def test_a_source_that_refuses_ends_in_the_report_and_the_record(store: Store) -> None:
    with served(faults=Faults()) as server:
        server.faults.always("expired_token", "")
        report = pull_once(store, server)
        assert isinstance(report.error, SourceRefused)
        assert report.outcome is RunOutcome.REFUSED
        assert cursors_of(store) == {}
        assert last_run(store).outcome == "refused"
        assert "expired" in last_run(store).message


def test_what_was_taken_before_an_error_stays_with_its_cursor(store: Store) -> None:
    with served(faults=Faults()) as server:
        server.faults.once("expired_token", "leads", after=6, times=1000)
        report = pull_once(store, server, connections=1)
        assert report.outcome is RunOutcome.REFUSED
        taken = len(stored_ids(store))
        assert 0 < taken < len(server.world.lead_ids())
        for form_id in cursors_of(store):
            assert server.world.lead_ids(form_id) <= set(stored_ids(store))
        server.faults.clear()
        pull_once(store, server)
        assert_complete(store, server.world)


def test_a_store_that_fails_ends_the_round_and_loses_nothing(sqlite_url: str) -> None:
    store = Store(f"{sqlite_url}?timeout=0.05")
    with served(60) as server:
        source = source_at(server)
        declared(store, source)
        holder = Store(sqlite_url)
        with holder.writing(), pytest.raises(StoreUnavailable):
            pull(store, source, connector(source), lambda: NOW)
        assert stored_ids(store) == []
        assert cursors_of(store) == {}
        pull_once(store, server)
        assert_complete(store, server.world)
        holder.close()
    store.close()


class Scripted:
    """A source that says what a test wants it to say, and notes that it was closed."""

    def __init__(self, *items: Batch | StreamFailed | SourceError) -> None:
        self._items = items
        self._read = connector(build.source())
        self.is_closed = False

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        return self._read.read(delivery)

    def poll(self, _cursors: Mapping[str, str], /) -> Iterator[Batch | StreamFailed]:
        try:
            for item in self._items:
                if isinstance(item, SourceError):
                    raise item
                yield item
        finally:
            self.is_closed = True


def _scripted(store: Store, *items: Batch | StreamFailed | SourceError) -> PullReport:
    return pull(store, declared(store), Scripted(*items), lambda: NOW)


def test_records_that_cannot_be_read_are_set_aside_and_the_cursor_moves(store: Store) -> None:
    report = _scripted(store, Batch("f", [delivery("1000001"), broken()], "c1"))
    assert report.outcome is RunOutcome.SET_ASIDE
    assert exit_code([report]) == 3
    assert last_run(store).outcome == "set_aside"
    assert last_run(store).counts["set_aside"] == 1
    assert stored_ids(store) == ["1000001"]
    assert cursors_of(store) == {"f": "c1"}


def test_an_error_hands_over_what_was_gathered_before_it(store: Store) -> None:
    batch = Batch("f", [delivery("1000001")], "c1")
    report = _scripted(store, batch, SourceUnavailable("Later."), Batch("g", [], "c2"))
    assert report.outcome is RunOutcome.UNAVAILABLE
    assert stored_ids(store) == ["1000001"]
    assert cursors_of(store) == {"f": "c1"}
    assert last_run(store).message == "Later."


def test_a_batch_without_a_cursor_leaves_it_where_it_is(store: Store) -> None:
    _scripted(store, Batch("f", [delivery("1000001")], "c1"))
    _scripted(store, Batch("f", [delivery("1000002")], None))
    assert cursors_of(store) == {"f": "c1"}


def test_of_several_batches_of_a_stream_the_last_cursor_counts(store: Store) -> None:
    _scripted(store, Batch("f", [delivery("1000001")], "c1"), Batch("f", [], "c2"))
    assert cursors_of(store) == {"f": "c2"}


def test_a_poll_that_is_left_early_is_closed(sqlite_store: Store) -> None:
    never_declared = build.source("never")
    declared(sqlite_store)
    many = [delivery(str(1000000 + n)) for n in range(pulling.UNIT_OF_WORK)]
    asked = Scripted(Batch("f", many, "c1"), Batch("f", many, "c2"))
    with pytest.raises(StoreError):
        pull(sqlite_store, never_declared, asked, lambda: NOW)
    assert asked.is_closed
    assert stored_ids(sqlite_store) == []


def test_a_source_that_is_not_asked_is_a_mistake_of_the_command(sqlite_store: Store) -> None:
    source = declared(sqlite_store)
    with pytest.raises(UsageError, match="is not pulled"):
        pull(sqlite_store, source, object(), lambda: NOW)
    assert kept(sqlite_store, JobRun) == []


def _report(*errors: SourceError, error: SourceError | None = None, aside: int = 0) -> PullReport:
    report = PullReport("s", failed=[StreamFailed("f", e) for e in errors], error=error)
    report.taken.counts["set_aside"] += aside
    return report


@pytest.mark.parametrize(
    ("reports", "code"),
    [
        ([], 0),
        ([_report()], 0),
        ([_report(), _report(aside=2)], 3),
        ([_report(error=SourceUnavailable("x"))], 5),
        ([_report(error=SourceRefused("x"))], 4),
        ([_report(SourceUnavailable("x"), aside=1)], 5),
        ([_report(SourceUnavailable("x"), SourceRefused("x"))], 4),
        ([_report(error=SourceUnavailable("x")), _report(SourceChanged("x"))], 4),
        ([_report(error=SourceError("x"))], 1),
    ],
)
def test_the_exit_code_names_the_most_urgent_cause(reports: list[PullReport], code: int) -> None:
    assert exit_code(reports) == code


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (SourceUnavailable("x"), RunOutcome.UNAVAILABLE),
        (SourceRefused("x"), RunOutcome.REFUSED),
        (SourceChanged("x"), RunOutcome.CHANGED),
        (SourceError("x"), RunOutcome.FAILED),
    ],
)
def test_each_error_has_an_outcome_of_its_own(error: SourceError, outcome: RunOutcome) -> None:
    assert _report(error=error).outcome is outcome
    assert _report(error).outcome is RunOutcome.INCOMPLETE
    assert _report(aside=1).outcome is RunOutcome.SET_ASIDE
