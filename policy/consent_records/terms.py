"""Our words for a consent beside those of the published standards (decision 12).

ISO/IEC TS 27560:2023 names the fields of a consent record, the Kantara Consent Receipt 1.1 those of
a receipt, the W3C Data Privacy Vocabulary (DPV) 2.3 the terms that a machine understands.
"""

from typing import Any, NamedTuple

from policy.consent_evidence import ConsentStatus
from policy.vocabulary import IdentifierKind, LawfulBasis, Purpose, Word

SCHEMA = "https://w3id.org/dpv/schema/dpv-27560#record"

PREFIXES = {
    "dct": "http://purl.org/dc/terms/",
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-gb": "https://w3id.org/dpv/legal/gb#",
    "loc": "https://w3id.org/dpv/loc#",
    "pd": "https://w3id.org/dpv/pd#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Field(NamedTuple):
    """One row: our field, the field of 27560 and whether a record must hold it, Kantara's, DPV's.

    `holds` says what JSON-LD makes of the value: an IRI (`@id`), a class (`@type`), a time, or
    (empty) what stands there. Kantara's `services[].x` is x in each of the services; an empty name:
    Kantara has none.
    """

    ours: str
    iso: str
    is_mandatory: bool
    kantara: str
    dpv: str
    holds: str = ""


_PURPOSES = "services[].purposes[]"

FIELDS = (
    Field("record_schema", "schema_version", True, "version", "dct:conformsTo", "@id"),
    Field("consent_id", "record_id", True, "consentReceiptID", "dct:identifier"),
    Field("subject_ref", "pii_principal_id", True, "piiPrincipalId", "dpv:hasDataSubject", "@id"),
    Field("notice_id", "privacy_notice", True, "policyUrl", "dpv:hasNotice"),
    Field("language", "language", True, "language", "dct:language"),
    Field("purpose", "purpose", True, f"{_PURPOSES}.purpose", "dpv:hasPurpose"),
    Field("purpose", "purpose_type", False, f"{_PURPOSES}.purposeCategory", "dpv:Purpose", "@type"),
    Field("channel", "service", False, "services[].service", "dpv:hasService"),
    Field(
        "lawful_basis",
        "lawful_basis",
        False,
        f"{_PURPOSES}.consentType",
        "dpv:hasLegalBasis",
        "@id",
    ),
    Field("data_categories", "pii_information", True, "", "dpv:hasPersonalData"),
    Field(
        "data_categories",
        "pii_type",
        True,
        f"{_PURPOSES}.piiCategory",
        "dpv:PersonalData",
        "@type",
    ),
    Field("identifier_ref", "pii_attribute_id", False, "", "dct:identifier"),
    Field("is_data_optional", "pii_optional", False, "", "dpv:hasNecessity", "@id"),
    Field(
        "special_category",
        "special_pii_category",
        False,
        "spiCat",
        "dpv:SpecialCategoryPersonalData",
        "@type",
    ),
    Field(
        "controllers", "pii_controllers", True, "piiControllers[]", "dpv:hasDataController", "@id"
    ),
    Field("controller_id", "party_id", True, "", "dct:identifier"),
    Field("controller_name", "party_name", True, "piiControllers[].piiController", "dpv:hasName"),
    Field(
        "controller_address", "party_address", True, "piiControllers[].address", "dpv:hasAddress"
    ),
    Field(
        "controller_contact", "party_contact", True, "piiControllers[].contact", "dpv:hasContact"
    ),
    Field("controller_role", "party_type", True, "", "dpv:DataController", "@type"),
    Field("collection_method", "collection_method", False, "collectionMethod", "dpv:hasDataSource"),
    Field("storage_location", "storage_locations", True, "", "dpv:hasStorageCondition"),
    Field("processing_location", "processing_locations", False, "", "dpv:hasLocation", "@id"),
    Field("geographic_restriction", "geographic_restrictions", False, "", "dpv:hasRule"),
    Field(
        "retention_rule",
        "retention_period",
        True,
        f"{_PURPOSES}.termination",
        "dpv:hasStorageCondition",
    ),
    Field(
        "recipients",
        "recipient_third_parties",
        True,
        f"{_PURPOSES}.thirdPartyName",
        "dpv:hasRecipient",
    ),
    Field("withdrawal_method", "withdrawal_method", True, "", "dpv:hasConsentControl"),
    Field("rights_notice", "privacy_rights", False, "", "dpv:hasRight"),
    Field("authority", "authority_party", False, "", "dpv:hasAuthority"),
    Field("jurisdiction", "jurisdiction", True, "jurisdiction", "dpv:hasJurisdiction", "@id"),
    Field(
        "event_time",
        "event_time",
        True,
        "consentTimestamp",
        "dpv:isIndicatedAtTime",
        "xsd:dateTime",
    ),
    Field(
        "valid_until",
        "validity_duration",
        True,
        f"{_PURPOSES}.termination",
        "dct:valid",
        "xsd:dateTime",
    ),
    Field("actor", "entity_id", True, "", "dpv:isIndicatedBy", "@id"),
    Field(
        "expression",
        "event_type",
        True,
        f"{_PURPOSES}.consentType",
        "dpv:ExpressedConsent",
        "@type",
    ),
    Field("state", "event_state", True, "", "dpv:ConsentStatus", "@type"),
)
"""Every field of a consent record, in the order of the standard's sections."""

SECTIONS: dict[str, Any] = {
    "record_header": "@nest",
    "pii_processing": "@nest",
    "purposes": "dpv:hasProcess",
    "party_identification": "dpv:hasEntity",
    "events": "dpv:hasConsentStatus",
    "missing_fields": None,
    "missing_evidence": None,
}
"""The sections of the standard; what is missing is for the reader and is no part of the graph."""

STATUSES = {
    ConsentStatus.REQUESTED: "dpv:ConsentRequested",
    ConsentStatus.REFUSED: "dpv:ConsentRefused",
    ConsentStatus.GIVEN: "dpv:ConsentGiven",
    ConsentStatus.RENEWED: "dpv:RenewedConsentGiven",
    ConsentStatus.WITHDRAWN: "dpv:ConsentWithdrawn",
    ConsentStatus.REVOKED: "dpv:ConsentRevoked",
    ConsentStatus.EXPIRED: "dpv:ConsentExpired",
    ConsentStatus.INVALIDATED: "dpv:ConsentInvalidated",
    ConsentStatus.UNKNOWN: "dpv:ConsentUnknown",
}

PURPOSES = {
    Purpose.ENQUIRY_RESPONSE: "dpv:CommunicationForCustomerCare",
    Purpose.DIRECT_MARKETING: "dpv:DirectMarketing",
    Purpose.AD_AUDIENCE: "dpv:TargetedAdvertising",
    Purpose.ANALYTICS: "dpv:ServiceUsageAnalytics",
    Purpose.CONTRACT_DELIVERY: "dpv:FulfilmentOfContractualObligation",
    Purpose.CLIENT_DELIVERY: "dpv:ServiceProvision",
    Purpose.THIRD_PARTY_MARKETING: "dpv:Marketing",
    Purpose.AUTHORITY_DISCLOSURE: "dpv:LegalCompliance",
    Purpose.LEGAL_CLAIM: "dpv:LegalCompliance",
    Purpose.RIGHTS_HANDLING: "dpv:RightsFulfilment",
    Purpose.SUPPRESSION_CHECK: "dpv:RightsFulfilment",
    Purpose.AUDIT: "dpv:OrganisationComplianceManagement",
}

BASES = {
    LawfulBasis.CONSENT: "eu-gdpr:A6-1-a",
    LawfulBasis.CONTRACT: "eu-gdpr:A6-1-b",
    LawfulBasis.LEGAL_OBLIGATION: "eu-gdpr:A6-1-c",
    LawfulBasis.LEGITIMATE_INTERESTS: "eu-gdpr:A6-1-f",
}
"""DPV has the letters of the EU GDPR, and none for recognised interests, Art. 6(1)(ea) UK GDPR."""

DATA = {IdentifierKind.EMAIL: "pd:EmailAddress", IdentifierKind.PHONE: "pd:TelephoneNumber"}


class Actor(Word):
    """Who did what changed a consent (UK GDPR Art. 8)."""

    PERSON = "person"
    PARENT = "parent"
    CONTROLLER = "controller"


ACTORS = {
    Actor.PERSON: "dpv:DataSubject",
    Actor.PARENT: "dpv:ParentOfDataSubject",
    Actor.CONTROLLER: "dpv:DataController",
}


def context() -> dict[str, Any]:
    """Return the JSON-LD 1.1 context that turns the standard's field names into DPV terms."""
    return {"@version": 1.1, **PREFIXES, **SECTIONS} | {f.iso: _term(f) for f in FIELDS}


def _term(field: Field) -> str | dict[str, str]:
    if field.holds == "@type":
        return "@type"
    return {"@id": field.dpv, "@type": field.holds} if field.holds else field.dpv
