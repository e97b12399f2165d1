"""The keyed digest by which a suppressed identifier is known, and by nothing else."""

import hashlib
import hmac
from dataclasses import dataclass, field, replace

from policy.vocabulary import ControllerId, Identifier


@dataclass(frozen=True, slots=True)
class SuppressionKeys:
    """The key that new digests are made with, and those that it came after.

    A list names nobody, so it cannot be made anew with another key: what was written with a former
    key is found with it for as long as the list is kept. Rule: SUP-3.
    """

    current: bytes = field(repr=False)
    former: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def every(self) -> tuple[bytes, ...]:
        """Return all of them, the current one first."""
        return (self.current, *self.former)

    def of_fingerprint(self, fingerprint: str) -> "SuppressionKeys":
        """Return the same keys with the one of that fingerprint as the current one.

        Raises:
            KeyError: there is no such key.
        """
        known = {fingerprint_of(key): key for key in self.every}
        chosen = known[fingerprint]
        return replace(
            self, current=chosen, former=tuple(key for key in self.every if key != chosen)
        )


def suppression_digest(
    keys: SuppressionKeys, controller_id: ControllerId, identifier: Identifier
) -> str:
    """Return the hex HMAC-SHA256 of a normalised identifier within one controller.

    Made with the current key: for what is written. The controller is part of the digest, so that
    entries of two controllers cannot be compared. It outlives erasure (UK GDPR Art. 17(3)(b),
    21(3)). Rule: SUP-1.
    """
    return _digest(keys.current, controller_id, identifier)


def suppression_digests(
    keys: SuppressionKeys, controller_id: ControllerId, identifier: Identifier
) -> tuple[str, ...]:
    """Return the digest with each key, the current one first, for a look-up. Rule: SUP-3."""
    return tuple(_digest(key, controller_id, identifier) for key in keys.every)


def key_fingerprint(keys: SuppressionKeys) -> str:
    """Return the name of the current key, which is kept with each digest. Rule: SUP-2."""
    return fingerprint_of(keys.current)


def key_fingerprints(keys: SuppressionKeys) -> tuple[str, ...]:
    """Return the names of all keys, the current one first. Rules: SUP-2, SUP-3."""
    return tuple(map(fingerprint_of, keys.every))


def fingerprint_of(key: bytes) -> str:
    """Return the name of a suppression key: it tells keys apart and gives none away. Rule: SUP-2.

    Digests made with another key match nobody, so a list must never be asked with the wrong one.
    """
    return hashlib.sha256(b"leadledger suppression key\0" + key).hexdigest()[:16]


def _digest(key: bytes, controller_id: ControllerId, identifier: Identifier) -> str:
    text = f"{controller_id}\x1f{identifier.kind}\x1f{identifier.value}"
    return hmac.digest(key, text.encode(), "sha256").hex()
