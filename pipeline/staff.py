"""Change the staff: add, remove, give a password. Who did it stands in the ledger, by key."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import ledger, staff
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store
from pipeline.known_staff import LOCK, plain_login
from pipeline.passwords import Passwords
from pipeline.second_factor import address_of, new_secret, sealed
from pipeline.settings import Settings
from pipeline.sign_in import Credentials
from pipeline.visitor import Visitor
from policy.access import StaffRole
from policy.errors import UsageError
from policy.signing_in import end_of_access, require_good_password

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Whom to add. `last_day` is the last day of the access in London, None for one without end."""

    login: str
    role: StaffRole
    password: str = field(repr=False)
    last_day: date | None = None
    has_second_factor: bool = False


def require_addable(
    store: Store, login: str, role: StaffRole, last_day: date | None, now: datetime
) -> None:
    """Refuse whom nobody can add, before a password is thought of.

    Raises:
        UsageError: the login is none or was used, or the end does not fit.
    """
    plain = plain_login(login)
    if not _LOGIN.fullmatch(plain):
        raise UsageError(
            "This is no login. Cure: up to 64 letters a-z, digits and . _ - such as ava.smith."
        )
    end_of_access(role, last_day, now)
    with store.reading() as connection:
        _require_new(connection, plain)


def require_person(store: Store, login: str) -> None:
    """Refuse a login that nobody has who could get a new password.

    Raises:
        UsageError: as above.
    """
    with store.reading() as connection:
        _required(connection, plain_login(login))


def add_person(
    store: Store,
    settings: Settings,
    new: NewPerson,
    by: Visitor,
    now: datetime,
    passwords: Passwords | None = None,
) -> str | None:
    """Add somebody to the staff. Return the `otpauth` address of their second factor, if any.

    The address is told this once: it is stored sealed. Rules: STAFF-4, STAFF-7.

    Raises:
        UsageError: the login is none or was used, the password is weak, or the end does not fit.
    """
    login = plain_login(new.login)
    require_addable(store, login, new.role, new.last_day, now)
    require_good_password(new.password, login)
    password_hash = (passwords or Passwords()).hash(new.password)
    secret = new_secret() if new.has_second_factor else None
    row = _row(settings, new, password_hash, secret, now) | {"created_by": by.actor}
    until = row["valid_until"]
    detail = {
        "role": new.role,
        "until": until.isoformat() if until else None,
        "second_factor": secret is not None,
    }
    with store.writing(LOCK) as connection:
        _require_new(connection, login)
        staff.add_person(connection, row)
        entry = (LedgerKind.STAFF_ADDED, row["id"].hex, detail)
        ledger.append(connection, settings.controllers[0].id, by.actor, [entry], now)
    return address_of(secret, login) if secret else None


def _row(
    settings: Settings, new: NewPerson, password_hash: str, secret: str | None, now: datetime
) -> dict[str, Any]:
    """Return the row of somebody new, with the secret of their device sealed for that row."""
    [key] = new_keys(1, now)
    return {
        "id": key,
        "login": plain_login(new.login),
        "role": new.role,
        "password_hash": password_hash,
        "password_set_at": now,
        "totp_secret": sealed(settings.suppression_key, key, secret) if secret else None,
        "totp_step": None,
        "valid_until": end_of_access(new.role, new.last_day, now),
        "created_at": now,
        "tries": 0,
        "locked_until": None,
        "sessions_from": now,
        "removed_at": None,
        "removed_by": None,
    }


def remove_person(store: Store, settings: Settings, login: str, by: Visitor, now: datetime) -> bool:
    """Take somebody off the staff for good; say whether they were on it until now.

    Raises:
        UsageError: nobody has that login.
    """
    owner = settings.controllers[0].id
    with store.writing(LOCK) as connection:
        person = staff.person_by_login(connection, plain_login(login))
        if person is None:
            raise UsageError(_NOBODY)
        was_here = staff.remove_person(connection, owner, person.id, by.actor, now)
        if was_here:
            entry = (LedgerKind.STAFF_REMOVED, person.id.hex, {"role": person.role})
            ledger.append(connection, owner, by.actor, [entry], now)
    return was_here


def set_password(
    store: Store,
    settings: Settings,
    new: Credentials,
    by: Visitor,
    now: datetime,
    passwords: Passwords | None = None,
) -> None:
    """Give somebody a new password; every sign-in of theirs is over, and so is a lock.

    Raises:
        UsageError: nobody has that login, or the password is weak.
    """
    owner, plain = settings.controllers[0].id, plain_login(new.login)
    require_good_password(new.password, plain)
    password_hash = (passwords or Passwords()).hash(new.password)
    with store.writing(LOCK) as connection:
        person = _required(connection, plain)
        staff.set_password(connection, owner, person.id, password_hash, now)
        entry = (LedgerKind.STAFF_PASSWORD_SET, person.id.hex, {"own": by.staff_id == person.id})
        ledger.append(connection, owner, by.actor, [entry], now)


def _require_new(connection: Connection, login: str) -> None:
    if staff.person_by_login(connection, login) is not None:
        raise UsageError(
            f"The login {login!r} is or was somebody's. Cure: choose another; a login is never"
            " given twice, so that the record stays clear."
        )


def _required(connection: Connection, login: str) -> Row[Any]:
    person = staff.person_by_login(connection, login)
    if person is None or person.removed_at is not None:
        raise UsageError(_NOBODY)
    return person


_NOBODY = "Nobody of the staff has that login. Cure: take one from `leadledger staff list`."
