"""Who leaves advertising audiences, and how long that is tried."""

from datetime import timedelta

import pytest

from policy.audiences import ends_audiences, given_up_at, is_asked_anew, leaves_audiences
from policy.opt_out import OptOutReason
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose
from tests.build import NOW

MARKETING, ADVERTS = Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE


def event(kind: EventKind, purpose: Purpose, channel: Channel | None) -> PermissionEvent:
    return PermissionEvent(kind, purpose, channel, NOW)


def test_an_objection_to_everything_or_to_audiences_leaves_them_and_a_bounce_does_not() -> None:
    assert leaves_audiences(None, OptOutReason.ASKED, ())
    assert leaves_audiences(Channel.ONLINE_AUDIENCE, OptOutReason.UNSUBSCRIBE, ())
    assert not leaves_audiences(Channel.EMAIL, OptOutReason.ASKED, ())
    assert not leaves_audiences(None, OptOutReason.BOUNCE, ())


def test_who_takes_a_consent_to_adverts_back_leaves_whatever_the_channel() -> None:
    taken_back = event(EventKind.WITHDRAWN, ADVERTS, Channel.EMAIL)
    assert leaves_audiences(Channel.EMAIL, OptOutReason.ASKED, [taken_back])


@pytest.mark.parametrize(
    ("kind", "purpose", "channel", "what"),
    [
        (EventKind.OBJECTED, MARKETING, None, "ends"),
        (EventKind.OBJECTED, MARKETING, Channel.ONLINE_AUDIENCE, "ends"),
        (EventKind.OBJECTED, MARKETING, Channel.EMAIL, "stays"),
        (EventKind.WITHDRAWN, MARKETING, None, "stays"),
        (EventKind.WITHDRAWN, ADVERTS, Channel.ONLINE_AUDIENCE, "ends"),
        (EventKind.OBJECTED, ADVERTS, None, "ends"),
        (EventKind.GIVEN, ADVERTS, None, "stays"),
        (EventKind.REVOKED, ADVERTS, Channel.EMAIL, "stays"),
    ],
)
def test_of_a_persons_words_only_those_about_adverts_or_everything_end_them(
    kind: EventKind, purpose: Purpose, channel: Channel | None, what: str
) -> None:
    assert ends_audiences(event(kind, purpose, channel)) is (what == "ends")


def test_a_hash_waits_for_30_days_and_a_platform_is_asked_anew_after_two() -> None:
    assert given_up_at(NOW) == NOW + timedelta(days=30)
    assert not is_asked_anew(NOW, NOW + timedelta(hours=47, minutes=59))
    assert is_asked_anew(NOW, NOW + timedelta(hours=48))
