"""Deleting what is due: whole, on time, no more than due, and for good."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from models import permission, usage
from models.delivery import DeliveryRecord, JobRun, RunOutcome
from models.disclosure import Listed, add_disclosures
from models.export import Export, add_export
from models.inbox import InboxRecord
from models.keys import new_keys
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord, LeadIdentifier, Person
from models.removal import Removal
from models.store import Store
from pipeline import compose
from pipeline.expire import expire
from pipeline.hold import place_hold, release_hold
from pipeline.pace import MOST as UNIT_OF_WORK
from policy.errors import ConfigError
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, EventKind, Identifier, PermissionEvent, Purpose, ReasonCode
from tests import build
from tests.build import (
    NOW,
    broken,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    take,
)
from tests.pipeline.asking import answer, may_email, object_to_marketing
from tests.pipeline.stopping import everything, expire_at, stop
from tests.pipeline.test_hold import order
from tests.web.pushing import google_body, google_source, push_into_inbox

PERSONAL = (
    *(Lead, Arrival, Person, IdentifierRecord, LeadIdentifier, PermissionRecord),
    DeliveryRecord,
)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
EXPIRED, OPT_OUT = RetentionReason.EXPIRED, RetentionReason.FULL_OPT_OUT
HOLD, OVER = RetentionReason.LEGAL_HOLD, RetentionReason.QUARANTINE_OVER
MAYA = fields("maya@mail.example", "+447700900200", "Maya Brown")


def the_end(store: Store) -> datetime:
    [lead] = kept(store, Lead)
    end: datetime = lead.expires_at
    return end


def assert_nobody_left(store: Store) -> None:
    assert {model.__name__: len(kept(store, model)) for model in PERSONAL} == {
        model.__name__: 0 for model in PERSONAL
    }


def test_a_lead_goes_whole_with_everything_that_hangs_on_it(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery())
    take(store, source, delivery(platform="ig"))  # the same lead with other bytes
    assert len(kept(store, Arrival)) == 1
    [lead] = kept(store, Lead)
    found = expire_at(store, lead.expires_at)
    assert found.deleted == {EXPIRED: 1}
    assert_nobody_left(store)
    entry = next(r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_DELETED)
    assert entry.subject_id == lead.id.hex
    detail = json.loads(entry.body)["detail"]
    assert detail["reasons"] == ["EXPIRED"]
    assert detail["source"] == "meta-main"
    [removed] = kept(store, Removal)
    assert (removed.removed_at, removed.reason) == (lead.expires_at, "EXPIRED")


@pytest.mark.parametrize(
    ("submitted", "end"),
    [  # RET-3: the day starts at 23:00 UTC in summer, at midnight UTC in winter
        (datetime(2024, 7, 10, 12, tzinfo=UTC), datetime(2026, 7, 9, 23, tzinfo=UTC)),
        (datetime(2024, 1, 10, 12, tzinfo=UTC), datetime(2026, 1, 10, tzinfo=UTC)),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC)),
    ],
)
def test_a_lead_stays_until_the_second_before_its_day_and_goes_at_its_start(
    store: Store, submitted: datetime, end: datetime
) -> None:
    came = delivery(at=submitted, received_at=submitted)
    take(store, declared(store), came, at=submitted)
    assert expire_at(store, end - SECOND).deleted == {}
    assert len(kept(store, Lead)) == 1
    assert expire_at(store, end).deleted == {EXPIRED: 1}
    assert_nobody_left(store)


def test_to_run_it_again_deletes_nothing_more(store: Store) -> None:
    take(store, declared(store), delivery())
    end = the_end(store)
    expire_at(store, end)
    before = {name: rows for name, rows in everything(store).items() if name != "job_run"}
    assert expire_at(store, end).deleted == {}
    after = {name: rows for name, rows in everything(store).items() if name != "job_run"}
    assert after == before
    assert [(run.job, run.outcome) for run in kept(store, JobRun)] == [("expire", "done")] * 2


def test_a_rehearsal_counts_the_same_and_changes_nothing(store: Store) -> None:
    source = declared(store)
    old = [delivery(str(1000 + n), at=NOW - 5 * DAY) for n in range(3)]
    take(store, source, *old, delivery("2000", MAYA), broken(), delivery("3000", is_test=True))
    stop(store, email("maya@mail.example"), at=NOW)
    [held] = [row.id for row in kept(store, Lead) if row.external_id == "1001"]
    place_hold(store, order(held), "test", NOW)
    later = min(row.expires_at for row in kept(store, Lead) if row.external_id == "1000")
    before = everything(store)
    rehearsed = expire_at(store, later, is_rehearsal=True)
    assert everything(store) == before
    assert rehearsed == expire_at(store, later)
    assert rehearsed.deleted == {EXPIRED: 2, OPT_OUT: 1}
    assert rehearsed.kept == {HOLD: 1}
    assert rehearsed.deliveries == 1


def test_what_others_still_carry_stays(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1", at=NOW - 9 * DAY), delivery("2", at=NOW - DAY))
    [first, second] = kept(store, Lead)
    assert first.person_id == second.person_id
    assert expire_at(store, first.expires_at).deleted == {EXPIRED: 1}
    assert [lead.id for lead in kept(store, Lead)] == [second.id]
    assert len(kept(store, Person)) == 1
    assert len(kept(store, IdentifierRecord)) == 2
    assert {event.lead_id for event in kept(store, PermissionRecord)} == {second.id}
    assert may_email(store, at=first.expires_at).is_allowed


def test_a_refusal_outlives_its_lead_where_an_older_consent_would_come_back(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1", at=NOW - 2 * DAY))
    take(store, source, delivery("2", at=NOW - DAY, boxes={"email_updates": ""}))
    assert not may_email(store).is_allowed
    again = delivery("2", at=NOW - DAY, boxes={"email_updates": ""}, listed_as_test=True)
    take(store, source, again)  # tests go after 30 days
    found = expire_at(store, NOW + 30 * DAY)
    assert found.deleted == {OVER: 1}
    assert [lead.external_id for lead in kept(store, Lead)] == ["1"]
    assert ReasonCode.CONSENT_REFUSED in may_email(store, at=NOW + 31 * DAY).reasons


def test_ret_7_a_full_opt_out_ends_the_keeping_once_no_enquiry_is_open(store: Store) -> None:
    take(store, declared(store), delivery(at=NOW - DAY))
    stop(store, email())
    found = expire_at(store, NOW + 29 * DAY - SECOND)
    assert (found.deleted, found.kept) == ({}, {RetentionReason.OTHER_LIVE_PURPOSE: 1})
    assert expire_at(store, NOW + 29 * DAY).deleted == {OPT_OUT: 1}
    assert_nobody_left(store)
    # what remains: the list, for the address that was named and for the number beside it
    assert len(kept(store, Suppression)) == 2


def test_ret_8_an_opt_out_of_one_channel_keeps_the_lead(store: Store) -> None:
    take(store, declared(store), delivery())
    stop(store, email(), scope=Channel.EMAIL)
    found = expire_at(store, NOW + 60 * DAY)
    assert (found.deleted, found.kept) == ({}, {})


def test_an_objection_is_on_the_list_before_its_events_go(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(at=NOW - 40 * DAY))
    object_to_marketing(store, email())
    assert kept(store, Suppression) == []
    expire_at(store, NOW)
    assert_nobody_left(store)
    assert {(row.channel, row.reason, row.since) for row in kept(store, Suppression)} == {
        ("all", "kept", NOW)
    }
    take(store, source, delivery("2", at=NOW - DAY), at=NOW + DAY)
    assert ReasonCode.SUPPRESSED in may_email(store, at=NOW + DAY).reasons
    by_call = answer(store, phone(), channel=Channel.LIVE_CALL, at=NOW + DAY)
    assert ReasonCode.SUPPRESSED in by_call.decision.reasons


def test_an_objection_made_with_an_address_that_goes_still_stops_the_number_that_stays(
    store: Store,
) -> None:
    source, number = declared(store), "+447700900300"
    take(store, source, delivery("1", fields("old@mail.example", number), at=NOW - 9 * DAY))
    take(store, source, delivery("2", fields(None, number), at=NOW - DAY))
    first, second = sorted(kept(store, Lead), key=lambda lead: lead.expires_at)
    assert first.person_id == second.person_id
    object_to_marketing(store, email("old@mail.example"), channel=Channel.LIVE_CALL)
    stopped = answer(store, phone(number), channel=Channel.LIVE_CALL).decision
    assert ReasonCode.OBJECTED in stopped.reasons
    expire_at(store, first.expires_at)
    assert [lead.id for lead in kept(store, Lead)] == [second.id]
    assert {row.value for row in kept(store, IdentifierRecord)} == {number}
    at = first.expires_at
    still = answer(store, phone(number), channel=Channel.LIVE_CALL, at=at).decision
    assert ReasonCode.SUPPRESSED in still.reasons


def test_ret_20_an_enquiry_closed_without_a_permission_goes_after_six_months(store: Store) -> None:
    take(store, declared(store), delivery(boxes={}, at=NOW - DAY))
    for identifier in (email(), phone()):
        _close_enquiry(store, identifier)
    end = datetime(2027, 5, 22, 23, tzinfo=UTC) - DAY
    assert expire_at(store, end - SECOND).deleted == {}
    assert expire_at(store, end).deleted == {RetentionReason.ENQUIRY_CLOSED: 1}


def _close_enquiry(store: Store, identifier: Identifier) -> None:
    event = PermissionEvent(EventKind.CLOSED, Purpose.ENQUIRY_RESPONSE, None, NOW)
    with store.writing("nectra") as connection:
        [known] = usage.identifier_rows(connection, identifier, "nectra")
        key = new_keys(1, NOW)[0].hex
        permission.add_events(
            connection, [compose.event_row("nectra", key, known.id.hex, event, NOW)]
        )


@pytest.mark.parametrize("scope", ["lead", "person", "everything"])
def test_ret_15_a_hold_keeps_and_its_release_lets_go(store: Store, scope: str) -> None:
    take(store, declared(store), delivery(), broken())
    [lead] = kept(store, Lead)
    of = {"lead": lead.id, "person": email(), "everything": None}[scope]
    [key] = place_hold(store, order(of), "test", NOW)
    end = lead.expires_at
    found = expire_at(store, end)
    assert (found.deleted, found.kept) == ({}, {HOLD: 1})
    assert (found.deliveries, found.deliveries_kept) == ((0, 1) if of is None else (1, 0))
    assert not may_email(store, at=end).is_allowed  # a hold permits nothing
    release_hold(store, key, "test", end)
    assert expire_at(store, end + SECOND).deleted == {EXPIRED: 1}
    assert_nobody_left(store)


def test_ret_22_tests_and_what_was_set_aside_go_after_thirty_days(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(listed_as_test=True), broken())
    assert expire_at(store, NOW + 30 * DAY - SECOND).deliveries == 0
    found = expire_at(store, NOW + 30 * DAY)
    assert (found.deleted, found.deliveries) == ({OVER: 1}, 1)
    assert_nobody_left(store)
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert LedgerKind.DELIVERY_DELETED in kinds


def test_ret_22_what_was_pushed_and_never_worked_on_goes_after_thirty_days(store: Store) -> None:
    source = declared(store, google_source())
    push_into_inbox(store, source, google_body(key=None))
    push_into_inbox(store, source, google_body("2", key=None), at=NOW + DAY)
    assert expire_at(store, NOW + 30 * DAY - SECOND).deliveries == 0
    assert expire_at(store, NOW + 30 * DAY).deliveries == 1
    [left] = kept(store, InboxRecord)
    assert b"priya.2@" in left.payload
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert LedgerKind.DELIVERY_DELETED in kinds


def test_what_was_set_aside_of_a_lead_goes_with_it(store: Store) -> None:
    source = declared(store)
    aside = broken(b"{", external_id="7")
    other = broken(b"[", external_id="8")
    take(store, source, delivery("7", at=NOW - 40 * DAY), aside, other)
    stop(store, email())
    expire_at(store, NOW)
    assert [row.external_id for row in kept(store, DeliveryRecord)] == ["8"]
    gone = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.DELIVERY_DELETED]
    assert [json.loads(row.body)["detail"]["reason"] for row in gone] == ["FULL_OPT_OUT"]


def test_a_removed_lead_stays_out_when_it_is_offered_again(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(at=NOW - 40 * DAY))
    stop(store, email())
    expire_at(store, NOW)
    again = take(store, source, delivery(at=NOW - 40 * DAY), delivery("2"))
    assert +again.counts == {"removed_before": 1, "stored": 1, "consents": 2, "suppressed": 1}
    assert [lead.external_id for lead in kept(store, Lead)] == ["2"]
    refused = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_REFUSED]
    assert [json.loads(row.body)["detail"]["count"] for row in refused] == [1]


def test_a_lead_that_is_over_when_it_arrives_is_not_stored(store: Store) -> None:
    source = declared(store)
    report = take(store, source, delivery(at=datetime(2024, 11, 22, 12, tzinfo=UTC)))
    assert +report.counts == {"too_old": 1}
    assert kept(store, Lead) == []


def test_ret_14_deletions_are_forgotten_after_six_years(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(listed_as_test=True))
    gone_at = NOW + 30 * DAY
    expire_at(store, gone_at)
    end = datetime(2032, 12, 22, tzinfo=UTC)
    assert expire_at(store, end - SECOND).removals == 0
    assert expire_at(store, end, is_rehearsal=True).removals == 1
    assert len(kept(store, Removal)) == 1
    assert expire_at(store, end).removals == 1
    assert kept(store, Removal) == []
    assert kept(store, LedgerRecord)[-1].kind is LedgerKind.REMOVALS_FORGOTTEN


def test_another_controllers_leads_are_not_touched(store: Store) -> None:
    theirs = build.source("meta-other", owner=controller("other"))
    declared(store, build.source(), theirs)
    take(store, build.source(), delivery())
    take(store, theirs, delivery())
    end = kept(store, Lead)[0].expires_at
    assert expire_at(store, end, controller_id="other").deleted == {EXPIRED: 1}
    assert [lead.controller_id for lead in kept(store, Lead)] == ["nectra"]


def test_disclosures_stay_and_name_nobody(store: Store) -> None:
    take(store, declared(store), delivery())
    [lead] = kept(store, Lead)
    identifier = kept(store, IdentifierRecord)[0]
    export = {
        "controller_id": "nectra", "id": lead.id, "purpose": "direct_marketing",
        "channel": "email", "recipient": "internal", "actor": "test", "opened_at": NOW,
        "closed_at": NOW, "format": "csv", "sha256": "0" * 64, "row_count": 1, "withheld": {},
    }  # fmt: skip
    disclosed = {
        "identifier_id": identifier.id, "lead_id": lead.id, "code": ReasonCode.OK_CONSENT,
        "decided_at": NOW, "valid_until": NOW,
    }  # fmt: skip
    with store.writing("nectra") as connection:
        add_export(connection, export)
        add_disclosures(connection, "nectra", lead.id, [disclosed])
    expire_at(store, lead.expires_at)
    assert [row.lead_id for row in kept(store, Listed)] == [lead.id]
    assert len(kept(store, Export)) == 1


def test_more_leads_than_fit_in_one_transaction_all_go_and_held_ones_stay(
    sqlite_store: Store,
) -> None:
    source = declared(sqlite_store)
    count = 2 * UNIT_OF_WORK + 7
    many = [
        delivery(str(10_000 + n), fields(f"p{n}@mail.example", None, None)) for n in range(count)
    ]
    take(sqlite_store, source, *many)
    leads = kept(sqlite_store, Lead)
    for lead in leads[::400]:
        place_hold(sqlite_store, order(lead.id), "test", NOW)
    held = {lead.id for lead in leads[::400]}
    found = expire_at(sqlite_store, leads[0].expires_at)
    assert found.deleted == {EXPIRED: count - len(held)}
    assert found.kept == {HOLD: len(held)}
    assert {lead.id for lead in kept(sqlite_store, Lead)} == held


def test_a_foreign_suppression_key_is_refused_before_anything_goes(store: Store) -> None:
    take(store, declared(store), delivery())
    stop(store, email())
    end = the_end(store)
    with pytest.raises(ConfigError, match="another key"):
        expire(store, [controller()], SuppressionKeys(b"x" * 40), lambda: end)
    assert len(kept(store, Lead)) == 1


def test_a_run_that_is_told_to_stop_does_not_say_that_all_is_done(store: Store) -> None:
    configured = declared(store)
    take(store, configured, delivery())
    owners = [configured.controller, controller("other")]
    key, at = build.SUPPRESSION_KEY, the_end(store)
    found = expire(store, owners, key, lambda: at, is_stopping=lambda: True)
    assert list(found) == [configured.controller.id]
    assert found[configured.controller.id].deleted.total() == 0
    [run] = [row for row in kept(store, JobRun) if row.job == "expire"]
    assert run.outcome == RunOutcome.INCOMPLETE
