"""What the platform has and we lack is found, named and fetched, once; what must stay out does."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from models.columns import table_of
from models.delivery import Cursor, DeliveryRecord, JobRun, RunOutcome
from models.inbox import InboxRecord
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.reconciled import Reconciled
from models.store import Store
from pipeline.erase_at_source import erase_at_source
from pipeline.reconcile import reconcile
from pipeline.status import status
from policy.errors import UsageError
from policy.london import london_date
from simulator.catalogue import NEWSLETTER
from simulator.graph_api import GraphServer
from tests import build
from tests.build import NOW, connector, declared, kept
from tests.pipeline.stopping import everything, expire_at, stop
from tests.pulling import cursors_of, pull_once, served, source_at, stored_ids
from tests.reconciling import compare, lose, results
from tests.web.pushing import meta_body, push_into_inbox

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def assert_each_once(store: Store, server: GraphServer) -> None:
    assert Counter(stored_ids(store)) == Counter(server.world.lead_ids())


def test_leads_that_were_lost_are_found_and_fetched_once(store: Store) -> None:
    """Rule: REC-2."""
    with served() as server:
        pull_once(store, server)
        lost = sorted(stored_ids(store))[::20]
        lose(store, lost)
        before = cursors_of(store)
        report = compare(store, server)
        assert report.outcome is RunOutcome.DONE
        assert report.totals["fetched"] == len(lost)
        assert report.totals["listed"] == len(server.world.lead_ids())
        assert report.totals["tests"] == len(server.world.test_lead_ids())
        again = compare(store, server)
        assert again.totals["fetched"] == again.totals["open"] == 0
        assert_each_once(store, server)
        entries = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_STORED]
        assert len(entries) == len(server.world.lead_ids()) + len(lost)
    assert cursors_of(store) == before
    counts = results(store)
    assert counts["gaps_fetched"] == len(lost)
    assert counts["listed"] == counts["stored"] + counts["tests"] == len(stored_ids(store))


def test_each_form_and_day_of_london_has_its_own_numbers(store: Store) -> None:
    with served(60) as server:
        pull_once(store, server)
        compare(store, server)
    ours = Counter((one.form_id, london_date(one.submitted_at)) for one in kept(store, Lead))
    written = {(row.form_id, row.day): row.listed for row in kept(store, Reconciled)}
    assert written == ours


def test_what_a_cursor_passed_over_is_found(store: Store) -> None:
    with served(40) as server:
        pull_once(store, server)
        table = table_of(Cursor)
        server.world.add_random_leads(30, NOW + 5 * HOUR, over=4 * HOUR)
        server.world.now = NOW + 8 * HOUR
        with store.writing() as connection:
            connection.execute(update(table).values(value=(NOW + 14 * HOUR).isoformat()))
        pull_once(store, server)
        assert len(stored_ids(store)) < len(server.world.lead_ids())
        report = compare(store, server, days=1)
        assert report.totals["fetched"] == 30
        assert_each_once(store, server)


def test_a_lead_that_was_not_announced_and_came_after_the_overlap_is_found(store: Store) -> None:
    with served(40) as server:
        pull_once(store, server)
        form_id = server.world.forms[0].id
        late = server.world.add_lead(
            form_id, {"email": ["late@mail.example"]}, created_at=NOW - 3 * DAY
        )
        assert pull_once(store, server).taken.counts["stored"] == 0
        assert compare(store, server, days=7).totals["fetched"] == 1
        assert late in stored_ids(store)
        assert pull_once(store, server).taken.counts["stored"] == 0


def test_a_form_that_appeared_later_is_compared_too(store: Store) -> None:
    with served(40) as server:
        pull_once(store, server)
        form = server.world.add_form(NEWSLETTER)
        server.world.add_lead(form.id, {"email": ["new@mail.example"]}, created_at=NOW - DAY)
        report = compare(store, server)
        assert report.forms[form.id] == {"listed": 1, "stored": 1, "fetched": 1}
        assert_each_once(store, server)


def test_who_was_erased_or_opted_out_stays_out(store: Store) -> None:
    """Rule: REC-2."""
    with served(30) as server:
        form = server.world.forms[0].id
        gone = {
            name: server.world.add_lead(form, {"email": [name]}, created_at=NOW - DAY)
            for name in ("erased@mail.example", "stopped@mail.example")
        }
        pull_once(store, server)
        with store.writing("nectra") as connection:
            erased = [gone["erased@mail.example"]]
            erase_at_source(connection, source_at(server), erased, "test", NOW)
        stop(store, build.email("stopped@mail.example"), at=NOW)
        server.world.now = NOW + 30 * DAY
        expire_at(store, server.world.now)
        assert not set(gone.values()) & set(stored_ids(store))
        report = compare(store, server)
        assert report.totals["removed"] >= 2
        assert report.totals["fetched"] == report.totals["open"] == 0
        assert not set(gone.values()) & set(stored_ids(store))


def test_what_is_here_and_not_listed_any_more_is_counted_apart(store: Store) -> None:
    with served(60) as server:
        pull_once(store, server)
        deleted = sorted(server.world.lead_ids())[:5]
        server.world.remove_leads(deleted)
        report = compare(store, server)
        assert report.totals["unlisted"] == 5
        assert report.outcome is RunOutcome.DONE
        assert set(deleted) <= set(stored_ids(store))


def test_what_waits_in_the_inbox_is_no_gap(store: Store) -> None:
    with served(30) as server:
        pull_once(store, server)
        lost = sorted(stored_ids(store))[:4]
        lose(store, lost)
        push_into_inbox(store, source_at(server), meta_body(*lost[:3]), meta_body(lost[3]))
        report = compare(store, server)
        assert (report.totals["waiting"], report.totals["fetched"]) == (4, 0)
        assert len(kept(store, InboxRecord)) == 2


def test_what_could_not_be_read_is_no_gap_and_what_was_only_announced_is_one(
    store: Store,
) -> None:
    with served(30) as server:
        source = source_at(server)
        pull_once(store, server)
        unread, announced = sorted(stored_ids(store))[:2]
        lose(store, [unread, announced])
        told = build.broken(
            meta_body(announced),
            external_id=announced,
            media_type="application/vnd.leadledger.meta-webhook+json",
        )
        build.take(store, source, build.broken(external_id=unread), told)
        assert len(kept(store, DeliveryRecord)) == 2
        report = compare(store, server)
        assert (report.totals["aside"], report.totals["fetched"]) == (1, 1)
        [left] = kept(store, DeliveryRecord)
        assert left.external_id == unread


def test_a_rehearsal_fetches_and_writes_nothing(store: Store) -> None:
    with served(30) as server:
        pull_once(store, server)
        lose(store, sorted(stored_ids(store))[:3])
        before = everything(store)
        report = compare(store, server, is_rehearsal=True)
        assert report.totals["open"] == 3
        assert everything(store) == before


def test_a_form_that_cannot_be_listed_stops_no_other_and_keeps_its_result(store: Store) -> None:
    with served() as server:
        pull_once(store, server)
        compare(store, server)
        broken = server.world.forms[0].id
        before = [row for row in kept(store, Reconciled) if row.stream == broken]
        lose(store, stored_ids(store))
        server.faults.always("lead_access_lost", f"{broken}/leads")
        report = compare(store, server)
        assert [failed.stream for failed in report.failed] == [broken]
        assert report.outcome is RunOutcome.INCOMPLETE
        others = server.world.lead_ids() - server.world.lead_ids(broken)
        assert Counter(stored_ids(store)) == Counter(others)
        assert [row for row in kept(store, Reconciled) if row.stream == broken] == before
        server.faults.clear()
        compare(store, server)
        assert_each_once(store, server)


def test_a_gap_that_the_platform_lists_and_does_not_show_stays_open_until_it_does(
    store: Store,
) -> None:
    with served(30) as server:
        pull_once(store, server)
        [lost] = sorted(stored_ids(store))[:1]
        lose(store, [lost])
        server.faults.once("lead_access_lost", "", after=5, times=1)
        report = compare(store, server)
        assert (report.totals["open"], dict(report.reasons)) == (1, {"not_shown": 1})
        assert report.message is not None
        assert "leadledger check" in report.message
        assert lost not in report.message
        known = build.settings(str(store.url), source_at(server))
        [one] = status(store, known, NOW).sources
        assert (one.completeness.gaps_open, one.completeness.complete_until) == (1, None)
        compare(store, server, days=7)
        compare(store, server)
        [one] = status(store, known, NOW).sources
        assert one.completeness.gaps_open == 0
        assert one.completeness.complete_until == NOW - HOUR
        assert_each_once(store, server)


def test_an_open_gap_that_the_platform_gives_out_no_more_is_told_as_lost(store: Store) -> None:
    """Rule: REC-3."""
    with served(30) as server:
        pull_once(store, server)
        lose(store, sorted(stored_ids(store))[:1])
        server.faults.once("lead_access_lost", "", after=5, times=1)
        compare(store, server)
        known = build.settings(str(store.url), source_at(server))
        server.world.now = NOW + 100 * DAY
        compare(store, server)
        [one] = status(store, known, server.world.now).sources
        assert (one.completeness.gaps_open, one.completeness.gaps_lost) == (0, 1)
        compare(store, server, at=NOW + 500 * DAY)
        assert kept(store, Reconciled) == []


def test_where_fetching_breaks_off_the_reason_is_told_and_the_next_one_goes_on(
    store: Store,
) -> None:
    with served() as server:
        source = source_at(server)
        declared(store, source)
        server.faults.once("expired_token", "", after=6, times=99)
        report = compare(store, server)
        assert report.outcome is RunOutcome.REFUSED
        assert report.totals["open"] == report.reasons["source.refused"] > 0
        server.faults.clear()
        assert compare(store, server).outcome is RunOutcome.DONE
        assert_each_once(store, server)
        assert sorted(run.outcome for run in kept(store, JobRun)) == ["done", "refused"]


def test_a_platform_that_cannot_be_asked_changes_no_result(store: Store) -> None:
    with served(30) as server:
        pull_once(store, server)
        compare(store, server)
        before = kept(store, Reconciled)
        server.faults.always("expired_token", "")
        report = compare(store, server)
        assert report.outcome is RunOutcome.REFUSED
        assert kept(store, Reconciled) == before


class Killed(BaseException):
    """Stands for the end of the process."""


def dying(after: int) -> Callable[[], datetime]:
    """Return a clock during whose use the process ends."""
    asked = 0

    def now() -> datetime:
        nonlocal asked
        asked += 1
        if asked > after:
            raise Killed
        return NOW

    return now


@pytest.mark.parametrize("after", [1, 2])
def test_a_comparison_that_is_killed_loses_and_doubles_nothing(store: Store, after: int) -> None:
    """Before the gaps are taken in, and after, before anything is written down."""
    with served(60) as server:
        source = source_at(server)
        pull_once(store, server)
        lose(store, sorted(stored_ids(store))[::3])
        with pytest.raises(Killed):
            reconcile(store, source, connector(source), dying(after), 90)
        assert kept(store, Reconciled) == []
        assert compare(store, server).outcome is RunOutcome.DONE
        assert_each_once(store, server)


def test_a_comparison_that_is_told_to_stop_ends_after_its_batch_and_claims_nothing(
    store: Store,
) -> None:
    with served() as server:
        pull_once(store, server)
        lose(store, sorted(stored_ids(store))[::20])
        source = source_at(server)
        listed: list[int] = []
        report = reconcile(
            store,
            source,
            connector(source),
            lambda: NOW,
            90,
            listed.append,
            is_stopping=lambda: bool(listed),
        )
        assert len(listed) == 1
        assert report.outcome is RunOutcome.INCOMPLETE
        assert kept(store, Reconciled) == []
        compare(store, server)
        assert_each_once(store, server)


def test_fifty_thousand_leads_are_listed_in_few_calls(sqlite_store: Store) -> None:
    with served(0, forms=2) as server:
        declared(sqlite_store, source_at(server))
        for form in server.world.forms:
            for _ in range(25_000):
                server.world.add_lead(form.id, {}, created_at=NOW - DAY)
        report = compare(sqlite_store, server, is_rehearsal=True)
        assert report.totals["listed"] == report.totals["open"] + report.totals["tests"] >= 50_000
        assert len(server.calls) <= 50_000 / 500 + 2 * 3
        assert not any("field_data" in str(call) for call in server.calls)


def test_what_was_made_lately_is_no_gap_and_an_empty_page_is_not_the_end(store: Store) -> None:
    """What was made lately may still be on its way: it is no gap. Rule: REC-1."""
    with served(30) as server:
        pull_once(store, server)
        server.world.add_random_leads(5, NOW, over=HOUR / 2)
        server.faults.once("empty_page", f"{server.world.forms[0].id}/leads")
        report = compare(store, server, days=7)
        assert report.totals["fetched"] == report.totals["open"] == 0
        assert report.totals["listed"] < len(server.world.lead_ids())


def test_a_source_that_cannot_be_asked_says_so(store: Store) -> None:
    source = build.source()
    with pytest.raises(UsageError, match="nobody can be asked"):
        reconcile(store, source, object(), lambda: NOW)
