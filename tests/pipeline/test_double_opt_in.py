"""A tick that must be confirmed: asked once, given by the button alone, gone with its lead."""

import json
from datetime import datetime, timedelta
from typing import Any

from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.notice import NoticeRecord
from models.opt_in import OptIn
from models.permission import PermissionRecord
from models.store import Store
from pipeline.confirm_opt_in import OptInState, confirm, drop_unconfirmed, question
from pipeline.expire import expire
from pipeline.opt_out import Said, opt_out
from pipeline.reread import reread
from policy.confirmation import BETWEEN_MAILS, LINK_LIVES
from policy.vocabulary import BoxDefect, Channel, EventKind, LawfulBasis, ReasonCode
from tests import build
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    connector,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    source,
    suppress,
    take,
)
from tests.confirming import HOUR, Unsure, outbox, take_unsure, ticked, waiting
from tests.pipeline.asking import answer, may_email

LATER = NOW + timedelta(days=2)


def _press(store: Store, at: datetime = LATER) -> OptInState:
    return confirm(store, "nectra", waiting(store).id, at).state


def _given(store: Store) -> list[Any]:
    return [row for row in kept(store, PermissionRecord) if row.basis is LawfulBasis.CONSENT]


def _entries(store: Store, kind: LedgerKind) -> list[dict[str, object]]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is kind]
    return [json.loads(row.body)["detail"] for row in rows]


def test_a_tick_that_waits_permits_nothing_and_says_why(store: Store) -> None:
    ticked(store)
    events = [e for e in kept(store, PermissionRecord) if e.kind is not EventKind.ENQUIRED]
    assert {(e.kind, e.defect) for e in events} == {
        (EventKind.ATTEMPTED, BoxDefect.AWAITING_CONFIRMATION)
    }
    denied = may_email(store)
    assert not denied.is_allowed
    assert ReasonCode.CONSENT_UNPROVEN in denied.reasons


def test_the_mail_names_who_what_when_and_the_very_words_and_nothing_that_was_typed(
    store: Store,
) -> None:
    answers = fields(name="Buy cheap pills at evil.example", company_name="Win a prize")
    ticked(store, lead=("1000001", answers))
    [mail] = outbox(store)
    assert mail.address == "priya.sharma@mail.example"
    assert mail.subject == "Please confirm: Nectra"
    for told in (
        "22 November 2026, 11:00 (London time)",
        'the form "Newsletter 2026" of Nectra',
        "> Yes, send me news by e-mail.\n\n> Yes, call me about offers.",
        "29 November 2026, 12:00",
        "privacy@nectra.example",
        "\n{link}\n",
    ):
        assert told in mail.body
    assert "pills" not in mail.body
    assert "prize" not in mail.body
    assert mail.give_up_at == waiting(store).expires_at == NOW + LINK_LIVES


def test_what_the_lead_itself_asked_is_kept_in_one_transaction_with_it(store: Store) -> None:
    ticked(store)
    [lead] = kept(store, Lead)
    [notice] = kept(store, NoticeRecord)
    asked = waiting(store)
    assert (asked.lead_id, asked.notice_id) == (lead.id, notice.id)
    assert asked.boxes == ["email_updates", "call_updates"]
    [entry] = _entries(store, LedgerKind.OPT_IN_ASKED)
    assert entry["opt_in"] == asked.id.hex
    assert "priya" not in json.dumps(entry)


def test_to_look_changes_nothing_and_the_button_gives_exactly_what_waited(store: Store) -> None:
    ticked(store)
    [lead] = kept(store, Lead)
    shown = question(store, "nectra", waiting(store).id, LATER)
    assert shown.state is OptInState.WAITING
    assert shown.wordings == ["Yes, send me news by e-mail.", "Yes, call me about offers."]
    assert _given(store) == []
    assert _press(store) is OptInState.CONFIRMED
    assert {(e.channel, e.occurred_at, e.valid_until, e.lead_id) for e in _given(store)} == {
        (Channel.EMAIL, LATER, lead.expires_at, lead.id),
        (Channel.LIVE_CALL, LATER, lead.expires_at, lead.id),
    }
    assert not may_email(store, at=LATER - HOUR).is_allowed
    assert may_email(store, at=LATER + HOUR).is_allowed
    [same] = kept(store, Lead)
    assert same.expires_at == lead.expires_at


