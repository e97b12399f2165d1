"""Rows come back as they were given, on both databases, whatever stands in them."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Enum,
    Integer,
    LargeBinary,
    String,
    Table,
    select,
)
from sqlalchemy.types import TypeEngine, Uuid
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from models import tables
from models.bulk import insert_missing, insert_rows
from models.columns import EpochTime, table_of
from models.controller import Controller
from models.lead import Lead
from models.person import IdentifierRecord, Person
from models.store import Store
from policy.errors import StoreError
from policy.vocabulary import IdentifierKind, Role
from tests.build import NOW, declared, delivery, kept, take

AWKWARD = 'Siân "O\'Neill"\t\\N \\. 🦊\r\n%s ? ;--'
"""Whatever COPY, CSV or a badly built statement would trip over."""
EVERY_BYTE = bytes(range(256))
NESTED = {"list": ["a", "é", 'q"\\'], "deep": {"no": None, "yes": True, "n": 12345678901234}}
IN_KOLKATA = timezone(timedelta(hours=5, minutes=30))


MAKERS: tuple[tuple[type[TypeEngine[Any]], Callable[[int], Any]], ...] = (
    (Uuid, lambda n: UUID(int=0x018F_0000_0000_7000_8000_0000_0000_0000 + n)),
    (UTCDateTime, lambda n: datetime(2026, 3, 29, 1, 30, 0, 123456 + n, tzinfo=IN_KOLKATA)),
    (EpochTime, lambda n: datetime(2026, 3, 29, 1, 30, 0, 123456 + n, tzinfo=IN_KOLKATA)),
    (Date, lambda n: date(2026, 3, 1 + n)),
    (Boolean, lambda n: bool(n % 2)),
    (Integer, lambda n: 2_000_000_000 + n),
    (LargeBinary, lambda n: EVERY_BYTE + bytes([n])),
    (JSON, lambda n: NESTED | {"number": n}),
)


def _value(column: Column[Any], number: int) -> Any:
    """Return an awkward value of the column's type, another one for each number."""
    kind = column.type
    if isinstance(kind, Enum):
        members = list(kind.enum_class or ())
        return members[number % len(members)]
    for known, make in MAKERS:
        if isinstance(kind, known):
            return make(number)
    assert isinstance(kind, String | AutoString), f"nothing is known of {kind!r}"
    longest: int = getattr(kind, "length", None) or 1_000
    return f"{AWKWARD}{number}"[-longest:]


def _row(table: Table, number: int, *, is_sparse: bool) -> dict[str, Any]:
    """Return a row; what refers to another table refers to that table's row of the same number."""
    row: dict[str, Any] = {}
    for column in table.columns:
        referred = [key.column for key in column.foreign_keys]
        of = next((c for c in referred if c.name != "controller_id"), column)
        is_key = column.primary_key or bool(referred)
        if is_sparse and column.nullable and not is_key:
            row[column.name] = None
        elif column.name == "controller_id" or (of.table.name, of.name) == ("controller", "id"):
            row[column.name] = "nectra"
        else:
            row[column.name] = _value(of, number)
    return row


@pytest.mark.parametrize("name", sorted(table.name for table in tables.metadata.sorted_tables))
def test_every_column_of_every_table_comes_back_as_it_was_given(store: Store, name: str) -> None:
    given: dict[str, list[dict[str, Any]]] = {}
    with store.writing() as connection:
        for table in tables.metadata.sorted_tables:
            rows = [_row(table, number, is_sparse=number == 1) for number in (0, 1)]
            given[table.name] = rows[:1] if table.name == "controller" else rows
            insert_rows(connection, table, given[table.name])
    table = tables.metadata.tables[name]
    with store.reading() as connection:
        found = connection.execute(select(table).order_by(*table.primary_key))
        back = [dict(row._mapping) for row in found]
    assert sorted(back, key=repr) == sorted(given[name], key=repr)
    times = [value for row in back for value in row.values() if isinstance(value, datetime)]
    assert all(moment.utcoffset() == timedelta(0) for moment in times)


def test_rows_of_every_table_are_inserted_where_they_are_missing(store: Store) -> None:
    given = {}
    for table in tables.metadata.sorted_tables:
        rows = [_row(table, number, is_sparse=number == 1) for number in (0, 1)]
        given[table] = rows[:1] if table.name == "controller" else rows
    for is_there in (False, True):
        with store.writing() as connection:
            for table, rows in given.items():
                records = [tuple(row.values()) for row in rows]
                count = insert_missing(connection, table, list(rows[0]), records)
                assert count == (0 if is_there else len(rows)), table.name
    with store.reading() as connection:
        for table, rows in given.items():
            back = [dict(row._mapping) for row in connection.execute(select(table))]
            assert sorted(back, key=repr) == sorted(rows, key=repr)


def _people(connection: Connection, *rows: Mapping[str, Any]) -> None:
    insert_rows(connection, table_of(Person), rows)


def _person(number: int, **changes: Any) -> dict[str, Any]:
    base = {"controller_id": "nectra", "id": UUID(int=number), "created_at": NOW}
    return base | changes


@pytest.fixture
def with_controller(store: Store) -> Store:
    row = {"id": "nectra", "name": "N", "role": Role.CONTROLLER, "privacy_contact": "p@n.example"}
    with store.writing() as connection:
        insert_rows(connection, table_of(Controller), [row | {"created_at": NOW}])
    return store


