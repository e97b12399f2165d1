"""From the button to the permission: what the person ticked counts, and nothing else does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from models.delivery import DeliveryRecord
from models.inbox import InboxRecord
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.outbox import OutboxRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline import wiring
from pipeline.accept_aside import accept_aside, waiting_for_a_look
from pipeline.replay import replay
from policy.errors import UsageError
from policy.vocabulary import Channel, EventKind, Grade, Purpose
from tests.build import kept, source
from tests.web.conftest import opened
from tests.web.forms import (
    AT,
    TICKED,
    connector_of,
    filled,
    form_source,
    post,
    served,
    token,
    worked,
)


def permissions(store: Store) -> set[tuple[str, str | None, str]]:
    """Return what is recorded of each purpose and channel."""
    return {(row.purpose, row.channel, row.kind) for row in kept(store, PermissionRecord)}


def marketing(store: Store) -> set[tuple[str | None, str]]:
    found = permissions(store)
    return {(channel, kind) for purpose, channel, kind in found if purpose == "direct_marketing"}


def test_a_tick_is_a_consent_of_grade_a_and_an_empty_box_a_refusal(store: Store) -> None:
    form = form_source()
    with opened(store, form) as client:
        before = datetime.now(UTC)  # noqa: TID251 - the web asks the clock
        assert post(client, filled(client) | TICKED).status_code == 303
    report = worked(store, form)
    assert report.taken[form.id].counts["stored"] == 1
    [lead] = kept(store, Lead)
    assert (lead.grade, lead.full_name, lead.has_source_time) == (Grade.A, "Priya Sharma", True)
    assert before <= lead.submitted_at == lead.received_at
    assert lead.answers == {"budget": ["much"], "message": ["Please tell me more.\nThank you!"]}
    assert permissions(store) == {
        (Purpose.ENQUIRY_RESPONSE, Channel.EMAIL, EventKind.ENQUIRED),
        (Purpose.ENQUIRY_RESPONSE, Channel.LIVE_CALL, EventKind.ENQUIRED),
        (Purpose.DIRECT_MARKETING, Channel.EMAIL, EventKind.GIVEN),
        (Purpose.DIRECT_MARKETING, Channel.LIVE_CALL, EventKind.REFUSED),
    }
    kinds = [row.kind for row in kept(store, LedgerRecord)]
    assert kinds.index(LedgerKind.NOTICE_CAPTURED) < kinds.index(LedgerKind.LEAD_STORED)


@pytest.mark.parametrize("value", ["no", "on", "1", "true", "YES", ["yes", "no"]])
def test_only_the_word_of_the_box_is_a_tick(sqlite_store: Store, value: Any) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        sent = filled(client) | {"tick.email_updates": value}
        assert client.post(AT, json=sent).status_code == 202
    worked(sqlite_store, form)
    assert (Channel.EMAIL, EventKind.UNKNOWN) in marketing(sqlite_store)
    assert (Channel.EMAIL, EventKind.GIVEN) not in marketing(sqlite_store)


@pytest.mark.parametrize("value", ["yes", "on"])
def test_a_tick_sent_under_a_wrong_name_is_neither_a_consent_nor_a_refusal(
    sqlite_store: Store, value: str
) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        assert client.post(AT, json=filled(client) | {"email_updates": value}).status_code == 202
    worked(sqlite_store, form)
    assert (Channel.EMAIL, EventKind.UNKNOWN) in marketing(sqlite_store)
    assert not {(Channel.EMAIL, k) for k in (EventKind.GIVEN, EventKind.REFUSED)} & marketing(
        sqlite_store
    )
    [lead] = kept(sqlite_store, Lead)
    assert "unknown_fields" in lead.remarks


@pytest.mark.parametrize("claimed", [None, "", "forged", "x" * 5_000])
def test_without_the_signed_wording_the_enquiry_is_taken_and_no_box_counts(
    sqlite_store: Store, claimed: str | None
) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        assert post(client, filled(client, shown=claimed) | TICKED).status_code == 303
    worked(sqlite_store, form)
    [lead] = kept(sqlite_store, Lead)
    assert (lead.grade, lead.notice_id) == (Grade.C, None)
    assert "notice_unproven" in lead.remarks
    assert marketing(sqlite_store) == set()


def test_an_old_page_names_the_wording_that_it_showed(sqlite_store: Store) -> None:
    old = form_source()
    with opened(sqlite_store, old) as client:
        shown = token(served(client))
        old_id = served(client).notice_id
    boxes = [{"key": "email_updates", "wording": "Yes, send me everything you have."}]
    new = form_source(tick_boxes=boxes)
    with opened(sqlite_store, new) as client:
        assert served(client).notice_id != old_id
        assert post(client, filled(client, shown=shown) | TICKED).status_code == 303
    worked(sqlite_store, new)
    [lead] = kept(sqlite_store, Lead)
    assert (lead.notice_id, lead.grade) == (old_id, Grade.A)
    assert (Channel.LIVE_CALL, EventKind.REFUSED) in marketing(sqlite_store)


def test_a_pasted_form_proves_its_wording_too(sqlite_store: Store) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        sent = filled(client, shown=served(client).snippet_token()) | TICKED
        assert post(client, sent).status_code == 303
    worked(sqlite_store, form)
    [lead] = kept(sqlite_store, Lead)
    assert lead.grade is Grade.A
    assert (Channel.EMAIL, EventKind.GIVEN) in marketing(sqlite_store)


def test_what_was_not_asked_goes_into_no_profile(sqlite_store: Store) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        post(client, filled(client) | {"religion": "none of yours"})
    worked(sqlite_store, form)
    [lead] = kept(sqlite_store, Lead)
    assert "religion" not in lead.answers
    assert "unknown_fields" in lead.remarks
    assert b"none of yours" in lead.payload


def test_what_tells_of_health_is_masked_and_sent_again_is_still_the_same(
    sqlite_store: Store,
) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        sent = filled(client, message="I have diabetes. Can you help?")
        assert post(client, sent).status_code == 303
        worked(sqlite_store, form)
        [lead] = kept(sqlite_store, Lead)
        assert lead.payload
        assert b"diabetes" not in lead.payload
        assert post(client, sent).status_code == 303
        assert kept(sqlite_store, InboxRecord) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"homepage": "https://casino.example"}, "spam"),
        ({"message": "https://a.example " * 6}, "spam"),
        ({"message": "[url=https://a.example]x[/url] https://b.example https://c.example"}, "spam"),
        ({}, "in_review"),
    ],
)
def test_what_looks_like_a_program_is_set_aside_and_somebody_can_take_it_in(
    store: Store, changes: dict[str, str], reason: str
) -> None:
    form = form_source()
    seconds = 0 if reason == "in_review" else 30
    with opened(store, form) as client:
        shown = token(served(client), seconds)
        assert post(client, filled(client, shown=shown, **changes) | TICKED).status_code == 303
    worked(store, form)
    assert kept(store, Lead) == []
    [aside] = kept(store, DeliveryRecord)
    assert (aside.reason, aside.notice_id) == (reason, served_notice(form))
    connector = connector_of(form)
    assert replay(store, form, connector, wiring.now).counts["set_aside"] == 1
    [waiting] = waiting_for_a_look(store, form, connector)
    assert waiting["written"]["full_name"] == "Priya Sharma"
    report = accept_aside(store, form, connector, [aside.id], wiring.now())
    assert report.counts["stored"] == 1
    assert kept(store, DeliveryRecord) == []
    [lead] = kept(store, Lead)
    assert (lead.grade, lead.payload) == (Grade.A, aside.payload)
    with pytest.raises(UsageError, match="nothing of web-main waits"):
        accept_aside(store, form, connector, [aside.id], wiring.now())


def served_notice(form: Any) -> str:
    return connector_of(form).notice_id


def test_only_a_form_has_anything_to_be_looked_at(sqlite_store: Store) -> None:
    meta = source()
    with pytest.raises(UsageError, match="sets nothing aside"):
        accept_aside(sqlite_store, meta, wiring.build(meta), [], wiring.now())


def test_a_page_that_was_open_for_days_is_taken_with_a_remark(sqlite_store: Store) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        shown = token(served(client), timedelta(hours=30).total_seconds())
        post(client, filled(client, shown=shown) | TICKED)
    worked(sqlite_store, form)
    [lead] = kept(sqlite_store, Lead)
    assert "open_for_long" in lead.remarks
    assert (Channel.EMAIL, EventKind.GIVEN) in marketing(sqlite_store)


def test_an_answer_is_the_same_whether_we_know_the_address_or_not(sqlite_store: Store) -> None:
    form = form_source()
    with opened(sqlite_store, form) as client:
        first = client.post(AT, json=filled(client))
        worked(sqlite_store, form)
        again = client.post(AT, json=filled(client))
        stranger = client.post(AT, json=filled(client, email="nobody@mail.example"))
    assert first.content == again.content == stranger.content
    assert first.status_code == again.status_code == stranger.status_code


def test_a_tick_that_must_be_confirmed_waits_for_the_mailed_link(store: Store) -> None:
    form = form_source(double_opt_in=True)
    with opened(store, form) as client:
        assert "mail you a link" in client.get(AT).text
        post(client, filled(client) | TICKED)
        post(client, filled(client, email="nobody.ticked@mail.example"))
    worked(store, form)
    assert EventKind.GIVEN not in {kind for _, kind in marketing(store)}
    [mail] = kept(store, OutboxRecord)
    assert mail.address == "priya.sharma@mail.example"


def test_two_forms_keep_apart_what_was_sent(sqlite_store: Store) -> None:
    forms = (form_source(), form_source("web-two", form="other-2026"))
    with opened(sqlite_store, *forms) as client:
        sent = filled(client)
        assert post(client, sent).status_code == 303
        assert client.post("/f/web-two", data=sent, follow_redirects=False).status_code == 303
    assert {row.source_id for row in kept(sqlite_store, InboxRecord)} == {"web-main", "web-two"}
