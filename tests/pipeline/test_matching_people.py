"""Who is who: conservative, the same in batches as one by one, and never across controllers."""

from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from connectors.base import Delivery
from models import schema
from models.lead import Lead
from models.person import IdentifierRecord, Person
from models.store import Store
from tests import build
from tests.build import NOW, declared, delivery, fields, kept, take

PEOPLE = ("Priya Sharma", "Siân Hughes", "Oliver Byrne", None)
EMAILS = (
    *("priya@mail.example", "sian@mail.example", "oliver@post.example"),
    *("info@brightwater.example", None),
)
PHONES = ("+447700900001", "+447700900002", "07700 900003", None)


def _groups(store: Store) -> set[frozenset[str]]:
    """Return which leads belong together."""
    found: dict[object, set[str]] = {}
    for lead in kept(store, Lead):
        found.setdefault(lead.person_id, set()).add(lead.external_id)
    return {frozenset(leads) for leads in found.values()}


def _owners(store: Store) -> dict[str, frozenset[str]]:
    """Return whose each identifier is: the leads of that person, nobody's where it is shared."""
    people: dict[object, set[str]] = {None: set()}
    for lead in kept(store, Lead):
        people.setdefault(lead.person_id, set()).add(lead.external_id)
    return {row.value: frozenset(people[row.person_id]) for row in kept(store, IdentifierRecord)}


def test_the_same_address_is_the_same_person_however_it_is_written(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields("Priya@Mail.Example", None, "Priya")))
    take(store, source, delivery("1000002", fields(" priya@mail.example", None, "P. Sharma")))
    assert _groups(store) == {frozenset({"1000001", "1000002"})}


def test_the_same_number_without_an_address_is_the_same_person(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields()))
    take(store, source, delivery("1000002", fields(None, "07700 900123")))
    assert _groups(store) == {frozenset({"1000001", "1000002"})}


def test_a_number_with_two_addresses_is_shared_and_matches_nobody_any_more(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields("priya@mail.example")))
    take(store, source, delivery("1000002", fields("sian@mail.example", name="Siân Hughes")))
    take(store, source, delivery("1000003", fields(None, name=None)))
    assert len(kept(store, Person)) == 3
    assert _owners(store)["+447700900123"] == frozenset()


def test_a_number_with_two_names_is_shared(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields(None, name="Priya Sharma")))
    take(store, source, delivery("1000002", fields(None, name="Siân Hughes")))
    assert len(kept(store, Person)) == 2
    assert _owners(store)["+447700900123"] == frozenset()


def test_the_mailbox_of_an_office_is_nobodys(store: Store) -> None:
    source = declared(store)
    for lead_id in ("1000001", "1000002"):
        take(store, source, delivery(lead_id, fields("info@brightwater.example", None)))
    assert len(kept(store, Person)) == 2
    [mailbox] = kept(store, IdentifierRecord)
    assert mailbox.person_id is None


def test_two_addresses_of_two_people_in_one_submission_are_a_conflict(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields("priya@mail.example", None)))
    take(store, source, delivery("1000002", fields("sian@mail.example", None)))
    both = fields("priya@mail.example", None) | {"work_email": "sian@mail.example"}
    take(store, source, delivery("1000003", both))
    leads = {lead.external_id: lead for lead in kept(store, Lead)}
    assert leads["1000003"].has_identity_conflict
    assert len(kept(store, Person)) == 2


def test_somebody_without_any_identifier_is_somebody_new_each_time(store: Store) -> None:
    source = declared(store)
    take(store, source, *(delivery(str(1000001 + n), fields(None, None)) for n in range(3)))
    assert len(kept(store, Person)) == 3


def test_nothing_crosses_controllers(store: Store) -> None:
    ours = build.source("ours")
    theirs = build.source("theirs", owner=build.controller("client"))
    declared(store, ours, theirs)
    take(store, ours, delivery("1000001"))
    take(store, theirs, delivery("1000001"))
    people = kept(store, Person)
    assert {person.controller_id for person in people} == {"nectra", "client"}
    assert len(people) == 2
    assert len(kept(store, IdentifierRecord)) == 4


def _crowd(rng: Random, size: int) -> list[Delivery]:
    """Return leads of a few people who share what people share."""
    return [
        delivery(
            str(1000000 + number),
            fields(rng.choice(EMAILS), rng.choice(PHONES), rng.choice(PEOPLE))
            | ({"work_email": str(rng.choice(EMAILS[:4]))} if rng.random() < 0.15 else {}),
            at=NOW - timedelta(minutes=size - number),
        )
        for number in range(size)
    ]


@pytest.mark.parametrize("seed", range(40))
def test_a_batch_makes_the_same_people_as_its_leads_one_by_one(
    seed: int, sqlite_store: Store, migrated_sqlite: Path, tmp_path: Path
) -> None:
    rng = Random(seed)
    crowd = _crowd(rng, 16)
    other = tmp_path / "one_by_one.db"
    other.write_bytes(migrated_sqlite.read_bytes())
    one_by_one = Store(f"sqlite:///{other}")
    schema.require_current(one_by_one)
    source = declared(sqlite_store)
    declared(one_by_one)
    at = 0
    while at < len(crowd):
        size = rng.randint(1, 9)
        take(sqlite_store, source, *crowd[at : at + size])
        at += size
    for lead in crowd:
        take(one_by_one, source, lead)
    assert _groups(sqlite_store) == _groups(one_by_one)
    assert _owners(sqlite_store) == _owners(one_by_one)
    conflicts = [
        {lead.external_id for lead in kept(one, Lead) if lead.has_identity_conflict}
        for one in (sqlite_store, one_by_one)
    ]
    assert conflicts[0] == conflicts[1]
    one_by_one.close()


@pytest.mark.parametrize("seed", range(40, 46))
def test_no_order_of_arrival_makes_two_addresses_one_person(seed: int, sqlite_store: Store) -> None:
    rng = Random(seed)
    crowd = _crowd(rng, 24)
    rng.shuffle(crowd)
    source = declared(sqlite_store)
    take(sqlite_store, source, *crowd)
    addresses: dict[object, set[str]] = {}
    for row in kept(sqlite_store, IdentifierRecord):
        if row.kind == "email" and row.person_id is not None:
            addresses.setdefault(row.person_id, set()).add(row.value)
    given_together = [
        {v.lower() for v in lead.contact["emails"]} for lead in kept(sqlite_store, Lead)
    ]
    for owned in addresses.values():
        # two addresses of one person stood together in a submission, link by link
        linked = {min(owned)}
        while (
            grown := {a for pair in given_together if pair & linked for a in pair & owned} - linked
        ):
            linked |= grown
        assert linked == owned
