"""A second factor: codes of six digits that change every 30 seconds (TOTP, RFC 6238).

The secret is stored sealed under a key that is made of the installation's own, so that whoever has
the database or a backup alone cannot make codes.
"""

import hmac
import os
from contextlib import suppress
from datetime import datetime
from uuid import UUID

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from policy.errors import ConfigError
from policy.suppression import SuppressionKeys

ISSUER = "LeadLedger"
STEP_SECONDS = 30
_NONCE_BYTES = 12
LOST_KEY = (
    "second factors were sealed under another key. Cure: put the old key back; if it was replaced"
    " by a new one, into keys.former_suppression; if it is lost, `leadledger staff remove` with the"
    " login, then add them under another."
)
"""Why nobody with a second factor gets in, and what to do about it."""
_AROUND = (0, -1, 1)
"""The steps that are looked at: this one, then its neighbours, since clocks differ."""


def new_secret() -> str:
    """Return a new secret in base32: 160 random bits, as RFC 4226 section 4 recommends."""
    return pyotp.random_base32()


def address_of(secret: str, login: str) -> str:
    """Return the `otpauth` address that an authenticator app takes, typed or as a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def sealed(keys: SuppressionKeys, staff_id: UUID, secret: str) -> bytes:
    """Return a secret encrypted, for one person: moved to another's row it opens no more."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + _cipher(keys.current).encrypt(nonce, secret.encode(), staff_id.bytes)


def step_of(
    keys: SuppressionKeys, staff_id: UUID, sealed_secret: bytes, code: str, now: datetime
) -> int | None:
    """Return the step whose code it is, None if it is that of none near this moment.

    Raises:
        ConfigError: the secret was sealed under another key; with the cure.
    """
    secret = _opened(keys, staff_id, sealed_secret)
    codes, present = pyotp.TOTP(secret), int(now.timestamp()) // STEP_SECONDS
    digits = "".join(code.split())
    found = None
    for step in (present + offset for offset in _AROUND):
        # all are compared, so that the time tells nothing of which one it was
        if hmac.compare_digest(codes.generate_otp(step).encode(), digits.encode()):
            found = step
    return found


def can_be_checked(keys: SuppressionKeys, staff_id: UUID, sealed_secret: bytes) -> bool:
    """Say whether somebody's codes can be checked, as the key is there that sealed their secret."""
    with suppress(ConfigError):
        return bool(_opened(keys, staff_id, sealed_secret))
    return False


def _opened(keys: SuppressionKeys, staff_id: UUID, sealed_secret: bytes) -> str:
    nonce, body = sealed_secret[:_NONCE_BYTES], sealed_secret[_NONCE_BYTES:]
    for key in keys.every:
        with suppress(InvalidTag):
            return _cipher(key).decrypt(nonce, body, staff_id.bytes).decode()
    raise ConfigError(f"keys.suppression: {LOST_KEY}")


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"leadledger second factor", "sha256"))
