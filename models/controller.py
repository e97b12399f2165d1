"""Who decides why data is used, and the places that its leads come from."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlmodel import Field

from models.columns import Record, controller_key, enum_of, of_controller, table_of
from policy.vocabulary import Role


class Controller(Record, table=True):
    """One controller, as configured."""

    __tablename__ = "controller"

    id: str = Field(primary_key=True, max_length=64)
    name: str
    role: Role = enum_of(Role)
    privacy_contact: str
    created_at: datetime


class SourceRecord(Record, table=True):
    """One configured place that leads come from.

    `mapping_digest` is the fingerprint of what its boxes mean, so that a change is seen and
    recorded.
    """

    __tablename__ = "source"
    __table_args__ = (of_controller(),)

    controller_id: str = controller_key()
    id: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=64)
    mapping_digest: str = Field(max_length=64)
    created_at: datetime


def controller_ids(connection: Connection) -> list[str]:
    """Return the ids of the controllers that the store knows."""
    table = table_of(Controller)
    return list(connection.execute(select(table.c.id).order_by(table.c.id)).scalars())


def roles(connection: Connection) -> dict[str, Role]:
    """Return what we are for the data of each controller that the store knows."""
    table = table_of(Controller)
    return {row.id: row.role for row in connection.execute(select(table.c.id, table.c.role))}


def role_of(connection: Connection, controller_id: str) -> Role:
    """Return what we are for the data of a controller that the store knows."""
    table = table_of(Controller)
    wanted = select(table.c.role).where(table.c.id == controller_id)
    role: Role = connection.execute(wanted).scalar_one()
    return role


def source_ids(connection: Connection, controller_id: str) -> set[str]:
    """Return the ids of a controller's sources that the store knows."""
    table = table_of(SourceRecord)
    wanted = select(table.c.id).where(table.c.controller_id == controller_id)
    return set(connection.execute(wanted).scalars())


def declare(
    connection: Connection, controllers: Iterable[Controller], sources: Iterable[SourceRecord]
) -> list[SourceRecord]:
    """Bring the store's controllers and sources up to what is configured.

    Returns the sources that are new or whose boxes now mean something else.
    """
    known = {row.id: row for row in connection.execute(select(table_of(Controller)))}
    for controller in controllers:
        values = controller.model_dump()
        if controller.id not in known:
            connection.execute(table_of(Controller).insert().values(values))
        elif known[controller.id]._asdict() | {"created_at": None} != values | {"created_at": None}:
            del values["created_at"]
            table = table_of(Controller)
            connection.execute(update(table).where(table.c.id == controller.id).values(values))
    return [source for source in sources if _declare_source(connection, source)]


def _declare_source(connection: Connection, source: SourceRecord) -> bool:
    """Write one source; say whether it is new or changed."""
    table = table_of(SourceRecord)
    same = (table.c.controller_id == source.controller_id) & (table.c.id == source.id)
    known = connection.execute(select(table.c.mapping_digest).where(same)).scalar_one_or_none()
    if known is None:
        connection.execute(table.insert().values(source.model_dump()))
    elif known != source.mapping_digest:
        changed = {"mapping_digest": source.mapping_digest, "kind": source.kind}
        connection.execute(update(table).where(same).values(changed))
    return known != source.mapping_digest
