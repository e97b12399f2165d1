"""The keyed digest by which a suppressed identifier is known, and by nothing else."""

import hashlib
import hmac

from policy.vocabulary import ControllerId, Identifier


def suppression_digest(key: bytes, controller_id: ControllerId, identifier: Identifier) -> str:
    """Return the hex HMAC-SHA256 of a normalised identifier within one controller.

    The controller is part of the digest, so that entries of two controllers cannot be compared.
    It outlives erasure (UK GDPR Art. 17(3)(b), 21(3)). Rule: SUP-1.
    """
    text = f"{controller_id}\x1f{identifier.kind}\x1f{identifier.value}"
    return hmac.digest(key, text.encode(), "sha256").hex()


def key_fingerprint(key: bytes) -> str:
    """Return the name of a suppression key: it tells keys apart and gives none away. Rule: SUP-2.

    Digests made with another key match nobody, so a list must never be asked with the wrong one.
    """
    return hashlib.sha256(b"leadledger suppression key\0" + key).hexdigest()[:16]
