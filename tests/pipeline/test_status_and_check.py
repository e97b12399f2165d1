"""How things stand, and whether everything is set up right."""

from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from models import scheduled_run as runs
from models import schema
from models.delivery import DeliveryRecord, JobRun
from models.lead import Lead
from models.refused_push import count_refused
from models.scheduled_run import Claim
from models.store import Store
from pipeline import wiring
from pipeline.check import check
from pipeline.finding import Finding
from pipeline.note_work import WorkNotes
from pipeline.settings import Settings
from pipeline.status import status
from pipeline.work_inbox import Built, work_inbox
from policy.errors import SchemaOutOfDate
from policy.suppression import SuppressionKeys
from simulator.faults import Faults
from tests import build
from tests.build import MARKETING_BY_EMAIL, NOW, broken, declared, delivery, kept, suppress, take
from tests.build import email as address
from tests.pulling import pull_once, served, source_at
from tests.web.pushing import google_body, google_source, meta_body, push_into_inbox


def test_the_status_counts_what_the_store_has(store: Store) -> None:
    source = declared(store)
    take(
        store,
        source,
        delivery("1000001"),
        delivery("1000002", listed_as_test=True),
        broken(),
        broken(b"[]"),
        cursor="c",
    )
    suppress(store, address())
    found = status(store, build.settings(str(store.url), source), NOW)
    [one] = found.sources
    assert (one.leads, one.tests, one.streams) == (1, 1, 1)
    assert one.newest_lead_at == NOW - timedelta(days=1)
    assert one.set_aside == {"not_json": 1, "not_an_object": 1}
    assert one.last_pull_at is None
    assert one.last_outcome is None
    assert (found.overdue, found.suppressed) == (0, 1)
    later = status(store, build.settings(str(store.url), source), NOW + timedelta(days=800))
    assert later.overdue == len(kept(store, Lead)) == 2


def test_a_source_without_anything_is_listed_too(store: Store) -> None:
    found = status(store, build.settings(str(store.url), build.source()), NOW)
    [one] = found.sources
    assert (one.leads, one.tests, one.streams, one.set_aside) == (0, 0, 0, {})
    assert one.newest_lead_at is None
    assert kept(store, DeliveryRecord) == []


def test_the_status_names_the_last_round_and_its_message(store: Store) -> None:
    with served(20, faults=Faults()) as server:
        pull_once(store, server)
        server.faults.always("expired_token", "")
        pull_once(store, server, at=NOW + timedelta(hours=1))
        found = status(store, build.settings(str(store.url), source_at(server)), NOW)
    [one] = found.sources
    assert one.last_outcome == "refused"
    assert one.last_pull_at == NOW + timedelta(hours=1)
    assert one.message is not None
    assert "expired" in one.message


def _findings(settings: Settings, *, offline: bool = True) -> dict[str, Finding]:
    return {finding.subject: finding for finding in check(settings, offline=offline)}


def test_a_good_installation_has_nothing_that_is_wrong(store_url: str) -> None:
    found = _findings(build.settings(store_url, build.source()))
    assert [finding for finding in found.values() if finding.is_ok is False] == []
    assert found["store"].is_ok
    assert found["keys.suppression"].is_ok
    assert found["sources[meta-main]"].message.endswith("not asked")
    assert found["controllers[nectra].privacy_contact"].is_ok is None


def test_a_store_without_tables_is_wrong_and_the_cure_is_named(empty_url: str) -> None:
    found = _findings(build.settings(empty_url, build.source()))
    assert found["store"].is_ok is False
    assert "leadledger db upgrade" in found["store"].message


