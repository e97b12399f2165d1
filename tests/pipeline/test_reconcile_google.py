"""Google's own list is compared by names and times; what is missing is read with its wording."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from models.delivery import RunOutcome
from models.lead import Lead
from models.reconciled import Reconciled
from models.store import Store
from pipeline.compared import ReconcileReport
from simulator.google_ads_api import GoogleAdsServer
from tests.build import declared, kept
from tests.connectors.google_rig import SUBMISSIONS, asked, fullest, served
from tests.google_pulling import (
    assert_complete,
    connector_of,
    ids_in,
    pull_once,
    push_once,
    source_at,
    stored_ids,
)
from tests.reconciling import compare_with, lose

HOUR = timedelta(hours=1)


def compare(
    store: Store, server: GoogleAdsServer, *, at: datetime | None = None, **own: Any
) -> ReconcileReport:
    """Compare every account once, as far back as Google gives leads out."""
    source, moment = source_at(server, **own), at or server.world.now
    declared(store, source)
    return compare_with(store, source, connector_of(source, moment), moment)


def test_lost_submissions_are_found_and_read_with_the_wording_they_met(store: Store) -> None:
    with served() as server:
        pull_once(store, server)
        server.world.add_random_submissions(20, server.world.now + 2 * HOUR, over=2 * HOUR)
        pull_once(store, server)
        before = {lead.external_id: lead.notice_id for lead in kept(store, Lead)}
        lost = sorted(before)[::10]
        lose(store, lost)
        later = server.world.now + 3 * HOUR
        report = compare(store, server, at=later)
        assert report.outcome is RunOutcome.DONE
        assert report.totals["fetched"] == len(lost)
        assert {lead.external_id: lead.notice_id for lead in kept(store, Lead)} == before
        assert compare(store, server, at=later).totals["fetched"] == 0
        listed = [one for one in asked(server, SUBMISSIONS) if "submission_fields" not in one]
        assert len(listed) == 2 * len(server.world.client_ids)
    rows = kept(store, Reconciled)
    assert sum(row.gaps_fetched for row in rows) == len(lost)


def test_an_account_that_appeared_later_is_compared_too(store: Store) -> None:
    with served() as server:
        report = compare(store, server, at=server.world.now + 3 * HOUR)
        assert report.totals["fetched"] == len(ids_in(server.world))
        assert_complete(store, server.world)


def test_a_submission_that_came_by_webhook_alone_is_no_gap(store: Store) -> None:
    with served(20) as server:
        names = sorted(server.world.resource_names())
        for name in names:
            push_once(store, server, name)
        report = compare(store, server, at=server.world.now + 3 * HOUR)
        assert report.totals["open"] == 0
        assert report.totals["listed"] == len(names) == len(stored_ids(store))
        again = compare(store, server, at=server.world.now + 3 * HOUR)
        assert again.totals["fetched"] == again.totals["open"] == 0


def test_an_account_that_cannot_be_listed_stops_no_other(store: Store) -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.always("permission_denied", account, resource=SUBMISSIONS)
        report = compare(store, server, at=server.world.now + 3 * HOUR)
        assert [failed.stream for failed in report.failed] == [account]
        others = set(server.world.client_ids) - {account}
        assert Counter(stored_ids(store)) == Counter(ids_in(server.world, *others))
        assert {row.stream for row in kept(store, Reconciled)} == others
        server.faults.clear()
        compare(store, server, at=server.world.now + 3 * HOUR)
        assert_complete(store, server.world)
