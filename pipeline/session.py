"""Stay signed in for a while: a signed token in a file that only its owner can read.

The file belongs to one terminal (the session of the operating system), so that who signs in at one
place is nobody in another, and no job of cron's. The token is signed with a key of the
installation; it holds a key of the staff and two times, and no password.
"""

import os
import struct
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from stat import S_IRWXG, S_IRWXO, S_ISREG
from uuid import UUID, uuid4

from pipeline.link_signer import LinkSigner
from policy.errors import NotAllowed, UsageError
from policy.signing_in import LONGEST_SESSION, session_lasts

USE = "staff session"
_TIMES = struct.Struct(">QQ")
_EPOCH, _UNIT = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_KEY_BYTES = 16
_RUN_OUT = (
    "Your sign-in has run out. Cure: `leadledger staff sign-in`, or `leadledger staff sign-out` to"
    " go on without."
)


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in: when, and when they were here last (aware UTC)."""

    staff_id: UUID
    began_at: datetime
    used_at: datetime


class SessionFile:
    """Where the sign-in of this terminal is kept, for one installation."""

    def __init__(self, config: Path, folder: Path, terminal: int, key: bytes | None = None) -> None:
        """Name the file; without a key it can only be looked for and deleted."""
        installation = sha256(os.fsencode(config.resolve())).hexdigest()[:16]
        self.path = folder / f"session-{installation}-{terminal}"
        self._signer = LinkSigner([key]) if key else None

    def exists(self) -> bool:
        """Say whether somebody signed in here and did not sign out."""
        return self.path.exists() or self.path.is_symlink()

    def read(self, now: datetime) -> Session:
        """Return who signed in here, and write down that they are here now.

        Raises:
            NotAllowed: that ran out, or the file is not what we wrote; with the cure.
        """
        found = self._parsed(self._content())
        if found is None or not session_lasts(found.began_at, found.used_at, now):
            raise NotAllowed(_RUN_OUT)
        used = replace(found, used_at=now)
        self.write(used)
        return used

    def write(self, session: Session) -> None:
        """Keep a sign-in, readable by its owner only.

        Raises:
            UsageError: the file cannot be written.
        """
        if self._signer is None:
            raise ValueError("a sign-in is kept with the key at hand")
        times = ((at - _EPOCH) // _UNIT for at in (session.began_at, session.used_at))
        token = self._signer.sign(USE, session.staff_id.bytes + _TIMES.pack(*times))
        partial = self.path.with_name(f".{self.path.name}.{uuid4().hex[:8]}")
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(token)
            partial.replace(self.path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise UsageError(
                f"The sign-in cannot be kept: {error.strerror}. Cure: make {self.path.parent}"
                " writable, or set XDG_STATE_HOME."
            ) from None

    def remove(self) -> bool:
        """Forget the sign-in; say whether there was one."""
        was_there = self.exists()
        self.path.unlink(missing_ok=True)
        return was_there

    def tidy(self, now: datetime) -> None:
        """Delete the sign-ins of terminals that are long gone."""
        oldest = (now - LONGEST_SESSION).timestamp()
        for path in self.path.parent.glob("session-*"):
            with suppress(OSError):
                if path.lstat().st_mtime < oldest:
                    path.unlink()

    def _content(self) -> str:
        """Return the token.

        Raises:
            NotAllowed: the file is not ours alone, so that anybody could have put it there.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW)
        except OSError:
            raise NotAllowed(_RUN_OUT) from None
        with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
            seen = os.fstat(file.fileno())
            is_private = not seen.st_mode & (S_IRWXG | S_IRWXO) and seen.st_uid == os.geteuid()
            if not S_ISREG(seen.st_mode) or not is_private:
                raise NotAllowed(
                    "The file of your sign-in is open to others. Cure: `leadledger staff sign-out`,"
                    " then sign in again."
                )
            return file.read(1_024)

    def _parsed(self, token: str) -> Session | None:
        content = self._signer.content(USE, token) if self._signer else None
        if content is None or len(content) != _KEY_BYTES + _TIMES.size:
            return None
        began, used = _TIMES.unpack(content[_KEY_BYTES:])
        return Session(UUID(bytes=content[:_KEY_BYTES]), _moment(began), _moment(used))


def _moment(microseconds: int) -> datetime:
    return _EPOCH + microseconds * _UNIT
