"""What a correction takes the place of, what goes on to the right address, and what ends."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.consent import PERMITTING, consent_state
from policy.correction import (
    CorrectedField,
    fields_of,
    moved_events,
    require_one_person,
    required_reason,
    required_value,
    what_is_wrong,
)
from policy.errors import UsageError
from policy.vocabulary import Channel, EventKind, IdentifierKind, PermissionEvent, Purpose
from tests.build import NOW, email, phone

OURS, OTHERS = UUID(int=1), UUID(int=2)
AGO = NOW - timedelta(days=1)
EMAIL = IdentifierKind.EMAIL


def said(
    kind: EventKind,
    lead: UUID | None = OURS,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    hours: int = 0,
) -> PermissionEvent:
    at = AGO + timedelta(hours=hours)
    return PermissionEvent(kind, purpose, Channel.EMAIL, at, lead)


def test_a_value_and_a_reason_are_needed_and_are_kept_on_one_line() -> None:
    """COR-1."""
    assert required_value(CorrectedField.NAME, " Siân \n Hughes ") == "Siân Hughes"
    assert required_reason(" told us\nby phone ") == "told us by phone"
    for wrong in ("", "  ", "x" * 201, "a\x00b"):
        with pytest.raises(UsageError, match="right company is missing"):
            required_value(CorrectedField.COMPANY, wrong)
    for wrong in ("", "typo", "a \x1b[2J"):
        with pytest.raises(UsageError, match="not said why"):
            required_reason(wrong)


def test_fields_are_named_as_the_policy_names_them() -> None:
    """COR-1."""
    found = fields_of(["name=A = B", " job_title =Owner"])
    assert found == {CorrectedField.NAME: "A = B", CorrectedField.JOB_TITLE: "Owner"}
    for wrong in (["name"], ["answers=x"], ["name=A", "name=B"]):
        with pytest.raises(UsageError, match="names no detail"):
            fields_of(wrong)


def test_it_is_clear_which_address_was_wrong_or_it_is_refused() -> None:
    """COR-2."""
    one, two = email(), email("priya@work.example")
    assert what_is_wrong(EMAIL, one, {one, two, phone()}) == one
    assert what_is_wrong(EMAIL, phone(), {one, phone()}) == one
    assert what_is_wrong(EMAIL, phone(), {phone()}) is None
    assert what_is_wrong(EMAIL, two, {one}) == one
    with pytest.raises(UsageError, match="not said which is wrong"):
        what_is_wrong(EMAIL, phone(), {one, two, phone()})


def test_a_consent_ends_where_it_was_given_by_mistake_and_goes_nowhere() -> None:
    """COR-3."""
    moved = moved_events([said(EventKind.GIVEN)], [OURS], NOW)
    [ended] = moved.wrong
    assert (ended.kind, ended.occurred_at) == (EventKind.INVALIDATED, NOW)
    assert moved.right == ()


def test_a_consent_of_somebody_elses_own_stays_theirs() -> None:
    events = [said(EventKind.GIVEN), said(EventKind.GIVEN, OTHERS, hours=1)]
    assert moved_events(events, [OURS], NOW).wrong == ()


def test_an_enquiry_is_closed_there_and_may_be_answered_here() -> None:
    asked = said(EventKind.ENQUIRED, purpose=Purpose.ENQUIRY_RESPONSE)
    moved = moved_events([asked], [OURS], NOW)
    assert [event.kind for event in moved.wrong] == [EventKind.CLOSED]
    assert moved.right == (asked,)


def test_objections_of_whomever_and_refusals_of_their_own_follow() -> None:
    others = said(EventKind.OBJECTED, OTHERS)
    events = [others, said(EventKind.REFUSED), said(EventKind.REFUSED, OTHERS, hours=1)]
    events.append(said(EventKind.WITHDRAWN, None))
    right = moved_events(events, [OURS], NOW).right
    assert {(event.kind, event.lead_id) for event in right} == {
        (EventKind.OBJECTED, None),
        (EventKind.REFUSED, OURS),
        (EventKind.WITHDRAWN, None),
    }


def test_who_has_the_right_address_already_must_be_the_same_person() -> None:
    """COR-4."""
    require_one_person(is_somebody_elses=False, is_same_person=False)
    require_one_person(is_somebody_elses=True, is_same_person=True)
    with pytest.raises(UsageError, match="--same-person"):
        require_one_person(is_somebody_elses=True, is_same_person=False)


EVENTS = st.lists(
    st.builds(
        said,
        st.sampled_from(EventKind),
        st.sampled_from([OURS, OTHERS, None]),
        st.sampled_from([Purpose.DIRECT_MARKETING, Purpose.ENQUIRY_RESPONSE]),
        st.integers(0, 20),
    ),
    max_size=8,
)


@given(events=EVENTS, kept=EVENTS)
def test_a_correction_permits_nothing(
    events: list[PermissionEvent], kept: list[PermissionEvent]
) -> None:
    """COR-3: whatever was said, of whomever, neither address permits marketing that did not."""
    moved = moved_events(events, [OURS], NOW)
    use = Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW
    assert not {event.kind for event in moved.right} & PERMITTING
    for before, added in ((events, moved.wrong), (kept, moved.right)):
        was_given = consent_state(before, *use).is_given
        assert was_given or not consent_state([*before, *added], *use).is_given
    latest = consent_state([*events, *moved.wrong], *use).latest
    assert latest is None or latest.kind not in PERMITTING or latest.lead_id != OURS