def test_the_proof_of_a_confirmation_is_in_the_ledger_without_a_name(store: Store) -> None:
    ticked(store)
    _press(store)
    [entry] = _entries(store, LedgerKind.OPT_IN_CONFIRMED)
    asked = waiting(store)
    assert entry["opt_in"] == asked.id.hex
    assert (entry["template"], entry["wording"]) == (asked.template, asked.notice_id)
    assert entry["permissions"] == [
        ["given", "direct_marketing", "email", "a", None],
        ["given", "direct_marketing", "live_call", "a", None],
    ]
    assert outbox(store) == []  # a mail that had not gone yet has nothing left to ask


def test_the_button_works_once(store: Store) -> None:
    ticked(store)
    _press(store)
    before = kept(store, PermissionRecord), kept(store, LedgerRecord)
    assert _press(store, LATER + HOUR) is OptInState.CONFIRMED
    assert (kept(store, PermissionRecord), kept(store, LedgerRecord)) == before


def test_after_seven_days_nothing_is_waiting_and_the_lead_stays(store: Store) -> None:
    ticked(store)
    over = NOW + LINK_LIVES
    assert _press(store, over) is OptInState.NOTHING
    assert drop_unconfirmed(store, over - HOUR) == 0
    assert drop_unconfirmed(store, over) == 1
    assert (kept(store, OptIn), outbox(store)) == ([], [])
    assert len(_entries(store, LedgerKind.OPT_IN_DROPPED)) == 1
    assert len(kept(store, Lead)) == 1


def test_what_was_confirmed_is_not_dropped(store: Store) -> None:
    ticked(store)
    _press(store)
    assert drop_unconfirmed(store, NOW + LINK_LIVES) == 0
    assert waiting(store).confirmed_at == LATER


def test_without_an_address_nobody_can_be_asked(store: Store) -> None:
    ticked(store, lead=("1000001", fields(email=None)))
    assert (kept(store, OptIn), outbox(store)) == ([], [])
    assert not answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed


def test_without_a_tick_nobody_is_asked(store: Store) -> None:
    ticked(store, boxes={"email_updates": "", "call_updates": ""})
    assert (kept(store, OptIn), outbox(store)) == ([], [])


def test_a_test_lead_asks_nobody(store: Store) -> None:
    ticked(store, listed_as_test=True)
    assert (kept(store, OptIn), outbox(store)) == ([], [])


def test_a_second_form_on_one_day_waits_for_the_next_and_a_third_asks_nothing(
    store: Store,
) -> None:
    configured = ticked(store)
    for number in range(2, 5):
        again = delivery(f"100000{number}", at=NOW - HOUR)
        take_unsure(store, configured, again, at=NOW + number * HOUR)
    assert sorted(mail.due_at for mail in outbox(store)) == [NOW, NOW + BETWEEN_MAILS]
    assert len(kept(store, Lead)) == 4


def test_two_leads_of_one_address_in_one_batch_are_asked_a_day_apart(store: Store) -> None:
    configured = declared(store)
    two = [delivery(f"100000{n}", at=NOW - HOUR) for n in (1, 2)]
    take_unsure(store, configured, *two)
    assert sorted(mail.due_at for mail in outbox(store)) == [NOW, NOW + BETWEEN_MAILS]


def test_who_opted_out_before_the_tick_is_asked_whether_they_are_back(store: Store) -> None:
    configured = declared(store)
    suppress(store, email(), since=NOW - 3 * HOUR)
    take_unsure(store, configured, delivery(at=NOW - HOUR))
    assert len(outbox(store)) == 1
    assert not may_email(store, at=LATER).is_allowed
    _press(store)
    assert may_email(store, at=LATER + HOUR).is_allowed


