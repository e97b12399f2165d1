"""Build staff with safe defaults: cheap hashes, a clock of the test's, real stores."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from models import staff
from models.store import Store
from pipeline import wiring
from pipeline.passwords import Passwords
from pipeline.session import Session, SessionFile
from pipeline.settings import Settings
from pipeline.sign_in import Credentials, SignInDesk
from pipeline.staff import NewPerson, add_person
from pipeline.visitor import OPERATOR, Visitor
from policy.access import StaffRole
from tests import build
from tests.build import NOW, SUPPRESSION_KEY

PASSWORD = "correct horse battery staple"
CHEAP = Passwords(time_cost=1, memory_kib=8, lanes=1)
AUDIT_ENDS = date(2026, 12, 31)


def staffed(store: Store) -> Settings:
    """Return the settings of an installation whose controller the store knows."""
    build.declared(store)
    return build.settings(str(store.url), build.source())


def joined(
    store: Store,
    settings: Settings,
    login: str = "ann",
    role: StaffRole = StaffRole.ADMIN,
    *,
    totp: bool = False,
    **changes: Any,
) -> str | None:
    """Add somebody to the staff; return the address of their second factor."""
    end = AUDIT_ENDS if role is StaffRole.AUDITOR else None
    new = NewPerson(login, role, PASSWORD, changes.get("last_day", end), totp)
    return add_person(store, settings, new, OPERATOR, changes.get("at", NOW), CHEAP)


def desk(store: Store, settings: Settings) -> SignInDesk:
    return SignInDesk(store, settings, CHEAP)


def enter(at: SignInDesk, login: str = "ann", password: str = PASSWORD, **how: Any) -> Visitor:
    """Sign in at a desk."""
    given = Credentials(login, password, how.get("code", ""))
    return at.sign_in(given, how.get("now", NOW), how.get("caller", "192.0.2.0/24"))


def row_of(store: Store, login: str = "ann") -> Row[Any]:
    """Return what the store has of somebody."""
    with store.reading() as connection:
        found = staff.person_by_login(connection, login)
    assert found is not None
    return found


def signed_in(folder: Path, store: Store, role: StaffRole, login: str | None = None) -> str:
    """Sign somebody of a role in at this terminal, for commands in a folder; return their actor."""
    name, now = login or role.value, wiring.now()
    end = (now + timedelta(days=30)).date() if role is StaffRole.AUDITOR else None
    joined(store, staffed(store), name, role, at=now, last_day=end)
    key = row_of(store, name).id
    file = SessionFile(
        folder / "config.toml",
        folder / ".local/state/leadledger",
        os.getsid(0),
        SUPPRESSION_KEY.current,
    )
    file.write(Session(key, now, now))
    return f"staff:{key.hex}"
