"""Google leads through the whole house: pulled, proven, met again, erased, and never half."""

import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.delivery import RunOutcome
from models.lead import Arrival, Lead
from models.ledger import LedgerRecord
from models.notice import NoticeRecord
from models.permission import PermissionRecord
from models.person import IdentifierRecord, Person
from models.store import Store
from pipeline.pull import exit_code
from pipeline.status import status
from policy.errors import SourceRefused, SourceUnavailable
from policy.vocabulary import EventKind, Grade
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_forms import FORMS, OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES, WEBHOOK_SECRET
from tests.build import NOW, email, kept, settings
from tests.connectors.google_rig import SUBMISSIONS, fullest, hours, served
from tests.google_pulling import (
    WEBHOOK_KEY,
    assert_complete,
    cursors_of,
    ids_in,
    pull_once,
    push_once,
    source_at,
    stored_ids,
)
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import stop

INES = {"FULL_NAME": "Ines Moreau", "EMAIL": "ines.moreau@mail.example"}
INES_MAIL = email("ines.moreau@mail.example")


def _send(
    server: GoogleAdsServer, at: Any, answer: str = OPT_IN_YES, gclid: str = "click-1"
) -> str:
    account = min(server.world.client_ids)
    asset = server.world.asset_ids(account)[0]
    custom = {OPT_IN_QUESTION: answer}
    return server.world.submit(account, asset, at=at, fields=INES, custom=custom, gclid=gclid)


def _is_allowed(store: Store, server: GoogleAdsServer) -> bool:
    return may_email(store, INES_MAIL, at=server.world.now).is_allowed


def test_a_round_brings_every_lead_and_a_second_round_changes_nothing(store: Store) -> None:
    with served(150) as server:
        report = pull_once(store, server)
        assert_complete(store, server.world)
        assert report.outcome is RunOutcome.DONE
        assert exit_code([report]) == 0
        assert report.taken.counts["stored"] == 150
        before, leads = cursors_of(store), kept(store, Lead)
        assert len(before) == 3 + 6
        again = pull_once(store, server)
        assert again.outcome is RunOutcome.DONE
        assert set(+again.taken.counts) <= {"duplicates"}
        assert kept(store, Lead) == leads
        assert kept(store, Arrival) == []
        assert cursors_of(store) == before


def test_what_is_sent_between_rounds_comes_with_the_next(store: Store) -> None:
    with served(60) as server:
        pull_once(store, server)
        server.world.add_random_submissions(25, NOW + hours(5), over=hours(5))
        report = pull_once(store, server)
        assert report.taken.counts["stored"] == 25
        assert_complete(store, server.world)


@pytest.mark.parametrize(
    ("kind", "options", "error"),
    [
        ("broken_stream", {"rows": 20}, SourceUnavailable),
        ("quota", {"seconds": 8962}, SourceUnavailable),
        ("token_revoked", {}, SourceRefused),
        ("permission_denied", {}, SourceRefused),
    ],
)
def test_one_failing_account_keeps_its_cursor_and_status_and_exit_code_say_so(
    store: Store, kind: str, options: dict[str, float], error: type[SourceRefused]
) -> None:
    with served(150) as server:
        account = fullest(server.world)
        pull_once(store, server)
        server.world.add_random_submissions(60, NOW + hours(2), over=hours(1))
        before = cursors_of(store)
        server.faults.always(kind, account, resource=SUBMISSIONS, **options)
        report = pull_once(store, server)
        assert report.outcome is RunOutcome.INCOMPLETE
        assert [failed.stream for failed in report.failed] == [account]
        assert exit_code([report]) == error.exit_code
        assert cursors_of(store)[account] == before[account]
        others = set(server.world.client_ids) - {account}
        assert ids_in(server.world, *others) <= set(stored_ids(store))
        assert all(cursors_of(store)[other] != before[other] for other in others)
        [said] = status(store, settings(str(store.url), source_at(server)), NOW).sources
        assert said.last_outcome == "incomplete"
        assert said.message is not None
        assert f"account {account}" in said.message
        server.faults.clear()
        assert pull_once(store, server).outcome is RunOutcome.DONE
        assert_complete(store, server.world)


