"""Find what a source was sent before under some ids: still in the inbox, or a lead already."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from models.columns import table_of
from models.inbox import InboxRecord
from models.lead import Lead


class SentBefore(NamedTuple):
    """A delivery that came before: when (UTC), and its bytes as they are kept."""

    received_at: datetime
    payload: bytes

    def __repr__(self) -> str:
        """Say when; the rest is somebody's data."""
        return f"SentBefore({self.received_at})"


def sent_before(
    connection: Connection, controller_id: str, source_id: str, external_ids: Sequence[str]
) -> list[SentBefore]:
    """Return what came under some ids of a source."""
    found: list[SentBefore] = []
    for table in (table_of(Lead), table_of(InboxRecord)):
        rows = connection.execute(
            select(table.c.received_at, table.c.payload).where(
                table.c.controller_id == controller_id,
                table.c.source_id == source_id,
                table.c.external_id.in_(list(external_ids)),
            )
        )
        found += [SentBefore(row.received_at, row.payload) for row in rows]
    return found
