"""What every table shares: the base class, names of constraints, and the types of columns."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Dialect,
    ForeignKeyConstraint,
    LargeBinary,
    MetaData,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy import Enum as SAEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

NO_ROWID = {"sqlite_with_rowid": False}
"""For narrow tables: SQLite then keeps the rows in the key's own tree instead of twice."""


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class EpochTime(TypeDecorator[datetime]):
    """A time as the whole number of its microseconds since 1970, for tables of very many rows.

    It takes eight bytes, where SQLite keeps a time as a text of 26. Python sees aware times.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Return what is kept; a time without a zone is refused."""
        return None if value is None else (value - _EPOCH) // _MICROSECOND

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:  # noqa: ANN401, ARG002
        """Return what makes a time of what was kept: by itself, as it is asked a thousand times."""
        return lambda kept: None if kept is None else _EPOCH + timedelta(microseconds=kept)


class Record(SQLModel):
    """The base of every table of ours. Rows are written in bulk; reading gives named tuples."""

    metadata = metadata


def table_of(model: type[SQLModel]) -> Table:
    """Return the table behind a model, which the type checkers cannot see."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table


def controller_key() -> Any:  # noqa: ANN401 - SQLModel's Field is Any
    """Return the column that leads every key, so that rows can be spread by controller."""
    return Field(primary_key=True, max_length=64)


def key() -> Any:  # noqa: ANN401 - as above
    """Return a client-made UUIDv7 key, second after the controller."""
    return Field(primary_key=True)


def enum_of(
    members: type[StrEnum],
    *,
    nullable: bool = False,
    default: object = ...,
    primary_key: bool = False,
) -> Any:  # noqa: ANN401 - as above
    """Return a column that keeps an enum's value as text, so that new members need no migration."""
    values = SAEnum(
        members,
        native_enum=False,
        create_constraint=False,
        length=32,
        values_callable=lambda enum: [member.value for member in enum],
    )
    return Field(default, sa_type=values, nullable=nullable, primary_key=primary_key)


def json_column(*, nullable: bool = False) -> Any:  # noqa: ANN401 - as above
    """Return a JSON column: text on SQLite, JSONB on PostgreSQL."""
    return Field(sa_column=Column(JSON().with_variant(JSONB(), "postgresql"), nullable=nullable))


def epoch_column() -> Any:  # noqa: ANN401 - as above
    """Return a column of a time that is kept as a number."""
    return Field(sa_column=Column(EpochTime, nullable=False))


def bytes_column(*, nullable: bool = False) -> Any:  # noqa: ANN401 - as above
    """Return a column of raw bytes."""
    return Field(sa_column=Column(LargeBinary, nullable=nullable))


def text_column(*, nullable: bool = False) -> Any:  # noqa: ANN401 - as above
    """Return a column of text of any length."""
    return Field(sa_column=Column(Text, nullable=nullable))


def of_controller() -> ForeignKeyConstraint:
    """Return the foreign key to the controller that a row belongs to."""
    return ForeignKeyConstraint(["controller_id"], ["controller.id"])


def of_any(table: Table, controllers: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a row belongs to one of some controllers.

    A query over all of them names them too: whoever asks says whose rows may be seen. Rule: ISO-1.
    """
    return table.c.controller_id.in_(list(controllers))


def belongs_to(parent: str, column: str) -> ForeignKeyConstraint:
    """Return a foreign key to a row of the same controller."""
    targets = [f"{parent}.controller_id", f"{parent}.id"]
    return ForeignKeyConstraint(["controller_id", column], targets)
