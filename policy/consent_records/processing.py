"""The part of a consent record that says what is done with the data, by purpose (decision 12)."""

from datetime import datetime

from policy.consent_evidence import ConsentEvidence, ConsentStatus
from policy.consent_records.details import Json, Party, RecordDetails, held
from policy.consent_records.terms import BASES, DATA, PURPOSES
from policy.vocabulary import LawfulBasis, Purpose

_NEVER_GIVEN = {
    ConsentStatus.REQUESTED,
    ConsentStatus.REFUSED,
    ConsentStatus.INVALIDATED,
    ConsentStatus.UNKNOWN,
}
_NECESSITY = {True: "dpv:Optional", False: "dpv:Required", None: ""}


def processing(consent: ConsentEvidence, details: RecordDetails) -> Json:
    """Return the notice, its language, and the processing for each purpose. Rule: BAS-12."""
    purposes = [_process(consent, details, purpose) for purpose in consent.purposes]
    notice = _notice(consent, details)
    return held({"privacy_notice": notice, "language": consent.language, "purposes": purposes})


def purpose_node(purpose: Purpose) -> Json:
    """Return a purpose by its class in DPV and our own word for it. Rule: BAS-12."""
    return {"purpose_type": PURPOSES[purpose], "dct:identifier": purpose.value}


def party_node(party: Party) -> str:
    """Return the name by which a record refers to one of its parties."""
    return f"_:{party.id}"


def _notice(consent: ConsentEvidence, details: RecordDetails) -> Json | None:
    """Say what the person was told: the notice by its id and hash, and the exact words."""
    if not consent.notice_id:
        return None
    return held(
        {
            "@type": "dpv:ConsentNotice",
            "dct:identifier": consent.notice_id,
            "dct:provenance": _hash("content", consent.notice_hash),
            "dct:source": details.notice_url,
            "dct:description": consent.wording,
            "dct:abstract": _hash("wording", consent.wording_hash),
        }
    )


def _hash(what: str, digest: str) -> str:
    return f"SHA-256 of the {what}: {digest}" if digest else ""


def _process(consent: ConsentEvidence, details: RecordDetails, purpose: Purpose) -> Json:
    """Return the processing for one purpose: each stands alone, as the standard has it."""
    withdrawal = consent.withdrawal_method
    found = held(
        {
            "@type": "dpv:Process",
            "purpose": purpose_node(purpose),
            "service": [_service(channel) for channel in consent.channels],
            "lawful_basis": [] if details.event in _NEVER_GIVEN else _bases(consent),
            "pii_information": _data(consent, details),
            "pii_controllers": [party_node(party) for party in details.controllers],
            "collection_method": _collection(consent),
            "storage_locations": _storage(details.storage_locations),
            "processing_locations": [f"loc:{place}" for place in details.processing_locations],
            "geographic_restrictions": [_rule(text) for text in details.geographic_restrictions],
            "retention_period": _until(details.keep_until),
            "withdrawal_method": _exercised("dpv:WithdrawConsent", withdrawal),
            "privacy_rights": _exercised("eu-gdpr:A7-3", withdrawal),
            "authority_party": _named("dpv:Authority", details.authority),
            "jurisdiction": f"loc:{details.jurisdiction}" if details.jurisdiction else "",
        }
    )
    if details.recipients is not None:  # an empty list says: nobody
        names = details.recipients
        found["recipient_third_parties"] = [_named("dpv:Recipient", name) for name in names]
    return found


def _service(channel: str) -> Json:
    return {"@type": "dpv:Service", "dct:identifier": str(channel)}


def _bases(consent: ConsentEvidence) -> list[str]:
    explicit = ["eu-gdpr:A9-2-a"] if consent.express_statement else []
    return [BASES[LawfulBasis.CONSENT], *explicit]


def _data(consent: ConsentEvidence, details: RecordDetails) -> list[Json]:
    if consent.identifier is None:
        return []
    identifier = held(
        {
            "pii_type": ["dpv:PersonalData", DATA[consent.identifier]],
            "pii_attribute_id": str(details.identifier),
            "pii_optional": _NECESSITY[details.is_data_optional],
        }
    )
    if not consent.special_category:
        return [identifier]
    special = "dpv:SpecialCategoryPersonalData"
    return [
        identifier,
        {"special_pii_category": special, "dct:description": consent.special_category},
    ]


def _collection(consent: ConsentEvidence) -> Json | None:
    if not consent.form_id:
        return None
    form = {"dct:identifier": consent.form_id, "dct:hasVersion": consent.form_version}
    return held({"@type": "dpv:DataSubjectDataSource", **form})


def _storage(places: tuple[str, ...]) -> Json | None:
    if not places:
        return None
    found = [{"@id": f"loc:{place}"} for place in places]
    return {"@type": "dpv:StorageLocation", "dpv:hasLocation": found}


def _rule(text: str) -> Json:
    return {"@type": "dpv:Rule", "dct:description": text}


def _until(end: datetime | None) -> Json | None:
    if end is None:
        return None
    valid = {"@value": end.isoformat(), "@type": "xsd:dateTime"}
    duration = {"@type": "dpv:UntilTimeDuration", "dct:valid": valid}
    return {"@type": "dpv:StorageDuration", "dpv:hasDuration": duration}


def _exercised(kind: str, where: str) -> Json | None:
    return {"@type": kind, "dpv:isExercisedAt": where} if where else None


def _named(kind: str, name: str) -> Json | None:
    return {"@type": kind, "dpv:hasName": name} if name else None
