"""Turn passwords into hashes that are slow to guess, a few at a time, with Argon2id (RFC 9106)."""

import base64
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from policy.errors import SignInLater

TIME_COST = 3
MEMORY_KIB = 65_536
LANES = 4
"""The second of the two choices of RFC 9106 section 4: 64 MiB and a quarter of a second."""
AT_ONCE = 2
"""Each hash takes 64 MiB and some cores: a crowd that signs in waits, and nobody else does."""
WAIT_SECONDS = 10.0

_TURNS = BoundedSemaphore(AT_ONCE)


class Passwords:
    """Makes and checks hashes; a hash keeps its own costs, so that these can grow."""

    def __init__(
        self, time_cost: int = TIME_COST, memory_kib: int = MEMORY_KIB, lanes: int = LANES
    ) -> None:
        """Take the costs of new hashes; what tests and machines of another time have may differ."""
        self._hasher = PasswordHasher(
            time_cost=time_cost, memory_cost=memory_kib, parallelism=lanes, hash_len=32, salt_len=16
        )
        # the work for a login that nobody has is that for one that somebody has
        salt, digest = (base64.b64encode(bytes(size)).rstrip(b"=").decode() for size in (16, 32))
        costs = f"m={memory_kib},t={time_cost},p={lanes}"
        self._nobodys = f"$argon2id$v=19${costs}${salt}${digest}"

    def hash(self, password: str) -> str:
        """Return the hash of a password, with its costs and a salt of its own.

        Raises:
            SignInLater: too many others wait for theirs.
        """
        with _a_turn():
            return self._hasher.hash(_plain(password))

    def fits(self, password_hash: str | None, password: str) -> bool:
        """Say whether a password is that of a hash; without a hash the work is done all the same.

        Raises:
            SignInLater: too many others wait for theirs.
        """
        with _a_turn():
            try:
                self._hasher.verify(password_hash or self._nobodys, _plain(password))
            except (VerificationError, InvalidHashError):
                return False
        return bool(password_hash)

    def is_outgrown(self, password_hash: str) -> bool:
        """Say whether a hash cost less than a new one would; costs never shrink."""
        old, new = extract_parameters(password_hash), extract_parameters(self._nobodys)
        return (
            old.type != new.type
            or old.time_cost < new.time_cost
            or old.memory_cost < new.memory_cost
        )


def _plain(password: str) -> str:
    """Return a password the same, whichever keyboard composed its letters."""
    return unicodedata.normalize("NFC", password)


@contextmanager
def _a_turn() -> Iterator[None]:
    if not _TURNS.acquire(timeout=WAIT_SECONDS):
        raise SignInLater("Too many people sign in at this moment. Cure: try again in a minute.")
    try:
        yield
    finally:
        _TURNS.release()
