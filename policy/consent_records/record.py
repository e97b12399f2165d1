"""One consent as a JSON-LD record of ISO/IEC TS 27560 in the terms of DPV (decision 12)."""

from collections.abc import Iterator, Mapping

from policy.consent_evidence import ConsentEvidence, of_consent, of_explicit_consent
from policy.consent_records.details import Json, LaterEvent, Party, RecordDetails, held
from policy.consent_records.processing import party_node, processing, purpose_node
from policy.consent_records.terms import ACTORS, BASES, FIELDS, SCHEMA, STATUSES, context
from policy.facts import Assessment
from policy.vocabulary import LawfulBasis


def consent_record(consent: ConsentEvidence, details: RecordDetails) -> Json:
    """Return the record of one consent: header, processing by purpose, parties, events.

    Nothing is invented. `missing_fields` names the mandatory fields of the standard that are not
    held, and such a record does not claim to conform to it; `missing_evidence` names what the
    consent lacks before it counts (rules BAS-1, BAS-2). Times are ISO 8601 with their offset. Rule:
    BAS-12. UK GDPR Art. 5(2), 7(1); ISO/IEC TS 27560:2023.
    """
    header = {
        "schema_version": SCHEMA,
        "record_id": str(details.record_id),
        "pii_principal_id": details.subject.urn,
    }
    record = {
        "record_header": header,
        "pii_processing": processing(consent, details),
        "party_identification": [_party(party) for party in details.controllers],
        "events": _events(consent, details),
    }
    absent = _absent(record)
    if absent:
        del header["schema_version"]
        absent.insert(0, "schema_version")
    lacking = of_explicit_consent(consent) if consent.special_category else of_consent(consent)
    return {
        "@context": context(),
        "@id": details.record_id.urn,
        "@type": "dpv:ConsentRecord",
        **record,
        "missing_fields": absent,
        "missing_evidence": [name.value for name in lacking],
    }


def interest_record(assessment: Assessment, *, is_objected: bool) -> Json:
    """Return a legitimate interest of the controller, and where it stands, in the terms of DPV.

    An objection stands above all; a person who was not told of the interest, or of the right to
    object, is uninformed. Rule: BAS-12. UK GDPR Art. 6(1)(f), 13(1)(d), 21.
    """
    is_informed = assessment.notice_names_interest and assessment.shows_right_to_object
    unobjected = "NotObjected" if is_informed else "Uninformed"
    basis = BASES[LawfulBasis.LEGITIMATE_INTERESTS]
    return {
        "@context": context(),
        "@type": "dpv:Process",
        "lawful_basis": [basis, "dpv:LegitimateInterestOfController"],
        "dpv:hasStatus": {
            "@id": f"dpv:LegitimateInterest{'Objected' if is_objected else unobjected}"
        },
        "dpv:hasAssessment": {
            "@type": "dpv:LegitimateInterestAssessment",
            "dct:identifier": assessment.reference,
            "dct:hasVersion": assessment.version,
        },
        "purpose": [purpose_node(purpose) for purpose in sorted(assessment.purposes)],
    }


def _party(party: Party) -> Json:
    return held(
        {
            "@id": party_node(party),
            "party_type": "dpv:DataController",
            "party_id": party.id,
            "party_name": party.name,
            "party_contact": party.contact,
            "party_address": party.address,
        }
    )


def _events(consent: ConsentEvidence, details: RecordDetails) -> list[Json]:
    """Return what happened to the consent, the consent itself first."""
    is_explicit = bool(consent.express_statement)
    kind = "dpv:ExplicitlyExpressedConsent" if is_explicit else "dpv:ExpressedConsent"
    at, end = consent.occurred_at, consent.valid_until
    first = held(
        {
            "event_state": STATUSES[details.event],
            "event_type": kind,
            "event_time": at.isoformat() if at else "",
            "validity_duration": end.isoformat() if end else "",
            "entity_id": ACTORS[details.actor],
            "dpv:hasIndicationMethod": _indication(consent),
            "dct:provenance": _clock(consent),
        }
    )
    return [first, *(_later(event, kind) for event in details.later)]


def _later(event: LaterEvent, kind: str) -> Json:
    return held(
        {
            "event_state": STATUSES[event.status],
            "event_type": kind,
            "event_time": event.at.isoformat(),
            "entity_id": ACTORS[event.actor],
            "dpv:hasIndicationMethod": event.how,
        }
    )


def _indication(consent: ConsentEvidence) -> str:
    """Say by what control, and how free it was, the person said what they said."""
    default = {True: "ticked beforehand", False: "initially empty", None: ""}
    freedom = {True: "required", False: "optional", None: ""}
    parts = (
        consent.control,
        default[consent.is_pre_ticked],
        freedom[consent.is_required],
        consent.action,
    )
    return "; ".join(filter(None, parts))


def _clock(consent: ConsentEvidence) -> str:
    if not consent.has_source_time:
        return "time of receipt; the source told none"
    told = ", ".join(filter(None, (consent.time_zone, consent.time_precision)))
    return f"time of the source ({told})" if told else "time of the source"


def _absent(record: Json) -> list[str]:
    """Return the mandatory fields of the standard that a record does not hold."""
    present = set(_names(record))
    return [field.iso for field in FIELDS if field.is_mandatory and field.iso not in present]


def _names(node: object) -> Iterator[str]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield name
            yield from _names(value)
    elif isinstance(node, list):
        for entry in node:
            yield from _names(entry)
