"""What a consent record says is said in published terms: rule BAS-12.

The lists in `terms/` hold the names that the W3C, the DCMI and Kantara publish, with their sources.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld

from policy.consent_evidence import ConsentEvidence, ConsentStatus
from policy.consent_records.details import LaterEvent
from policy.consent_records.record import consent_record, interest_record
from policy.consent_records.terms import (
    ACTORS,
    BASES,
    DATA,
    FIELDS,
    PREFIXES,
    PURPOSES,
    SCHEMA,
    SECTIONS,
    STATUSES,
    Actor,
    context,
)
from policy.facts import Assessment
from policy.vocabulary import Channel, IdentifierKind, LawfulBasis, Purpose
from tests.policy.consents import EXPLICIT, PROVEN, VALID_UNTIL, WHOLE, whole

TERMS = Path(__file__).parent / "terms"
XSD = PREFIXES["xsd"]
OWN = ("urn:uuid:", "_:")
"""Names of what a record is about: its keys, and the parties within it."""


def lines_of(name: str) -> Iterator[str]:
    for line in (TERMS / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def published() -> set[str]:
    """Return every published IRI."""
    namespace, found = "", set()
    for line in lines_of("dpv-terms.txt"):
        if line.startswith("["):
            namespace = line.strip("[]")
        else:
            found.add(namespace + line)
    return found


PUBLISHED = published()
ISO = dict(line.split() for line in lines_of("iso-27560-fields.txt"))
KANTARA = set(lines_of("kantara-receipt-names.txt"))


def refuse(url: str, _options: dict[str, Any]) -> dict[str, Any]:
    raise AssertionError(f"A record must be read without the network, and asked for {url}")


def expanded(document: dict[str, Any]) -> Any:
    return jsonld.expand(document, {"documentLoader": refuse})


def said(node: Any) -> Iterator[str]:
    """Yield every IRI that an expanded document uses: properties, classes, values."""
    if isinstance(node, list):
        for entry in node:
            yield from said(entry)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name == "@id":
                yield value
            elif name == "@type":
                yield from [value] if isinstance(value, str) else value
            elif not name.startswith("@"):
                yield name
                yield from said(value)


def unpublished(document: dict[str, Any]) -> set[str]:
    return {
        iri
        for iri in said(expanded(document))
        if iri not in PUBLISHED and iri != f"{XSD}dateTime" and not iri.startswith(OWN)
    }


FULLEST = whole(
    event=ConsentStatus.RENEWED,
    later=tuple(
        LaterEvent(status, VALID_UNTIL, Actor.PERSON, "letter") for status in ConsentStatus
    ),
    recipients=("Harbour Print",),
    processing_locations=("GB",),
    geographic_restrictions=("kept in the United Kingdom and Ireland",),
    authority="the supervisory authority",
    is_data_optional=True,
)


def test_the_lists_hold_what_their_standards_publish() -> None:
    """A list that was cut short or filled up would prove nothing."""
    assert len(PUBLISHED) == 1116 + 234 + 231 + 3 + 250 + 4 + 55
    assert {"https://w3id.org/dpv#ConsentRecord", "http://purl.org/dc/terms/valid"} <= PUBLISHED
    assert len(ISO) == 44
    assert len(KANTARA) == 30


@pytest.mark.parametrize(
    "consent", [PROVEN, EXPLICIT, replace(PROVEN, identifier=IdentifierKind.PHONE)]
)
def test_every_term_of_a_record_is_published(consent: ConsentEvidence) -> None:
    """Rule BAS-12: read as JSON-LD, without the network."""
    assert unpublished(consent_record(consent, WHOLE)) == set()
    assert unpublished(consent_record(consent, FULLEST)) == set()


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_a_published_term(purpose: Purpose) -> None:
    consent = replace(PROVEN, purposes=(purpose,), channels=tuple(Channel))
    assert unpublished(consent_record(consent, WHOLE)) == set()
    assert (
        PURPOSES[purpose]
        in consent_record(consent, WHOLE)["pii_processing"]["purposes"][0]["purpose"].values()
    )


def test_every_interest_is_told_in_published_terms() -> None:
    """Rule BAS-12."""
    day = date(2026, 3, 2)
    interest = Assessment(
        "lia-1", "2", day, day, "officer", True, frozenset(Purpose), frozenset(), True, True
    )
    for is_objected in (True, False):
        assert unpublished(interest_record(interest, is_objected=is_objected)) == set()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("dpv:ConsentGiven", "dpv:ConsentGranted"),
        ("dpv:ExpressedConsent", "dpv:ExpressConsent"),
        ("dpv:DirectMarketing", "dpv:DirectAdvertising"),
        ("eu-gdpr:A6-1-a", "eu-gdpr:A6-1-z"),
        ("pd:EmailAddress", "pd:Email-Address"),
        ("loc:GB", "loc:UK"),
        ("dpv:DataSubject", "dpv:Subject"),
        (SCHEMA, SCHEMA + "s"),
    ],
)
def test_a_term_that_nobody_published_is_found(right: str, wrong: str) -> None:
    document = consent_record(PROVEN, WHOLE)
    mutated = _exchanged(document, right, wrong)
    assert mutated != document
    assert len(unpublished(mutated)) == 1


@pytest.mark.parametrize("field", [field for field in FIELDS if field.holds != "@type"])
def test_a_property_that_nobody_published_is_found(field: Any) -> None:
    """A wrong term in the context is seen, whichever field it stands at."""
    document = consent_record(EXPLICIT, FULLEST)
    document["@context"] = context() | {field.iso: "dpv:hasNoSuchThing"}
    assert "https://w3id.org/dpv#hasNoSuchThing" in unpublished(document)


def _exchanged(node: Any, right: str, wrong: str) -> Any:
    if isinstance(node, dict):
        return {name: _exchanged(value, right, wrong) for name, value in node.items()}
    if isinstance(node, list):
        return [_exchanged(entry, right, wrong) for entry in node]
    return wrong if node == right else node


def test_every_field_is_one_of_the_standard_and_mandatory_where_the_standard_says() -> None:
    """Rule BAS-12: of what 27560 asks for, nothing is left out but the receipt's own number."""
    ours = {field.iso: "M" if field.is_mandatory else "O" for field in FIELDS}
    assert len(ours) == len(FIELDS)
    assert ours.items() <= ISO.items()
    assert {name for name, need in ISO.items() if need == "M"} - ours.keys() == {"receipt_id"}


