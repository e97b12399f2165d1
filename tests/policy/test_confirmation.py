"""Double opt-in: when a mail may ask, and what the button gives."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from policy.confirmation import BETWEEN_MAILS, ask_at, events_of_confirmation, may_ask
from policy.evidence import FormBoxes
from policy.lawful_basis import events_of_submission
from policy.vocabulary import (
    BoxAnswer,
    BoxDefect,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    NoticeBox,
    PermissionEvent,
)
from tests.build import FORM, MARKETING_BY_CALL, MARKETING_BY_EMAIL, email, notice, phone

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LEAD = UUID(int=7)
ENDS = NOON + timedelta(days=700)
BOXES = FormBoxes.of(FORM, (MARKETING_BY_EMAIL, MARKETING_BY_CALL))
TICK = BoxAnswer("email_updates", "1", is_ticked=True)
CALL = BoxAnswer("call_updates", "1", is_ticked=True)
OTHER = Identifier(IdentifierKind.EMAIL, "somebody.else@mail.example")


def test_a_tick_that_needs_a_confirmation_waits_for_it() -> None:
    found = BOXES.finding(TICK, has_time=True, needs_confirmation=True)
    assert (found.kind, found.defect) == (EventKind.ATTEMPTED, BoxDefect.AWAITING_CONFIRMATION)
    assert BOXES.finding(TICK, has_time=True).kind is EventKind.GIVEN


def test_no_confirmation_mends_a_box_that_cannot_count() -> None:
    must = notice(
        boxes=(NoticeBox("email_updates", "Yes.", is_required=True, is_pre_ticked=False),)
    )
    required = FormBoxes.of(must, (MARKETING_BY_EMAIL,))
    found = required.finding(TICK, has_time=True, needs_confirmation=True)
    assert found.defect is BoxDefect.REQUIRED
    late = BOXES.finding(TICK, has_time=False, needs_confirmation=True)
    assert late.defect is BoxDefect.TIME_UNPROVEN


def test_a_refusal_needs_no_confirmation() -> None:
    left = BoxAnswer("email_updates", "", is_ticked=False)
    found = BOXES.finding(left, has_time=True, needs_confirmation=True)
    assert (found.kind, found.defect) == (EventKind.REFUSED, BoxDefect.NOT_TICKED)


def said(*identifiers: Identifier) -> list[tuple[Identifier, PermissionEvent]]:
    found = [BOXES.finding(box, has_time=True, needs_confirmation=True) for box in (TICK, CALL)]
    return list(events_of_submission(identifiers, found, NOON - HOUR, LEAD, ENDS))


def test_the_button_gives_what_the_mail_named_at_its_own_time_and_no_longer_than_the_lead() -> None:
    was = said(email(), phone())
    found = list(events_of_confirmation(was, email(), ["email_updates"], NOON, ENDS))
    [(identifier, event)] = found
    assert identifier == email()
    assert (event.kind, event.basis, event.channel) == (
        EventKind.GIVEN,
        LawfulBasis.CONSENT,
        Channel.EMAIL,
    )
    assert (event.occurred_at, event.valid_until, event.lead_id) == (NOON, ENDS, LEAD)


def test_another_address_that_was_typed_beside_it_gets_nothing() -> None:
    was, boxes = said(email(), OTHER, phone()), ["email_updates", "call_updates"]
    who = {who for who, _ in events_of_confirmation(was, email(), boxes, NOON, ENDS)}
    assert who == {email(), phone()}


def test_one_address_gets_one_mail_a_day_and_at_most_one_waits() -> None:
    assert ask_at([], NOON) == NOON
    assert ask_at([NOON - BETWEEN_MAILS], NOON) == NOON
    tomorrow = NOON - HOUR + BETWEEN_MAILS
    assert ask_at([NOON - HOUR], NOON) == tomorrow
    assert ask_at([NOON - HOUR, tomorrow], NOON) is None


@given(st.lists(st.integers(min_value=0, max_value=10_000), max_size=60))
def test_however_often_an_address_is_typed_a_day_lies_between_two_mails(minutes: list[int]) -> None:
    mailed: list[datetime] = []
    for minute in sorted(minutes):
        at = ask_at(mailed, NOON + timedelta(minutes=minute))
        if at is not None:
            mailed.append(at)
    gaps = [b - a for a, b in pairwise(mailed)]
    assert all(gap >= BETWEEN_MAILS for gap in gaps)


def test_who_opted_out_since_the_tick_is_not_asked() -> None:
    email_only = (Channel.EMAIL,)
    assert may_ask(NOON, email_only, [])
    assert may_ask(NOON, email_only, [(None, NOON - HOUR)])  # the tick says otherwise, and later
    assert not may_ask(NOON, email_only, [(None, NOON)])
    assert not may_ask(NOON, email_only, [(Channel.EMAIL, NOON + HOUR)])
    assert may_ask(NOON, email_only, [(Channel.LIVE_CALL, NOON + HOUR)])
    assert not may_ask(NOON, (Channel.LIVE_CALL,), [(Channel.LIVE_CALL, NOON + HOUR)])