def test_who_opted_out_after_the_tick_is_not_asked(store: Store) -> None:
    configured = declared(store)
    suppress(store, email(), since=NOW - HOUR / 2)
    take_unsure(store, configured, delivery(at=NOW - HOUR))
    assert outbox(store) == []


def test_an_objection_by_another_address_of_the_person_counts_too(store: Store) -> None:
    configured = declared(store)
    take(store, configured, delivery("1000001", at=NOW - 9 * HOUR))
    said = Said(None, NOW - HOUR / 2, "test")
    opt_out(store, [controller()], SUPPRESSION_KEY, [phone()], said)
    take_unsure(store, configured, delivery("1000002", at=NOW - HOUR))
    assert outbox(store) == []


def test_the_button_after_an_opt_out_is_the_later_word_and_an_opt_out_after_it_too(
    store: Store,
) -> None:
    ticked(store)
    said = Said(None, NOW + HOUR, "test")
    opt_out(store, [controller()], SUPPRESSION_KEY, [email()], said)
    assert not may_email(store, at=NOW + 2 * HOUR).is_allowed
    _press(store)
    assert may_email(store, at=LATER + HOUR).is_allowed
    again = Said(None, LATER + 2 * HOUR, "test")
    opt_out(store, [controller()], SUPPRESSION_KEY, [email()], again)
    assert not may_email(store, at=LATER + 3 * HOUR).is_allowed


def test_no_copy_and_no_reread_makes_a_consent_of_it(store: Store) -> None:
    configured = ticked(store)
    sure = connector(configured)
    # the same lead from the same source, now without the need to confirm
    copy = delivery(at=NOW - HOUR, ad_name="Another ad")
    take(store, configured, copy, at=NOW + HOUR)
    take(store, configured, delivery(at=NOW - HOUR), at=NOW + HOUR)
    assert reread(store, configured, sure, lambda: LATER).changed == 0
    assert reread(store, configured, Unsure(sure), lambda: LATER).changed == 0
    assert _given(store) == []


def test_better_proof_of_it_still_waits(store: Store) -> None:
    configured = declared(store)
    blind = delivery(at=NOW - HOUR, notice=build.notice(privacy_url=None))
    take_unsure(store, configured, blind)
    better = delivery(at=NOW - HOUR, notice=build.FORM, ad_name="x")
    take(store, configured, better, at=NOW + HOUR)
    assert _given(store) == []
    [lead] = kept(store, Lead)
    assert {each["defect"] for each in lead.findings} == {"awaiting_confirmation"}


def test_a_box_that_is_given_a_meaning_later_was_not_in_the_mail(store: Store) -> None:
    few = source(meanings=[build.MARKETING_BY_EMAIL])
    ticked(store, source=few)
    assert "call me" not in outbox(store)[0].body
    reread(store, source(), Unsure(connector(source())), lambda: NOW + HOUR)
    _press(store)
    assert [e.channel for e in _given(store)] == [Channel.EMAIL]


def test_it_goes_with_its_lead_and_its_mail_with_it(store: Store) -> None:
    ticked(store)
    key = waiting(store).id
    [lead] = kept(store, Lead)
    expire(store, [controller()], SUPPRESSION_KEY, lambda: lead.expires_at + HOUR)
    assert kept(store, Lead) == []
    assert (kept(store, OptIn), outbox(store)) == ([], [])
    assert confirm(store, "nectra", key, LATER).state is OptInState.NOTHING


def test_a_lead_whose_time_is_over_cannot_be_confirmed(store: Store) -> None:
    ticked(store, at=NOW - timedelta(days=1))
    with store.writing() as connection:
        connection.exec_driver_sql("UPDATE lead SET expires_at = received_at")
    assert _press(store, NOW) is OptInState.NOTHING
