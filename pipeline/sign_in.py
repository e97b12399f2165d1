"""Find out who somebody is: login, password and, where they have one, the code of their device.

What fails is never said: a login that nobody has, a wrong password or code, a lock, an access that
is over and a second factor whose key is lost all take the same work and get the same answer. The
cure of the last is the operator's, and `leadledger check` names it: to tell it here, were it only
after a right password, would say to a stranger that login or password are right.
"""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NoReturn
from uuid import UUID

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import Connection, Row

from models import ledger, staff
from models.ledger import LedgerKind
from models.store import Store
from pipeline.known_staff import LOCK, plain_login
from pipeline.passwords import Passwords
from pipeline.second_factor import new_secret, sealed, step_of
from pipeline.settings import Settings
from pipeline.visitor import Visitor, actor_of
from policy.errors import ConfigError, SignInLater, SignInRefused
from policy.signing_in import LONGEST_PASSWORD, is_in_force, locked_until

PER_CALLER = RateLimitItemPerMinute(20, 15)
"""Tries of one caller, whoever they say they are: one lock would not stop a list of logins."""
_REFUSED = (
    "Login, password or code are not right, or the access is locked or over. Cure: try again; after"
    " five wrong tries wait 15 minutes, or ask an admin (`leadledger staff list`, `leadledger"
    " check`)."
)
_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed. `code` is that of their device, empty where they have none."""

    login: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)


class SignInDesk:
    """Where people sign in. One is kept for as long as the process lives: it counts the callers."""

    def __init__(
        self, store: Store, settings: Settings, passwords: Passwords | None = None
    ) -> None:
        """Take the store with the staff, and whose ledger says who came in."""
        self._store = store
        self._owner = settings.controllers[0].id
        self._key = settings.suppression_key
        self._passwords = passwords or Passwords()
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._salt = os.urandom(16)
        self._nobodys_secret = sealed(self._key, _NOBODY, new_secret())

    def sign_in(self, given: Credentials, now: datetime, caller: str = "") -> Visitor:
        """Return who somebody is who proved it. Rules: STAFF-5, STAFF-7.

        It takes a quarter of a second and 64 MiB: call it in a worker thread.

        Args:
            given: what they typed.
            now: the moment (aware UTC).
            caller: from where they ask, such as a network; kept as a digest, in memory only.

        Raises:
            SignInRefused: they did not prove it.
            SignInLater: too many tries from there, or too many people at a time.
            StoreUnavailable: the store cannot be written, so that tries could not be counted.
        """
        digest = blake2b(caller.encode(), key=self._salt, digest_size=16).hexdigest()
        if not self._limiter.hit(PER_CALLER, "sign in", digest):
            raise SignInLater("Too many tries from there. Cure: wait 15 minutes, then try again.")
        person, tries = self._claimed(plain_login(given.login), now)
        password = given.password[: LONGEST_PASSWORD + 1]
        is_right = self._passwords.fits(person.password_hash if person else None, password)
        step = self._step(person, given.code, now)
        if person is None or not is_right or step is None:
            self._refuse(person, tries, now)
        return self._let_in(person, password, step, now)

    def _claimed(self, login: str, now: datetime) -> tuple[Row[Any] | None, int]:
        """Return who has a login and may try, with the try counted; nobody if none may.

        A try is counted, and locks, before it is looked at: many at once are no more tries. Where
        nobody may, as much is written, since a disk is slow enough to be measured from afar.
        """
        with self._store.writing(LOCK) as connection:
            person = staff.person_by_login(connection, login)
            if person is None or not _may_try(person, now):
                staff.write_nothing_new(connection)
                return None, 0
            tries = staff.claim_try(connection, person.id)
            staff.lock(connection, person.id, locked_until(tries, now))
        return person, tries

    def _step(self, person: Row[Any] | None, code: str, now: datetime) -> int | None:
        """Return the step of a code that counts, 0 where none is needed, None if it is wrong.

        Where there is none to look at, as none is needed or its key is lost, nobody's is.
        """
        if person is not None and person.totp_secret is not None:
            with suppress(ConfigError):
                step = step_of(self._key, person.id, person.totp_secret, code, now)
                return step if step is not None and step > (person.totp_step or 0) else None
        step_of(self._key, _NOBODY, self._nobodys_secret, code, now)
        return 0 if person is not None and person.totp_secret is None else None

    def _refuse(self, person: Row[Any] | None, tries: int, now: datetime) -> NoReturn:
        """Refuse, and write down a lock; who is not locked, or nobody, costs a write as well."""
        until = locked_until(tries, now)
        with self._store.writing(LOCK) as connection:
            if person is None or until is None:
                staff.write_nothing_new(connection)
            else:
                detail = {"tries": tries, "until": until.isoformat(timespec="seconds")}
                entry = (LedgerKind.STAFF_LOCKED, person.id.hex, detail)
                ledger.append(connection, self._owner, "sign-in", [entry], now)
        raise SignInRefused(_REFUSED)

    def _let_in(self, person: Row[Any], password: str, step: int, now: datetime) -> Visitor:
        changes: dict[str, object] = {"totp_step": step} if step else {}
        if self._passwords.is_outgrown(person.password_hash):
            changes["password_hash"] = self._passwords.hash(password)
        visitor = Visitor(actor_of(person.id), person.id, person.role)
        with self._store.writing(LOCK) as connection:
            if not _is_as_it_was(connection, person, step, now):
                raise SignInRefused(_REFUSED)
            staff.let_in(connection, person.id, **changes)
            entry = (LedgerKind.STAFF_SIGNED_IN, person.id.hex, {"role": person.role})
            ledger.append(connection, self._owner, visitor.actor, [entry], now)
        return visitor


def _may_try(person: Row[Any], now: datetime) -> bool:
    """Say whether somebody has an access that is neither over nor locked."""
    is_locked = person.locked_until is not None and now < person.locked_until
    return is_in_force(person.valid_until, person.removed_at, now) and not is_locked


def _is_as_it_was(connection: Connection, person: Row[Any], step: int, now: datetime) -> bool:
    """Say whether nobody was removed, got another password or used the code since it was read."""
    found = staff.person_by_id(connection, person.id)
    return (
        found is not None
        and is_in_force(found.valid_until, found.removed_at, now)
        and found.password_hash == person.password_hash
        and (step == 0 or (found.totp_step or 0) < step)
    )
