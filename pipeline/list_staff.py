"""List the people who work here, with how their access stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from models import staff
from models.store import Store
from pipeline.second_factor import can_be_checked
from policy.access import StaffRole
from policy.london import london_date
from policy.signing_in import is_in_force
from policy.suppression import SuppressionKeys

_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody of the staff, as listed.

    `state` is in_force, locked, over, no_password, lost_key (no code of their device can be
    checked) or removed. Times are aware UTC.
    """

    id: UUID
    login: str
    role: StaffRole
    state: str
    second_factor: bool
    created_at: datetime
    valid_until: datetime | None
    locked_until: datetime | None
    removed_at: datetime | None

    @property
    def last_day(self) -> date | None:
        """Return the last day of the access in London, as it was given; None: no end."""
        return london_date(self.valid_until - _INSTANT) if self.valid_until else None


def list_people(
    store: Store, keys: SuppressionKeys, now: datetime, *, removed: bool = False
) -> Sequence[ListedPerson]:
    """Return the staff, in the order in which they came; who was removed if asked for.

    `keys` are those under which second factors may have been sealed.
    """
    with store.reading() as connection:
        rows = staff.everybody(connection)
    found = [
        ListedPerson(
            row.id,
            row.login,
            row.role,
            _state(row, keys, now),
            row.totp_secret is not None,
            row.created_at,
            row.valid_until,
            row.locked_until,
            row.removed_at,
        )
        for row in rows
    ]
    return [each for each in found if removed or each.removed_at is None]


def _state(row: Row[Any], keys: SuppressionKeys, now: datetime) -> str:
    if row.removed_at is not None:
        return "removed"
    if not is_in_force(row.valid_until, row.removed_at, now):
        return "over"
    if not row.password_hash:
        return "no_password"
    if row.totp_secret is not None and not can_be_checked(keys, row.id, row.totp_secret):
        return "lost_key"
    return "locked" if row.locked_until is not None and now < row.locked_until else "in_force"
