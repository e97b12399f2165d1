"""Which permissions a submission gives: never more than its evidence carries."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.evidence import BoxFinding, FormBoxes
from policy.lawful_basis import events_of_submission
from policy.vocabulary import (
    BoxDefect,
    BoxMeaning,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    PermissionEvent,
    Purpose,
)
from tests.policy.facts import (
    EXPIRES_AT,
    LEAD_ID,
    PRIYA,
    PRIYAS_PHONE,
    SUBMITTED_AT,
    answer,
    box,
    meaning,
    notice,
)

BOTH = (PRIYA, PRIYAS_PHONE)
MARKETING = Purpose.DIRECT_MARKETING


def events(
    findings: Iterable[BoxFinding] = (), found: tuple[Identifier, ...] = BOTH
) -> list[tuple[Identifier, PermissionEvent]]:
    return list(events_of_submission(found, findings, SUBMITTED_AT, LEAD_ID, EXPIRES_AT))


def finding(kind: EventKind | None, what: BoxMeaning | None) -> BoxFinding:
    defect = None if kind is EventKind.GIVEN else BoxDefect.REQUIRED
    return BoxFinding("marketing", "1", kind, defect, what)


def scopes(
    rows: Iterable[tuple[Identifier, PermissionEvent]],
) -> set[tuple[Identifier, EventKind, Purpose, Channel | None]]:
    return {(who, event.kind, event.purpose, event.channel) for who, event in rows}


ENQUIRIES = {
    (PRIYA, EventKind.ENQUIRED, Purpose.ENQUIRY_RESPONSE, Channel.EMAIL),
    (PRIYAS_PHONE, EventKind.ENQUIRED, Purpose.ENQUIRY_RESPONSE, Channel.LIVE_CALL),
}


def test_submitting_alone_permits_an_answer_and_nothing_else() -> None:
    rows = events()
    assert scopes(rows) == ENQUIRIES
    assert {event.basis for _, event in rows} == {LawfulBasis.CONTRACT}
    assert {event.valid_until for _, event in rows} == {EXPIRES_AT}
    assert {event.lead_id for _, event in rows} == {LEAD_ID}


def test_a_submission_without_identifiers_permits_nothing() -> None:
    assert events([finding(EventKind.GIVEN, meaning())], ()) == []


def test_a_tick_gives_exactly_the_configured_purpose_and_channel() -> None:
    rows = events([finding(EventKind.GIVEN, meaning(Channel.EMAIL))])
    assert scopes(rows) - ENQUIRIES == {(PRIYA, EventKind.GIVEN, MARKETING, Channel.EMAIL)}
    (given_event,) = (event for _, event in rows if event.kind is EventKind.GIVEN)
    assert given_event.basis is LawfulBasis.CONSENT
    assert given_event.valid_until == EXPIRES_AT
    assert given_event.occurred_at == SUBMITTED_AT
    assert (given_event.box_key, given_event.lead_id) == ("marketing", LEAD_ID)
    assert given_event.defect is None


@pytest.mark.parametrize(
    ("channel", "reached"),
    [
        (Channel.EMAIL, {PRIYA}),
        (Channel.SMS, {PRIYAS_PHONE}),
        (Channel.LIVE_CALL, {PRIYAS_PHONE}),
        (Channel.AUTOMATED_CALL, {PRIYAS_PHONE}),
        (Channel.POST, {PRIYA, PRIYAS_PHONE}),
        (Channel.ONLINE_AUDIENCE, {PRIYA, PRIYAS_PHONE}),
    ],
)
def test_a_permission_sticks_to_the_identifiers_that_the_channel_reaches(
    channel: Channel, reached: set[Identifier]
) -> None:
    rows = events([finding(EventKind.GIVEN, meaning(channel))])
    assert {who for who, event in rows if event.kind is EventKind.GIVEN} == reached


def test_a_tick_for_calls_gives_nothing_to_somebody_without_a_number() -> None:
    rows = events([finding(EventKind.GIVEN, meaning(Channel.LIVE_CALL))], (PRIYA,))
    assert {event.kind for _, event in rows} == {EventKind.ENQUIRED}


def test_one_box_for_several_channels_gives_each_of_them() -> None:
    several = meaning(Channel.EMAIL, Channel.SMS)
    assert scopes(events([finding(EventKind.GIVEN, several)])) - ENQUIRIES == {
        (PRIYA, EventKind.GIVEN, MARKETING, Channel.EMAIL),
        (PRIYAS_PHONE, EventKind.GIVEN, MARKETING, Channel.SMS),
    }


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.ATTEMPTED, EventKind.UNKNOWN])
def test_what_is_no_consent_is_recorded_with_its_reason_and_without_a_basis(
    kind: EventKind,
) -> None:
    rows = events([finding(kind, meaning())])
    (recorded,) = (event for _, event in rows if event.kind is kind)
    assert (recorded.basis, recorded.valid_until) == (None, None)
    assert recorded.defect is BoxDefect.REQUIRED
    assert EventKind.GIVEN not in {event.kind for _, event in rows}


@pytest.mark.parametrize(("kind", "what"), [(None, meaning()), (EventKind.GIVEN, None)])
def test_a_box_that_means_nothing_makes_no_event(
    kind: EventKind | None, what: BoxMeaning | None
) -> None:
    assert scopes(events([finding(kind, what)])) == ENQUIRIES


@given(
    answers=st.lists(
        st.tuples(
            st.sampled_from(["marketing", "calls", "stray"]),
            st.sampled_from(["1", "", "0", "false", "true", None]),
            st.sampled_from([True, False, None]),
        ),
        max_size=4,
    ),
    is_required=st.booleans(),
    is_pre_ticked=st.booleans(),
    has_time=st.booleans(),
    text=st.sampled_from([None, "", "Yes, send me news."]),
)
def test_no_answer_ever_gives_more_than_the_configured_meaning(
    *,
    answers: list[tuple[str, str | None, bool | None]],
    is_required: bool,
    is_pre_ticked: bool,
    has_time: bool,
    text: str | None,
) -> None:
    shown = notice(box("marketing", text, is_required=is_required, is_pre_ticked=is_pre_ticked))
    boxes = FormBoxes.of(shown, [meaning(Channel.EMAIL)])
    findings = [
        boxes.finding(answer(key, raw, is_ticked=ticked), has_time=has_time)
        for key, raw, ticked in answers
    ]
    rows = [(who, event) for who, event in events(findings) if event.kind is EventKind.GIVEN]
    may_give = has_time and text and not is_required and not is_pre_ticked
    ticks = sum(key == "marketing" and ticked is True for key, _, ticked in answers)
    assert len(rows) == (ticks if may_give else 0)
    assert scopes(rows) <= {(PRIYA, EventKind.GIVEN, MARKETING, Channel.EMAIL)}


def test_identifiers_of_other_leads_get_nothing() -> None:
    sam = Identifier(IdentifierKind.EMAIL, "sam@post.example")
    rows = events([finding(EventKind.GIVEN, meaning())], (sam,))
    assert {who for who, _ in rows} == {sam}
    assert {event.lead_id for _, event in rows} == {UUID(int=1)}


def test_each_permission_is_of_the_time_of_the_submission() -> None:
    """LB-1, LB-2: also the enquiry's, by which it is found to be open."""
    found = list(events_of_submission([PRIYA], [], SUBMITTED_AT, LEAD_ID, EXPIRES_AT))
    assert [(event.kind, event.occurred_at) for _, event in found] == [
        (EventKind.ENQUIRED, SUBMITTED_AT)
    ]
