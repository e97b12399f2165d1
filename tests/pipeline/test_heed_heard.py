"""What a mail says is acted on at once, and only ever against use."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.delivery import DeliveryRecord
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.outbox import OutboxRecord
from models.permission import PermissionRecord, Suppression
from models.rights_request import IdentityState, RightsRequestRecord
from models.store import Store
from pipeline.accept_aside import accept_aside, waiting_for_a_look
from pipeline.replay import replay
from policy.rights.steps import RequestStatus
from policy.rights.table import Right
from policy.vocabulary import BoxMeaning, Channel, EventKind, Purpose, Role
from tests import mailing
from tests.build import (
    NOW,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    source,
    take,
)
from tests.connectors import email_corpus as corpus
from tests.mailing import arrive, inbox, recorded, says
from tests.pipeline.asking import answer, may_email
from tests.pipeline.links import token_to

DAY = timedelta(days=1)
LATER = NOW + DAY


def ledger(store: Store, kind: LedgerKind) -> list[Any]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is kind]
    return [json.loads(row.body)["detail"] for row in rows]


@pytest.fixture
def both(store: Store) -> Store:
    """A store that knows a Meta source and a mailbox of one controller."""
    declared(store, source(), inbox())
    return store


def test_an_opt_out_by_mail_stops_use_at_once(both: Store) -> None:
    take(both, source(), delivery())
    assert may_email(both).is_allowed
    report = arrive(both, inbox(), says("Please stop emailing me.", LATER), at=LATER)
    assert (report.rows, report.counts) == (1, {"stopped": 1})
    assert not may_email(both, at=LATER).is_allowed
    assert not answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed
    assert len(kept(both, Lead)) == 1  # whoever says stop is no new lead


@pytest.mark.parametrize("name", ["optout_words_de", "bounce_unknown_user", "right_access"])
def test_what_a_mail_says_counts_at_once_although_the_server_s_clock_is_ahead(
    both: Store, name: str
) -> None:
    """Rule: MAIL-1."""
    arrive(both, inbox(), recorded(name, NOW + 400 * DAY), at=NOW)
    assert all(row.since == NOW for row in kept(both, Suppression))
    assert all(row.received_at == NOW for row in kept(both, RightsRequestRecord))
    assert kept(both, Suppression) or kept(both, RightsRequestRecord)


def test_a_stop_with_a_time_that_lies_ahead_stops_now(both: Store) -> None:
    take(both, source(), delivery())
    arrive(both, inbox(), says("Please stop emailing me.", NOW + 400 * DAY), at=NOW)
    assert not may_email(both, at=NOW).is_allowed


def test_an_opt_out_by_mail_may_come_before_the_lead(both: Store) -> None:
    arrive(both, inbox(), says("unsubscribe", LATER))
    take(both, source(), delivery(), at=LATER)
    assert not may_email(both, at=LATER).is_allowed
    assert not answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed


def test_an_opt_out_from_another_known_address_stops_the_person(both: Store) -> None:
    take(both, source(), delivery("1000001", fields(work_email="priya@office.example")))
    assert may_email(both).is_allowed
    stop = says("Remove me from your list", LATER, sender="priya@office.example")
    arrive(both, inbox(), stop, at=LATER)
    assert not may_email(both, at=LATER).is_allowed


def test_a_token_in_a_quoted_mail_stops_whom_that_mail_went_to(both: Store) -> None:
    take(both, source(), delivery())
    token = token_to(both, email())
    body = (
        "Take me off this list.\n\nOn Mon, 23 Nov 2026 at 09:00, Nectra <hello@my-agency.example>"
        f" wrote:\n> Unsubscribe: https://leads.my-agency.example/u/{token}"
    )
    arrive(both, inbox(), says(body, LATER, sender="alias@home.example", subject="Re: Offers"))
    assert not may_email(both, at=LATER).is_allowed


def test_a_complaint_that_names_only_a_token_stops_all_channels(both: Store) -> None:
    take(both, source(), delivery())
    raw = (corpus.ROOT / "complaint_redacted.eml").read_bytes()
    start = raw.index(b"/u/") + 3
    token = token_to(both, email()).encode()
    forged = raw[:start] + token + raw[raw.index(b">", start) :]
    report = arrive(both, inbox(), mailing.mail(forged, LATER))
    assert report.counts["stopped"] == 1
    assert not may_email(both, at=LATER).is_allowed
    assert not answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed


def test_a_stop_that_names_nobody_is_set_aside_and_not_lost(both: Store) -> None:
    report = arrive(both, inbox(), recorded("complaint_redacted"))
    assert report.counts == {"set_aside": 1}
    assert report.reasons == {"in_review": 1}
    [row] = kept(both, DeliveryRecord)
    assert "whom it is about" in row.detail


def test_a_bounce_ends_e_mail_to_that_address_and_nothing_else(both: Store) -> None:
    take(both, source(), delivery())
    report = arrive(both, inbox(), recorded("bounce_unknown_user", LATER))
    assert report.counts == {"addresses_dead": 1}
    assert not may_email(both, at=LATER).is_allowed
    assert answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed
    kinds = {row.kind for row in kept(both, PermissionRecord) if row.lead_id is None}
    assert kinds == {EventKind.REVOKED}  # nobody objected
    [entry] = kept(both, Suppression)
    assert (entry.channel, entry.reason) == ("email", "bounce")
    assert ledger(both, LedgerKind.ADDRESS_DEAD) == [
        {"known": True, "reason": "bounce", "scope": "email"}
    ]


def test_a_bounce_that_names_an_address_leaves_alone_whom_its_link_names(both: Store) -> None:
    """The link of a mail that was passed on is somebody else's than the address that is dead."""
    take(both, source(), delivery(), delivery("1000002", fields(email="tom.baker@mail.example")))
    tom = email("tom.baker@mail.example")
    raw = recorded("bounce_unknown_user", LATER).payload
    link = f"\r\nhttps://leads.my-agency.example/u/{token_to(both, tom)}\r\n".encode()
    start = raw.index(b"\r\n\r\n", raw.index(b"text/plain")) + 4
    report = arrive(both, inbox(), mailing.mail(raw[:start] + link + raw[start:], LATER))
    assert report.counts == {"addresses_dead": 1}
    assert not may_email(both, at=LATER).is_allowed
    assert may_email(both, at=LATER, identifier=tom).is_allowed