def test_keys_may_be_given_as_hex_digits_with_none_among_them(with_controller: Store) -> None:
    owner = UUID(int=7)
    row: dict[str, Any] = {"controller_id": "nectra", "kind": IdentifierKind.EMAIL}
    rows = [
        row | {"id": UUID(int=1).hex, "value": "a@mail.example", "person_id": None},
        row | {"id": UUID(int=2).hex, "value": "b@mail.example", "person_id": owner.hex},
    ]
    with with_controller.writing() as connection:
        _people(connection, _person(7))
        insert_rows(connection, table_of(IdentifierRecord), rows)
    found = {found.id: found.person_id for found in kept(with_controller, IdentifierRecord)}
    assert found == {UUID(int=1): None, UUID(int=2): owner}


def test_no_rows_are_no_statement(with_controller: Store) -> None:
    with with_controller.writing() as connection:
        insert_rows(connection, table_of(Person), [])
    assert kept(with_controller, Person) == []


def test_a_time_without_a_zone_is_refused(with_controller: Store) -> None:
    naive = NOW.replace(tzinfo=None)
    with (
        pytest.raises(ValueError, match="zone"),
        with_controller.writing() as connection,
    ):
        _people(connection, _person(1, created_at=naive))
    assert kept(with_controller, Person) == []


def test_times_are_compared_as_instants_and_not_as_wall_clocks(with_controller: Store) -> None:
    early = datetime(2026, 6, 1, 23, 0, tzinfo=IN_KOLKATA)  # 17:30 UTC
    late = datetime(2026, 6, 1, 18, 0, tzinfo=UTC)
    with with_controller.writing() as connection:
        _people(connection, _person(1, created_at=early), _person(2, created_at=late))
    table = table_of(Person)
    with with_controller.reading() as connection:
        wanted = select(table.c.id).where(table.c.created_at < late)
        assert connection.execute(wanted).scalars().all() == [UUID(int=1)]


@pytest.mark.parametrize(
    "breaking",
    [
        pytest.param([_person(1), _person(1)], id="the same key twice"),
        pytest.param([_person(1), _person(2, controller_id="nobody")], id="an unknown controller"),
        pytest.param([_person(1), _person(2, created_at=None)], id="a missing value"),
    ],
)
def test_rows_that_break_a_constraint_are_all_refused(
    with_controller: Store, breaking: list[dict[str, Any]]
) -> None:
    with pytest.raises(StoreError), with_controller.writing() as connection:
        _people(connection, *breaking)
    assert kept(with_controller, Person) == []


def test_an_identifier_stands_once_a_controller_kind_and_value(with_controller: Store) -> None:
    row = {
        "controller_id": "nectra",
        "kind": IdentifierKind.EMAIL,
        "value": "priya@mail.example",
        "person_id": None,
    }
    same = [row | {"id": UUID(int=1)}, row | {"id": UUID(int=2)}]
    with pytest.raises(StoreError), with_controller.writing() as connection:
        insert_rows(connection, table_of(IdentifierRecord), same)
    with with_controller.writing() as connection:
        other = row | {"id": UUID(int=2), "kind": IdentifierKind.PHONE}
        insert_rows(connection, table_of(IdentifierRecord), [row | {"id": UUID(int=1)}, other])
    assert len(kept(with_controller, IdentifierRecord)) == 2


def test_only_rows_whose_key_is_missing_are_inserted_and_counted(with_controller: Store) -> None:
    names = ("controller_id", "id", "created_at")
    first, second = [("nectra", UUID(int=n), NOW + timedelta(days=n)) for n in (1, 2)]
    later = (*first[:2], NOW + timedelta(days=9))
    table = table_of(Person)
    with with_controller.writing() as connection:
        assert insert_missing(connection, table, names, []) == 0
        assert insert_missing(connection, table, names, [first]) == 1
        assert insert_missing(connection, table, names, [later, second, second]) == 1
    found = {(row.id, row.created_at) for row in kept(with_controller, Person)}
    assert found == {first[1:], second[1:]}


def test_rows_that_are_missing_must_keep_the_other_constraints(with_controller: Store) -> None:
    strange = [("nobody", UUID(int=1), NOW)]
    with pytest.raises(StoreError), with_controller.writing() as connection:
        insert_missing(connection, table_of(Person), ["controller_id", "id", "created_at"], strange)
    assert kept(with_controller, Person) == []
    same = [("nectra", UUID(int=n), IdentifierKind.EMAIL, "maya@shop.example") for n in (1, 2)]
    names = ["controller_id", "id", "kind", "value"]
    with pytest.raises(StoreError), with_controller.writing() as connection:
        insert_missing(connection, table_of(IdentifierRecord), names, same)
    assert kept(with_controller, IdentifierRecord) == []


def test_enums_are_kept_by_value_so_that_a_new_member_needs_no_migration(
    with_controller: Store,
) -> None:
    with with_controller.reading() as connection:
        raw = connection.exec_driver_sql("SELECT role FROM controller").scalar()
        assert raw == "controller"
    kinds = {column.name: column.type for column in table_of(Lead).columns}
    assert not any(
        isinstance(kind, Enum) and (kind.create_constraint or kind.native_enum)
        for kind in kinds.values()
    )


def test_json_reaches_the_database_as_json_and_not_as_text_in_text(store: Store) -> None:
    take(store, declared(store), delivery())
    kind = "json_type" if store.is_sqlite else "jsonb_typeof"
    with store.reading() as connection:
        found = connection.exec_driver_sql(f"SELECT {kind}(contact), {kind}(remarks) FROM lead")  # noqa: S608
        assert tuple(found.one()) == ("object", "array")
