"""Why somebody may or may not be used, and all that happened to a lead."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from models.lead import Lead
from models.store import Store
from pipeline.provenance import Moment, of_identifier, of_lead
from pipeline.why import at_or_now, identifier_of
from policy.errors import UsageError
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests import build
from tests.build import NOW, declared, delivery, email, fields, kept, phone, suppress, take
from tests.pipeline.asking import answer, may_email, object_to_marketing
from tests.pipeline.test_export import exported

YESTERDAY = NOW - timedelta(days=1)


@pytest.fixture
def filled(store: Store) -> Store:
    take(store, declared(store), delivery("1000001"))
    return store


def test_an_allowed_use_names_the_consent_that_it_rests_on(filled: Store) -> None:
    found = answer(filled, email())
    assert found.is_known
    assert found.decision.reasons == (ReasonCode.OK_CONSENT,)
    assert found.decision.rests_on is not None
    assert found.decision.rests_on.occurred_at == YESTERDAY
    assert found.decision.lead_id == kept(filled, Lead)[0].id
    assert {finding["box"] for finding in found.findings} == {"email_updates", "call_updates"}
    assert [event.occurred_at for event in found.events] == [YESTERDAY] * len(found.events)


def test_the_past_is_judged_by_what_had_happened_then(filled: Store) -> None:
    object_to_marketing(filled, email(), at=NOW - timedelta(hours=1))
    assert may_email(filled, at=NOW - timedelta(hours=2)).is_allowed
    assert may_email(filled, at=NOW).reasons[0] is ReasonCode.OBJECTED
    assert not may_email(filled, at=YESTERDAY - timedelta(seconds=1)).is_allowed


def test_somebody_unknown_has_no_lawful_basis(filled: Store) -> None:
    found = answer(filled, email("nobody@mail.example"))
    assert not found.is_known
    assert found.decision.reasons == (ReasonCode.CONSENT_MISSING,)


def test_an_unknown_controller_knows_nobody(filled: Store) -> None:
    assert not answer(filled, email(), controller_id="client").is_known


def test_an_objection_reaches_every_identifier_of_the_person(filled: Store) -> None:
    object_to_marketing(filled, email())
    found = answer(filled, phone(), channel=Channel.LIVE_CALL)
    assert ReasonCode.OBJECTED in found.decision.reasons


def test_all_that_stands_against_a_use_is_told(filled: Store) -> None:
    object_to_marketing(filled, email())
    suppress(filled, email())
    reasons = may_email(filled).reasons
    assert reasons[0] is ReasonCode.OBJECTED
    assert ReasonCode.SUPPRESSED in reasons


def test_a_suppression_of_one_channel_stops_that_channel_only(filled: Store) -> None:
    suppress(filled, phone(), channel=Channel.SMS)
    assert answer(filled, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    suppress(filled, phone(), channel=Channel.LIVE_CALL)
    assert not answer(filled, phone(), channel=Channel.LIVE_CALL).decision.is_allowed


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (" Priya.Sharma@Mail.Example ", email()),
        ("07700 900123", phone()),
        ("+44 7700 900123", phone()),
    ],
)
def test_what_somebody_types_is_understood(typed: str, found: object) -> None:
    assert identifier_of(typed, "GB") == found


def test_what_is_no_identifier_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="neither an e-mail address nor") as caught:
        identifier_of("canary at mail", "GB")
    assert "canary" not in str(caught.value)


def test_a_time_needs_a_zone() -> None:
    assert at_or_now(None, NOW) == NOW
    assert at_or_now(YESTERDAY, NOW) == YESTERDAY
    with pytest.raises(UsageError, match="needs a time zone"):
        at_or_now(YESTERDAY.replace(tzinfo=None), NOW)


def _whats(moments: object) -> list[str]:
    assert isinstance(moments, list | tuple)
    return [moment.what for moment in moments]


def test_the_time_line_of_a_lead_tells_everything_in_order(filled: Store, tmp_path: Path) -> None:
    take(filled, build.source(), delivery("1000001", platform="ig"), at=NOW + timedelta(hours=1))
    exported(filled, tmp_path / "list.csv", at=NOW + timedelta(hours=2))
    [lead] = kept(filled, Lead)
    found = of_lead(filled, lead.id)
    assert found.leads == [lead.id]
    moments: list[Moment] = list(found.moments)
    assert [m.at for m in moments] == sorted(m.at for m in moments)
    whats = _whats(moments)
    assert whats[0] == "submitted"
    for wanted in ("permission given", "lead stored", "arrived again, with other bytes"):
        assert wanted in whats
    assert whats[-1] == "exported"
    submitted = moments[0]
    assert submitted.at == YESTERDAY
    boxes = {box["key"]: box["text"] for box in submitted.detail["wording"]["boxes"]}
    assert boxes["email_updates"] == "Yes, send me news by e-mail."
    assert submitted.detail["evidence_grade"] == "A"
    assert submitted.detail["origin"]["platform"] == "fb"
    assert moments[-1].detail["recipient"] == "mail-house"


def test_the_time_line_of_an_identifier_holds_all_its_leads(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001"), delivery("1000002", fields(phone=None)))
    [found] = of_identifier(store, email(), ["nectra", "client"])
    assert len(found.leads) == 2
    assert _whats(found.moments).count("submitted") == 2
    [by_phone] = of_identifier(store, phone(), ["nectra"])
    assert len(by_phone.leads) == 1
    assert of_identifier(store, email("nobody@mail.example"), ["nectra"]) == []


def test_a_lead_that_does_not_exist_is_told(store: Store) -> None:
    with pytest.raises(UsageError, match="There is no lead"):
        of_lead(store, UUID(int=1))


def test_a_lead_that_had_no_time_of_its_own_says_so(store: Store) -> None:
    take(store, declared(store), delivery("1000001"))
    with store.writing("nectra") as connection:
        connection.exec_driver_sql("UPDATE lead SET has_source_time = false")
    [lead] = kept(store, Lead)
    moments = list(of_lead(store, lead.id).moments)
    assert "arrived without a time of its own" in _whats(moments)
    assert ReasonCode.CONSENT_UNPROVEN in may_email(store).reasons


def test_an_enquiry_may_be_answered_by_the_way_the_person_left(filled: Store) -> None:
    enquiry = Purpose.ENQUIRY_RESPONSE
    assert answer(filled, email(), purpose=enquiry).decision.code is ReasonCode.OK_SERVICE
    called = answer(filled, phone(), purpose=enquiry, channel=Channel.SMS)
    assert not called.decision.is_allowed
    assert isinstance(called.decision.decided_at, datetime)
