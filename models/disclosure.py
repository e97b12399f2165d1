"""Who was in which list: the lead and the identifier of each row, and the decision at that time.

There is one disclosure for each row of each list that was ever made, a hundred million of them
before long. So it names list and person by numbers, in the order in which it is asked: decision 32.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from operator import attrgetter
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Index,
    Row,
    String,
    func,
    select,
    type_coerce,
    update,
)
from sqlmodel import Field

from models.bulk import Values, insert_records
from models.columns import (
    NO_ROWID,
    Record,
    controller_key,
    enum_of,
    epoch_column,
    of_controller,
    table_of,
)
from models.export import Export
from models.look_up import among, among_numbers, run_among
from policy.vocabulary import ReasonCode


class Listed(Record, table=True):
    """That a lead was in some list under an identifier of its own: a number for the two of them.

    Kept when the lead is erased, so that recipients can be told; the keys name nobody by then.
    """

    __tablename__ = "listed"
    __table_args__ = (
        of_controller(),
        Index(None, "controller_id", "identifier_id", "lead_id", unique=True),
        Index(None, "controller_id", "lead_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    number: int = Field(primary_key=True)
    identifier_id: UUID
    lead_id: UUID


class Disclosure(Record, table=True):
    """Who was in an export, both by their numbers, and the decision at that time.

    It has no index besides its key, and the database enforces neither number: to delete an export
    would otherwise read every row of the controller, and to add a row lock that of its pair.
    """

    __tablename__ = "disclosure"
    __table_args__ = (of_controller(), NO_ROWID)

    controller_id: str = controller_key()
    listed_number: int = Field(primary_key=True)
    export_number: int = Field(primary_key=True)
    code: ReasonCode = enum_of(ReasonCode)
    decided_at: datetime = epoch_column()
    valid_until: datetime = epoch_column()


_export, _listed, _disclosure = table_of(Export), table_of(Listed), table_of(Disclosure)

IS_LISTED = (_disclosure.c.controller_id == _listed.c.controller_id) & (
    _disclosure.c.listed_number == _listed.c.number
)
"""That a disclosure is of some lead and identifier."""
IN_LISTS = _listed.join(_disclosure, IS_LISTED).join(
    _export,
    (_export.c.controller_id == _disclosure.c.controller_id)
    & (_export.c.number == _disclosure.c.export_number),
)
"""Who was in which list, from the leads or identifiers to the lists."""

_PAIR = ("controller_id", "number", "identifier_id", "lead_id")
_ROW = ("controller_id", "listed_number", "export_number", "code", "decided_at", "valid_until")


def add_disclosures(
    connection: Connection, controller_id: str, export_id: UUID, rows: Sequence[Values]
) -> None:
    """Write down who was in a file, and count them by their codes in the record of the file.

    To be called in a transaction that writes for this controller only. A row has `identifier_id`,
    `lead_id`, `code`, `decided_at` and `valid_until`.

    Raises:
        ValueError: an identifier is in the list already, for another lead.
        sqlalchemy.exc.IntegrityError: it is in the list already, for the same lead.
    """
    if not rows:
        return
    same = (_export.c.controller_id == controller_id) & (_export.c.id == export_id)
    number, codes = connection.execute(select(_export.c.number, _export.c.codes).where(same)).one()
    pairs = _numbers(connection, controller_id, number, rows)
    records = [
        (controller_id, pair, number, row["code"], row["decided_at"], row["valid_until"])
        for pair, row in zip(pairs, rows, strict=True)
    ]
    insert_records(connection, _disclosure, _ROW, records)
    counts = Counter(codes)
    counts.update(str(row["code"]) for row in rows)
    connection.execute(update(_export).where(same).values(codes=dict(counts)))


def _numbers(
    connection: Connection, controller_id: str, export: int, rows: Sequence[Values]
) -> list[int]:
    """Return the number of the lead and identifier of each row; a pair that is new gets the next.

    Keys stay as the driver has them: to make objects of them costs more than all else here.
    """
    identifiers = {row["identifier_id"] for row in rows}
    columns = (type_coerce(_listed.c[name], String) for name in ("identifier_id", "lead_id"))
    wanted = select(*columns, _listed.c.number).where(
        among(connection, controller_id, _listed.c.identifier_id)
    )
    found: list[Any] = list(run_among(connection, wanted, identifiers))
    known: dict[tuple[object, object], int] = {(one, other): n for one, other, n in found}
    pairs: list[tuple[object, object]] = [(row["identifier_id"], row["lead_id"]) for row in rows]
    if connection.dialect.name == "sqlite":
        pairs = [(row["identifier_id"].hex, row["lead_id"].hex) for row in rows]
    others = [known[pair] for pair in known.keys() - set(pairs)]
    if len(identifiers) < len(rows) or _is_any_in(connection, controller_id, export, others):
        raise ValueError("an identifier would be in the list twice, for two leads")
    if new := [pair for pair in pairs if pair not in known]:
        last = select(func.max(_listed.c.number)).where(_listed.c.controller_id == controller_id)
        known |= dict(zip(new, count((connection.execute(last).scalar() or 0) + 1), strict=False))
        records = [(controller_id, known[pair], *pair) for pair in new]
        insert_records(connection, _listed, _PAIR, records)
    return [known[pair] for pair in pairs]


def _is_any_in(
    connection: Connection, controller_id: str, export: int, numbers: Sequence[int]
) -> bool:
    """Say whether any of some pairs is in a list."""
    if not numbers:
        return False
    inside = select(_disclosure.c.listed_number).where(
        among_numbers(connection, controller_id, _disclosure.c.listed_number, numbers),
        _disclosure.c.export_number == export,
    )
    return connection.execute(inside.limit(1)).first() is not None


def exports_with(
    connection: Connection, controller_id: str, leads: Iterable[UUID]
) -> list[Row[Any]]:
    """Return the exports that some leads were in, oldest first."""
    named = (_disclosure.c[name] for name in ("code", "decided_at", "valid_until"))
    wanted = (
        select(_export, _listed.c.lead_id, *named)
        .select_from(IN_LISTS)
        .where(among(connection, controller_id, _listed.c.lead_id))
    )
    # not sorted by SQLite, which would read every list of the controller in that order
    return sorted(run_among(connection, wanted, list(leads)), key=attrgetter("id"))
