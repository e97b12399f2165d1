"""Whether a person has opted out of all marketing, and whether their enquiry is closed."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, permutations, product

import pytest

from policy.retention import Action, plan
from policy.retention_ends import RetentionFacts
from policy.retention_events import enquiry_closed_at, full_opt_out_at
from policy.retention_rules import DataClass
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose
from tests.policy.facts import EXPIRES_AT, NOW, SUBMITTED_AT, days_ago, enquired, event, given

EMAIL, SMS = Channel.EMAIL, Channel.SMS
WITHDRAWN, OBJECTED = EventKind.WITHDRAWN, EventKind.OBJECTED
OPT_OUTS = [WITHDRAWN, OBJECTED]
MOMENT = timedelta(microseconds=1)


def opted_out(*events: PermissionEvent, at: datetime = NOW) -> datetime | None:
    """Ask in every order of arrival: the answer is one."""
    answers = {full_opt_out_at(order, at) for order in permutations(events)}
    assert len(answers) == 1
    return answers.pop()


@pytest.mark.parametrize("kind", OPT_OUTS)
def test_an_opt_out_for_every_channel_is_a_full_one(kind: EventKind) -> None:
    """Rule: RET-7."""
    everything = event(kind, days_ago(2), channel=None)
    assert opted_out(everything) == days_ago(2)
    assert opted_out(given(), given(channel=SMS), everything) == days_ago(2)


def test_who_never_opted_out_has_not() -> None:
    """Rule: RET-7."""
    assert opted_out() is None
    assert opted_out(given(), given(channel=SMS)) is None


@pytest.mark.parametrize("kind", [each for each in EventKind if each not in OPT_OUTS])
def test_nothing_but_a_withdrawal_or_an_objection_is_an_opt_out(kind: EventKind) -> None:
    """Rules: RET-5, RET-7."""
    for channel in (EMAIL, None):
        assert opted_out(given(), event(kind, days_ago(1), channel=channel)) is None


@pytest.mark.parametrize("kind", OPT_OUTS)
def test_the_last_channel_that_was_permitted_makes_it_a_full_opt_out(kind: EventKind) -> None:
    """Rule: RET-7."""
    assert opted_out(given(), event(kind, days_ago(2))) == days_ago(2)
    first, second = event(kind, days_ago(3)), event(kind, days_ago(2), channel=SMS)
    assert opted_out(given(), given(channel=SMS), first, second) == days_ago(2)


@pytest.mark.parametrize("kind", OPT_OUTS)
def test_a_channel_opt_out_stops_that_channel_only(kind: EventKind) -> None:
    """Rule: RET-8."""
    events = (given(), given(channel=SMS), event(kind, days_ago(2)))
    assert opted_out(*events) is None
    facts = RetentionFacts(
        data_class=DataClass.MARKETING_LEAD,
        started_at=SUBMITTED_AT,
        has_permission=True,
        opted_out_at=opted_out(*events),
    )
    assert plan(EXPIRES_AT - MOMENT, facts).action is Action.KEEP
    assert not plan(EXPIRES_AT - MOMENT, facts).is_use_over


@pytest.mark.parametrize("kind", OPT_OUTS)
def test_a_channel_opt_out_of_somebody_who_never_consented_is_no_full_one(kind: EventKind) -> None:
    """Rule: RET-8."""
    assert opted_out(event(kind, days_ago(2))) is None
    assert opted_out(event(kind, days_ago(2)), event(EventKind.REFUSED, days_ago(3))) is None
    assert opted_out(enquired(), event(kind, days_ago(2))) is None


def test_a_consent_of_the_same_instant_was_once_given_and_does_not_stand() -> None:
    """Rule: RET-7."""
    assert opted_out(given(days_ago(2)), event(OBJECTED, days_ago(2))) == days_ago(2)
    assert opted_out(given(days_ago(2)), event(OBJECTED, days_ago(2) - MOMENT)) is None


def test_a_consent_that_ran_out_before_leaves_nothing_permitted() -> None:
    """Rule: RET-7."""
    withdrawn = event(WITHDRAWN, days_ago(2))
    ran_out = given(channel=SMS, valid_until=days_ago(2))
    stands = given(channel=SMS, valid_until=days_ago(2) + MOMENT)
    endless = given(channel=SMS, valid_until=None)
    assert opted_out(given(), ran_out, withdrawn) == days_ago(2)
    assert opted_out(given(), stands, withdrawn) is None
    assert opted_out(given(), endless, withdrawn) is None
    never_stood = given(days_ago(2), channel=SMS, valid_until=days_ago(2))
    assert opted_out(given(), never_stood, withdrawn) == days_ago(2)


def test_other_purposes_say_nothing_of_marketing() -> None:
    """Rules: RET-7, RET-8."""
    audience = Purpose.AD_AUDIENCE
    assert opted_out(event(OBJECTED, channel=None, purpose=audience)) is None
    assert opted_out(event(OBJECTED, channel=None, purpose=Purpose.ENQUIRY_RESPONSE)) is None
    withdrawn = event(WITHDRAWN, days_ago(2))
    assert opted_out(given(), given(channel=SMS, purpose=audience), withdrawn) == days_ago(2)
    assert opted_out(given(purpose=audience), withdrawn) is None


def test_what_has_not_happened_yet_is_no_opt_out() -> None:
    """Rule: RET-7."""
    everything = event(OBJECTED, NOW, channel=None)
    assert opted_out(everything) == NOW
    assert opted_out(everything, at=NOW - MOMENT) is None


@pytest.mark.parametrize("kind", [EventKind.GIVEN, EventKind.RENEWED])
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_a_later_consent_closes_a_full_opt_out(kind: EventKind, channel: Channel) -> None:
    """Rule: RET-7."""
    everything = event(OBJECTED, days_ago(5), channel=None)
    again = event(kind, days_ago(5) + MOMENT, channel=channel)
    assert opted_out(given(), everything, again) is None
    assert opted_out(everything, again, at=days_ago(5)) == days_ago(5)
    assert opted_out(everything, replace(again, occurred_at=days_ago(5))) == days_ago(5)
    assert opted_out(everything, replace(again, occurred_at=days_ago(6))) == days_ago(5)


def test_a_tick_that_cannot_count_closes_nothing() -> None:
    """Rule: RET-7."""
    everything = event(OBJECTED, days_ago(5), channel=None)
    assert opted_out(everything, event(EventKind.ATTEMPTED, days_ago(1))) == days_ago(5)


@pytest.mark.parametrize("kind", OPT_OUTS)
def test_opting_out_again_after_a_new_consent_counts_from_then(kind: EventKind) -> None:
    """Rule: RET-7."""
    first = event(OBJECTED, days_ago(9), channel=None)
    again, second = given(days_ago(5)), event(kind, days_ago(3))
    assert opted_out(first, again, second) == days_ago(3)
    third = event(OBJECTED, days_ago(1), channel=None)
    assert opted_out(first, again, second, third) == days_ago(3)


def test_opting_out_twice_counts_from_the_first_time() -> None:
    """Rules: RET-5, RET-7."""
    first, second = (event(OBJECTED, days_ago(days), channel=None) for days in (9, 3))
    assert opted_out(first, second) == days_ago(9)
    assert opted_out(given(days_ago(9)), first, second) == days_ago(9)
    assert opted_out(given(days_ago(3)), first, second) == days_ago(9)


@pytest.mark.parametrize(
    "kind", [EventKind.REFUSED, EventKind.REVOKED, EventKind.INVALIDATED, EventKind.UNKNOWN]
)
def test_an_opt_out_counts_again_when_the_consent_that_closed_it_falls(kind: EventKind) -> None:
    """Rule: RET-7."""
    first, again = event(OBJECTED, days_ago(9), channel=None), given(days_ago(5))
    assert opted_out(first, again, event(kind, days_ago(3))) == days_ago(9)


FEW = [
    event(kind, days_ago(day), channel=channel)
    for kind, day, channel in product(
        (EventKind.GIVEN, EventKind.REFUSED, *OPT_OUTS), (2, 1), (EMAIL, SMS, None)
    )
    if (kind, channel) != (EventKind.GIVEN, None)
]


@pytest.mark.parametrize("start", range(len(FEW)))
def test_no_order_of_arrival_matters_and_an_objection_to_all_is_never_lost(start: int) -> None:
    """Rule: RET-7."""
    objected = event(OBJECTED, days_ago(1), channel=None)
    for others in combinations(FEW[start + 1 :], 2):
        opted_out(FEW[start], *others)
        since = opted_out(FEW[start], *others, objected)
        assert since is not None
        assert since <= days_ago(1)


def closing(
    kind: EventKind = EventKind.CLOSED,
    at: datetime = NOW,
    *,
    channel: Channel | None = None,
    lead_number: int | None = 1,
) -> PermissionEvent:
    return event(
        kind, at, purpose=Purpose.ENQUIRY_RESPONSE, channel=channel, lead_number=lead_number
    )


def closed(*events: PermissionEvent, at: datetime = NOW) -> datetime | None:
    """Ask in every order of arrival: the answer is one."""
    answers = {enquiry_closed_at(order, at) for order in permutations(events)}
    assert len(answers) == 1
    return answers.pop()


@pytest.mark.parametrize("kind", EventKind)
def test_an_enquiry_ends_when_it_is_closed_or_no_answer_is_wanted(kind: EventKind) -> None:
    """Rule: RET-20."""
    ends = {EventKind.CLOSED, WITHDRAWN, OBJECTED}
    expected = days_ago(2) if kind in ends else None
    assert closed(enquired(), closing(kind, days_ago(2), channel=SMS)) is None
    if kind is not EventKind.ENQUIRED:
        assert closed(enquired(), closing(kind, days_ago(2))) == expected


def test_an_enquiry_that_nobody_made_or_closed_is_not_closed() -> None:
    """Rule: RET-20."""
    assert closed() is None
    assert closed(enquired()) is None
    assert closed(closing()) is None
    assert closed(enquired(), event(OBJECTED, NOW, channel=None)) is None


def test_an_enquiry_is_closed_from_the_first_closing_on() -> None:
    """Rules: RET-5, RET-20."""
    first, second = closing(at=days_ago(3)), closing(at=days_ago(1))
    assert closed(enquired(), first, second) == days_ago(3)
    assert closed(enquired(), first, at=days_ago(3)) == days_ago(3)
    assert closed(enquired(), first, at=days_ago(3) - MOMENT) is None


def test_a_closing_before_the_enquiry_closes_nothing() -> None:
    """Rule: RET-20."""
    assert closed(enquired(), closing(at=SUBMITTED_AT - MOMENT)) is None
    assert closed(enquired(), closing(at=SUBMITTED_AT)) == SUBMITTED_AT


def test_enquiries_are_closed_when_the_last_of_them_is() -> None:
    """Rule: RET-20."""
    asked = (enquired(), enquired(channel=Channel.LIVE_CALL), enquired(lead_number=2))
    of_one, of_two = closing(at=days_ago(4)), closing(at=days_ago(2), lead_number=2)
    assert closed(*asked, of_one) is None
    assert closed(*asked, of_one, of_two) == days_ago(2)
    assert closed(*asked, closing(at=days_ago(3), lead_number=None)) == days_ago(3)
    assert closed(asked[0], asked[1], closing(at=days_ago(4), channel=EMAIL)) is None