def test_each_field_has_the_term_that_is_meant_and_not_merely_one_that_exists() -> None:
    """Rule BAS-12: two published terms exchanged would be wrong, and no list would tell."""
    meant = [line.split(" | ") for line in lines_of("consent-record-mapping.txt")]
    assert meant == [
        [
            field.ours,
            field.iso,
            "M" if field.is_mandatory else "O",
            field.kantara or "-",
            field.dpv,
            field.holds or "-",
        ]
        for field in FIELDS
    ]
    for _, iso, _, _, dpv, holds in meant:
        typed = {"@id": dpv, "@type": holds}
        term = {"@type": "@type", "-": dpv}.get(holds, typed)
        assert context()[iso] == term


def test_the_context_needs_version_1_1_and_names_the_sections() -> None:
    found = context()
    assert found["@version"] == 1.1
    assert {name: found[name] for name in SECTIONS} == {
        "record_header": "@nest",
        "pii_processing": "@nest",
        "purposes": "dpv:hasProcess",
        "party_identification": "dpv:hasEntity",
        "events": "dpv:hasConsentStatus",
        "missing_fields": None,
        "missing_evidence": None,
    }


def test_each_purpose_and_basis_has_the_term_that_is_meant() -> None:
    """Rule BAS-12."""
    assert {purpose.value: term.removeprefix("dpv:") for purpose, term in PURPOSES.items()} == {
        "enquiry_response": "CommunicationForCustomerCare",
        "direct_marketing": "DirectMarketing",
        "ad_audience": "TargetedAdvertising",
        "analytics": "ServiceUsageAnalytics",
        "contract_delivery": "FulfilmentOfContractualObligation",
        "client_delivery": "ServiceProvision",
        "third_party_marketing": "Marketing",
        "authority_disclosure": "LegalCompliance",
        "legal_claim": "LegalCompliance",
        "rights_handling": "RightsFulfilment",
        "suppression_check": "RightsFulfilment",
        "audit": "OrganisationComplianceManagement",
    }
    assert {basis.value: term for basis, term in BASES.items()} == {
        "a": "eu-gdpr:A6-1-a",
        "b": "eu-gdpr:A6-1-b",
        "c": "eu-gdpr:A6-1-c",
        "f": "eu-gdpr:A6-1-f",
    }


def test_every_name_of_a_receipt_is_kantaras() -> None:
    """Rule BAS-12."""
    assert {field.kantara for field in FIELDS if field.kantara} <= KANTARA


def test_every_term_of_the_mapping_is_published() -> None:
    """Rule BAS-12."""
    tables = (STATUSES, PURPOSES, BASES, DATA, ACTORS)
    used = {term for table in tables for term in table.values()} | {f.dpv for f in FIELDS}
    iris = {PREFIXES[prefix] + name for prefix, name in (term.split(":") for term in used)}
    assert iris <= PUBLISHED
    assert SCHEMA in PUBLISHED
    assert set(PREFIXES.values()) - {XSD} <= {
        iri[: iri.rindex(_last(iri)) + 1] for iri in PUBLISHED
    }


def _last(iri: str) -> str:
    return "#" if "#" in iri else "/"


def test_consent_is_never_implied() -> None:
    """Rule BAS-12. UK GDPR Art. 4(11), recital 32."""
    for consent in (PROVEN, EXPLICIT, ConsentEvidence()):
        assert "ImpliedConsent" not in str(consent_record(consent, FULLEST))
    assert "https://w3id.org/dpv#ImpliedConsent" in PUBLISHED


def test_each_word_has_its_term() -> None:
    assert STATUSES.keys() == set(ConsentStatus)
    assert PURPOSES.keys() == set(Purpose)
    assert DATA.keys() == set(IdentifierKind)
    assert ACTORS.keys() == set(Actor)
    assert set(LawfulBasis) - BASES.keys() == {LawfulBasis.RECOGNISED_INTEREST}