def test_a_source_whose_manager_is_refused_says_so_and_keeps_everything(store: Store) -> None:
    with served(40) as server:
        pull_once(store, server)
        before = cursors_of(store)
        server.faults.always("token_revoked", server.world.manager_id)
        report = pull_once(store, server)
        assert report.outcome is RunOutcome.REFUSED
        assert exit_code([report]) == SourceRefused.exit_code
        assert cursors_of(store) == before
        assert_complete(store, server.world)


def test_a_lead_gets_its_wording_with_the_next_pull_and_its_consent_with_it(store: Store) -> None:
    with served(0) as server:
        pull_once(store, server)
        _send(server, NOW + timedelta(minutes=1))
        server.world.now = NOW + timedelta(minutes=1)
        pull_once(store, server, at=NOW)  # the look was before the lead, the stream after it
        [lead] = kept(store, Lead)
        assert lead.grade is Grade.C
        assert not _is_allowed(store, server)
        server.world.now = NOW + hours(1)
        report = pull_once(store, server)
        assert +report.taken.counts == {"duplicates": 1, "improved": 1}
        [better] = kept(store, Lead)
        assert (better.id, better.payload) == (lead.id, lead.payload)
        assert better.grade is Grade.A
        assert _is_allowed(store, server)
        [given] = [e for e in kept(store, PermissionRecord) if e.kind is EventKind.GIVEN]
        assert given.occurred_at == NOW + timedelta(minutes=1)
        assert len(kept(store, Person)) == 1
        again = pull_once(store, server, at=NOW + hours(2))
        assert set(+again.taken.counts) == {"duplicates"}


def test_a_lead_between_two_wordings_is_kept_and_never_consented(store: Store) -> None:
    with served(0) as server:
        pull_once(store, server)
        account = min(server.world.client_ids)
        asset = server.world.asset_ids(account)[0]
        server.world.change_form(asset, at=NOW + hours(1), description="We sell your details.")
        _send(server, NOW + hours(2))
        for later in (3, 4, 30):
            pull_once(store, server, at=NOW + hours(later))
            server.world.now = NOW + hours(later)
            [lead] = kept(store, Lead)
            assert lead.grade is Grade.C
            assert not _is_allowed(store, server)


def test_a_no_is_heeded_whether_or_not_its_wording_was_seen(store: Store) -> None:
    with served(0) as server:
        _send(server, NOW - hours(1), OPT_IN_NO)
        pull_once(store, server)
        kinds = {event.kind for event in kept(store, PermissionRecord)}
        assert EventKind.REFUSED in kinds
        assert EventKind.GIVEN not in kinds
        assert not _is_allowed(store, server)


def test_consent_is_given_only_where_it_was_said_and_proven(store: Store) -> None:
    with served(120) as server:
        pull_once(store, server, forms_unchanged_since="2026-09-01")
        said = Counter(
            dict(one.custom).get(OPT_IN_QUESTION)
            for account in server.world.client_ids
            for one in server.world.submissions(account)
            if "EMAIL" in dict(one.fields)
        )
        events = Counter(
            (event.kind, event.lead_id)
            for event in kept(store, PermissionRecord)
            if event.purpose == "direct_marketing"
        )
        given = {lead for kind, lead in events if kind is EventKind.GIVEN}
        refused = {lead for kind, lead in events if kind is EventKind.REFUSED}
        assert (len(given), len(refused)) == (said[OPT_IN_YES], said[OPT_IN_NO])
        assert min(len(given), len(refused)) > 10


def test_without_the_language_of_the_forms_no_consent_is_usable(store: Store) -> None:
    with served(0) as server:
        pull_once(store, server, form_language=None)
        _send(server, NOW + hours(1))
        pull_once(store, server, at=NOW + hours(2), form_language=None)
        assert not _is_allowed(store, server)


