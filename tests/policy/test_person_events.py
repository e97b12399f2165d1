"""Which events bear on an identifier, and that nothing crosses controllers (CON-3, CON-6)."""

from hypothesis import given
from hypothesis import strategies as st

from policy.person_events import RecordedEvent, bearing_on
from policy.vocabulary import (
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    IdentifierKind,
    PermissionEvent,
    Purpose,
)
from tests.policy.worlds import NOW, events, laws

NECTRA, CLIENT = ControllerId("nectra"), ControllerId("client")
MAIL = Identifier(IdentifierKind.EMAIL, "priya@mail.example")
CALL = Identifier(IdentifierKind.PHONE, "+447700900123")
ELSE = Identifier(IdentifierKind.EMAIL, "sian@mail.example")
PERSON = frozenset({MAIL, CALL})
LOGS = st.lists(
    st.builds(
        RecordedEvent,
        st.sampled_from([NECTRA, CLIENT]),
        st.sampled_from([MAIL, CALL, ELSE]),
        events(),
    ),
    max_size=12,
)


def happened(kind: EventKind) -> PermissionEvent:
    return PermissionEvent(kind, Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW)


@laws
@given(LOGS)
def test_events_of_another_controller_never_change_anything(log: list[RecordedEvent]) -> None:
    """CON-6."""
    own = [recorded for recorded in log if recorded.controller_id == NECTRA]
    assert bearing_on(NECTRA, MAIL, PERSON, log) == bearing_on(NECTRA, MAIL, PERSON, own)


@laws
@given(LOGS)
def test_of_the_persons_other_identifiers_objections_alone_bear(log: list[RecordedEvent]) -> None:
    """CON-3: an objection spreads, a consent does not."""
    found = bearing_on(NECTRA, MAIL, PERSON, log)
    mine = [each.event for each in log if each.controller_id == NECTRA and each.identifier == MAIL]
    spread = [
        each.event
        for each in log
        if each.controller_id == NECTRA
        and each.identifier == CALL
        and each.event.kind is EventKind.OBJECTED
    ]
    assert sorted(map(repr, found)) == sorted(map(repr, mine + spread))


@laws
@given(LOGS)
def test_what_a_stranger_said_never_bears(log: list[RecordedEvent]) -> None:
    others = [recorded for recorded in log if recorded.identifier != ELSE]
    assert bearing_on(NECTRA, MAIL, PERSON, log) == bearing_on(NECTRA, MAIL, PERSON, others)


def test_each_kind_of_event_bears_where_it_should() -> None:
    for kind in EventKind:
        log = [RecordedEvent(NECTRA, CALL, happened(kind))]
        assert bearing_on(NECTRA, CALL, (), log) == [happened(kind)]
        spreads = kind is EventKind.OBJECTED
        assert bearing_on(NECTRA, MAIL, PERSON, log) == ([happened(kind)] if spreads else [])
        assert bearing_on(NECTRA, MAIL, (), log) == []
        assert bearing_on(CLIENT, CALL, PERSON, log) == []


def test_an_objection_bears_once_though_the_identifier_is_among_the_persons_own() -> None:
    log = [RecordedEvent(NECTRA, MAIL, happened(EventKind.OBJECTED))]
    assert bearing_on(NECTRA, MAIL, PERSON, log) == [log[0].event]
    assert bearing_on(NECTRA, MAIL, [CALL], log) == [log[0].event]
