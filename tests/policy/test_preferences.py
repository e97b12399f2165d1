"""What people are shown of their own permissions is what every list decides (rule OUT-3)."""

from datetime import timedelta

from policy.facts import Facts
from policy.permission import decide
from policy.preferences import (
    ALWAYS_SHOWN,
    Judged,
    Preference,
    Standing,
    agreed_to,
    is_objection,
    preference,
)
from policy.uses import UseRequest
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose, Role
from tests.policy.facts import LEAD_ID, NOW, SUBMITTED_AT, days_ago, event, given, lead

MARKETING = Purpose.DIRECT_MARKETING


def judged(*events: PermissionEvent, channel: Channel = Channel.EMAIL) -> Judged:
    facts = Facts(Role.CONTROLLER, [lead(has_privacy_link=True, is_wording_known=True)], events)
    return Judged(facts, decide(UseRequest(MARKETING, channel, NOW), facts))


def shown(*each: Judged, channel: Channel = Channel.EMAIL) -> Preference:
    return preference(MARKETING, channel, each)


def test_what_may_be_used_is_on_since_it_was_agreed_to() -> None:
    found = shown(judged(given()))
    assert found == Preference(MARKETING, Channel.EMAIL, Standing.ON, SUBMITTED_AT, LEAD_ID)


def test_it_is_on_if_any_address_of_the_person_may_be_used() -> None:
    assert shown(judged(), judged(given())).standing is Standing.ON


def test_what_was_never_agreed_to_is_off() -> None:
    assert shown(judged()) == Preference(MARKETING, Channel.EMAIL, Standing.OFF)
    assert shown(judged(event(EventKind.REFUSED))).standing is Standing.OFF


def test_what_was_said_no_to_is_stopped_since_it_was_said_last() -> None:
    first = event(EventKind.OBJECTED, days_ago(3), channel=None, lead_number=None)
    last = event(EventKind.WITHDRAWN, days_ago(2), lead_number=None)
    other = event(EventKind.OBJECTED, days_ago(1), channel=Channel.SMS, lead_number=None)
    ahead = event(EventKind.OBJECTED, NOW + timedelta(days=1), lead_number=None)
    found = shown(judged(given(), first, last, other, ahead))
    assert (found.standing, found.since) == (Standing.STOPPED, days_ago(2))


def test_the_list_alone_says_since_when() -> None:
    facts = Facts(Role.CONTROLLER, (), (), suppressed_since=[(None, days_ago(5))])
    found = shown(Judged(facts, decide(UseRequest(MARKETING, Channel.EMAIL, NOW), facts)))
    assert (found.standing, found.since) == (Standing.STOPPED, days_ago(5))


def test_nothing_is_known_of_nobody() -> None:
    assert shown() == Preference(MARKETING, Channel.EMAIL, Standing.OFF)


def test_what_else_was_agreed_to_is_shown_and_enquiries_are_not() -> None:
    statistics = given(purpose=Purpose.ANALYTICS)
    enquiry = given(purpose=Purpose.ENQUIRY_RESPONSE)
    refused = event(EventKind.REFUSED, purpose=Purpose.CLIENT_DELIVERY)
    events = [given(), statistics, enquiry, refused]
    assert agreed_to(events) == [(Purpose.ANALYTICS, Channel.EMAIL)]


def test_marketing_is_objected_to_and_other_consents_are_taken_back() -> None:
    assert all(is_objection(purpose, channel) for purpose, channel in ALWAYS_SHOWN)
    assert is_objection(MARKETING, Channel.ONLINE_AUDIENCE)
    assert not is_objection(Purpose.AD_AUDIENCE, Channel.EMAIL)
    assert not is_objection(Purpose.ANALYTICS, Channel.EMAIL)
