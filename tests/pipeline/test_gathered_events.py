"""The store gathers for a decision exactly the events that policy names (CON-3, CON-6)."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from models import permission, usage
from models.keys import new_keys
from models.store import Store
from pipeline import compose
from pipeline.gather import event_of, gather
from policy.person_events import RecordedEvent, bearing_on
from policy.vocabulary import (
    BoxDefect,
    Channel,
    ControllerId,
    EventKind,
    Identifier,
    LawfulBasis,
    PermissionEvent,
    Purpose,
)
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    phone,
    source,
    take,
)

CONTROLLERS = ("nectra", "client")
PEOPLE = (
    (email("priya@mail.example"), phone("+447700900123")),
    (email("sian@mail.example"), phone("+447700900456")),
)
IDENTIFIERS = [identifier for person in PEOPLE for identifier in person]


def known_people(store: Store) -> None:
    """Let both controllers have both people, each with an address and a number."""
    sources = [source(f"meta-{owner}", owner=controller(owner)) for owner in CONTROLLERS]
    declared(store, *sources)
    for configured in sources:
        for number, (address, line) in enumerate(PEOPLE):
            asked = fields(address.value, line.value, address.value)
            take(store, configured, delivery(str(1000000 + number), asked))
            # a second lead of the same person must not double or hide anything
            take(store, configured, delivery(str(2000000 + number), asked, boxes={}))


def some_event(chance: random.Random) -> PermissionEvent:
    kind = chance.choice([*EventKind, *[EventKind.OBJECTED] * 6])
    return PermissionEvent(
        kind,
        chance.choice(list(Purpose)),
        chance.choice([None, *Channel]),
        NOW - timedelta(minutes=chance.randrange(5_000)),
        None,
        chance.choice([None, LawfulBasis.CONSENT]),
        BoxDefect.REQUIRED if kind is EventKind.ATTEMPTED else None,
        chance.choice([None, "news"]),
        chance.choice([None, NOW + timedelta(days=chance.randrange(700))]),
    )


def keys_of(store: Store, controller_id: str) -> dict[Identifier, UUID]:
    with store.reading() as connection:
        return {
            identifier: row.id
            for identifier in IDENTIFIERS
            for row in usage.identifier_rows(connection, identifier, controller_id)
        }


def recorded(store: Store) -> list[RecordedEvent]:
    """Return what ingest wrote down, as the log of both controllers."""
    log = []
    for owner in CONTROLLERS:
        keys = keys_of(store, owner)
        for identifier, key in keys.items():
            with store.reading() as connection:
                rows = usage.events_of(connection, owner, [key])
            log += [RecordedEvent(ControllerId(owner), identifier, event_of(r)) for r in rows]
    return log


def write(store: Store, log: list[RecordedEvent]) -> None:
    for owner in CONTROLLERS:
        keys = keys_of(store, owner)
        own = [each for each in log if each.controller_id == owner]
        rows = [
            compose.event_row(owner, key.hex, keys[each.identifier].hex, each.event, NOW)
            for key, each in zip(new_keys(len(own), NOW), own, strict=True)
        ]
        with store.writing(owner) as connection:
            permission.add_events(connection, rows)


@pytest.mark.parametrize("seed", range(4))
def test_the_store_gathers_exactly_the_events_that_bear_on_an_identifier(
    store: Store, seed: int
) -> None:
    known_people(store)
    chance = random.Random(seed)
    log = [
        RecordedEvent(
            ControllerId(chance.choice(CONTROLLERS)), chance.choice(IDENTIFIERS), some_event(chance)
        )
        for _ in range(25)
    ]
    ingested = recorded(store)
    write(store, log)
    assert len(ingested) > len(CONTROLLERS) * len(IDENTIFIERS)
    for owner in CONTROLLERS:
        for person in PEOPLE:
            for identifier in person:
                bearing = bearing_on(ControllerId(owner), identifier, person, [*ingested, *log])
                assert gathered(store, owner, identifier) == set(bearing)


def gathered(store: Store, owner: str, identifier: Identifier) -> set[PermissionEvent]:
    """Return the events once each: an own objection may be found by both of its ways."""
    with store.reading() as connection:
        rows = usage.identifier_rows(connection, identifier, owner)
        channel = Channel.EMAIL
        [dossier] = gather(connection, controller(owner), SUPPRESSION_KEY, rows, {}, channel)
    return set(dossier.facts.events)