@pytest.mark.parametrize("first", ["webhook", "api"])
def test_a_lead_by_webhook_and_by_api_is_one_lead_with_two_records(
    store: Store, first: str
) -> None:
    with served(0) as server:
        pull_once(store, server)
        name = _send(server, NOW + hours(1))
        server.world.now = NOW + hours(2)
        if first == "webhook":
            assert push_once(store, server, name).counts["stored"] == 1
            assert not _is_allowed(store, server)
            report = pull_once(store, server).taken
        else:
            assert pull_once(store, server).taken.counts["stored"] == 1
            report = push_once(store, server, name)
        assert report.counts["stored"] == 0
        assert report.counts["arrived_again"] == 1
        [lead], [arrival] = kept(store, Lead), kept(store, Arrival)
        assert arrival.lead_id == lead.id
        assert lead.media_type != arrival.media_type
        assert WEBHOOK_KEY.encode() not in lead.payload + arrival.payload
        assert lead.grade is Grade.A
        assert _is_allowed(store, server)
        assert len(kept(store, Person)) == 1
        given = [e for e in kept(store, PermissionRecord) if e.kind is EventKind.GIVEN]
        assert len(given) == 1
        # and again by both ways changes nothing
        push_once(store, server, name)
        pull_once(store, server)
        assert len(kept(store, Lead)) == len(kept(store, Arrival)) == 1


def test_two_people_of_one_click_stay_two(store: Store) -> None:
    with served(0) as server:
        name = _send(server, NOW - hours(2), gclid="the-same-click")
        account, asset = name.split("/")[1], server.world.submission(name).asset_id
        tom = {"FULL_NAME": "Tom Ek", "EMAIL": "tom.ek@mail.example"}
        other = server.world.submit(
            account, asset, at=NOW - hours(2), fields=tom, gclid="the-same-click"
        )
        push_once(store, server, other)
        pull_once(store, server)
        assert len(kept(store, Lead)) == 2
        assert len(kept(store, Person)) == 2


def test_an_opt_out_stands_whatever_is_pulled_after_it(store: Store) -> None:
    with served(0) as server:
        pull_once(store, server)
        _send(server, NOW + timedelta(minutes=1))
        server.world.now = NOW + timedelta(minutes=1)
        pull_once(store, server, at=NOW)
        stop(store, INES_MAIL, at=NOW + timedelta(minutes=2))
        server.world.now = NOW + hours(1)
        pull_once(store, server)
        assert not _is_allowed(store, server)


def test_what_google_has_wiped_out_is_erased_here(store: Store) -> None:
    with served(0, local_services=12) as server:
        report = pull_once(store, server, local_services=True)
        assert report.outcome is RunOutcome.DONE
        assert len(kept(store, Lead)) == 12
        account = _fullest_of_local_services(server)
        gone = server.world.local_services_leads(account)[0]
        server.world.wipe_out(account, gone.id)
        report = pull_once(store, server, at=NOW + hours(1), local_services=True)
        assert report.taken.counts["erased_at_source"] == 1
        assert gone.resource_name not in stored_ids(store)
        assert len(kept(store, Lead)) == 11
        assert str(gone.consumer_name) not in repr(kept(store, Person)) + repr(kept(store, Lead))
        again = pull_once(store, server, at=NOW + hours(2), local_services=True)
        assert again.taken.counts["erased_before"] == 1
        assert len(kept(store, Lead)) == 11


def _fullest_of_local_services(server: GoogleAdsServer) -> str:
    return max(server.world.client_ids, key=lambda a: len(server.world.local_services_leads(a)))


def test_no_secret_of_google_is_anywhere_in_the_store(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with served(40) as server:
        pull_once(store, server)
        push_once(store, server, next(iter(server.world.resource_names())))
        key = json.loads(server.service_account_key())["private_key"].splitlines()[5]
        tokens = set(server.tokens._good)
    store.close()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    files = [path, *path.parent.glob(f"{path.name}-*")]
    content = b"".join(file.read_bytes() for file in files)
    assert FORMS[0].headline.encode() in content
    assert not [s for s in (WEBHOOK_SECRET, WEBHOOK_KEY, key, *tokens) if s.encode() in content]


def test_what_must_hold_no_person_holds_none(store: Store) -> None:
    with served(60) as server:
        pull_once(store, server)
        people = {row.value for row in kept(store, IdentifierRecord)}
        assert len(people) > 60
        tables = (LedgerRecord, NoticeRecord, PermissionRecord)
        text = "\n".join(repr(row) for table in tables for row in kept(store, table))
        text += repr(cursors_of(store)) + repr(status(store, settings("x", source_at(server)), NOW))
        assert not [value for value in people if value in text]
