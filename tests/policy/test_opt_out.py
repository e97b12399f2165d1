"""What an opt-out adds to what is known of an identifier (rules CON-3, RET-8, OUT-1 to OUT-5)."""

from datetime import UTC, datetime, timedelta

from policy.opt_out import (
    ONE_CLICK,
    asked_without_link,
    digest_to_stop,
    events_of_opt_out,
    events_of_withdrawal,
)
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose, Role

T = datetime(2026, 5, 1, 12, tzinfo=UTC)
MARKETING, AUDIENCE = Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE
SECOND = timedelta(seconds=1)


def event(
    kind: EventKind,
    channel: Channel | None = Channel.EMAIL,
    purpose: Purpose = MARKETING,
    at: datetime = T - SECOND,
) -> PermissionEvent:
    return PermissionEvent(kind, purpose, channel, at)


GIVEN = event(EventKind.GIVEN)
ALL_OBJECTED = event(EventKind.OBJECTED, None, at=T)


def test_who_gave_nothing_objects_all_the_same() -> None:
    assert events_of_opt_out([], None, T) == [ALL_OBJECTED]
    refused = event(EventKind.REFUSED)
    assert events_of_opt_out([refused], None, T) == [ALL_OBJECTED]


def test_every_consent_in_force_is_withdrawn_and_marketing_objected_to() -> None:
    audience = event(EventKind.GIVEN, Channel.ONLINE_AUDIENCE, AUDIENCE)
    enquiry = event(EventKind.GIVEN, Channel.EMAIL, Purpose.ENQUIRY_RESPONSE)
    added = events_of_opt_out([GIVEN, audience, enquiry], None, T)
    assert added == [
        event(EventKind.WITHDRAWN, at=T),
        event(EventKind.WITHDRAWN, Channel.ONLINE_AUDIENCE, AUDIENCE, at=T),
        ALL_OBJECTED,
    ]


def test_one_channel_leaves_the_others() -> None:
    call = event(EventKind.GIVEN, Channel.LIVE_CALL)
    assert events_of_opt_out([GIVEN, call], Channel.EMAIL, T) == [
        event(EventKind.WITHDRAWN, at=T),
        event(EventKind.OBJECTED, at=T),
    ]


def test_what_is_said_at_one_instant_is_noted_once_and_what_is_said_again_later_is_added() -> None:
    first = events_of_opt_out([GIVEN], None, T)
    assert events_of_opt_out([GIVEN, *first], None, T) == []
    again = event(EventKind.OBJECTED, None, at=T + SECOND)
    assert events_of_opt_out([GIVEN, *first], None, T + SECOND) == [again]


def test_an_objection_to_everything_covers_a_channel_and_not_the_reverse() -> None:
    assert events_of_opt_out([ALL_OBJECTED], Channel.EMAIL, T) == []
    by_email = event(EventKind.OBJECTED, at=T)
    assert events_of_opt_out([by_email], None, T) == [ALL_OBJECTED]
    assert events_of_opt_out([by_email], Channel.SMS, T) == [
        event(EventKind.OBJECTED, Channel.SMS, at=T)
    ]


def test_an_objection_of_another_purpose_or_of_the_future_does_not_stand_in() -> None:
    other = event(EventKind.OBJECTED, None, AUDIENCE)
    ahead = event(EventKind.OBJECTED, None, at=T + SECOND)
    withdrawn = event(EventKind.WITHDRAWN, None)
    assert events_of_opt_out([other, ahead, withdrawn], None, T) == [ALL_OBJECTED]


def test_a_consent_given_after_an_objection_makes_the_next_opt_out_news() -> None:
    early = event(EventKind.OBJECTED, None, at=T - 2 * SECOND)
    assert events_of_opt_out([early, GIVEN], None, T) == [
        event(EventKind.WITHDRAWN, at=T),
        ALL_OBJECTED,
    ]


def test_a_link_that_is_followed_again_within_a_minute_says_nothing_new() -> None:
    """Rule: OUT-2."""
    first = events_of_opt_out([GIVEN], None, T, ONE_CLICK)
    events = [GIVEN, *first]
    assert events_of_opt_out(events, None, T + ONE_CLICK, ONE_CLICK) == []
    assert events_of_opt_out(events, Channel.EMAIL, T + ONE_CLICK, ONE_CLICK) == []
    assert len(events_of_opt_out(events, None, T + ONE_CLICK + SECOND, ONE_CLICK)) == 1
    # what was agreed to in between is taken back all the same
    between = event(EventKind.GIVEN, at=T + SECOND)
    assert len(events_of_opt_out([*events, between], None, T + ONE_CLICK, ONE_CLICK)) == 2
    # and one channel does not stand for all of them
    by_email = events_of_opt_out([GIVEN], Channel.EMAIL, T)
    assert events_of_opt_out([GIVEN, *by_email], None, T + SECOND, ONE_CLICK) == [
        event(EventKind.OBJECTED, None, at=T + SECOND)
    ]


def test_a_consent_is_taken_back_alone_and_only_while_it_stands() -> None:
    """Rule: OUT-1."""
    statistics = event(EventKind.GIVEN, purpose=Purpose.ANALYTICS)
    withdrawn = event(EventKind.WITHDRAWN, purpose=Purpose.ANALYTICS, at=T)
    asked = (Purpose.ANALYTICS, Channel.EMAIL)
    assert events_of_withdrawal([GIVEN, statistics], *asked, T) == [withdrawn]
    assert events_of_withdrawal([GIVEN, statistics, withdrawn], *asked, T + SECOND) == []
    assert events_of_withdrawal([GIVEN], *asked, T) == []


def test_a_link_means_the_address_that_it_was_sent_to() -> None:
    """Rule: OUT-4."""
    assert digest_to_stop("a", "a") == "a"
    assert digest_to_stop("a", None) == "a"
    assert digest_to_stop("a", "b") == "a"
    assert digest_to_stop(None, "b") == "b"
    assert digest_to_stop(None, None) is None


def test_who_types_an_address_means_our_own_marketing_or_whoever_there_is() -> None:
    """Rule: OUT-5."""
    own, client = Role.CONTROLLER, Role.PROCESSOR
    assert asked_without_link([client, own, own]) == [1, 2]
    assert asked_without_link([client, client]) == [0, 1]
