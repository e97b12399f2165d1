"""Whatever order copies, configurations and erasures come in, nobody who said no is reached."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from connectors._google_local_services import MEDIA_TYPE as LOCAL_SERVICES
from connectors._google_rows import ROW_MEDIA_TYPE
from connectors._google_snapshots import looked
from connectors._google_webhook import WEBHOOK_MEDIA_TYPE
from connectors.base import Batch, Delivery
from connectors.google_lead_forms import source as google
from models.delivery import DeliveryRecord
from models.lead import Arrival, Lead
from models.notice import NoticeRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.reread import RereadReport, reread
from pipeline.settings import ConfiguredSource
from policy.vocabulary import Channel, EventKind, Grade, Notice, NoticeQuestion, ReasonCode
from tests.build import (
    MARKETING_BY_CALL,
    MARKETING_BY_EMAIL,
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    email,
    kept,
    phone,
)
from tests.importing import bring, connector_of, fair, row, written
from tests.pipeline.asking import answer, may_email, object_to_marketing
from tests.pipeline.stopping import expire_at, stop
from tests.pipeline.two_ways import copy, erased, took

LATER = NOW + timedelta(hours=1)
ANN = email("ann@mail.example")
BY_EMAIL, BY_CALL = "May we write to you?", "May we call you?"
CPF = "529.982.247-25"


def _asked(key: str, question: str) -> dict[str, Any]:
    return {"key": key, "question": question, "yes": ["Yes"], "no": ["No"]}


OPT_INS = (_asked("email_updates", BY_EMAIL), _asked("call_updates", BY_CALL))
FORM = Notice(
    form_id="22",
    name="Newsletter",
    locale="en-GB",
    privacy_url="https://nectra.example/privacy",
    privacy_link_text=None,
    title="Keep in touch",
    body="You can take this back at any time.",
    boxes=(),
    questions=tuple(NoticeQuestion(t, t, "CUSTOM", ("Yes", "No")) for t in (BY_EMAIL, BY_CALL)),
)


def _google(*opt_ins: dict[str, Any]) -> ConfiguredSource:
    own = google.settings.model_validate({"opt_in_questions": opt_ins})
    meanings = (MARKETING_BY_EMAIL, MARKETING_BY_CALL)
    return ConfiguredSource(
        "google-main", "google_lead_forms", controller(), "GB", meanings, own, SUPPRESSION_KEY
    )


ASKING = _google(*OPT_INS)


def _took(
    store: Store, source: ConfiguredSource, *came: Delivery, at: datetime = NOW
) -> IngestReport:
    declared(store, source)
    return Ingest(store, source, connector_of(source, at), "pull").take([Batch("s", came)], at)


def _by_api(
    id_: str = "a",
    fields: tuple[tuple[str, str], ...] = (("EMAIL", "ann@mail.example"),),
    said: tuple[tuple[str, str], ...] = ((BY_EMAIL, "Yes"),),
    *,
    at: str = "2026-11-21 10:00:00+00:00",
    click: str = "click",
) -> Delivery:
    told = {
        "resourceName": f"customers/9990001112/leadFormSubmissionData/{id_}",
        "id": id_,
        "asset": "customers/9990001112/assets/22",
        "gclid": click,
        "submissionDateTime": at,
        "leadFormSubmissionFields": [{"fieldType": n, "fieldValue": v} for n, v in fields],
        "customLeadFormSubmissionFields": [{"questionText": n, "fieldValue": v} for n, v in said],
    }
    name = str(told["resourceName"])
    return Delivery(name, orjson.dumps(told), "application/json", NOW, FORM)


def _by_webhook(*columns: tuple[str, str]) -> Delivery:
    given = (("EMAIL", "ann@mail.example"), *columns)
    told = {
        "lead_id": "W1",
        "user_column_data": [{"column_id": n, "string_value": v} for n, v in given],
        "form_id": 22,
        "gcl_id": "click",
        "lead_submit_time": "2026-11-21T10:00:00Z",
    }
    return Delivery("W1", orjson.dumps(told), WEBHOOK_MEDIA_TYPE, NOW)


def _by_file(**more: str) -> Delivery:
    cells = {
        "User Email": "ann@mail.example",
        "Submission time": "2026-11-21 10:00:00+00:00",
        "GCLID": "click",
    }
    return Delivery(None, orjson.dumps(cells | more), ROW_MEDIA_TYPE, NOW)


def _reread(store: Store, source: ConfiguredSource) -> RereadReport:
    declared(store, source)
    return reread(store, source, connector_of(source), lambda: LATER)


WITH_PHONE = (("EMAIL", "ann@mail.example"), ("PHONE_NUMBER", "+447700900123"))


def test_an_opt_in_question_that_is_named_later_counts_when_leads_are_read_again(
    store: Store,
) -> None:
    """The question becomes a box, so the wording has another id, which must be kept."""
    _took(store, _google(), _by_api())
    assert not may_email(store, ANN).is_allowed
    assert _reread(store, ASKING) == RereadReport(examined=1, changed=1)
    assert may_email(store, ANN, at=LATER).is_allowed
    [lead] = kept(store, Lead)
    assert lead.notice_id in {shown.id for shown in kept(store, NoticeRecord)}
    assert _reread(store, ASKING) == RereadReport(examined=1, changed=0)


def test_boxes_of_a_file_that_are_described_later_count_when_leads_are_read_again(
    store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path / "a.csv", [row(1)])
    bring(store, path, fair(tick_boxes=(), privacy_url=None))
    assert _reread(store, fair()) == RereadReport(examined=1, changed=1)
    [lead] = kept(store, Lead)
    assert lead.grade is Grade.A


def test_a_date_that_is_read_otherwise_later_never_outlasts_an_opt_out(
    store: Store, tmp_path: Path
) -> None:
    known = fair()
    unmapped = ConfiguredSource(
        known.id, known.kind, known.controller, "GB", (), known.own, SUPPRESSION_KEY
    )
    path = written(tmp_path / "a.csv", [row(1, **{"Signed up at": "03/02/2026 10:30"})])
    bring(store, path, unmapped)
    her = email("p1@shop.example")
    object_to_marketing(store, her, at=datetime(2026, 2, 20, tzinfo=UTC))
    _reread(store, fair(date_format="%m/%d/%Y %H:%M"))
    assert answer(store, her, at=LATER).decision.code is ReasonCode.OBJECTED
    [given] = [e for e in kept(store, PermissionRecord) if e.kind is EventKind.GIVEN]
    assert given.occurred_at == datetime(2026, 2, 3, 10, 30, tzinfo=UTC)


def test_a_wording_that_is_changed_later_is_not_claimed_for_leads_of_before(
    store: Store, tmp_path: Path
) -> None:
    """EV-9: the same file again, after the form got a link and other words."""
    path = written(tmp_path / "a.csv", [row(1)])
    bring(store, path, fair(privacy_url=None))
    [before] = kept(store, Lead)
    [box] = [each.model_dump() for each in fair().own.tick_boxes]  # type: ignore[attr-defined]
    bring(store, path, fair(tick_boxes=[box | {"wording": "Yes, and share my address."}]))
    assert kept(store, Lead) == [before]
    assert not may_email(store, email("p1@shop.example")).is_allowed


def test_a_link_that_was_left_out_may_be_told_later(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", [row(1)])
    bring(store, path, fair(privacy_url=None))
    assert bring(store, path).counts["improved"] == 1
    assert may_email(store, email("p1@shop.example")).is_allowed


def test_who_says_to_be_under_age_on_any_copy_gets_no_marketing(store: Store) -> None:
    _took(store, ASKING, _by_api())
    assert may_email(store, ANN).is_allowed
    _took(store, ASKING, _by_webhook(("OVER_18_AGE", "No")))
    assert ReasonCode.MINOR in may_email(store, ANN).reasons


def test_who_says_to_be_under_age_gets_none_at_any_other_address_either(store: Store) -> None:
    _took(store, ASKING, _by_api(fields=WITH_PHONE))
    young = (("PHONE_NUMBER", "+447700900123"), ("OVER_18_AGE", "No"))
    _took(store, ASKING, _by_api("b", young, click="another"))
    assert len({lead.person_id for lead in kept(store, Lead)}) == 1
    assert ReasonCode.MINOR in may_email(store, ANN).reasons


def test_a_no_about_a_number_that_only_a_later_copy_has_is_heeded(store: Store) -> None:
    yes = _by_api("1", WITH_PHONE, ((BY_CALL, "Yes"),), at="2026-11-01 10:00:00+00:00", click="0")
    _took(store, ASKING, yes)
    assert answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    _took(store, ASKING, _by_webhook())
    _took(store, ASKING, _by_api("2", WITH_PHONE, ((BY_CALL, "No"),)))
    assert not answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed


def test_who_opts_out_by_a_number_of_another_copy_has_opted_out(store: Store) -> None:
    """CON-3, whichever copy came first, and whether the opt-out came before or after it."""
    _took(store, ASKING, _by_file())
    _took(store, ASKING, _by_api(fields=WITH_PHONE))
    assert may_email(store, ANN).is_allowed
    stop(store, phone())
    assert ReasonCode.OBJECTED in may_email(store, ANN).reasons


def test_an_opt_out_that_came_before_the_copy_with_its_number_counts(store: Store) -> None:
    _took(store, ASKING, _by_file())
    stop(store, phone())
    _took(store, ASKING, _by_api(fields=WITH_PHONE))
    assert ReasonCode.OBJECTED in may_email(store, ANN, at=LATER).reasons


def test_what_is_held_of_a_masked_copy_goes_with_its_lead(store: Store) -> None:
    source = _google()
    _took(store, source, _by_api(at="2024-11-23 10:00:00+00:00"))
    masked = _by_webhook(("GOVERNMENT_ISSUED_ID_CPF_BR", CPF))
    told = orjson.loads(masked.payload) | {"lead_submit_time": "2024-11-23T10:00:00Z"}
    _took(store, source, masked._replace(payload=orjson.dumps(told)))
    assert len(kept(store, Arrival)) == 1
    [held] = kept(store, DeliveryRecord)
    assert CPF.encode() in held.payload
    expire_at(store, NOW + timedelta(days=2))
    assert kept(store, Lead) == []
    assert kept(store, DeliveryRecord) == []


def test_two_copies_of_one_click_both_stay_out_after_an_erasure(store: Store) -> None:
    source = declared(store)
    took(store, source, copy("a1", "api", "1", "click"), copy("a2", "api", "2", "click"))
    took(store, source, erased("a1"), erased("a2"))
    again = [copy(id_, "webhook", id_, "click") for id_ in ("w1", "w2")]
    assert +took(store, source, *again, at=LATER).counts == {"removed_before": 2}


def test_the_same_row_with_its_number_is_no_other_lead(store: Store) -> None:
    source = _google()
    _took(store, source, _by_file())
    _took(store, source, _by_file(**{"Lead ID": "L1"}))
    assert len(kept(store, Lead)) == 1


def test_what_google_wiped_out_goes_even_if_it_could_not_be_read_yet(store: Store) -> None:
    """RET-18, RET-26."""

    def lead(status: str) -> Delivery:
        told = {
            "resourceName": "customers/1/localServicesLeads/5",
            "contactDetails": {"consumer_name": "Ann Lee", "email": "ann@mail.example"},
            "leadStatus": status,
            "creationDateTime": "2026-11-20 10:00:00",
            "timeZone": "",
        }
        return Delivery(str(told["resourceName"]), orjson.dumps(told), LOCAL_SERVICES, NOW)

    assert _took(store, _google(), lead("NEW")).counts["set_aside"] == 1
    _took(store, _google(), lead("WIPED_OUT"), at=LATER)
    assert kept(store, DeliveryRecord) == []


def test_what_stands_in_the_column_of_a_box_is_screened_like_an_answer(
    store: Store, tmp_path: Path
) -> None:
    cell = "no, I have been ill with HIV"
    bring(store, written(tmp_path / "a.csv", [row(1, Newsletter=f'"{cell}"')]))
    [lead] = kept(store, Lead)
    assert "HIV" not in f"{lead.findings}{lead.answers}{lead.payload!r}"


def test_a_statement_that_was_taken_back_vouches_for_no_wording() -> None:
    june, oldest = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    march, may = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)
    before = looked(None, FORM, june, oldest=oldest, vouched_since=oldest)
    assert before.shown_at(march).wording_known
    later = june + timedelta(days=1)
    for vouched in (may, None):
        form = looked(before.cursor(), FORM, later, oldest=oldest, vouched_since=vouched)
        assert not form.shown_at(march).wording_known
    still = looked(before.cursor(), FORM, later, oldest=oldest, vouched_since=oldest)
    assert still.shown_at(march).wording_known
