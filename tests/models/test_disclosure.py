"""A list names each person once, by numbers of its controller, and is found by their keys."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection

from models.audit_uses import later_uses, lists_of_leads
from models.disclosure import Disclosure, Listed, add_disclosures, exports_with
from models.erasure import lists_with, used_for
from models.export import Export, add_export
from models.processing_counts import codes_of_lists
from models.store import Store
from policy.errors import StoreError
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests.build import NOW, controller, declared, kept, source
from tests.query_plans import asked_by

PAIRS = [(UUID(int=n), UUID(int=100 + n)) for n in range(1, 4)]
FIRST, SECOND = UUID(int=1001), UUID(int=1002)
BY_KEYS = {"listed": ("lead_id", "identifier_id"), "disclosure": ("listed_number",)}
"""By which columns, beside the controller, rows of these tables are looked up."""


def _list(
    connection: Connection, owner: str, id_: UUID, *chunks: Sequence[tuple[UUID, UUID]]
) -> None:
    row: dict[str, Any] = {"controller_id": owner, "id": id_, "opened_at": NOW, "format": "csv"}
    row |= {"purpose": Purpose.DIRECT_MARKETING, "channel": Channel.EMAIL}
    add_export(connection, row | {"recipient": "sales", "actor": "test", "path": "/lists/1.csv"})
    for chunk in chunks:
        _add(connection, owner, id_, chunk)


def _add(
    connection: Connection,
    owner: str,
    id_: UUID,
    pairs: Sequence[tuple[UUID, UUID]],
    code: ReasonCode = ReasonCode.OK_CONSENT,
) -> None:
    decided = {"code": code, "decided_at": NOW, "valid_until": NOW + timedelta(days=7)}
    rows = [{"identifier_id": i, "lead_id": lead, **decided} for i, lead in pairs]
    add_disclosures(connection, owner, id_, rows)


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store with two lists of one controller and one of another, of the same people."""
    declared(store, source(), source("theirs", owner=controller("other")))
    with store.writing("nectra") as connection:
        _list(connection, "nectra", FIRST, PAIRS[:2])
        _list(connection, "nectra", SECOND, PAIRS[1:2], PAIRS[2:])
    with store.writing("other") as connection:
        _list(connection, "other", FIRST, PAIRS[2:])
    return store


def test_lists_and_who_was_in_them_are_numbered_by_their_controller(stocked: Store) -> None:
    lists = {(row.controller_id, row.id): row.number for row in kept(stocked, Export)}
    assert lists == {("nectra", FIRST): 1, ("nectra", SECOND): 2, ("other", FIRST): 1}
    listed = [(row.controller_id, row.number, row.lead_id) for row in kept(stocked, Listed)]
    assert listed == [
        *(("nectra", number, lead) for number, (_, lead) in enumerate(PAIRS, 1)),
        ("other", 1, PAIRS[2][1]),
    ]
    rows = [
        (row.controller_id, row.listed_number, row.export_number)
        for row in kept(stocked, Disclosure)
    ]
    assert rows == [
        *(("nectra", 1, 1), ("nectra", 2, 1), ("nectra", 2, 2), ("nectra", 3, 2)),
        ("other", 1, 1),
    ]


def test_who_is_in_a_list_is_counted_with_each_chunk(stocked: Store) -> None:
    with stocked.writing("nectra") as connection:
        _add(connection, "nectra", FIRST, PAIRS[2:], ReasonCode.OK_SERVICE)
    counts = {(row.controller_id, row.id): row.codes for row in kept(stocked, Export)}
    assert counts["nectra", FIRST] == {"OK_CONSENT": 2, "OK_SERVICE": 1}
    with stocked.reading() as connection:
        assert codes_of_lists(connection, ["nectra", "other"]) == {
            "nectra": {"OK_CONSENT": 4, "OK_SERVICE": 1},
            "other": {"OK_CONSENT": 1},
        }


@pytest.mark.parametrize(
    "chunk",
    [PAIRS[:1], [(PAIRS[0][0], UUID(int=999))], [(PAIRS[2][0], UUID(int=999))]],
    ids=["the same again", "for another lead", "two in one chunk"],
)
def test_an_identifier_is_in_a_list_once_and_a_chunk_is_written_whole_or_not_at_all(
    stocked: Store, chunk: list[tuple[UUID, UUID]]
) -> None:
    before = kept(stocked, Listed), kept(stocked, Disclosure), kept(stocked, Export)
    with pytest.raises((ValueError, StoreError)), stocked.writing("nectra") as connection:
        _add(connection, "nectra", FIRST, [PAIRS[2], *chunk])
    assert (kept(stocked, Listed), kept(stocked, Disclosure), kept(stocked, Export)) == before


def test_the_same_address_of_another_lead_is_another_pair(stocked: Store) -> None:
    other = UUID(int=999)
    with stocked.writing("nectra") as connection:
        _add(connection, "nectra", SECOND, [(PAIRS[0][0], other)])
    with stocked.reading() as connection:
        assert [row.id for row in exports_with(connection, "nectra", [other])] == [SECOND]
        assert [row.id for row in exports_with(connection, "nectra", [PAIRS[0][1]])] == [FIRST]


def test_who_received_somebody_is_asked_by_keys_and_no_list_is_read(stocked: Store) -> None:
    many = [(UUID(int=10_000 + n), UUID(int=50_000 + n)) for n in range(2_000)]
    with stocked.writing("nectra") as connection:
        for number in range(3):
            _list(connection, "nectra", UUID(int=2_000 + number), many)
    if not stocked.is_sqlite:
        with stocked.writing() as connection:
            connection.exec_driver_sql("ANALYZE listed, disclosure, export")
    for plan in _plans(stocked, *many[77]):
        for name, columns in BY_KEYS.items():
            found = re.search(rf"\b{name}\b[^;]*?\(([^;]*controller_id[^;]*)\)", plan)
            assert found, plan
            assert any(column in found[1] for column in columns), plan


def _plans(store: Store, identifier_id: UUID, lead_id: UUID) -> list[str]:
    """Return how the database finds what is asked of somebody, a line for each question."""
    with store.reading() as connection:
        asked = asked_by(store, lambda: _ask(connection, identifier_id, lead_id))
        plans = [_plan(connection, *each) for each in asked if "disclosure" in each[0]]
    assert len(plans) == 5
    return plans


def _ask(connection: Connection, identifier_id: UUID, lead_id: UUID) -> None:
    lists = exports_with(connection, "nectra", [lead_id])
    assert [row["export"] for row in lists_of_leads(connection, "nectra", [lead_id])] == [
        row.id for row in lists
    ]
    assert len(later_uses(connection, "nectra", [identifier_id], NOW)) == len(lists) == 3
    assert len(lists_with(connection, "nectra", [lead_id])) == 3
    assert used_for(connection, "nectra", [], [lead_id]) == {Purpose.DIRECT_MARKETING}


def _plan(connection: Connection, statement: str, given: Any) -> str:
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
        return "; ".join(row[3] for row in rows)
    rows = connection.exec_driver_sql(f"EXPLAIN {statement}", given)
    return " ".join(row[0] for row in rows).replace("->", ";")
