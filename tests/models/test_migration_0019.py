"""The lists of an older store lose nothing when keys and texts become numbers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from models import schema
from models.disclosure import Disclosure, Listed, exports_with
from models.export import Export
from models.store import Store
from tests.build import NOW, kept

BEFORE = "0018"
OWNERS = ("nectra", "shop")
IDENTIFIERS = (UUID(int=0x2A), UUID(int=0x2B))
LEADS = (UUID(int=0x1A), UUID(int=0x1B), UUID(int=0x1C))
LISTS = (UUID(int=0xE2), UUID(int=0xE1))
"""The second was made before the first, as its key says."""
ODD = NOW + timedelta(microseconds=999_999)
"""A time that must not be rounded."""
IN_THEM = (
    (LISTS[1], IDENTIFIERS[0], LEADS[0], "OK_CONSENT", NOW),
    (LISTS[1], IDENTIFIERS[1], LEADS[1], "OK_SERVICE", NOW),
    (LISTS[0], IDENTIFIERS[0], LEADS[0], "OK_CONSENT", ODD),
    (LISTS[0], IDENTIFIERS[1], LEADS[2], "OK_CONSENT", ODD),
)
CONTROLLER = text("INSERT INTO controller VALUES (:owner, 'N', 'controller', 'p@n.example', :at)")
LIST = text(
    "INSERT INTO export (controller_id, id, purpose, channel, recipient, actor, opened_at, format)"
    " VALUES (:owner, :list, 'direct_marketing', 'email', 'sales', 'test', :at, 'csv')"
)
RECALL = text(
    "INSERT INTO recall (controller_id, export_id, lead_id, reason, opened_at, due_at)"
    " VALUES (:owner, :list, :lead, 'opted_out', :at, :at)"
)
IN_LIST = text(
    "INSERT INTO disclosure"
    " (controller_id, export_id, identifier_id, lead_id, code, decided_at, valid_until)"
    " VALUES (:owner, :list, :identifier, :lead, :code, :at, :until)"
)


@pytest.fixture
def older(empty_url: str) -> Iterator[Store]:
    """A store as the version before left it: lists of two controllers, one of them called back."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), BEFORE)
        for owner in OWNERS:
            _fill(connection, {"owner": owner, "at": _told(opened, NOW)}, opened)
    yield opened
    opened.close()


def _fill(connection: Connection, common: dict[str, Any], store: Store) -> None:
    connection.execute(CONTROLLER, common)
    for list_ in LISTS:
        connection.execute(LIST, common | {"list": list_.hex})
    connection.execute(RECALL, common | {"list": LISTS[0].hex, "lead": LEADS[0].hex})
    for list_, identifier, lead, code, at in IN_THEM:
        row = {"list": list_.hex, "identifier": identifier.hex, "lead": lead.hex, "code": code}
        times = {"at": _told(store, at), "until": _told(store, at + timedelta(days=7))}
        connection.execute(IN_LIST, common | row | times)


def _told(store: Store, at: datetime) -> object:
    return f"{at:%Y-%m-%d %H:%M:%S.%f}" if store.is_sqlite else at


def _rows(connection: Connection) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in connection.execute(text("SELECT * FROM disclosure ORDER BY 1, 2, 3"))
    ]


def test_who_was_in_which_list_is_known_still(older: Store) -> None:
    schema.upgrade(older)
    for owner in OWNERS:
        with older.reading() as connection:
            rows = exports_with(connection, owner, LEADS)
        assert [row.id for row in rows] == [LISTS[1], LISTS[1], LISTS[0], LISTS[0]]
        found = {(row.id, row.lead_id, row.code.value, row.decided_at) for row in rows}
        assert found == {(list_, lead, code, at) for list_, _, lead, code, at in IN_THEM}
        assert all(row.valid_until - row.decided_at == timedelta(days=7) for row in rows)
    assert {(row.controller_id, row.identifier_id, row.lead_id) for row in kept(older, Listed)} == {
        (owner, identifier, lead) for owner in OWNERS for _, identifier, lead, *_ in IN_THEM
    }


def test_lists_and_pairs_are_numbered_by_controller_and_people_counted_by_code(
    older: Store,
) -> None:
    schema.upgrade(older)
    lists = {(row.controller_id, row.id): (row.number, row.codes) for row in kept(older, Export)}
    for owner in OWNERS:
        assert lists[owner, LISTS[1]] == (1, {"OK_CONSENT": 1, "OK_SERVICE": 1})
        assert lists[owner, LISTS[0]] == (2, {"OK_CONSENT": 2})
    assert [row.number for row in kept(older, Listed)] == [1, 2, 3] * 2
    assert {row.controller_id for row in kept(older, Disclosure)} == set(OWNERS)


def test_the_way_back_leaves_what_was_there(older: Store) -> None:
    with older.reading() as connection:
        before = _rows(connection)
    schema.upgrade(older)
    with older.writing() as connection:
        command.downgrade(schema.config(connection), BEFORE)
        assert _rows(connection) == before
        assert "listed" not in inspect(connection).get_table_names()
        assert connection.execute(text("SELECT count(*) FROM recall")).scalar() == len(OWNERS)
