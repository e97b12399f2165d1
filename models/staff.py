"""The people who work here: login, role, and what proves who they are. Nobody's row is deleted.

A row belongs to no controller: somebody works for the installation. The ledger knows people of the
staff by their keys only.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, UniqueConstraint, func, select, update
from sqlmodel import Field

from models.bulk import Values, insert_rows
from models.columns import Record, bytes_column, enum_of, table_of, text_column
from models.journal import note
from policy.access import StaffRole


class Staff(Record, table=True):
    """One person of the staff. A login is never given to somebody else, not even later.

    `password_hash` is empty where there is none that counts: of who was removed, or after a restore
    that brought an old one back. `totp_secret` is sealed; `totp_step` is the last one used, so that
    a code counts once. `tries` are wrong ones in a row. Sign-ins that began before `sessions_from`
    are over.
    """

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("login"),)

    id: UUID = Field(primary_key=True)
    login: str = Field(max_length=64)
    role: StaffRole = enum_of(StaffRole)
    password_hash: str = text_column()
    password_set_at: datetime
    totp_secret: bytes | None = bytes_column(nullable=True)
    totp_step: int | None = None
    valid_until: datetime | None = None
    created_at: datetime
    created_by: str = Field(max_length=64)
    tries: int = 0
    locked_until: datetime | None = None
    sessions_from: datetime
    removed_at: datetime | None = None
    removed_by: str | None = Field(default=None, max_length=64)


_staff = table_of(Staff)


def add_person(connection: Connection, row: Values) -> None:
    """Add somebody to the staff."""
    insert_rows(connection, _staff, [row])


def person_by_login(connection: Connection, login: str) -> Row[Any] | None:
    """Return who has a login, or had it before they were removed."""
    return connection.execute(select(_staff).where(_staff.c.login == login)).first()


def person_by_id(connection: Connection, staff_id: UUID) -> Row[Any] | None:
    """Return somebody by their key."""
    return connection.execute(select(_staff).where(_staff.c.id == staff_id)).first()


def everybody(connection: Connection) -> list[Row[Any]]:
    """Return all of the staff, those who were removed too, in the order in which they came."""
    return list(connection.execute(select(_staff).order_by(_staff.c.id)))


def admins(connection: Connection, now: datetime) -> list[Row[Any]]:
    """Return the admins with a password whose access stands: `id`, `totp_secret`."""
    wanted = select(_staff.c.id, _staff.c.totp_secret).where(
        _staff.c.role == StaffRole.ADMIN,
        _staff.c.removed_at.is_(None),
        _staff.c.password_hash != "",
        (_staff.c.valid_until.is_(None)) | (_staff.c.valid_until > now),
    )
    return list(connection.execute(wanted))


def claim_try(connection: Connection, staff_id: UUID) -> int:
    """Count a try before it is looked at, so that many at once are no more than so many."""
    counted = (
        update(_staff)
        .where(_staff.c.id == staff_id)
        .values(tries=_staff.c.tries + 1)
        .returning(_staff.c.tries)
    )
    return int(connection.execute(counted).scalar_one())


def write_nothing_new(connection: Connection) -> None:
    """Write a row as it is: what a refused try of nobody costs, so that it takes no less time."""
    anybody = select(func.min(_staff.c.login)).scalar_subquery()
    connection.execute(update(_staff).where(_staff.c.login == anybody).values(tries=_staff.c.tries))


def lock(connection: Connection, staff_id: UUID, until: datetime | None) -> None:
    """Let nobody in under a login until a time."""
    connection.execute(update(_staff).where(_staff.c.id == staff_id).values(locked_until=until))


def let_in(connection: Connection, staff_id: UUID, **changes: object) -> None:
    """Forget the wrong tries of somebody who proved who they are; write down what came with it."""
    values = {"tries": 0, "locked_until": None, **changes}
    connection.execute(update(_staff).where(_staff.c.id == staff_id).values(values))


def set_password(
    connection: Connection, owner: str, staff_id: UUID, password_hash: str, now: datetime
) -> None:
    """Give somebody a new password; sign-ins that began before are over.

    The journal of `owner`, a controller, gets no hash: after a restore the old one does not count.
    """
    values = {
        "password_hash": password_hash,
        "password_set_at": now,
        "sessions_from": now,
        "tries": 0,
        "locked_until": None,
    }
    connection.execute(update(_staff).where(_staff.c.id == staff_id).values(values))
    content = {"controller_id": owner, "id": staff_id, "at": now}
    note(connection, "staff_password", content)


def drop_old_password(connection: Connection, staff_id: UUID, set_at: datetime) -> bool:
    """Let a password count no more that is older than the one that was set at a time."""
    dropped = update(_staff).where(
        _staff.c.id == staff_id, _staff.c.password_set_at < set_at, _staff.c.password_hash != ""
    )
    changed = connection.execute(dropped.values(password_hash="", sessions_from=set_at))
    return changed.rowcount == 1


def drop_every_password(connection: Connection) -> int:
    """Let no password count; return of how many people."""
    dropped = update(_staff).where(_staff.c.password_hash != "")
    return connection.execute(dropped.values(password_hash="")).rowcount


def end_every_session(connection: Connection, now: datetime) -> None:
    """Let no sign-in of anybody count that began before a time."""
    connection.execute(update(_staff).values(sessions_from=now))


def end_sessions(connection: Connection, staff_id: UUID, now: datetime) -> None:
    """Let no sign-in count that began before a time."""
    ended = update(_staff).where(_staff.c.id == staff_id, _staff.c.sessions_from < now)
    connection.execute(ended.values(sessions_from=now))


def remove_person(
    connection: Connection, owner: str, staff_id: UUID, actor: str, now: datetime
) -> bool:
    """Take somebody off the staff for good; say whether they were on it until now.

    The row stays, without what could let anybody in; a restore does not bring them back.
    """
    values = {
        "removed_at": now,
        "removed_by": actor,
        "password_hash": "",
        "totp_secret": None,
        "sessions_from": now,
    }
    here = update(_staff).where(_staff.c.id == staff_id, _staff.c.removed_at.is_(None))
    changed = connection.execute(here.values(values))
    content = {"controller_id": owner, "id": staff_id, "at": now, "by": actor}
    note(connection, "staff_removed", content)
    return changed.rowcount == 1
