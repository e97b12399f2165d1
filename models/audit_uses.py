"""Who was handed out, to whom and on what decision, as an auditor asks for it."""

from collections.abc import Collection
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, String, or_, select, type_coerce

from models.columns import table_of
from models.disclosure import IN_LISTS, Disclosure, Listed
from models.export import Export
from models.lead import Lead
from models.look_up import among, run_among
from models.permission import PermissionRecord
from models.person import LeadIdentifier
from models.recall import Recall
from policy.recall import RecallReason
from policy.vocabulary import EventKind

_export, _listed, _disclosure = table_of(Export), table_of(Listed), table_of(Disclosure)
_recall = table_of(Recall)
_link, _lead, _event = table_of(LeadIdentifier), table_of(Lead), table_of(PermissionRecord)

_UNTOLD = frozenset(
    {"controller_id", "id", "opened_at", "closed_at", "row_count", "withheld", "path", "number"}
    | {"codes"}
)
_HANDED_OUT: dict[str, ColumnElement[Any]] = {
    "controller": _listed.c.controller_id,
    "export": type_coerce(_export.c.id, String),
    "handed_over_at": _export.c.closed_at,
    "broken_off": _export.c.closed_at.is_(None),
    "identifier_id": type_coerce(_listed.c.identifier_id, String),
    "lead_id": type_coerce(_listed.c.lead_id, String),
    # of its recipient too, as it stood then, whatever a list will say of that one day
    **{column.name: column for column in _export.c if column.name not in _UNTOLD},
    "code": _disclosure.c.code,
    "decided_at": _disclosure.c.decided_at,
    "valid_until": _disclosure.c.valid_until,
}
"""What is told of somebody's place in a list."""


class _Keys(dict[Any, UUID]):
    """Keys by what the driver gives for them: few are in thousands of rows, each is made once."""

    def __missing__(self, raw: Any) -> UUID:  # noqa: ANN401 - a text or a key already
        # SQLite's 32 hex digits need not be looked at as closely as what people type
        key = self[raw] = raw if isinstance(raw, UUID) else UUID(int=int(raw, 16))
        return key


def lists_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[dict[str, Any]]:
    """Return the lists that some leads were in, oldest first, by one query through the index.

    Of each `controller`, `export` (its key), `handed_over_at` (None where it was `broken_off`),
    `identifier_id`, `lead_id`, what the list says of itself and its recipient, and `code`,
    `decided_at` and `valid_until` of the decision.
    """
    wanted = (
        select(*_HANDED_OUT.values())
        .select_from(IN_LISTS)
        .where(among(connection, controller_id, _listed.c.lead_id))
    )
    rows = run_among(connection, wanted, leads).all()
    found = [dict(zip(_HANDED_OUT, row, strict=True)) for row in rows]
    found.sort(key=itemgetter("export", "identifier_id"))
    keys = _Keys()
    for each in found:
        for name in ("export", "identifier_id", "lead_id"):
            each[name] = keys[each[name]]
    return found


def later_uses(
    connection: Connection, controller_id: str, identifiers: Collection[UUID], since: datetime
) -> list[Row[Any]]:
    """Return who of some identifiers was in a list from a time on, in the order of the decisions.

    Lists are looked through by their keys, so that what was deleted since is found as well.
    """
    wanted = (
        select(_export.c.purpose, _export.c.channel, _export.c.id, *_of_disclosure())
        .select_from(IN_LISTS)
        .where(
            # a list that was begun before may have got its later rows after it
            or_(_export.c.closed_at.is_(None), _export.c.closed_at >= since),
            among(connection, controller_id, _listed.c.identifier_id),
            _disclosure.c.decided_at >= since,
        )
        .order_by(_disclosure.c.decided_at)
    )
    return list(run_among(connection, wanted, identifiers))


def kin_of(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> dict[UUID, set[UUID]]:
    """Return, by identifier, every identifier on the leads of the people who carry it."""
    theirs, lead, other, link = _link.alias(), _lead.alias(), _lead.alias(), _link.alias()
    wanted = (
        select(theirs.c.identifier_id, link.c.identifier_id.label("kin_id"))
        .join(lead, _same(lead, theirs) & (lead.c.id == theirs.c.lead_id))
        .join(other, _same(other, lead) & (other.c.person_id == lead.c.person_id))
        .join(link, _same(link, other) & (link.c.lead_id == other.c.id))
        .where(among(connection, controller_id, theirs.c.identifier_id))
        .distinct()
    )
    found: dict[UUID, set[UUID]] = {}
    for row in run_among(connection, wanted, identifiers):
        found.setdefault(row.identifier_id, set()).add(row.kin_id)
    return found


def consents_given(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return the consents on some identifiers: identifier, purpose, channel, `occurred_at`."""
    wanted = select(
        _event.c.identifier_id, _event.c.purpose, _event.c.channel, _event.c.occurred_at
    ).where(
        among(connection, controller_id, _event.c.identifier_id),
        _event.c.kind.in_([EventKind.GIVEN, EventKind.RENEWED]),
    )
    return list(run_among(connection, wanted, identifiers))


def lists_made(
    connection: Connection, controllers: Collection[str], since: datetime | None, until: datetime
) -> list[Row[Any]]:
    """Return the lists that were begun in a time, oldest first, the broken-off ones too."""
    wanted = select(_export).where(
        _export.c.controller_id.in_(list(controllers)), _export.c.opened_at < until
    )
    if since is not None:
        wanted = wanted.where(_export.c.opened_at >= since)
    return list(connection.execute(wanted.order_by(_export.c.opened_at, _export.c.id)))


def recalls_of_leads(
    connection: Connection, controller_id: str, leads: Collection[UUID]
) -> list[Row[Any]]:
    """Return the recalls of some leads with the recipient of each list."""
    wanted = (
        select(_recall, _export.c.recipient)
        .join(
            _export,
            (_export.c.controller_id == _recall.c.controller_id)
            & (_export.c.id == _recall.c.export_id),
        )
        .where(among(connection, controller_id, _recall.c.lead_id))
        .order_by(_recall.c.opened_at, _recall.c.export_id)
    )
    return list(run_among(connection, wanted, leads))


def recalls_opened(
    connection: Connection, controllers: Collection[str], since: datetime | None, until: datetime
) -> list[Row[Any]]:
    """Return `opened_at`, `due_at`, `acknowledged_at` of the recalls after opt-outs of a time."""
    wanted = select(_recall.c.opened_at, _recall.c.due_at, _recall.c.acknowledged_at).where(
        _recall.c.controller_id.in_(list(controllers)),
        _recall.c.reason == RecallReason.OPTED_OUT,
        _recall.c.opened_at < until,
    )
    if since is not None:
        wanted = wanted.where(_recall.c.opened_at >= since)
    return list(connection.execute(wanted))


def _of_disclosure() -> list[ColumnElement[Any]]:
    told = (_disclosure.c[name] for name in ("code", "decided_at", "valid_until"))
    return [_listed.c.identifier_id, _listed.c.lead_id, *told]


def _same(one: Any, other: Any) -> ColumnElement[bool]:  # noqa: ANN401 - tables or their aliases
    condition: ColumnElement[bool] = one.c.controller_id == other.c.controller_id
    return condition