def test_a_store_that_cannot_be_written_is_wrong(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    found = _findings(build.settings(f"sqlite:///file:{path}?mode=ro&uri=true", build.source()))
    assert found["store"].is_ok is False
    assert "read-only" in found["store"].message


def test_a_store_that_cannot_be_opened_is_wrong_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    found = _findings(build.settings(f"sqlite:///{tmp_path}/no/leads.db", build.source()))
    assert found["store"].is_ok is False
    assert "sources[meta-main]" in found


def test_a_short_key_is_wrong(sqlite_url: str) -> None:
    known = build.settings(sqlite_url, build.source())
    short = Settings(
        known.folder, sqlite_url, SuppressionKeys(b"short"), known.controllers, known.sources
    )
    found = _findings(short)["keys.suppression"]
    assert found.is_ok is False
    assert "short" not in found.message.replace("shorter", "")


def test_no_source_is_worth_a_word(sqlite_url: str) -> None:
    assert _findings(build.settings(sqlite_url))["sources"].is_ok is None


def test_a_source_whose_boxes_mean_nothing_is_worth_a_word(sqlite_url: str) -> None:
    found = _findings(build.settings(sqlite_url, build.source(meanings=())))
    assert found["sources[meta-main]"].is_ok


def test_a_box_that_people_are_offered_and_nobody_mapped_is_named(sqlite_url: str) -> None:
    source = build.source(meanings=[MARKETING_BY_EMAIL])
    store = Store(sqlite_url)
    take(store, declared(store, source), delivery())
    found = _findings(build.settings(sqlite_url, source))
    named = found[f"sources[meta-main] form {build.FORM_ID}"]
    assert named.is_ok is None
    assert "'call_updates' is offered" in named.message
    store.close()


def test_online_the_source_is_asked_and_its_troubles_are_told(sqlite_url: str) -> None:
    with served(5, faults=Faults()) as server:
        known = build.settings(sqlite_url, source_at(server))
        well = _findings(known, offline=False)
        asked = [f for subject, f in well.items() if subject.startswith("sources[meta-main] ")]
        assert asked
        assert all(finding.message for finding in asked)
        server.faults.always("expired_token", "")
        ill = _findings(known, offline=False)
        assert any(f.is_ok is False for s, f in ill.items() if s.startswith("sources[meta-main]"))


def test_offline_nothing_is_asked(sqlite_url: str) -> None:
    with served(5) as server:
        _findings(build.settings(sqlite_url, source_at(server)))
        assert server.calls == []


def test_a_house_is_opened_on_tables_of_this_version_only(empty_url: str) -> None:
    known = build.settings(empty_url, build.source())
    with pytest.raises(SchemaOutOfDate):
        wiring.open_house(known)
    store = Store(empty_url)
    schema.upgrade(store)
    store.close()
    house = wiring.open_house(known)
    [one] = status(house.store, known, NOW).sources
    assert one.id == "meta-main"
    house.store.close()


def test_the_status_tells_of_what_was_pushed_and_of_what_was_refused(store: Store) -> None:
    source = declared(store, google_source())
    push_into_inbox(store, source, google_body(key=None), google_body("lead-2", key=None))
    counted = {("nectra", source.id, 401): 3}
    with store.writing() as connection:
        for day, at in (("2026-11-22", NOW), ("2026-11-21", NOW), ("2026-11-20", NOW)):
            count_refused(connection, counted, day, at)
        count_refused(connection, counted, "2026-11-22", NOW)
    [one] = status(store, build.settings(str(store.url), source), NOW).sources
    assert (one.waiting, one.waiting_since) == (2, NOW)
    assert one.refused == {401: 9}
    assert one.inbox_message is None


def _same(at: datetime) -> datetime:
    return at


def test_the_status_names_what_keeps_pushes_from_being_worked_on_until_it_is_over(
    store: Store,
) -> None:
    with served(5, forms=1) as server:
        source = source_at(server)
        declared(store, source)
        push_into_inbox(store, source, meta_body(*server.world.lead_ids()))
        known = build.settings(str(store.url), source)
        built = [Built(source, build.connector(source))]
        notes = WorkNotes()
        server.faults.always("expired_token", "")
        for minutes in (0, 5, 10):
            at = NOW + timedelta(minutes=minutes)
            notes.note(store, built, work_inbox(store, built, partial(_same, at)), at, at)
        [one] = status(store, known, NOW).sources
        assert one.inbox_message is not None
        assert "token has expired" in one.inbox_message
        assert len(kept(store, JobRun)) == 1
        server.faults.clear()
        later = NOW + timedelta(hours=1)
        notes.note(store, built, work_inbox(store, built, lambda: later), later, later)
        [one] = status(store, known, NOW).sources
        assert (one.inbox_message, one.waiting) == (None, 0)


def test_the_status_takes_no_dead_daemon_for_one_at_work_and_forgets_sources_that_are_gone(
    store: Store,
) -> None:
    configured = declared(store)
    until = NOW + timedelta(seconds=90)
    for subject in (configured.id, "gone"):
        assert runs.claim(store, Claim("pull", subject, NOW, "daemon", 1), NOW, until)
    known = build.settings(str(store.url), configured)
    [alive] = status(store, known, NOW).jobs
    assert (alive.subject, alive.is_at_work) == (configured.id, True)
    [dead] = status(store, known, until).jobs
    assert not dead.is_at_work