def test_two_workers_note_the_same_request_once(both: Store) -> None:
    """They take their turns: a transaction that writes is alone in its controller."""
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(arrive, both, inbox(), recorded("right_access")) for _ in range(4)]
    counts = Counter[str]()
    for each in done:
        counts += each.result().counts
    assert counts == {"requests": 1, "requests_known": 3}
    assert len(kept(both, RightsRequestRecord)) == 1


def test_a_bounce_that_came_first_is_no_objection_of_the_person(both: Store) -> None:
    arrive(both, inbox(), recorded("bounce_unknown_user", LATER))
    take(both, source(), delivery(), at=LATER)
    assert not may_email(both, at=LATER).is_allowed
    assert answer(both, phone(), channel=Channel.LIVE_CALL, at=LATER).decision.is_allowed
    assert EventKind.OBJECTED not in {row.kind for row in kept(both, PermissionRecord)}


def test_a_request_is_noted_with_its_day_from_when_the_mail_came(both: Store) -> None:
    report = arrive(both, inbox(), recorded("right_access", NOW - DAY))
    assert report.counts == {"requests": 1}
    [row] = kept(both, RightsRequestRecord)
    assert (row.right, row.status, row.email) == (Right.ACCESS, RequestStatus.OPEN, mailing.PRIYA)
    assert (row.received_at, row.due_on) == (NOW - DAY, date(2026, 12, 21))
    assert row.identity is IdentityState.BY_HAND
    assert kept(both, OutboxRecord) == []  # nobody vouches for the sender: no mail goes there
    assert "copy of all personal data" in row.text


def test_who_a_domain_vouches_for_is_asked_by_mail_or_believed(both: Store) -> None:
    asks = says("Please send me a copy of my personal data", more=mailing.PROVEN)
    wants = says("Please delete all my data", more=mailing.PROVEN)
    arrive(both, inbox(), asks, wants)
    states = {row.right: row.identity for row in kept(both, RightsRequestRecord)}
    assert states == {
        Right.ACCESS: IdentityState.ASKED,
        Right.ERASURE: IdentityState.CONFIRMED,
    }
    [mail] = kept(both, OutboxRecord)
    assert mail.address == mailing.PRIYA


def test_what_may_be_both_is_an_enquiry_a_stop_and_for_a_person_to_read(both: Store) -> None:
    take(both, source(), delivery())
    report = arrive(both, inbox(), recorded("unsure_not_interested", LATER))
    assert report.counts["stored"] == report.counts["stopped_unsure"] == 1
    assert (report.rows, report.counts["requests"]) == (3, 1)
    assert not may_email(both, at=LATER).is_allowed
    [row] = kept(both, RightsRequestRecord)
    assert (row.status, row.is_doubtful) == (RequestStatus.OPEN, True)


def test_the_same_mails_again_change_nothing(both: Store) -> None:
    take(both, source(), delivery())
    again = [recorded(path.stem, LATER) for path in corpus.mails()]
    first = arrive(both, inbox(), *again, at=LATER)
    before = [kept(both, table) for table in (Lead, PermissionRecord, Suppression)]
    before += [kept(both, RightsRequestRecord), kept(both, DeliveryRecord)]
    second = arrive(both, inbox(), *again, at=LATER)
    after = [kept(both, table) for table in (Lead, PermissionRecord, Suppression)]
    after += [kept(both, RightsRequestRecord), kept(both, DeliveryRecord)]
    assert after == before
    assert second.rows == first.rows
    assert second.counts["requests_known"] == first.counts["requests"]
    assert second.counts["duplicates"] == first.counts["stored"] + first.counts["duplicates"]


