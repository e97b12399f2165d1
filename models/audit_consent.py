"""What is held of somebody's consents: the events with their leads and wordings."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, select

from models.columns import of_any, table_of
from models.lead import Lead
from models.notice import NoticeRecord
from models.permission import PermissionRecord
from models.person import IdentifierRecord

_event, _lead, _notice = table_of(PermissionRecord), table_of(Lead), table_of(NoticeRecord)
_identifier = table_of(IdentifierRecord)
_OF_LEAD = (
    "source_id", "form_id", "notice_id", "grade", "has_source_time", "findings", "submitted_at",
    "received_at", "remarks", "payload", "salt", "commitment",
)  # fmt: skip


def consents_of(
    connection: Connection, controller_id: str, identifiers: Collection[UUID]
) -> list[Row[Any]]:
    """Return the events of some identifiers with what each rests on, by the time they happened."""
    wanted = _evidence().where(
        _event.c.controller_id == controller_id, _event.c.identifier_id.in_(list(identifiers))
    )
    return list(connection.execute(wanted.order_by(_event.c.occurred_at, _event.c.id)))


def consent_by_id(
    connection: Connection, controllers: Collection[str], consent_id: UUID
) -> Row[Any] | None:
    """Return one event by its key, if it is of one of some controllers, with what it rests on."""
    own = of_any(_event, controllers)
    return connection.execute(_evidence().where(own, _event.c.id == consent_id)).first()


def _evidence() -> Any:  # noqa: ANN401 - a select of many columns
    return (
        select(
            _event,
            _identifier.c.kind.label("identifier_kind"),
            *(_lead.c[name] for name in _OF_LEAD),
            _notice.c.content.label("notice_content"),
            _notice.c.captured_at.label("notice_captured_at"),
        )
        .join(_identifier, _same(_identifier) & (_identifier.c.id == _event.c.identifier_id))
        .outerjoin(_lead, _same(_lead) & (_lead.c.id == _event.c.lead_id))
        .outerjoin(_notice, _same(_notice) & (_notice.c.id == _lead.c.notice_id))
    )


def _same(table: Any) -> ColumnElement[bool]:  # noqa: ANN401 - a table
    condition: ColumnElement[bool] = table.c.controller_id == _event.c.controller_id
    return condition
