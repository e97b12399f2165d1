"""Sign what others carry for us: unsubscribe links, forms, confirmation links."""

import hashlib
import hmac
from collections.abc import Sequence

from itsdangerous import BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode


class LinkSigner:
    """Signs with the newest of some keys, and knows the tokens of all of them.

    HMAC-SHA256 over the content in base64url, compared in constant time (itsdangerous 2.2, whose
    own default is SHA-1). A token says nothing of when it was made, and does not end by itself:
    whoever wants an end puts it into the content.
    """

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Keep the keys, oldest first."""
        self._keys = list(keys)
        self._signers: dict[str, Signer] = {}

    def sign(self, use: str, content: bytes, /) -> str:
        """Return a token of `[A-Za-z0-9_.-]`; made for one use, it is none for another."""
        return self._signer(use).sign(base64_encode(content)).decode()

    def content(self, use: str, token: str, /) -> bytes | None:
        """Return what a token of ours holds, None if it is none."""
        try:
            return base64_decode(self._signer(use).unsign(token.encode()))
        except (BadSignature, UnicodeEncodeError):
            return None

    def _signer(self, use: str) -> Signer:
        """Return the signer of a use, whose keys are derived once: lists have a link a row."""
        if use not in self._signers:
            salt = f"leadledger {use}".encode()
            derived = [hmac.digest(key, salt, "sha256") for key in self._keys]
            self._signers[use] = Signer(
                derived, salt, key_derivation="none", digest_method=hashlib.sha256
            )
        return self._signers[use]
