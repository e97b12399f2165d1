"""The advertising audiences that people are taken out of, as configured, and how that goes.

The store knows them so that an opt-out finds, in its own transaction, which platforms must hear of
it. A row names no person. One that is configured no more stays, with what was done.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, bindparam, select, update
from sqlmodel import Field

from models.columns import Record, controller_key, enum_of, of_controller, table_of
from policy.audience_hashes import HashRule


class AudienceKey(NamedTuple):
    """Which audience is meant."""

    controller_id: str
    id: str


class AudienceRecord(Record, table=True):
    """One platform account whose lists people are taken out of.

    `confirmed` counts the addresses and numbers that the platform has removed, the last at
    `confirmed_at` under its `request_id`; `failed` those that were given up, the last at
    `failed_at`. While it refuses, nothing is asked before `rest_until`; `failures` counts how
    often it has refused since it last answered.
    """

    __tablename__ = "audience"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=64)
    hash_rule: HashRule = enum_of(HashRule)
    is_configured: bool
    created_at: datetime
    confirmed: int = 0
    confirmed_at: datetime | None = None
    request_id: str | None = Field(default=None, max_length=200)
    failed: int = 0
    failed_at: datetime | None = None
    failures: int = 0
    rest_until: datetime | None = None


_audience = table_of(AudienceRecord)


def declare_audiences(connection: Connection, configured: Iterable[AudienceRecord]) -> None:
    """Bring the store's audiences up to what is configured."""
    rows = connection.execute(select(_audience))
    known = {AudienceKey(row.controller_id, row.id): row for row in rows}
    for record in configured:
        of = AudienceKey(record.controller_id, record.id)
        row = known.pop(of, None)
        if row is None:
            connection.execute(_audience.insert().values(record.model_dump()))
        elif (row.kind, row.hash_rule, row.is_configured) != (record.kind, record.hash_rule, True):
            said = {"kind": record.kind, "hash_rule": record.hash_rule, "is_configured": True}
            _set(connection, of, said)
    for of, row in known.items():
        if row.is_configured:
            _set(connection, of, {"is_configured": False})


def hash_rules(connection: Connection, controller_id: str) -> dict[str, HashRule]:
    """Return the configured audiences of a controller, and how each writes people down."""
    rows = connection.execute(_configured(), {"controller": controller_id})
    return {row.id: row.hash_rule for row in rows}


@cache
def _configured() -> Select[Any]:
    # put together once: each turn of an expiry asks
    return select(_audience.c.id, _audience.c.hash_rule).where(
        _audience.c.controller_id == bindparam("controller"), _audience.c.is_configured.is_(True)
    )


def audiences(connection: Connection) -> list[Row[Any]]:
    """Return every audience, those included that are configured no more."""
    wanted = select(_audience).order_by(_audience.c.controller_id, _audience.c.id)
    return list(connection.execute(wanted))


def audience_of_key(connection: Connection, of: AudienceKey) -> Row[Any] | None:
    """Return one audience, None if the store has none of that id."""
    return connection.execute(select(_audience).where(*_same(of))).first()


def note_answer(connection: Connection, of: AudienceKey) -> None:
    """Note that a platform takes requests: whatever it refused before is over."""
    _set(connection, of, {"failures": 0, "rest_until": None})


def note_confirmed(
    connection: Connection, of: AudienceKey, count: int, request_id: str | None, now: datetime
) -> None:
    """Note that a platform has removed some people."""
    done = {
        "confirmed": _audience.c.confirmed + count,
        "confirmed_at": now,
        "request_id": request_id,
    }
    _set(connection, of, done)


def note_failed(connection: Connection, of: AudienceKey, count: int, now: datetime) -> None:
    """Note that some removals were given up."""
    _set(connection, of, {"failed": _audience.c.failed + count, "failed_at": now})


def let_rest(connection: Connection, of: AudienceKey, failures: int, until: datetime) -> None:
    """Ask a platform nothing for a while."""
    _set(connection, of, {"failures": failures, "rest_until": until})


def _set(connection: Connection, of: AudienceKey, values: Mapping[str, Any]) -> None:
    connection.execute(update(_audience).where(*_same(of)).values(values))


def _same(of: AudienceKey) -> tuple[ColumnElement[bool], ...]:
    return _audience.c.controller_id == of.controller_id, _audience.c.id == of.id
