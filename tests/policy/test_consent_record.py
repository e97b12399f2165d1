"""The record of one consent: its sections, what became of it, and what it lacks. Rule BAS-12."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from policy.consent_evidence import ConsentEvidence, ConsentStatus
from policy.consent_records.details import LaterEvent, Party
from policy.consent_records.record import consent_record
from policy.consent_records.terms import FIELDS, SCHEMA, SECTIONS, Actor, context
from policy.vocabulary import Channel, IdentifierKind, Purpose
from tests.policy.consents import EXPLICIT, GIVEN_AT, PROVEN, VALID_UNTIL, WHOLE, proven, whole

HASH = "2b102e93ecbf416b7cd30d54d0727896d0fad883e9ef1b72c4b315d25585089e"
WORDING_HASH = "e4c74606a6e9b902c8007c31760d8d7b166f40b05ff42e8e6da463240167cb58"


def process_of(record: dict[str, Any]) -> dict[str, Any]:
    [found] = record["pii_processing"]["purposes"]
    assert isinstance(found, dict)
    return found


def names_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield name
            yield from names_in(value)
    elif isinstance(node, list):
        for entry in node:
            yield from names_in(entry)


def test_a_record_says_who_consented_when_how_and_to_what() -> None:
    """Rule BAS-12: header, processing, parties and events, as the standard orders them."""
    record = consent_record(PROVEN, WHOLE)
    assert record.pop("@context") == context()
    assert record == {
        "@id": "urn:uuid:00000000-0000-0000-0000-000000000001",
        "@type": "dpv:ConsentRecord",
        "record_header": {
            "schema_version": SCHEMA,
            "record_id": "00000000-0000-0000-0000-000000000001",
            "pii_principal_id": "urn:uuid:00000000-0000-0000-0000-000000000002",
        },
        "pii_processing": {
            "privacy_notice": {
                "@type": "dpv:ConsentNotice",
                "dct:identifier": "notice-7",
                "dct:provenance": f"SHA-256 of the content: {HASH}",
                "dct:source": "https://northgate.example/privacy",
                "dct:description": "Yes, Northgate Studio may e-mail me its news.",
                "dct:abstract": f"SHA-256 of the wording: {WORDING_HASH}",
            },
            "language": "en-GB",
            "purposes": [
                {
                    "@type": "dpv:Process",
                    "purpose": {
                        "purpose_type": "dpv:DirectMarketing",
                        "dct:identifier": "direct_marketing",
                    },
                    "service": [{"@type": "dpv:Service", "dct:identifier": "email"}],
                    "lawful_basis": ["eu-gdpr:A6-1-a"],
                    "pii_information": [
                        {
                            "pii_type": ["dpv:PersonalData", "pd:EmailAddress"],
                            "pii_attribute_id": "00000000-0000-0000-0000-000000000003",
                        }
                    ],
                    "pii_controllers": ["_:agency"],
                    "collection_method": {
                        "@type": "dpv:DataSubjectDataSource",
                        "dct:identifier": "form-1",
                        "dct:hasVersion": "version-7",
                    },
                    "storage_locations": {
                        "@type": "dpv:StorageLocation",
                        "dpv:hasLocation": [{"@id": "loc:GB"}, {"@id": "loc:IE"}],
                    },
                    "retention_period": {
                        "@type": "dpv:StorageDuration",
                        "dpv:hasDuration": {
                            "@type": "dpv:UntilTimeDuration",
                            "dct:valid": {
                                "@value": "2028-03-02T00:00:00+00:00",
                                "@type": "xsd:dateTime",
                            },
                        },
                    },
                    "recipient_third_parties": [],
                    "withdrawal_method": {
                        "@type": "dpv:WithdrawConsent",
                        "dpv:isExercisedAt": "mailto:privacy@northgate.example",
                    },
                    "privacy_rights": {
                        "@type": "eu-gdpr:A7-3",
                        "dpv:isExercisedAt": "mailto:privacy@northgate.example",
                    },
                    "jurisdiction": "loc:GB",
                }
            ],
        },
        "party_identification": [
            {
                "@id": "_:agency",
                "party_type": "dpv:DataController",
                "party_id": "agency",
                "party_name": "Northgate Studio",
                "party_contact": "privacy@northgate.example",
                "party_address": "1 North Gate, Testford",
            }
        ],
        "events": [
            {
                "event_state": "dpv:ConsentGiven",
                "event_type": "dpv:ExpressedConsent",
                "event_time": "2026-03-02T09:30:00+00:00",
                "validity_duration": "2028-03-02T00:00:00+00:00",
                "entity_id": "dpv:DataSubject",
                "dpv:hasIndicationMethod": "checkbox; initially empty; optional; ticked: 1",
                "dct:provenance": "time of the source (UTC, second)",
            }
        ],
        "missing_fields": [],
        "missing_evidence": [],
    }


def test_every_name_in_a_record_has_a_meaning() -> None:
    """A name that the context does not know would be dropped by every reader, without a word."""
    known = {field.iso for field in FIELDS} | SECTIONS.keys()
    record = consent_record(EXPLICIT, FULL)
    del record["@context"]
    names = set(names_in(record))
    assert {name for name in names if ":" not in name and not name.startswith("@")} <= known
    assert {field.iso for field in FIELDS} <= names


FULL = whole(
    recipients=("Harbour Print",),
    processing_locations=("GB", "IE"),
    geographic_restrictions=("kept in the United Kingdom and Ireland",),
    authority="the supervisory authority",
    is_data_optional=True,
)


def test_what_is_known_beyond_the_mandatory_is_told() -> None:
    process = process_of(consent_record(PROVEN, FULL))
    assert process["recipient_third_parties"] == [
        {"@type": "dpv:Recipient", "dpv:hasName": "Harbour Print"}
    ]
    assert process["processing_locations"] == ["loc:GB", "loc:IE"]
    assert process["geographic_restrictions"] == [
        {"@type": "dpv:Rule", "dct:description": "kept in the United Kingdom and Ireland"}
    ]
    assert process["authority_party"] == {
        "@type": "dpv:Authority",
        "dpv:hasName": "the supervisory authority",
    }
    assert process["pii_information"][0]["pii_optional"] == "dpv:Optional"
    required = process_of(consent_record(PROVEN, whole(is_data_optional=False)))
    assert required["pii_information"][0]["pii_optional"] == "dpv:Required"


def test_what_is_not_held_is_named_and_never_filled_in() -> None:
    """Rule BAS-12: an empty record claims nothing, not even to follow the standard."""
    nothing = whole(
        controllers=(), jurisdiction="", keep_until=None, recipients=None, storage_locations=()
    )
    record = consent_record(ConsentEvidence(), nothing)
    assert "schema_version" not in record["record_header"]
    assert record["missing_fields"] == [
        "schema_version",
        "privacy_notice",
        "language",
        "purpose",
        "pii_information",
        "pii_type",
        "pii_controllers",
        "party_id",
        "party_name",
        "party_address",
        "party_contact",
        "party_type",
        "storage_locations",
        "retention_period",
        "recipient_third_parties",
        "withdrawal_method",
        "jurisdiction",
        "event_time",
        "validity_duration",
    ]
    assert len(record["missing_evidence"]) == 22
    assert record["pii_processing"] == {}
    assert record["events"] == [
        {
            "event_state": "dpv:ConsentGiven",
            "event_type": "dpv:ExpressedConsent",
            "entity_id": "dpv:DataSubject",
            "dct:provenance": "time of receipt; the source told none",
        }
    ]


@pytest.mark.parametrize(
    ("consent", "details", "missing"),
    [
        ({"language": ""}, {}, ["language"]),
        ({"notice_id": ""}, {}, ["privacy_notice"]),
        ({"identifier": None}, {}, ["pii_information", "pii_type"]),
        ({"withdrawal_method": ""}, {}, ["withdrawal_method"]),
        ({"valid_until": None}, {}, ["validity_duration"]),
        ({"occurred_at": None}, {}, ["event_time"]),
        ({}, {"storage_locations": ()}, ["storage_locations"]),
        ({}, {"keep_until": None}, ["retention_period"]),
        ({}, {"recipients": None}, ["recipient_third_parties"]),
        ({}, {"jurisdiction": ""}, ["jurisdiction"]),
        ({}, {"controllers": (Party("agency", "Northgate", "p@n.example"),)}, ["party_address"]),
    ],
)
def test_a_record_with_a_gap_does_not_claim_to_conform(
    consent: dict[str, Any], details: dict[str, Any], missing: list[str]
) -> None:
    record = consent_record(proven(**consent), whole(**details))
    assert record["missing_fields"] == ["schema_version", *missing]
    assert "schema_version" not in record["record_header"]


def test_what_the_consent_lacks_is_named_in_its_record() -> None:
    """Rules BAS-1 and BAS-2."""
    record = consent_record(proven(is_required=True, time_zone=""), WHOLE)
    assert record["missing_evidence"] == ["time_zone", "free_choice"]
    assert record["missing_fields"] == []
    silent = replace(EXPLICIT, express_statement="")
    assert consent_record(silent, WHOLE)["missing_evidence"] == [
        "express_statement",
        "category_named",
    ]


def test_an_explicit_consent_is_told_as_one() -> None:
    """Rule BAS-2."""
    record = consent_record(EXPLICIT, WHOLE)
    process = process_of(record)
    assert process["lawful_basis"] == ["eu-gdpr:A6-1-a", "eu-gdpr:A9-2-a"]
    assert process["pii_information"][1] == {
        "special_pii_category": "dpv:SpecialCategoryPersonalData",
        "dct:description": "health",
    }
    assert record["events"][0]["event_type"] == "dpv:ExplicitlyExpressedConsent"


@pytest.mark.parametrize(
    ("status", "term", "was_given"),
    [
        (ConsentStatus.REQUESTED, "dpv:ConsentRequested", False),
        (ConsentStatus.REFUSED, "dpv:ConsentRefused", False),
        (ConsentStatus.GIVEN, "dpv:ConsentGiven", True),
        (ConsentStatus.RENEWED, "dpv:RenewedConsentGiven", True),
        (ConsentStatus.WITHDRAWN, "dpv:ConsentWithdrawn", True),
        (ConsentStatus.REVOKED, "dpv:ConsentRevoked", True),
        (ConsentStatus.EXPIRED, "dpv:ConsentExpired", True),
        (ConsentStatus.INVALIDATED, "dpv:ConsentInvalidated", False),
        (ConsentStatus.UNKNOWN, "dpv:ConsentUnknown", False),
    ],
)
def test_each_state_has_its_name_and_only_a_given_consent_is_a_basis(
    status: ConsentStatus, term: str, *, was_given: bool
) -> None:
    record = consent_record(PROVEN, whole(event=status))
    assert record["events"][0]["event_state"] == term
    assert ("lawful_basis" in process_of(record)) is was_given


def test_what_became_of_a_consent_stands_beside_it() -> None:
    """The consent itself is never edited: later events follow, each with who, when and how."""
    later = (
        LaterEvent(ConsentStatus.WITHDRAWN, VALID_UNTIL, Actor.PERSON, "link in a message"),
        LaterEvent(ConsentStatus.REVOKED, VALID_UNTIL, Actor.CONTROLLER),
        LaterEvent(ConsentStatus.RENEWED, GIVEN_AT, Actor.PARENT),
    )
    events = consent_record(PROVEN, whole(later=later, actor=Actor.PARENT))["events"]
    assert events[0]["event_state"] == "dpv:ConsentGiven"
    assert events[0]["entity_id"] == "dpv:ParentOfDataSubject"
    assert events[1:] == [
        {
            "event_state": "dpv:ConsentWithdrawn",
            "event_type": "dpv:ExpressedConsent",
            "event_time": "2028-03-02T00:00:00+00:00",
            "entity_id": "dpv:DataSubject",
            "dpv:hasIndicationMethod": "link in a message",
        },
        {
            "event_state": "dpv:ConsentRevoked",
            "event_type": "dpv:ExpressedConsent",
            "event_time": "2028-03-02T00:00:00+00:00",
            "entity_id": "dpv:DataController",
        },
        {
            "event_state": "dpv:RenewedConsentGiven",
            "event_type": "dpv:ExpressedConsent",
            "event_time": "2026-03-02T09:30:00+00:00",
            "entity_id": "dpv:ParentOfDataSubject",
        },
    ]


def test_each_purpose_stands_alone_and_each_channel_is_a_service() -> None:
    both = proven(
        purposes=(Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE),
        channels=(Channel.SMS, Channel.LIVE_CALL),
        identifier=IdentifierKind.PHONE,
    )
    first, second = consent_record(both, WHOLE)["pii_processing"]["purposes"]
    assert first["purpose"]["purpose_type"] == "dpv:DirectMarketing"
    assert second["purpose"]["purpose_type"] == "dpv:TargetedAdvertising"
    assert [each["dct:identifier"] for each in second["service"]] == ["sms", "live_call"]
    assert second["pii_information"][0]["pii_type"] == ["dpv:PersonalData", "pd:TelephoneNumber"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"is_pre_ticked": True}, "checkbox; ticked beforehand; optional; ticked: 1"),
        ({"is_required": True}, "checkbox; initially empty; required; ticked: 1"),
        ({"is_pre_ticked": None, "is_required": None, "control": ""}, "ticked: 1"),
    ],
)
def test_how_free_the_choice_was_is_told(changes: dict[str, Any], told: str) -> None:
    [event] = consent_record(proven(**changes), WHOLE)["events"]
    assert event["dpv:hasIndicationMethod"] == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"time_zone": ""}, "time of the source (second)"),
        ({"time_zone": "", "time_precision": ""}, "time of the source"),
        ({"has_source_time": False}, "time of receipt; the source told none"),
    ],
)
def test_whose_clock_it_was_is_told(changes: dict[str, Any], told: str) -> None:
    [event] = consent_record(proven(**changes), WHOLE)["events"]
    assert event["dct:provenance"] == told


def test_parts_of_a_notice_and_a_form_that_are_not_held_are_left_out() -> None:
    bare = proven(notice_hash="", wording="", wording_hash="", form_version="")
    record = consent_record(bare, whole(notice_url=""))
    assert record["pii_processing"]["privacy_notice"] == {
        "@type": "dpv:ConsentNotice",
        "dct:identifier": "notice-7",
    }
    assert process_of(record)["collection_method"] == {
        "@type": "dpv:DataSubjectDataSource",
        "dct:identifier": "form-1",
    }
    formless = consent_record(proven(form_id=""), WHOLE)
    assert "collection_method" not in process_of(formless)


def test_times_keep_their_offset() -> None:
    at = datetime(2026, 6, 2, 9, 30, tzinfo=UTC)
    [event] = consent_record(proven(occurred_at=at), WHOLE)["events"]
    assert event["event_time"] == "2026-06-02T09:30:00+00:00"
