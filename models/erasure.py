"""Find and remove what an erasure reaches besides leads: unread bytes, mails, requests, lists."""

from collections.abc import Collection, Generator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Table, or_, select, update

from models.columns import table_of
from models.delivery import DeliveryRecord
from models.disclosure import IN_LISTS, IS_LISTED, Disclosure, Listed
from models.due import leads_by_keys
from models.export import Export
from models.hold import Hold
from models.inbox import InboxRecord
from models.journal import note
from models.lead import Lead
from models.look_up import among, run_among
from models.outbox import OutboxRecord
from models.permission import PermissionRecord
from models.person import IdentifierRecord, LeadIdentifier
from models.rights_request import RightsRequestRecord
from models.rights_step import strip_steps
from policy.vocabulary import Purpose

_AT_A_TIME = 200
_MATTER_GONE = "erased with the person that it was about"

_lead, _link = table_of(Lead), table_of(LeadIdentifier)
_identifier, _event = table_of(IdentifierRecord), table_of(PermissionRecord)
_export, _listed, _disclosure = table_of(Export), table_of(Listed), table_of(Disclosure)
_request, _mail, _hold = table_of(RightsRequestRecord), table_of(OutboxRecord), table_of(Hold)

UNREAD: Sequence[Table] = (table_of(DeliveryRecord), table_of(InboxRecord))
"""What is kept as it came and is no lead: what was set aside, and what waits to be worked on."""


def leads_of_people(
    connection: Connection, controller_id: str, people: Collection[UUID], more: Collection[UUID]
) -> list[Row[Any]]:
    """Return the leads of some people, and more leads by their keys; columns as in `models.due`."""
    own = select(_lead.c.id).where(among(connection, controller_id, _lead.c.person_id))
    ids = {*more, *run_among(connection, own, people).scalars()}
    return leads_by_keys(connection, controller_id, ids) if ids else []


