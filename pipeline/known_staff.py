"""Look up who somebody of the staff is, without what it takes to find out whether they are."""

from datetime import datetime
from uuid import UUID

from models import staff
from models.store import Store
from pipeline.visitor import Visitor, actor_of
from policy.signing_in import is_in_force
from policy.suppression import SuppressionKeys

LOCK = "staff"
"""What the staff is changed under: one change at a time."""


def plain_login(login: str) -> str:
    """Return a login as it is compared."""
    return login.strip().casefold()


def visitor_of(store: Store, staff_id: UUID, began_at: datetime, now: datetime) -> Visitor | None:
    """Return who signed in at a time, None if that does not count any more."""
    with store.reading() as connection:
        person = staff.person_by_id(connection, staff_id)
    if person is None or not is_in_force(person.valid_until, person.removed_at, now):
        return None
    if began_at < person.sessions_from:
        return None
    return Visitor(actor_of(person.id), person.id, person.role)


def has_login(store: Store, visitor: Visitor, login: str) -> bool:
    """Say whether a login is that of somebody who is here."""
    with store.reading() as connection:
        person = staff.person_by_login(connection, plain_login(login))
    return person is not None and person.id == visitor.staff_id


def has_admin(store: Store, keys: SuppressionKeys, now: datetime) -> bool:
    """Say whether there is an admin who can sign in, though a lock may make them wait.

    Whose second factor was sealed under a key that is lost cannot: if nobody else can, the operator
    must be let in to the staff, or nobody ever is again. Rule: STAFF-3.
    """
    from pipeline.second_factor import can_be_checked  # noqa: PLC0415 - loads ciphers

    with store.reading() as connection:
        found = staff.admins(connection, now)
    return any(
        row.totp_secret is None or can_be_checked(keys, row.id, row.totp_secret) for row in found
    )
