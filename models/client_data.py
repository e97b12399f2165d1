"""All that is held for a client, read to be given back, and deleted when its contract is over."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Table,
    and_,
    delete,
    exists,
    func,
    select,
)

from models.audience_removal import AudienceRemoval
from models.breach import Breach, BreachNotice
from models.columns import table_of
from models.contract import Contract, InstructionRecord
from models.correction import CorrectionRecord
from models.delivery import DeliveryRecord
from models.disclosure import Disclosure, Listed
from models.export import Export
from models.hold import Hold
from models.inbox import InboxRecord
from models.keys import first_key
from models.lead import Arrival, Lead
from models.notice import NoticeRecord
from models.opt_in import OptIn
from models.outbox import OutboxRecord
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord, LeadIdentifier, Person
from models.recall import Recall
from models.recipient import RecipientRecord
from models.removal import Removal
from models.restriction import RestrictionMark, RestrictionRecord
from models.rights_request import RightsRequestRecord
from models.rights_step import RightsStep
from policy.rights.steps import RequestStatus

_PAGE = 500
_lead, _arrival, _link = table_of(Lead), table_of(Arrival), table_of(LeadIdentifier)
_identifier, _person = table_of(IdentifierRecord), table_of(Person)
_event, _notice, _opt_in = table_of(PermissionRecord), table_of(NoticeRecord), table_of(OptIn)
_export, _recall = table_of(Export), table_of(Recall)
_disclosure, _listed = table_of(Disclosure), table_of(Listed)
_aside, _inbox, _outbox = table_of(DeliveryRecord), table_of(InboxRecord), table_of(OutboxRecord)
_request, _hold = table_of(RightsRequestRecord), table_of(Hold)
_suppression, _removal = table_of(Suppression), table_of(Removal)
_leaving, _step = table_of(AudienceRemoval), table_of(RightsStep)
_restriction, _mark = table_of(RestrictionRecord), table_of(RestrictionMark)

RETURNED: Mapping[str, Table] = MappingProxyType(
    {
        "leads": _lead,
        "copies_of_leads": _arrival,
        "people": _person,
        "identifiers": _identifier,
        "identifiers_of_leads": _link,
        "permission_events": _event,
        "confirmations": _opt_in,
        "notices": _notice,
        "suppressions": _suppression,
        "removals": _removal,
        "exports": _export,
        "disclosures": _disclosure,
        "leads_in_lists": _listed,
        "recalls": _recall,
        "rights_requests": _request,
        "request_steps": _step,
        "restrictions": _restriction,
        "restriction_marks": _mark,
        "corrections": table_of(CorrectionRecord),
        "holds": _hold,
        "set_aside": _aside,
        "inbox": _inbox,
        "contracts": table_of(Contract),
        "instructions": table_of(InstructionRecord),
        "recipients": table_of(RecipientRecord),
        "audience_removals": _leaving,
        "breaches": table_of(Breach),
        "breach_notices": table_of(BreachNotice),
    }
)
"""What a client gets back, by the name of its file: each row as the store has it."""

KEPT = frozenset({"holds", "contracts", "instructions", "recipients", "breaches", "breach_notices"})
"""What the client gets too, and what stays beside its ledger: none of it is about people."""

HELD: Mapping[str, Table] = MappingProxyType(
    {
        **{name: table for name, table in RETURNED.items() if name not in KEPT},
        "mails": _outbox,
    }
)
"""What must be gone in the end. An order to keep says itself what it keeps."""


def rows_of(connection: Connection, table: Table, controller_id: str) -> Iterator[Row[Any]]:
    """Yield the rows of one controller in the order of their keys, a few at a time."""
    own = select(table).where(table.c.controller_id == controller_id)
    wanted = own.order_by(*table.primary_key)
    yield from connection.execution_options(yield_per=_PAGE).execute(wanted)


def row_counts(
    connection: Connection, controller_id: str, tables: Mapping[str, Table] = HELD
) -> dict[str, int]:
    """Return how many rows of a controller each table has."""
    return {
        name: connection.execute(
            select(func.count()).select_from(table).where(table.c.controller_id == controller_id)
        ).scalar_one()
        for name, table in tables.items()
    }


def waiting_requests(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the requests of which nobody noted that the client has them, oldest first."""
    wanted = select(_request).where(
        _request.c.controller_id == controller_id, _request.c.status == RequestStatus.FOR_CLIENT
    )
    return list(connection.execute(wanted.order_by(_request.c.id)))


def places_of_lists(connection: Connection, controller_id: str) -> list[Row[Any]]:
    """Return the lists whose place is known: `id`, `path`, `sha256`, `closed_at`."""
    wanted = select(_export.c.id, _export.c.path, _export.c.sha256, _export.c.closed_at).where(
        _export.c.controller_id == controller_id, _export.c.path.is_not(None)
    )
    return list(connection.execute(wanted))


def last_key(at: datetime) -> UUID:
    """Return a key that sorts after every one that was made until a moment."""
    return first_key(at + timedelta(milliseconds=1))


