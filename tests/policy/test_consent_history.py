"""What became of a consent: rule BAS-13."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations

import pytest

from policy.consent_evidence import ConsentStatus
from policy.consent_records.details import LaterEvent
from policy.consent_records.history import STATUS_OF, became_of
from policy.consent_records.terms import Actor
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose
from tests.policy.consents import GIVEN_AT, VALID_UNTIL

A_SECOND, A_DAY = timedelta(seconds=1), timedelta(days=1)
NOW = GIVEN_AT + 30 * A_DAY
MARKETING = Purpose.DIRECT_MARKETING
CONSENT = PermissionEvent(
    EventKind.GIVEN, MARKETING, Channel.EMAIL, GIVEN_AT, valid_until=VALID_UNTIL, box_key="b"
)
EXPIRED = LaterEvent(ConsentStatus.EXPIRED, VALID_UNTIL, Actor.CONTROLLER, "end of its term")


def event(
    kind: EventKind, at: datetime, channel: Channel | None = Channel.EMAIL
) -> PermissionEvent:
    return PermissionEvent(kind, MARKETING, channel, at)


def withdrawn(at: datetime) -> LaterEvent:
    return LaterEvent(ConsentStatus.WITHDRAWN, at, Actor.PERSON, "withdrawal")


def test_of_a_consent_that_stands_nothing_became() -> None:
    """Rule BAS-13."""
    assert became_of(CONSENT, [CONSENT], NOW) == ()
    assert became_of(CONSENT, [replace(CONSENT)], NOW) == ()


@pytest.mark.parametrize(
    ("kind", "status", "actor", "how"),
    [
        (EventKind.WITHDRAWN, ConsentStatus.WITHDRAWN, Actor.PERSON, "withdrawal"),
        (EventKind.OBJECTED, ConsentStatus.WITHDRAWN, Actor.PERSON, "objection"),
        (EventKind.REFUSED, ConsentStatus.REFUSED, Actor.PERSON, "a later box left empty"),
        (
            EventKind.UNKNOWN,
            ConsentStatus.UNKNOWN,
            Actor.PERSON,
            "a later answer that is unreadable",
        ),
        (EventKind.REVOKED, ConsentStatus.REVOKED, Actor.CONTROLLER, ""),
        (EventKind.INVALIDATED, ConsentStatus.INVALIDATED, Actor.CONTROLLER, ""),
    ],
)
def test_whatever_ends_a_consent_is_told_with_who_and_how(
    kind: EventKind, status: ConsentStatus, actor: Actor, how: str
) -> None:
    """Rule BAS-13: also at the very instant of the consent, since what permits less decides."""
    for at in (GIVEN_AT, GIVEN_AT + A_DAY):
        for channel in (Channel.EMAIL, None):
            found = became_of(CONSENT, [event(kind, at, channel), CONSENT], NOW)
            assert found == (LaterEvent(status, at, actor, how),)


def test_what_came_before_or_is_about_something_else_does_not_touch_it() -> None:
    """Rule BAS-13."""
    others = [
        event(EventKind.WITHDRAWN, GIVEN_AT - A_SECOND),
        event(EventKind.WITHDRAWN, NOW, Channel.SMS),
        replace(event(EventKind.WITHDRAWN, NOW), purpose=Purpose.AD_AUDIENCE),
        event(EventKind.ATTEMPTED, NOW),
        event(EventKind.ENQUIRED, NOW),
        event(EventKind.CLOSED, NOW),
    ]
    assert became_of(CONSENT, others, NOW) == ()


def test_only_what_had_happened_by_then_is_told() -> None:
    """Rule BAS-13."""
    ended = event(EventKind.WITHDRAWN, NOW)
    assert became_of(CONSENT, [ended], NOW) == (withdrawn(NOW),)
    assert became_of(CONSENT, [ended], NOW - A_SECOND) == ()


def test_a_new_consent_is_a_record_of_its_own() -> None:
    """Rule BAS-13: what happens after it is no longer this consent's story."""
    for kind in (EventKind.GIVEN, EventKind.RENEWED):
        before = event(EventKind.WITHDRAWN, GIVEN_AT + A_DAY)
        again = event(kind, GIVEN_AT + 2 * A_DAY)
        after = event(EventKind.OBJECTED, GIVEN_AT + 3 * A_DAY)
        for order in permutations([before, again, after]):
            assert became_of(CONSENT, order, NOW) == (withdrawn(before.occurred_at),)
        at_once = event(EventKind.OBJECTED, again.occurred_at)
        assert became_of(CONSENT, [again, at_once], NOW) == ()


def test_two_boxes_ticked_at_once_share_what_became_of_them() -> None:
    """Rule BAS-13."""
    for twin in (replace(CONSENT, box_key="a"), replace(CONSENT, box_key="c")):
        ended = event(EventKind.WITHDRAWN, NOW)
        assert became_of(CONSENT, [twin, CONSENT, ended], NOW) == (withdrawn(NOW),)


def test_several_ends_are_told_in_their_order() -> None:
    first, second = GIVEN_AT + A_DAY, GIVEN_AT + 2 * A_DAY
    found = became_of(
        CONSENT, [event(EventKind.WITHDRAWN, second), event(EventKind.REVOKED, first)], NOW
    )
    revoked = LaterEvent(ConsentStatus.REVOKED, first, Actor.CONTROLLER)
    assert found == (revoked, withdrawn(second))


def test_a_consent_ends_with_its_term() -> None:
    """Rule BAS-13: at that very second, and not where something ended it before."""
    assert became_of(CONSENT, [], VALID_UNTIL - A_SECOND) == ()
    assert became_of(CONSENT, [], VALID_UNTIL) == (EXPIRED,)
    early = event(EventKind.WITHDRAWN, VALID_UNTIL - A_SECOND)
    assert became_of(CONSENT, [early], VALID_UNTIL) == (withdrawn(early.occurred_at),)
    late = event(EventKind.WITHDRAWN, VALID_UNTIL)
    assert became_of(CONSENT, [late], VALID_UNTIL) == (EXPIRED, withdrawn(VALID_UNTIL))
    assert became_of(replace(CONSENT, valid_until=None), [], VALID_UNTIL) == ()


def test_a_consent_renewed_before_its_end_did_not_run_out() -> None:
    """Rule BAS-13."""
    by_then = VALID_UNTIL + A_DAY
    before = event(EventKind.RENEWED, VALID_UNTIL - A_SECOND)
    assert became_of(CONSENT, [before], by_then) == ()
    after = event(EventKind.RENEWED, VALID_UNTIL)
    assert became_of(CONSENT, [after], by_then) == (EXPIRED,)


@pytest.mark.parametrize("kind", [EventKind.REFUSED, EventKind.UNKNOWN, EventKind.ATTEMPTED])
def test_what_gave_no_consent_has_no_story(kind: EventKind) -> None:
    """Rule BAS-13."""
    answer = replace(CONSENT, kind=kind)
    assert became_of(answer, [event(EventKind.WITHDRAWN, NOW)], VALID_UNTIL) == ()


def test_every_answer_to_a_box_has_a_state_and_nothing_else_has() -> None:
    assert STATUS_OF == {
        EventKind.GIVEN: ConsentStatus.GIVEN,
        EventKind.RENEWED: ConsentStatus.RENEWED,
        EventKind.REFUSED: ConsentStatus.REFUSED,
        EventKind.UNKNOWN: ConsentStatus.UNKNOWN,
        EventKind.ATTEMPTED: ConsentStatus.INVALIDATED,
    }
