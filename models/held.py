"""Everything that the store holds of one person, found by keys and indexes, never by a scan."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, func, select

from models.audience_removal import AudienceRemoval
from models.columns import table_of
from models.export import Export
from models.hold import Hold, HoldScope
from models.lead import Lead
from models.look_up import among, run_among
from models.notice import NoticeRecord
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.permission import PermissionRecord, Suppression
from models.person import LeadIdentifier, Person
from models.recall import Recall

_lead, _link, _person = table_of(Lead), table_of(LeadIdentifier), table_of(Person)
_event, _suppression = table_of(PermissionRecord), table_of(Suppression)
_export, _recall, _hold = table_of(Export), table_of(Recall), table_of(Hold)
_opt_in, _mail, _removal = table_of(OptIn), table_of(OutboxRecord), table_of(AudienceRemoval)
_notice = table_of(NoticeRecord)

MOST_USES = 5_000
"""How many leads of an identifier are looked at to say who else uses it: one may have millions."""


def leads_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Row[Any]]:
    """Return the whole leads of some people, oldest first."""
    wanted = select(_lead).where(among(connection, controller_id, _lead.c.person_id))
    return list(run_among(connection, wanted.order_by(_lead.c.submitted_at, _lead.c.id), people))


def leads_of_keys(
    connection: Connection, controller_id: str, keys: Collection[UUID]
) -> list[Row[Any]]:
    """Return whole leads by their keys, oldest first."""
    wanted = select(_lead).where(among(connection, controller_id, _lead.c.id))
    return list(run_among(connection, wanted.order_by(_lead.c.submitted_at, _lead.c.id), keys))


def users_of(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return whose leads carry some identifiers: `identifier_id`, `person_id`, `leads`.

    Of an identifier that very many use only the first are looked at.
    """
    carried = (
        select(_link.c.identifier_id, _link.c.lead_id)
        .where(among(connection, controller_id, _link.c.identifier_id))
        .limit(MOST_USES)
        .subquery()
    )
    wanted = (
        select(carried.c.identifier_id, _lead.c.person_id, func.count().label("leads"))
        .join(_lead, (_lead.c.controller_id == controller_id) & (_lead.c.id == carried.c.lead_id))
        .where(_lead.c.person_id.is_not(None))
        .group_by(carried.c.identifier_id, _lead.c.person_id)
    )
    return list(run_among(connection, wanted, identifiers))


def people_of_keys(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Row[Any]]:
    """Return the records of some people."""
    wanted = select(_person).where(among(connection, controller_id, _person.c.id))
    return list(run_among(connection, wanted, people))


def events_on_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the permission events that rest on some leads."""
    wanted = select(_event).where(among(connection, controller_id, _event.c.lead_id))
    return list(run_among(connection, wanted, leads))


def events_on_identifiers(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return the permission events of some identifiers."""
    wanted = select(_event).where(among(connection, controller_id, _event.c.identifier_id))
    return list(run_among(connection, wanted, identifiers))


def notices_of(connection: Connection, controller_id: str, ids: Collection[str]) -> list[Row[Any]]:
    """Return some wordings: `id`, `content`, `captured_at`."""
    wanted = select(_notice.c.id, _notice.c.content, _notice.c.captured_at)
    own = _notice.c.controller_id == controller_id
    return list(connection.execute(wanted.where(own, _notice.c.id.in_(sorted(ids)))))


def opt_ins_of(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return what some leads' people were asked to confirm."""
    wanted = select(_opt_in).where(among(connection, controller_id, _opt_in.c.lead_id))
    return list(run_among(connection, wanted.order_by(_opt_in.c.asked_at), leads))


def mails_about(
    connection: Connection, controller_id: str, subjects: Collection[UUID]
) -> list[Row[Any]]:
    """Return the mails of ours that wait to be sent about some opt-ins and requests."""
    wanted = select(_mail).where(among(connection, controller_id, _mail.c.subject_id))
    return list(run_among(connection, wanted.order_by(_mail.c.made_at), subjects))


def suppressions_of(
    connection: Connection, controller_id: str, digests: Collection[str]
) -> list[Row[Any]]:
    """Return the whole suppression entries that match some digests."""
    own = _suppression.c.controller_id == controller_id
    wanted = select(_suppression).where(own, _suppression.c.digest.in_(sorted(digests)))
    return list(connection.execute(wanted.order_by(_suppression.c.since)))


def removals_of(
    connection: Connection, controller_id: str, audiences: Sequence[str], digests: Collection[str]
) -> list[Row[Any]]:
    """Return what waits to be taken out of some audiences, by digests."""
    wanted = select(_removal).where(
        _removal.c.controller_id == controller_id,
        _removal.c.audience_id.in_(audiences),
        _removal.c.digest.in_(sorted(digests)),
    )
    return list(connection.execute(wanted.order_by(_removal.c.asked_at)))


def recalls_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID], exports: Collection[UUID]
) -> list[Row[Any]]:
    """Return what recipients of some lists were, or must be, told of some leads."""
    wanted = (
        select(_recall, _export.c.recipient, _export.c.purpose, _export.c.channel)
        .join(
            _export,
            (_export.c.controller_id == _recall.c.controller_id)
            & (_export.c.id == _recall.c.export_id),
        )
        .where(
            among(connection, controller_id, _recall.c.lead_id),
            _recall.c.export_id.in_(sorted(exports)),
        )
        .order_by(_recall.c.opened_at)
    )
    return list(run_among(connection, wanted, leads))


def holds_on(
    connection: Connection, controller_id: str, scopes: Collection[UUID]
) -> list[Row[Any]]:
    """Return the holds on some leads and people, released ones too, and those on everything."""
    own = _hold.c.controller_id == controller_id
    on_all = select(_hold).where(
        own, _hold.c.scope == HoldScope.CONTROLLER, _hold.c.released_at.is_(None)
    )
    on_them = select(_hold).where(among(connection, controller_id, _hold.c.scope_id))
    return [*run_among(connection, on_them, scopes), *connection.execute(on_all)]


def unread_of_keys(
    connection: Connection, table: Table, controller_id: str, keys: Collection[UUID]
) -> list[Row[Any]]:
    """Return the whole records of what is unread, by their keys."""
    wanted = select(table).where(among(connection, controller_id, table.c.id))
    return list(run_among(connection, wanted.order_by(table.c.received_at), keys))


def newest_unread(
    connection: Connection, table: Table, controller_id: str, before: UUID | None, limit: int
) -> list[Row[Any]]:
    """Return a page of what is unread, newest first: `id`, `payload`."""
    wanted = select(table.c.id, table.c.payload).where(table.c.controller_id == controller_id)
    if before is not None:
        wanted = wanted.where(table.c.id < before)
    return list(connection.execute(wanted.order_by(table.c.id.desc()).limit(limit)))


def count_older(
    connection: Connection, table: Table, controller_id: str, before: UUID | None
) -> int:
    """Return how much is unread of a controller that came before a key."""
    wanted = select(func.count()).where(table.c.controller_id == controller_id)
    if before is not None:
        wanted = wanted.where(table.c.id < before)
    return connection.execute(wanted).scalar_one()
