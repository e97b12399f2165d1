"""The fold of permission events into the state of one purpose and channel."""

from datetime import timedelta
from itertools import combinations, pairwise, permutations, product

import pytest

from policy.consent import consent_state
from policy.vocabulary import BoxDefect, Channel, EventKind, PermissionEvent, Purpose
from tests.policy.facts import NOW, days_ago, enquired, event, given

MARKETING, EMAIL = Purpose.DIRECT_MARKETING, Channel.EMAIL
PERMITTING = (EventKind.GIVEN, EventKind.RENEWED)
FROM_MILD_TO_STRICT = (
    EventKind.GIVEN,
    EventKind.RENEWED,
    EventKind.UNKNOWN,
    EventKind.INVALIDATED,
    EventKind.REVOKED,
    EventKind.REFUSED,
    EventKind.WITHDRAWN,
    EventKind.OBJECTED,
)


def latest(*events: PermissionEvent) -> PermissionEvent | None:
    return consent_state(events, MARKETING, EMAIL, NOW).latest


def test_nothing_happened_is_no_consent() -> None:
    state = consent_state([], MARKETING, EMAIL, NOW)
    assert (state.latest, state.attempted, state.objection) == (None, None, None)
    assert not state.is_given


@pytest.mark.parametrize("kind", list(EventKind))
def test_only_given_and_renewed_are_consent(kind: EventKind) -> None:
    state = consent_state([event(kind)], MARKETING, EMAIL, NOW)
    assert state.is_given is (kind in PERMITTING)


@pytest.mark.parametrize("order", [1, -1])
def test_the_later_event_decides_whichever_arrived_first(order: int) -> None:
    earlier, later = given(days_ago(9)), event(EventKind.WITHDRAWN, days_ago(8))
    assert latest(*(earlier, later)[::order]) == later


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("mild", "strict"), list(pairwise(FROM_MILD_TO_STRICT)))
def test_of_two_events_at_one_instant_the_stricter_decides(
    mild: EventKind, strict: EventKind, order: int
) -> None:
    assert latest(*(event(mild), event(strict))[::order]) == event(strict)


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_consents_at_one_instant_the_one_that_ends_first_decides(order: int) -> None:
    short = given(valid_until=NOW, lead_number=1)
    long = given(valid_until=NOW + timedelta(days=1), lead_number=2)
    endless = given(valid_until=None, lead_number=3)
    assert latest(*(short, long, endless)[::order]) == short
    assert latest(*(long, endless)[::order]) == long


def test_what_has_not_happened_yet_does_not_count() -> None:
    assert latest(given(), event(EventKind.WITHDRAWN, NOW + timedelta(microseconds=1))) == given()
    withdrawn_now = event(EventKind.WITHDRAWN, NOW)
    assert latest(given(), withdrawn_now) == withdrawn_now


def test_other_purposes_and_channels_do_not_count() -> None:
    assert latest(given(purpose=Purpose.AD_AUDIENCE), given(channel=Channel.SMS)) is None


def test_an_event_for_every_channel_counts_for_each() -> None:
    everywhere = event(EventKind.OBJECTED, channel=None)
    for channel in Channel:
        assert consent_state([everywhere], MARKETING, channel, NOW).latest == everywhere


def test_an_enquiry_says_nothing_about_consent() -> None:
    state = consent_state([enquired()], Purpose.ENQUIRY_RESPONSE, EMAIL, NOW)
    assert state.latest is None


def test_a_tick_that_cannot_count_is_kept_beside_what_counts() -> None:
    first = event(EventKind.ATTEMPTED, days_ago(3), defect=BoxDefect.REQUIRED)
    second = event(EventKind.ATTEMPTED, days_ago(2), defect=BoxDefect.PRE_TICKED)
    state = consent_state([second, given(), first], MARKETING, EMAIL, NOW)
    assert state.latest == given()
    assert state.attempted == second


def test_the_last_objection_is_kept_beside_what_came_later() -> None:
    first, second = (event(EventKind.OBJECTED, days_ago(days), channel=None) for days in (5, 4))
    state = consent_state([second, given(days_ago(1)), first], MARKETING, EMAIL, NOW)
    assert state.objection == second
    assert state.is_given


EVENTS = [
    event(kind, days_ago(day), lead_number=number)
    for number, (kind, day) in enumerate(product(EventKind, (2, 1)), start=1)
]
TIED = [given(lead_number=n, valid_until=NOW + timedelta(days=n % 3)) for n in range(1, 6)]
TIED_ATTEMPTS = [
    event(EventKind.ATTEMPTED, lead_number=number, defect=defect)
    for number, defect in enumerate((BoxDefect.REQUIRED, BoxDefect.NO_WORDING) * 2, start=1)
]


@pytest.mark.parametrize("size", [2, 3])
def test_no_order_of_arrival_of_any_few_events_matters(size: int) -> None:
    for chosen in combinations(EVENTS, size):
        states = {consent_state(order, MARKETING, EMAIL, NOW) for order in permutations(chosen)}
        assert len(states) == 1


@pytest.mark.parametrize("start", range(len(EVENTS)))
def test_no_order_of_arrival_of_five_events_matters(start: int) -> None:
    for step in (1, 3, 7):
        chosen = [EVENTS[(start + step * n) % len(EVENTS)] for n in range(5)]
        states = {consent_state(order, MARKETING, EMAIL, NOW) for order in permutations(chosen)}
        assert len(states) == 1


@pytest.mark.parametrize("tied", [TIED, TIED_ATTEMPTS], ids=["consents", "attempts"])
def test_no_order_of_arrival_of_equals_at_one_instant_matters(tied: list[PermissionEvent]) -> None:
    states = {consent_state(order, MARKETING, EMAIL, NOW) for order in permutations(tied)}
    assert len(states) == 1