def test_every_mail_is_accounted_for_once(both: Store) -> None:
    report = arrive(both, inbox(), *[recorded(path.stem) for path in corpus.mails()])
    words = (
        "stored", "tests", "duplicates", "arrived_again", "too_old", "removed_before", "set_aside",
        "stopped", "stopped_unsure", "addresses_dead", "requests", "requests_known", "noted",
    )  # fmt: skip
    assert sum(report.counts[word] for word in words) == report.rows
    assert report.rows >= len(corpus.mails())


def test_what_calls_for_nothing_is_counted_and_nothing_of_it_is_kept(both: Store) -> None:
    report = arrive(both, inbox(), recorded("noted_auto_reply"), recorded("noted_news"))
    assert report.counts == {"noted": 2, "noted_auto_reply": 1, "noted_news": 1}
    assert kept(both, Lead) == kept(both, DeliveryRecord) == []
    assert ledger(both, LedgerKind.MESSAGES_NOTED) == [
        {"counts": {"auto_reply": 1, "news": 1}, "source": "inbox"}
    ]


def test_a_tick_in_a_proven_form_mail_is_a_consent_and_in_another_none(both: Store) -> None:
    arrive(both, inbox(), recorded("form_configured_unproven"))
    assert not may_email(both, at=LATER).is_allowed
    arrive(both, inbox(), recorded("form_configured", NOW + DAY / 2), at=LATER)
    assert may_email(both, at=LATER).is_allowed


def test_an_enquiry_by_mail_may_be_answered_and_not_marketed_to(both: Store) -> None:
    arrive(both, inbox(), recorded("enquiry_plain"))
    assert not may_email(both, at=LATER).is_allowed
    reply = answer(both, email(), purpose=Purpose.ENQUIRY_RESPONSE, at=LATER)
    assert reply.decision.is_allowed


def test_a_stop_in_the_message_of_a_form_outdoes_its_tick(both: Store) -> None:
    raw = (corpus.ROOT / "form_configured.eml").read_bytes()
    arrive(both, inbox(), mailing.mail(raw.replace(b"Please call me.", b"Do not email me again")))
    assert len(kept(both, Lead)) == 1
    assert not may_email(both, at=LATER).is_allowed


def test_a_client_s_mailbox_stops_nothing_of_others(store: Store) -> None:
    client = controller("client", Role.PROCESSOR)
    theirs = inbox("client-inbox", client)
    declared(store, source(), theirs)
    take(store, source(), delivery())
    token = token_to(store, email())
    arrive(store, theirs, says("unsubscribe", LATER), recorded("right_erasure"))
    arrive(store, theirs, says(f"unsubscribe\n/u/{token}", LATER, subject="Re: x"))
    assert may_email(store, at=LATER).is_allowed
    assert not may_email(store, at=LATER, identifier=email("nobody@mail.example")).is_allowed
    [row] = kept(store, RightsRequestRecord)
    assert (row.controller_id, row.status) == ("client", RequestStatus.FOR_CLIENT)


def test_junk_that_is_none_can_be_looked_at_and_taken_in(both: Store) -> None:
    arrive(both, inbox(), recorded("spam_flagged"))
    built = mailing.connector_of(inbox())
    [waiting] = waiting_for_a_look(both, inbox(), built)
    assert waiting["reason"] == "spam"
    assert waiting["written"]["emails"] == "win@lottery.example"
    [row] = kept(both, DeliveryRecord)
    report = accept_aside(both, inbox(), built, [row.id], NOW)
    assert report.counts["stored"] == 1
    assert kept(both, DeliveryRecord) == []


def test_what_was_set_aside_is_read_again_by_replay(both: Store) -> None:
    arrive(both, inbox(), recorded("review_adf"), recorded("hostile_empty"))
    report = replay(both, inbox(), mailing.connector_of(inbox()), lambda: NOW)
    assert report.counts == {"set_aside": 2}


USES = [
    (email(), Channel.EMAIL),
    (phone(), Channel.LIVE_CALL),
    (email("tom.baker@mail.example"), Channel.EMAIL),
]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from([path.stem for path in corpus.mails()]), max_size=8))
def test_no_mail_without_a_configured_form_ever_permits_anything(
    sqlite_store: Store, names: list[str]
) -> None:
    """Whatever arrives, nobody may be reached for marketing who could not be before."""
    own = inbox(forms=[])
    meanings = [BoxMeaning(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), key="email_updates")]
    declared(sqlite_store, source(meanings=meanings), own)
    before = [answer(sqlite_store, who, channel=how).decision.is_allowed for who, how in USES]
    arrive(sqlite_store, own, *[recorded(name, NOW - DAY) for name in names])
    after = [answer(sqlite_store, who, channel=how).decision.is_allowed for who, how in USES]
    assert not any(now and not then for then, now in zip(before, after, strict=True))
