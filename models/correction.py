"""Which details of a lead were corrected, when and why; the values themselves are in no row here.

A row goes with its lead. That a correction happened stays in the ledger.
"""

import hmac
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Index, Row, delete, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    Record,
    belongs_to,
    bytes_column,
    controller_key,
    enum_of,
    key,
    table_of,
    text_column,
)
from models.disclosure import Listed
from models.journal import note
from models.lead import Lead
from models.look_up import among, run_among
from models.opt_in import OptIn
from models.person import IdentifierRecord, LeadIdentifier
from policy.correction import CorrectedField
from policy.vocabulary import Identifier

_DOMAIN = b"corrected away\x1f"


class CorrectionRecord(Record, table=True):
    """That one detail of one lead was corrected, or completed.

    `reason` may name people, so it goes into no ledger. `wrong` is a digest, under the salt of the
    lead, of the address or number that was wrong, so that no copy of the lead brings it back.
    """

    __tablename__ = "correction"
    __table_args__ = (belongs_to("lead", "lead_id"), Index(None, "controller_id", "lead_id"))

    controller_id: str = controller_key()
    id: UUID = key()
    lead_id: UUID
    field: CorrectedField = enum_of(CorrectedField)
    corrected_at: datetime
    reason: str = text_column()
    request: str | None = Field(default=None, max_length=32)
    wrong: bytes | None = bytes_column(nullable=True)


_correction, _lead = table_of(CorrectionRecord), table_of(Lead)
_identifier, _link = table_of(IdentifierRecord), table_of(LeadIdentifier)
_opt_in, _listed = table_of(OptIn), table_of(Listed)


def wrong_digest(salt: bytes, identifier: Identifier) -> bytes:
    """Return what remains of a wrong address or number: nothing, once the lead's salt is gone."""
    return hmac.digest(salt, _DOMAIN + _named(identifier), "sha256")


def _named(identifier: Identifier) -> bytes:
    return f"{identifier.kind}\x1f{identifier.value}".encode()


def add_corrections(
    connection: Connection, rows: Iterable[Values], lost: Mapping[str, object]
) -> None:
    """Write corrections down; the journal is told by `lost` whom a restore must ask again."""
    insert_rows(connection, _correction, list(rows))
    note(connection, "corrected", lost)


