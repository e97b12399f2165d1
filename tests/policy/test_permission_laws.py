"""Laws of the decision: what no sequence of events, in any order, can ever bring about."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import permutations
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from policy.permission import Facts, UseRequest, decide
from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    PermissionEvent,
    Purpose,
    ReasonCode,
    Role,
)
from tests.policy.facts import NOW, days_ago, event, facts, lead, use

RESTRICTING = (
    EventKind.WITHDRAWN,
    EventKind.OBJECTED,
    EventKind.REFUSED,
    EventKind.INVALIDATED,
    EventKind.REVOKED,
)
TIMES = st.integers(-1, 8).map(days_ago)
OFTEN = (EventKind.GIVEN, EventKind.ENQUIRED) * 6
CHANNELS = st.sampled_from([Channel.EMAIL, Channel.SMS])
PURPOSES = st.sampled_from(
    [Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE, Purpose.ENQUIRY_RESPONSE]
)
USES = st.builds(use, PURPOSES, CHANNELS, st.integers(0, 4).map(days_ago))


def made(
    kind: EventKind,
    at: datetime,
    purpose: Purpose,
    channel: Channel | None,
    number: int,
    ends_at: datetime | None,
) -> PermissionEvent:
    defect = BoxDefect.REQUIRED if kind is EventKind.ATTEMPTED else None
    is_own = kind is EventKind.ENQUIRED
    return event(
        kind,
        at,
        purpose=Purpose.ENQUIRY_RESPONSE if is_own else purpose,
        channel=channel,
        lead_number=number,
        defect=defect,
        valid_until=ends_at,
    )


def events(*kinds: EventKind) -> st.SearchStrategy[PermissionEvent]:
    narrow = (EventKind.GIVEN, EventKind.RENEWED, EventKind.ENQUIRED)
    return st.sampled_from(kinds or (*EventKind, *OFTEN)).flatmap(
        lambda kind: st.builds(
            made,
            st.just(kind),
            TIMES,
            PURPOSES,
            CHANNELS if kind in narrow else CHANNELS | st.none(),
            st.integers(1, 3),
            st.sampled_from([None, None, NOW + timedelta(days=1), days_ago(2)]),
        )
    )


SOUND = lead()
FLAWED = st.sampled_from(
    [
        replace(SOUND, has_source_time=False),
        replace(SOUND, is_wording_known=False),
        replace(SOUND, has_privacy_link=False),
        replace(SOUND, is_test=True),
        replace(SOUND, has_identity_conflict=True),
        replace(SOUND, expires_at=days_ago(1)),
    ]
)
# most leads are sound: laws about allowed uses need uses that are allowed
MOSTLY_SOUND = st.integers(0, 5).flatmap(lambda n: FLAWED if n == 0 else st.just(SOUND))
LEADS = st.tuples(MOSTLY_SOUND, MOSTLY_SOUND, MOSTLY_SOUND).map(
    lambda kinds: tuple(replace(kind, id=UUID(int=number)) for number, kind in enumerate(kinds, 1))
)
SCOPES = st.lists(st.tuples(CHANNELS | st.none(), TIMES), max_size=1).map(tuple)
FACTS = st.builds(
    lambda held, leads, scopes: facts(*held, leads=leads, suppressed_since=scopes),
    st.lists(events(), max_size=6),
    LEADS,
    SCOPES,
)


@given(FACTS, USES, st.data())
def test_no_order_of_arrival_changes_a_decision(
    known: Facts, asked: UseRequest, data: st.DataObject
) -> None:
    shuffled = replace(
        known,
        events=data.draw(st.permutations(known.events)),
        leads=data.draw(st.permutations(known.leads)),
        suppressed_since=data.draw(st.permutations(known.suppressed_since)),
    )
    assert decide(asked, shuffled) == decide(asked, known)


@given(FACTS, USES, events(*RESTRICTING))
def test_no_restricting_event_ever_turns_a_denial_into_an_allow(
    known: Facts, asked: UseRequest, added: PermissionEvent
) -> None:
    assume(not decide(asked, known).is_allowed)
    assert not decide(asked, replace(known, events=(*known.events, added))).is_allowed


@given(FACTS, USES, CHANNELS | st.none(), TIMES)
def test_no_suppression_ever_turns_a_denial_into_an_allow(
    known: Facts, asked: UseRequest, channel: Channel | None, since: datetime
) -> None:
    assume(not decide(asked, known).is_allowed)
    scopes = (*known.suppressed_since, (channel, since))
    assert not decide(asked, replace(known, suppressed_since=scopes)).is_allowed


@given(FACTS, USES)
def test_restriction_a_wrong_channel_and_a_processor_deny_whatever_is_known(
    known: Facts, asked: UseRequest
) -> None:
    assert not decide(asked, replace(known, is_restricted=True)).is_allowed
    assert not decide(asked, replace(known, identifier_fits=False)).is_allowed
    assert not decide(asked, replace(known, role=Role.PROCESSOR)).is_allowed


@given(FACTS, USES, events(EventKind.ATTEMPTED))
def test_a_tick_that_cannot_count_neither_permits_nor_takes_back(
    known: Facts, asked: UseRequest, added: PermissionEvent
) -> None:
    before = decide(asked, known)
    after = decide(asked, replace(known, events=(*known.events, added)))
    assert after.is_allowed is before.is_allowed
    assert after.rests_on == before.rests_on


@given(FACTS, USES, st.sampled_from((None, *Channel)), st.sampled_from(RESTRICTING))
def test_a_withdrawal_ends_marketing_until_a_later_consent(
    known: Facts, asked: UseRequest, channel: Channel | None, kind: EventKind
) -> None:
    assume(asked.purpose is not Purpose.ENQUIRY_RESPONSE)
    last = event(kind, asked.at, purpose=asked.purpose, channel=channel)
    ended = decide(asked, replace(known, events=(*known.events, last)))
    reaches = channel in (None, asked.channel)
    assert ended.is_allowed is (decide(asked, known).is_allowed and not reaches)


@given(FACTS, CHANNELS, st.sampled_from([Purpose.DIRECT_MARKETING, Purpose.AD_AUDIENCE]))
def test_after_a_full_objection_only_a_later_evidenced_consent_is_ever_allowed(
    known: Facts, channel: Channel, purpose: Purpose
) -> None:
    objected = event(EventKind.OBJECTED, days_ago(4), channel=None, lead_number=None)
    answered = decide(use(purpose, channel), replace(known, events=(*known.events, objected)))
    if answered.is_allowed:
        assert answered.rests_on is not None
        assert answered.rests_on.occurred_at > objected.occurred_at
        (bearing,) = (each for each in known.leads if each.id == answered.lead_id)
        assert bearing.is_wording_known
        assert bearing.has_source_time
        assert bearing.has_privacy_link


@given(FACTS, USES)
def test_an_allow_always_rests_on_an_event_and_a_lead_of_its_own_scope(
    known: Facts, asked: UseRequest
) -> None:
    answered = decide(asked, known)
    if not answered.is_allowed:
        return
    rests_on = answered.rests_on
    assert rests_on in known.events
    assert rests_on is not None
    assert (rests_on.purpose, rests_on.channel) == (asked.purpose, asked.channel)
    assert answered.lead_id in {each.id for each in known.leads}
    assert answered.valid_until is not None
    assert asked.at < answered.valid_until <= asked.at + timedelta(days=7)


@given(FACTS, USES)
def test_without_consent_and_without_enquiry_nothing_is_ever_allowed(
    known: Facts, asked: UseRequest
) -> None:
    permitting = (EventKind.GIVEN, EventKind.RENEWED, EventKind.ENQUIRED)
    rest = tuple(each for each in known.events if each.kind not in permitting)
    assert not decide(asked, replace(known, events=rest)).is_allowed


@given(FACTS, USES)
def test_a_denial_gives_each_reason_once_and_never_an_allowing_one(
    known: Facts, asked: UseRequest
) -> None:
    reasons = decide(asked, known).reasons
    assert len(set(reasons)) == len(reasons) > 0
    allowing = {ReasonCode.OK_CONSENT, ReasonCode.OK_SERVICE}
    assert decide(asked, known).is_allowed is (set(reasons) <= allowing)


OPTED_OUT = (
    event(EventKind.GIVEN, days_ago(4)),
    event(EventKind.WITHDRAWN, days_ago(2), lead_number=None),
    event(EventKind.OBJECTED, days_ago(2), channel=None, lead_number=None),
    event(EventKind.ATTEMPTED, days_ago(1), defect=BoxDefect.REQUIRED),
    event(EventKind.GIVEN, days_ago(1), channel=Channel.SMS),
)
"""The consent, the opt-out, and then two acts that are no consent to e-mail."""


def test_in_every_order_of_arrival_the_opted_out_get_no_mail() -> None:
    for arrived in permutations(OPTED_OUT):
        assert not decide(use(), facts(*arrived)).is_allowed


def test_in_every_order_of_arrival_a_consent_given_again_counts() -> None:
    again = (*OPTED_OUT[:4], event(EventKind.GIVEN, days_ago(0.5)))
    for arrived in permutations(again):
        assert decide(use(), facts(*arrived)).rests_on == again[-1]


def test_what_arrives_late_is_judged_by_when_it_happened() -> None:
    given_before, opted_out = OPTED_OUT[0], OPTED_OUT[1]
    assert not decide(use(), facts(opted_out, given_before)).is_allowed