def nobodys_payloads(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the test leads, which are nobody's and carry no identifier, as they came.

    Of each: `id`, `source_id`, `received_at`, `payload`. They are few: none is kept for more than
    30 days.
    """
    columns = _lead.c.id, _lead.c.source_id, _lead.c.received_at, _lead.c.payload
    wanted = select(*columns).where(
        _lead.c.controller_id == controller_id, _lead.c.is_test, _lead.c.person_id.is_(None)
    )
    return list(connection.execute(wanted))


def used_for(
    connection: Connection,
    controller_id: str,
    identifiers: Collection[UUID],
    leads: Collection[UUID],
) -> set[Purpose]:
    """Return what somebody's permissions, and the lists that they were in, were for."""
    of_events = select(_event.c.purpose).where(
        among(connection, controller_id, _event.c.identifier_id)
    )
    of_lists = (
        select(_export.c.purpose)
        .select_from(IN_LISTS)
        .where(among(connection, controller_id, _listed.c.lead_id))
    )
    found = set(run_among(connection, of_events.distinct(), identifiers).scalars())
    return found | set(run_among(connection, of_lists.distinct(), leads).scalars())


def unread_payloads(
    connection: Connection, table: Table, controller_id: str, after: UUID | None = None
) -> Generator[Row[Any]]:
    """Yield what is unread of a controller and was written down after a key.

    Of each: `id`, `source_id`, `received_at`, `payload`. A few are held at a time.
    """
    while True:
        wanted = (
            select(table.c.id, table.c.source_id, table.c.received_at, table.c.payload)
            .where(table.c.controller_id == controller_id)
            .order_by(table.c.id)
            .limit(_AT_A_TIME)
        )
        if after is not None:
            wanted = wanted.where(table.c.id > after)
        page: list[Row[Any]] = list(connection.execute(wanted))
        yield from page
        if len(page) < _AT_A_TIME:
            return
        after = page[-1].id


def still_unread(
    connection: Connection, table: Table, controller_id: str, ids: Collection[UUID]
) -> set[UUID]:
    """Return which of some keys are there still."""
    wanted = select(table.c.id).where(among(connection, controller_id, table.c.id))
    return set(run_among(connection, wanted, ids).scalars())


def unread_numbers(connection: Connection, table: Table, controller_id: str) -> list[Row[Any]]:
    """Return what is unread and has the source's own number: `id`, `source_id`, `external_id`."""
    columns = table.c.id, table.c.source_id, table.c.external_id
    wanted = select(*columns).where(
        table.c.controller_id == controller_id, table.c.external_id.is_not(None)
    )
    return list(connection.execute(wanted))


def uncarried(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> set[UUID]:
    """Return which of some identifiers no lead carries."""
    carried = select(_link.c.identifier_id).where(
        among(connection, controller_id, _link.c.identifier_id)
    )
    return set(identifiers) - set(run_among(connection, carried, identifiers).scalars())


def waiting_mails(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the mails of ours that wait to be sent: `id`, `kind`, `subject_id`, `address`."""
    columns = _mail.c.id, _mail.c.kind, _mail.c.subject_id, _mail.c.address
    return list(connection.execute(select(*columns).where(_mail.c.controller_id == controller_id)))


def requests_naming(
    connection: Connection, controller_id: str, emails: Sequence[str], phones: Sequence[str]
) -> list[Row[Any]]:
    """Return the requests in which somebody gave one of some addresses or numbers."""
    return list(
        connection.execute(
            select(_request).where(
                _request.c.controller_id == controller_id,
                or_(_request.c.email.in_(emails), _request.c.phone.in_(phones)),
            )
        )
    )


def requests_with_details(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the requests in which an address or number is left, with nothing else of the person.

    Of each: `id`, `reference`, `right`, `status`, `received_at`, `email`, `phone`.
    """
    table = _request
    columns = table.c.id, table.c.reference, table.c.right, table.c.status, table.c.received_at
    wanted = select(*columns, table.c.email, table.c.phone).where(
        table.c.controller_id == controller_id,
        or_(table.c.email.is_not(None), table.c.phone.is_not(None)),
    )
    return list(connection.execute(wanted))


def strip_requests(connection: Connection, controller_id: str, requests: Collection[UUID]) -> None:
    """Take names and words out of requests; what was asked and done, and when, stays."""
    bare = {"name": "", "email": None, "phone": None, "text": ""}
    stripped = update(_request).where(among(connection, controller_id, _request.c.id))
    run_among(connection, stripped.values(bare), requests)
    strip_steps(connection, controller_id, requests)


def strip_holds(connection: Connection, controller_id: str, scopes: Collection[UUID]) -> int:
    """Take out of released holds what they were about, which may name people; return how many."""
    stripped = update(_hold).where(
        among(connection, controller_id, _hold.c.scope_id),
        _hold.c.released_at.is_not(None),
        _hold.c.matter != _MATTER_GONE,
    )
    return run_among(connection, stripped.values(matter=_MATTER_GONE), scopes).rowcount


def lists_with(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the lists that some leads are in and whose place is known.

    Of each: `id`, `path`, `sha256`, `closed_at` (None: it was broken off, or is being made).
    """
    numbers = (
        select(_disclosure.c.export_number)
        .join(_listed, IS_LISTED)
        .where(among(connection, controller_id, _listed.c.lead_id))
    )
    wanted = select(_export.c.id, _export.c.path, _export.c.sha256, _export.c.closed_at).where(
        _export.c.controller_id == controller_id,
        _export.c.number.in_(numbers),
        _export.c.path.is_not(None),
    )
    return list(run_among(connection, wanted, leads))


def forget_places(connection: Connection, controller_id: str, lists: Collection[UUID]) -> None:
    """Note that the files of some lists are gone."""
    gone = update(_export).where(among(connection, controller_id, _export.c.id))
    run_among(connection, gone.values(path=None), lists)


def note_erased(
    connection: Connection,
    controller_id: str,
    requests: Collection[UUID],
    mails: Collection[UUID],
    scopes: Collection[UUID],
) -> None:
    """Let a restore do again what leaves no entry of its own: keys only."""
    content: dict[str, object] = {"controller_id": controller_id}
    keys = {"requests": requests, "mails": mails, "scopes": scopes}
    content |= {name: [each.hex for each in ids] for name, ids in keys.items()}
    note(connection, "erased", content)
