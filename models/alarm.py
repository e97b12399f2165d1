"""What is wrong now, who has been told of it, and when somebody can next be told.

An alarm belongs to no controller: it is about the installation, and names nobody.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, tuple_, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import NO_ROWID, Record, enum_of, table_of, text_column
from policy.alarms import Severity

AlarmKey = tuple[str, str]
"""The kind of an alarm and what it is about: there is one open alarm of each."""


class AlarmRecord(Record, table=True):
    """One thing that is wrong, or was until `closed_at` and somebody does not know yet.

    `state` is what must change for it to be told again. `told_at` is when somebody was last told.
    """

    __tablename__ = "alarm"

    kind: str = Field(primary_key=True, max_length=32)
    subject: str = Field(primary_key=True, max_length=64)
    severity: Severity = enum_of(Severity)
    state: str = Field(max_length=64)
    fact: str = text_column()
    cure: str = text_column()
    since: datetime
    last_seen: datetime
    told_at: datetime | None = None
    closed_at: datetime | None = None


class AlarmTold(Record, table=True):
    """What one target was told last of one alarm: the state that it was in, or that it is over."""

    __tablename__ = "alarm_told"
    __table_args__ = (NO_ROWID,)

    target: str = Field(primary_key=True, max_length=330)
    kind: str = Field(primary_key=True, max_length=32)
    subject: str = Field(primary_key=True, max_length=64)
    state: str = Field(max_length=64)


class AlarmTarget(Record, table=True):
    """One way to somebody. Nobody tells it anything before `due_at`.

    `trouble` is why it could not be reached the last time, None if it could.
    """

    __tablename__ = "alarm_target"

    target: str = Field(primary_key=True, max_length=330)
    due_at: datetime
    attempts: int
    trouble: str | None = text_column(nullable=True)
    reached_at: datetime | None = None


def kept_alarms(connection: Connection) -> list[Row[Any]]:
    """Return the alarms that stand, and those whose end somebody does not know; oldest first."""
    table = table_of(AlarmRecord)
    return list(connection.execute(select(table).order_by(table.c.since, table.c.kind)))


def open_alarms(connection: Connection) -> list[Row[Any]]:
    """Return the alarms that stand, oldest first."""
    return [row for row in kept_alarms(connection) if row.closed_at is None]


def put_alarms(connection: Connection, rows: Sequence[Values]) -> None:
    """Write alarms down as they are now, whether or not they were there."""
    drop_alarms(connection, [(row["kind"], row["subject"]) for row in rows])
    insert_rows(connection, table_of(AlarmRecord), rows)


def drop_alarms(connection: Connection, keys: Collection[AlarmKey]) -> None:
    """Remove alarms; what targets were told of them stays."""
    if keys:
        table = table_of(AlarmRecord)
        same = tuple_(table.c.kind, table.c.subject).in_(list(keys))
        connection.execute(delete(table).where(same))


def told(connection: Connection) -> dict[str, dict[AlarmKey, str]]:
    """Return what each target was told last of each alarm."""
    found: dict[str, dict[AlarmKey, str]] = {}
    for row in connection.execute(select(table_of(AlarmTold))):
        found.setdefault(row.target, {})[row.kind, row.subject] = row.state
    return found


def note_told(
    connection: Connection, target: str, states: Mapping[AlarmKey, str], now: datetime
) -> None:
    """Write down what a target was told, and that it can be reached."""
    forget_told(connection, states, [target])
    rows = [
        {"target": target, "kind": kind, "subject": subject, "state": state}
        for (kind, subject), state in states.items()
    ]
    insert_rows(connection, table_of(AlarmTold), rows)
    alarm, ways = table_of(AlarmRecord), table_of(AlarmTarget)
    named = tuple_(alarm.c.kind, alarm.c.subject).in_(list(states))
    connection.execute(update(alarm).where(named).values(told_at=now))
    reached = {"due_at": now, "attempts": 0, "trouble": None, "reached_at": now}
    connection.execute(update(ways).where(ways.c.target == target).values(reached))


def forget_told(
    connection: Connection, keys: Iterable[AlarmKey], targets: Collection[str] | None = None
) -> None:
    """Forget what some targets, or all, were told of some alarms."""
    table = table_of(AlarmTold)
    listed = list(keys)
    if not listed:
        return
    wanted = [tuple_(table.c.kind, table.c.subject).in_(listed)]
    if targets is not None:
        wanted.append(table.c.target.in_(list(targets)))
    connection.execute(delete(table).where(*wanted))


def targets(connection: Connection) -> dict[str, Row[Any]]:
    """Return what is known of each target."""
    return {row.target: row for row in connection.execute(select(table_of(AlarmTarget)))}


def keep_targets(connection: Connection, wanted: Collection[str], now: datetime) -> None:
    """Make new targets known, and forget those that are gone and know of nothing that stands.

    Somebody may run a program with an older configuration beside this one: what a target was told
    must outlast that, or both would tell it again and again.
    """
    ways, said = table_of(AlarmTarget), table_of(AlarmTold)
    known = set(connection.execute(select(ways.c.target)).scalars())
    if gone := known - set(wanted):
        knows = select(said.c.target).where(said.c.target == ways.c.target).exists()
        connection.execute(delete(ways).where(ways.c.target.in_(gone), ~knows))
    rows = [
        {"target": each, "due_at": now, "attempts": 0, "trouble": None, "reached_at": None}
        for each in sorted(set(wanted) - known)
    ]
    insert_rows(connection, ways, rows)


def claim_target(connection: Connection, target: str, now: datetime, until: datetime) -> int | None:
    """Take a target if it is due; nobody else tells it anything before `until`.

    Returns how often it has been tried in vain, this time included; None if it is not due.
    """
    table = table_of(AlarmTarget)
    claimed = connection.execute(
        update(table)
        .where(table.c.target == target, table.c.due_at <= now)
        .values(due_at=until, attempts=table.c.attempts + 1)
        .returning(table.c.attempts)
    ).scalar()
    return None if claimed is None else int(claimed)


def postpone_target(connection: Connection, target: str, until: datetime, trouble: str) -> None:
    """Let a target that could not be reached be tried again later."""
    table = table_of(AlarmTarget)
    values = {"due_at": until, "trouble": trouble}
    connection.execute(update(table).where(table.c.target == target).values(values))
