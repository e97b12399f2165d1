"""The consents of one lead as records that another program can read: rules BAS-1, 12 and 13."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from models.lead import Lead
from models.store import Store
from pipeline.consent_records import consent_records
from pipeline.export import ExportRequest, export
from pipeline.opt_out import Said, opt_out
from policy.errors import UsageError
from policy.evidence import notice_id
from policy.opt_out import OptOutReason
from policy.vocabulary import Channel, EventKind, NoticeBox, Purpose
from tests import build
from tests.build import (
    FORM,
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    kept,
    notice,
    take,
)
from tests.pipeline.asking import object_to_marketing
from tests.policy.test_consent_record_terms import unpublished

UNKNOWN_TO_A_STORE = ["schema_version", "party_address", "storage_locations"]


def records_of(store: Store, external_id: str = "1000001") -> dict[str, dict[str, Any]]:
    """Return the records of a lead by channel; each of them in published terms."""
    [lead] = [each for each in kept(store, Lead) if each.external_id == external_id]
    found = consent_records(store, [controller()], lead.id, NOW)
    assert all(unpublished(record) == set() for record in found)
    return {process_of(each)["service"][0]["dct:identifier"]: each for each in found}


def process_of(record: dict[str, Any]) -> dict[str, Any]:
    [found] = record["pii_processing"]["purposes"]
    assert isinstance(found, dict)
    return found


@pytest.fixture
def filled(store: Store) -> Store:
    take(store, declared(store), delivery("1000001"))
    return store


def test_each_answer_to_a_box_has_its_record(filled: Store) -> None:
    records = records_of(filled)
    assert records.keys() == {"email", "live_call"}
    record = records["email"]
    [lead] = kept(filled, Lead)
    assert record["record_header"]["pii_principal_id"] == lead.person_id.urn
    assert record["pii_processing"]["privacy_notice"]["dct:identifier"] == notice_id(FORM)
    told = record["pii_processing"]["privacy_notice"]["dct:description"]
    assert told == "Yes, send me news by e-mail."
    assert record["pii_processing"]["language"] == "en-GB"
    assert record["events"] == [
        {
            "event_state": "dpv:ConsentGiven",
            "event_type": "dpv:ExpressedConsent",
            "event_time": "2026-11-21T12:00:00+00:00",
            "validity_duration": "2028-11-21T00:00:00+00:00",
            "entity_id": "dpv:DataSubject",
            "dpv:hasIndicationMethod": "checkbox; initially empty; optional; the form sent '1'",
            "dct:provenance": "time of the source (UTC, second)",
        }
    ]
    assert record["party_identification"] == [
        {
            "@id": "_:nectra",
            "party_type": "dpv:DataController",
            "party_id": "nectra",
            "party_name": "Nectra",
            "party_contact": "privacy@nectra.example",
        }
    ]


def test_a_proven_consent_lacks_nothing_and_the_record_names_what_no_store_holds(
    filled: Store,
) -> None:
    """Rules BAS-1 and BAS-12."""
    for record in records_of(filled).values():
        assert record["missing_evidence"] == []
        assert record["missing_fields"] == UNKNOWN_TO_A_STORE


def test_no_address_and_no_number_is_in_a_record(filled: Store) -> None:
    text = str(records_of(filled))
    for personal in ("priya", "mail.example", "7700", "Sharma"):
        assert personal not in text.replace("privacy@nectra.example", "")


def test_a_refusal_and_an_attempt_are_records_too(store: Store) -> None:
    forced = notice(boxes=(NoticeBox("call_updates", "Call me.", True, False), FORM.boxes[0]))
    boxes = {"email_updates": "", "call_updates": "1"}
    take(store, declared(store), delivery("1000001", boxes=boxes, notice=forced))
    records = records_of(store)
    assert records["email"]["events"][0]["event_state"] == "dpv:ConsentRefused"
    assert records["live_call"]["events"][0]["event_state"] == "dpv:ConsentInvalidated"
    assert records["live_call"]["missing_evidence"] == ["free_choice", "validity_end"]
    assert all("lawful_basis" not in process_of(record) for record in records.values())


def test_without_a_notice_every_item_of_it_is_named(store: Store) -> None:
    take(store, declared(store), delivery("1000001", notice=None))
    record = records_of(store)["email"]
    assert record["missing_evidence"] == [
        "form_version",
        "control_type",
        "default_state",
        "optionality",
        "notice",
        "notice_hash",
        "wording",
        "wording_hash",
        "language",
        "validity_end",
    ]
    assert record["missing_fields"] == [
        "schema_version",
        "privacy_notice",
        "language",
        "party_address",
        "storage_locations",
        "validity_duration",
    ]


def test_where_the_wording_was_not_given_out_none_is_told(store: Store) -> None:
    take(store, declared(store), delivery("1000001", notice=notice(wording_known=False)))
    missing = records_of(store)["email"]["missing_evidence"]
    assert {"wording", "wording_hash", "control_type"} <= set(missing)
    assert "notice" not in missing


def test_an_opt_out_stands_beside_the_consent_with_when_and_how(filled: Store) -> None:
    """Rule BAS-13: the way it came is in the ledger."""
    said = Said(None, NOW - timedelta(hours=1), "tests", OptOutReason.UNSUBSCRIBE)
    opt_out(filled, [controller()], SUPPRESSION_KEY, [email()], said)
    record = records_of(filled)["email"]
    assert [event["event_state"] for event in record["events"]] == [
        "dpv:ConsentGiven",
        "dpv:ConsentWithdrawn",
        "dpv:ConsentWithdrawn",
    ]
    assert {event["event_time"] for event in record["events"][1:]} == {"2026-11-22T11:00:00+00:00"}
    assert record["missing_evidence"] == []
    # the objection counts for the person's number as well
    call = records_of(filled)["live_call"]
    assert call["events"][-1]["dpv:hasIndicationMethod"] == "objection"
    assert call["missing_evidence"] == []


def test_a_withdrawal_of_which_nobody_knows_how_it_came_lacks_that(filled: Store) -> None:
    object_to_marketing(filled, email(), at=NOW, kind=EventKind.WITHDRAWN)
    assert records_of(filled)["email"]["missing_evidence"] == ["withdrawn_how"]
    assert records_of(filled)["live_call"]["missing_evidence"] == []


def test_who_got_a_list_is_named_unless_it_stayed_in_the_house(
    filled: Store, tmp_path: Path
) -> None:
    def listed_for(name: str | None) -> None:
        use = (Purpose.DIRECT_MARKETING, Channel.EMAIL)
        out = tmp_path / f"{name}.csv"
        to = build.recipient(name) if name else None
        request = ExportRequest(controller(), *use, to, out, "sales")
        assert export(filled, request, SUPPRESSION_KEY, lambda: NOW).allowed == 1

    listed_for(None)
    assert process_of(records_of(filled)["email"])["recipient_third_parties"] == []
    listed_for("harbour-print")
    records = records_of(filled)
    assert process_of(records["email"])["recipient_third_parties"] == [
        {"@type": "dpv:Recipient", "dpv:hasName": "harbour-print"}
    ]
    assert process_of(records["live_call"])["recipient_third_parties"] == []


def test_a_controller_that_is_no_longer_configured_is_missing_by_name(filled: Store) -> None:
    [lead] = kept(filled, Lead)
    for record in consent_records(filled, [controller("other")], lead.id, NOW):
        assert record["missing_evidence"] == ["controllers", "withdrawal_method"]
        assert {"pii_controllers", "party_id", "party_name"} <= set(record["missing_fields"])


def test_a_lead_that_is_not_there_has_a_cure(store: Store) -> None:
    with pytest.raises(UsageError, match="Cure: take an id"):
        consent_records(store, [controller()], UUID(int=1), NOW)
