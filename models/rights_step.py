"""The steps of each rights request, one row each, only ever added.

What a request has come to is computed from these rows by `policy.rights.case`. They outlive the
restore of an older backup: the journal has them, without the few words that somebody typed.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import (
    NO_ROWID,
    Record,
    belongs_to,
    controller_key,
    enum_of,
    json_column,
    key,
    table_of,
    text_column,
)
from models.journal import note
from models.look_up import among, run_among
from policy.rights.steps import StepKind

NOTED = "rights_step"


class RightsStep(Record, table=True):
    """One step of a request: what it was, when it happened (`at`), and who wrote it down.

    `number` counts the steps of a request in the order in which they were written down, from 1.
    `detail` holds codes and keys of ours. `text` is a few words that name nobody; an erasure takes
    them out all the same, and the journal never has them.
    """

    __tablename__ = "rights_step"
    __table_args__ = (
        belongs_to("rights_request", "request_id"),
        NO_ROWID,
    )

    controller_id: str = controller_key()
    request_id: UUID = key()
    number: int = Field(primary_key=True)
    kind: StepKind = enum_of(StepKind)
    at: datetime
    recorded_at: datetime
    actor: str = Field(max_length=64)
    detail: dict[str, Any] = json_column()
    text: str = text_column()


_step = table_of(RightsStep)


def add_steps(connection: Connection, rows: Sequence[Values]) -> None:
    """Add steps, in the order given."""
    insert_rows(connection, _step, rows)
    for row in rows:
        kept = {name: value for name, value in row.items() if name != "text"}
        note(connection, NOTED, {"row": kept})


def steps_of(
    connection: Connection, controller_id: str, requests: Collection[UUID]
) -> list[Row[Any]]:
    """Return the steps of some requests, in the order in which they were written down."""
    wanted = select(_step).where(among(connection, controller_id, _step.c.request_id))
    return list(
        run_among(connection, wanted.order_by(_step.c.request_id, _step.c.number), requests)
    )


def strip_steps(connection: Connection, controller_id: str, requests: Collection[UUID]) -> None:
    """Take the words out of the steps of some requests; what was done, and when, stays."""
    stripped = update(_step).where(among(connection, controller_id, _step.c.request_id))
    run_among(connection, stripped.values(text=""), requests)