def corrected_away(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> set[tuple[UUID, bytes]]:
    """Return the digests of what was found wrong, each with its lead."""
    wanted = select(_correction.c.lead_id, _correction.c.wrong).where(
        among(connection, controller_id, _correction.c.lead_id), _correction.c.wrong.is_not(None)
    )
    return {(row.lead_id, row.wrong) for row in run_among(connection, wanted, leads)}


def corrections_of(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return what was corrected of some leads, oldest first."""
    wanted = select(_correction).where(among(connection, controller_id, _correction.c.lead_id))
    # by the leads' own index: told to sort, SQLite goes through all of the controller's instead
    return sorted(run_among(connection, wanted, leads), key=lambda row: row.id)


def corrected_away_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Row[Any]]:
    """Return the digests of what was found wrong of some people, newest first.

    Of each: `salt`, `wrong`, and `corrected_at`, until when it was theirs.
    """
    wanted = (
        select(_lead.c.salt, _correction.c.wrong, _correction.c.corrected_at)
        .join(_correction, _is_of_lead())
        .where(
            among(connection, controller_id, _lead.c.person_id), _correction.c.wrong.is_not(None)
        )
    )
    newest_first = wanted.order_by(_correction.c.corrected_at.desc(), _correction.c.id)
    return list(run_among(connection, newest_first, people))


def leads_corrected_from(
    connection: Connection, controller_id: str, wrong: Collection[Identifier]
) -> list[tuple[Row[Any], Identifier]]:
    """Return the leads of which an address or number was found wrong: `id`, `person_id`, and which.

    One query, however many are looked for. But only a lead's salt tells, so each of them is tried
    with each correction of its kind: a million pairs take a second or two.
    """
    columns = (
        _lead.c.id,
        _lead.c.person_id,
        _lead.c.salt,
        _correction.c.field,
        _correction.c.wrong,
    )
    wanted = (
        select(*columns)
        .join(_correction, _is_of_lead())
        .where(_correction.c.controller_id == controller_id, _correction.c.wrong.is_not(None))
    )
    tried = {
        field: [(each, _named(each)) for each in wrong if each.kind is field.kind]
        for field in CorrectedField
    }
    rows: Iterable[Row[Any]] = connection.execute(wanted)
    return [(row, each) for row in rows for each in _matching(row, tried[row.field])]


def _matching(row: Row[Any], tried: Sequence[tuple[Identifier, bytes]]) -> Iterator[Identifier]:
    """Yield which of some addresses or numbers a correction found wrong.

    The part that is the same for all of them is digested once: a third of the time.
    """
    begun = hmac.new(row.salt, _DOMAIN, "sha256")
    for identifier, named in tried:
        digest = begun.copy()
        digest.update(named)
        if hmac.compare_digest(digest.digest(), row.wrong):
            yield identifier


def has_corrected_away(connection: Connection, controller_id: str) -> bool:
    """Say whether any address or number was found wrong, before people are looked for."""
    own = _correction.c.controller_id == controller_id
    found = select(_correction.c.id).where(own, _correction.c.wrong.is_not(None))
    return connection.execute(found.limit(1)).first() is not None


def people_listed_by(connection: Connection, controller_id: str, identifier_id: UUID) -> set[UUID]:
    """Return whose corrected leads were in a list under some identifier, by its key."""
    wanted = (
        select(_lead.c.person_id)
        .join(_correction, _is_of_lead())
        .join(
            _listed,
            (_listed.c.controller_id == _lead.c.controller_id) & (_listed.c.lead_id == _lead.c.id),
        )
        .where(
            _correction.c.controller_id == controller_id,
            _correction.c.wrong.is_not(None),
            _listed.c.identifier_id == identifier_id,
            _lead.c.person_id.is_not(None),
        )
    )
    return set(connection.execute(wanted.distinct()).scalars())


def is_corrected(connection: Connection, controller_id: str, ids: Collection[UUID]) -> bool:
    """Say whether the store has one of some corrections."""
    wanted = select(_correction.c.id).where(among(connection, controller_id, _correction.c.id))
    return run_among(connection, wanted, ids).first() is not None


def leads_to_correct(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the details of some leads that can be corrected, with their salts."""
    columns = (
        _lead.c.id,
        _lead.c.person_id,
        _lead.c.salt,
        _lead.c.full_name,
        _lead.c.first_name,
        _lead.c.last_name,
        _lead.c.company,
        _lead.c.job_title,
        _lead.c.contact,
    )
    wanted = select(*columns).where(among(connection, controller_id, _lead.c.id))
    return list(run_among(connection, wanted.order_by(_lead.c.id), leads))


def correct_leads(
    connection: Connection,
    controller_id: str,
    leads: Collection[UUID],
    changes: Mapping[str, object],
) -> None:
    """Replace details of some leads. What came stays in their payloads, with its commitment."""
    changed = update(_lead).where(among(connection, controller_id, _lead.c.id))
    run_among(connection, changed.values(dict(changes)), leads)


def give_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID], person_id: UUID
) -> None:
    """Let some leads be another person's."""
    correct_leads(connection, controller_id, leads, {"person_id": person_id})


def untie(
    connection: Connection, controller_id: str, leads: Collection[UUID], identifier_id: UUID
) -> None:
    """Untie some leads from one identifier."""
    gone = delete(_link).where(
        among(connection, controller_id, _link.c.lead_id), _link.c.identifier_id == identifier_id
    )
    run_among(connection, gone, leads)


def opt_ins_at(
    connection: Connection, controller_id: str, leads: Collection[UUID], identifier_id: UUID
) -> Sequence[UUID]:
    """Return the keys of all that some leads were asked to confirm at one address."""
    wanted = select(_opt_in.c.id).where(
        among(connection, controller_id, _opt_in.c.lead_id),
        _opt_in.c.identifier_id == identifier_id,
    )
    return list(run_among(connection, wanted, leads).scalars())


def _is_of_lead() -> ColumnElement[bool]:
    same = _correction.c.controller_id == _lead.c.controller_id
    return same & (_correction.c.lead_id == _lead.c.id)
