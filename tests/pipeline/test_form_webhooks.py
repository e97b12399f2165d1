"""From a form tool's push to a lead with its proof: received, taken in, decided on."""

from pathlib import Path
from typing import Any

import pytest

from connectors.base import Batch, Delivery
from connectors.form_webhook import source as declared_kind
from connectors.pushed import Push
from models.delivery import DeliveryRecord
from models.lead import Lead
from models.notice import NoticeRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource
from policy.vocabulary import BoxDefect, Channel, EventKind, Grade, Purpose
from tests.build import (
    MARKETING_BY_EMAIL,
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    kept,
    suppress,
)
from tests.build import email as identifier
from tests.connectors import form_webhook_corpus as corpus
from tests.importing import connector_of
from tests.pipeline.asking import may_email

MARKETING = Purpose.DIRECT_MARKETING


def source_of(tool: str, **own: Any) -> ConfiguredSource:
    """Return a configured source of one form of a tool; its box means news by e-mail."""
    read = declared_kind.settings.model_validate(corpus.settings(tool, **own))
    meanings = (MARKETING_BY_EMAIL,)
    return ConfiguredSource(
        "contact", "form_webhook", controller(), "GB", meanings, read, SUPPRESSION_KEY
    )


def push(store: Store, tool: str, stem: str = "whole", **own: Any) -> IngestReport:
    """Receive a recorded body, signed as of now, and take it in."""
    configured = declared(store, source_of(tool, **own))
    [path] = [path for path in corpus.payloads(tool) if path.stem == stem]
    connector = connector_of(configured)
    found = connector.receive(_pushed(tool, path))  # type: ignore[attr-defined]
    assert isinstance(found, Delivery), found
    return Ingest(store, configured, connector, "push").take([Batch("push", [found])], NOW)


def _pushed(tool: str, path: Path) -> Push:
    body = path.read_bytes()
    kind = {"content-type": corpus.content_type(body, path.suffix)}
    return Push(body, corpus.proof(tool, body, at=NOW) | kind, NOW, corpus.URL)


def marketing_events(store: Store) -> list[tuple[EventKind, BoxDefect | None]]:
    return [
        (event.kind, event.defect)
        for event in kept(store, PermissionRecord)
        if event.purpose == MARKETING
    ]


@pytest.mark.parametrize(
    "tool", ["standard", "typeform", "tally", "webflow", "hubspot", "netlify", "gravity_forms"]
)
def test_a_tick_at_a_known_time_is_a_consent_with_full_proof(store: Store, tool: str) -> None:
    report = push(store, tool)
    assert +report.counts == {"stored": 1, "consents": 1}
    assert report.grades == {Grade.A: 1}
    [lead] = kept(store, Lead)
    assert lead.contact["emails"] == ["priya.sharma@mail.example"]
    assert lead.has_source_time
    assert lead.form_id == corpus.FORMS[tool]
    assert marketing_events(store) == [(EventKind.GIVEN, None)]
    [notice] = kept(store, NoticeRecord)
    assert corpus.WORDING in notice.content
    assert may_email(store).is_allowed


@pytest.mark.parametrize("tool", ["jotform", "elementor"])
def test_a_tick_without_the_tools_own_time_proves_no_consent(store: Store, tool: str) -> None:
    report = push(store, tool)
    assert +report.counts == {"stored": 1}
    assert report.grades == {Grade.D: 1}
    assert marketing_events(store) == [(EventKind.ATTEMPTED, BoxDefect.TIME_UNPROVEN)]
    assert not may_email(store).is_allowed


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_a_tool_that_sends_twice_is_stored_once(store: Store, tool: str) -> None:
    push(store, tool)
    assert +push(store, tool).counts == {"duplicates": 1}
    assert len(kept(store, Lead)) == 1


@pytest.mark.parametrize(
    ("tool", "stem"),
    [
        ("webflow", "box_refused"),
        ("typeform", "box_left_empty"),
        ("gravity_forms", "box_left_empty"),
    ],
)
def test_a_box_that_was_left_empty_is_a_refusal(store: Store, tool: str, stem: str) -> None:
    report = push(store, tool, stem)
    assert report.grades == {Grade.A: 1}
    assert marketing_events(store) == [(EventKind.REFUSED, BoxDefect.NOT_TICKED)]


@pytest.mark.parametrize(
    ("stem", "defect"),
    [
        ("other_wording", BoxDefect.NO_WORDING),
        ("another_form", BoxDefect.NOT_ON_FORM),
    ],
)
def test_a_tick_beside_other_words_proves_nothing(
    store: Store, stem: str, defect: BoxDefect
) -> None:
    push(store, "typeform", stem)
    assert marketing_events(store) == [(EventKind.ATTEMPTED, defect)]
    assert not may_email(store).is_allowed


def test_who_opted_out_before_stays_out(store: Store) -> None:
    declared(store, source_of("tally"))
    suppress(store, identifier())
    report = push(store, "tally")
    assert report.counts["suppressed"] == 1
    assert not may_email(store).is_allowed


def test_a_test_is_nobodys(store: Store) -> None:
    assert +push(store, "standard", "a_test").counts == {"tests": 1}
    assert kept(store, PermissionRecord) == []


@pytest.mark.parametrize(
    ("tool", "stem", "reason"),
    [
        ("standard", "not_json", "not_json"),
        ("jotform", "form_cut_off", "fields_unreadable"),
        ("webflow", "without_an_id", "id_missing"),
    ],
)
def test_what_cannot_be_read_is_set_aside_with_its_bytes(
    store: Store, tool: str, stem: str, reason: str
) -> None:
    assert +push(store, tool, stem).counts == {"set_aside": 1}
    [aside] = kept(store, DeliveryRecord)
    assert aside.reason == reason
    assert len(aside.payload) > 50
    assert corpus.SECRET.encode() not in aside.payload
    assert len(aside.media_type) <= 128


def test_an_answer_about_health_is_masked_on_the_lead_and_in_its_payload(store: Store) -> None:
    configured = declared(store, source_of("webflow"))
    body = (corpus.ROOT / "webflow" / "whole.json").read_bytes()
    body = body.replace(b"Two gardens.", b"I have diabetes.")
    connector = connector_of(configured)
    kind = {"content-type": "application/json"}
    headers = corpus.proof("webflow", body, at=NOW) | kind
    found = connector.receive(Push(body, headers, NOW, corpus.URL))  # type: ignore[attr-defined]
    report = Ingest(store, configured, connector, "push").take([Batch("push", [found])], NOW)
    assert report.counts["masked"] == 1
    [lead] = kept(store, Lead)
    assert b"diabetes" not in lead.payload
    assert "diabetes" not in str(lead.answers)
    assert lead.external_id == "6321ca84df3949bfc6752327"


def test_a_consent_by_webhook_names_channel_and_source_time(store: Store) -> None:
    push(store, "gravity_forms")
    [given] = [e for e in kept(store, PermissionRecord) if e.kind == EventKind.GIVEN]
    assert given.channel == Channel.EMAIL
    assert given.occurred_at.isoformat() == "2026-05-12T09:54:10+00:00"
