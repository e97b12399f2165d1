"""An opt-in question that is named after the leads came in: judged again, under its own wording."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import orjson
import structlog

from connectors.base import Batch, ConnectorIO, Delivery
from connectors.google_lead_forms import source as google
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.notice import NoticeRecord
from models.store import Store
from pipeline.ingest import Ingest
from pipeline.reread import reread
from pipeline.settings import ConfiguredSource
from policy.vocabulary import BoxMeaning, Channel, Grade, Notice, NoticeQuestion, Purpose
from tests.build import NOW, SUPPRESSION_KEY, controller, declared, email, kept
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import stop

QUESTION = "May we send you offers by e-mail?"
ASKED = {"key": "email_updates", "question": QUESTION, "yes": ["Yes"], "no": ["No"]}
MEANS = BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), key="email_updates")
FORM = Notice(
    form_id="22",
    name="Offers",
    locale="en",
    privacy_url="https://nectra.example/privacy",
    privacy_link_text=None,
    title="Offers",
    body="Leave your details.",
    boxes=(),
    questions=(NoticeQuestion(QUESTION, QUESTION, "CUSTOM", ("Yes", "No")),),
)


def google_source(**own: Any) -> ConfiguredSource:
    settings = google.settings.model_validate(own)
    meanings: Sequence[BoxMeaning] = (MEANS,) if own else ()
    return ConfiguredSource(
        "google-main", "google_lead_forms", controller(), "GB", meanings, settings, SUPPRESSION_KEY
    )


def built(configured: ConfiguredSource) -> Any:
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    return google.build(configured.own, io)  # type: ignore[arg-type]


def lead(answer: str) -> Delivery:
    row = {
        "resourceName": "customers/9990001112/leadFormSubmissionData/abc",
        "asset": "customers/9990001112/assets/22",
        "submissionDateTime": (NOW - timedelta(days=1)).isoformat(sep=" "),
        "leadFormSubmissionFields": [{"fieldType": "EMAIL", "fieldValue": email().value}],
        "customLeadFormSubmissionFields": [{"questionText": QUESTION, "fieldValue": answer}],
    }
    return Delivery("abc", orjson.dumps(row), "application/json", NOW, FORM)


def took(store: Store, configured: ConfiguredSource, delivery: Delivery) -> None:
    declared(store, configured)
    Ingest(store, configured, built(configured), "pull").take([Batch("s", [delivery])], NOW)


def test_a_question_that_is_named_later_counts_from_the_day_of_its_answer(store: Store) -> None:
    took(store, google_source(), lead("Yes"))
    assert not may_email(store).is_allowed
    later = google_source(opt_in_questions=[ASKED])
    declared(store, later)
    report = reread(store, later, built(later), lambda: NOW)
    assert (report.examined, report.changed) == (1, 1)
    assert may_email(store).is_allowed
    [stored] = kept(store, Lead)
    assert stored.grade is Grade.A
    assert stored.notice_id in {row.id for row in kept(store, NoticeRecord)}
    captured = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.NOTICE_CAPTURED]
    assert len(captured) == len(kept(store, NoticeRecord)) == 2
    assert reread(store, later, built(later), lambda: NOW).changed == 0


def test_an_opt_out_meanwhile_keeps_the_last_word(store: Store) -> None:
    later = google_source(opt_in_questions=[ASKED])
    took(store, google_source(), lead("Yes"))
    stop(store, email())
    declared(store, later)
    reread(store, later, built(later), lambda: NOW)
    assert not may_email(store).is_allowed


def test_an_answer_of_no_is_a_refusal(store: Store) -> None:
    later = google_source(opt_in_questions=[ASKED])
    took(store, google_source(), lead("No"))
    declared(store, later)
    reread(store, later, built(later), lambda: NOW)
    assert not may_email(store).is_allowed
    [stored] = kept(store, Lead)
    assert [finding["kind"] for finding in stored.findings] == ["refused"]