def delete_rest(connection: Connection, controller_id: str, until: datetime) -> Counter[str]:
    """Delete all of a controller that came until a moment and hangs on no lead that is kept.

    Its leads were deleted before, but for those that something keeps. What stays is the ledger, the
    sources, and the records of runs, which hold counts only. Returns how many rows each table lost.
    """
    gone: Counter[str] = Counter()
    going = (
        _unread_and_mails(until),
        _lists(controller_id, until),
        _people(until),
        _wordings_and_orders(until),
    )
    for name, table, condition in chain(*going):
        own = delete(table).where(table.c.controller_id == controller_id, condition)
        gone[name] += connection.execute(own).rowcount
    return +gone


Going = Iterator[tuple[str, Table, ColumnElement[bool]]]
"""What goes, each after what refers to it: the kind, its table, and which rows."""


def _unread_and_mails(until: datetime) -> Going:
    is_of_lead = exists().where(
        _lead.c.controller_id == _aside.c.controller_id,
        _lead.c.source_id == _aside.c.source_id,
        _lead.c.external_id == _aside.c.external_id,
    )
    yield "set_aside", _aside, and_(_aside.c.received_at <= until, ~is_of_lead)
    yield "inbox", _inbox, _inbox.c.received_at <= until
    yield "mails", _outbox, _outbox.c.made_at <= until
    yield "audience_removals", _leaving, _leaving.c.asked_at <= until
    yield "suppressions", _suppression, _suppression.c.since <= until
    yield "removals", _removal, _removal.c.source_id.is_not(None)
    yield "confirmations", _opt_in, ~_has(_lead.c.id, _opt_in.c.lead_id)


def _lists(controller_id: str, until: datetime) -> Going:
    of_lead = and_(_recall.c.opened_at <= until, ~_has(_lead.c.id, _recall.c.lead_id))
    yield "recalls", _recall, of_lead
    of_nobody = select(_listed.c.number).where(
        _listed.c.controller_id == controller_id, ~_has(_lead.c.id, _listed.c.lead_id)
    )
    in_list = _disclosure.c.listed_number.in_(of_nobody)
    yield "disclosures", _disclosure, and_(_disclosure.c.decided_at <= until, in_list)
    is_unlisted = ~_has(_disclosure.c.listed_number, _listed.c.number)
    yield "leads_in_lists", _listed, is_unlisted
    # all of them at once: no index leads from a list to who was in it
    filled = select(_disclosure.c.export_number).where(_disclosure.c.controller_id == controller_id)
    is_empty = and_(
        _export.c.opened_at <= until,
        _export.c.path.is_(None),
        _export.c.number.not_in(filled),
        ~_has(_recall.c.export_id, _export.c.id),
    )
    yield "exports", _export, is_empty


def _people(until: datetime) -> Going:
    key = last_key(until)
    is_nobodys = ~_has(_link.c.identifier_id, _event.c.identifier_id)
    yield "permission_events", _event, and_(_event.c.recorded_at <= until, is_nobodys)
    is_uncarried = and_(
        _identifier.c.id < key,
        ~_has(_link.c.identifier_id, _identifier.c.id),
        ~_has(_event.c.identifier_id, _identifier.c.id),
    )
    yield "identifiers", _identifier, is_uncarried
    is_restriction_over = and_(
        _restriction.c.since <= until, ~_has(_lead.c.person_id, _restriction.c.person_id)
    )
    is_mark_over = exists().where(
        _restriction.c.controller_id == _mark.c.controller_id,
        _restriction.c.id == _mark.c.restriction_id,
        is_restriction_over,
    )
    yield "restriction_marks", _mark, is_mark_over
    yield "restrictions", _restriction, is_restriction_over
    is_unnamed = and_(
        _person.c.id < key,
        ~_has(_lead.c.person_id, _person.c.id),
        ~_has(_identifier.c.person_id, _person.c.id),
    )
    yield "people", _person, is_unnamed


def _wordings_and_orders(until: datetime) -> Going:
    shown = (_lead, _arrival, _aside, _inbox, _opt_in)
    is_unshown = [~_has(each.c.notice_id, _notice.c.id) for each in shown]
    yield "notices", _notice, and_(_notice.c.captured_at <= until, *is_unshown)
    is_over = and_(_request.c.received_at <= until, _request.c.status != RequestStatus.FOR_CLIENT)
    is_step_over = exists().where(
        _request.c.controller_id == _step.c.controller_id,
        _step.c.request_id == _request.c.id,
        is_over,
    )
    yield "request_steps", _step, is_step_over
    yield "rights_requests", _request, is_over
    yield "holds", _hold, _hold.c.released_at.is_not(None)


def _has(column: Column[Any], wanted: Column[Any]) -> ColumnElement[bool]:
    """Return the condition that another table of the same controller names a value."""
    other, own = column.table, wanted.table
    return exists().where(other.c.controller_id == own.c.controller_id, column == wanted)
