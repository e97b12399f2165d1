"""How platforms prove that a push is theirs, and after which answers they send it again.

Sources: developers.facebook.com, webhooks/getting-started; developers.google.com, google-ads/
webhook/docs/implementation; standardwebhooks.com, the specification.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from hmac import digest

from simulator.pushes import Manner, Wire

STANDARD_SECRET = "whsec_UHJldGVuZFNlY3JldE9mVGhlU2ltdWxhdG9yLi4u"  # noqa: S105 - opens nothing
_JSON = "application/json"
_FORM = "application/x-www-form-urlencoded"
_WRONG = "a-secret-of-nobody"
_GONE = 410
_EVERY_WAY = frozenset(Manner)
_WITHOUT_A_TIME = _EVERY_WAY - {Manner.OUTDATED}


def _is_taken(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


@dataclass(frozen=True, slots=True)
class MetaApp:
    """Signs the bytes of a body with the app's secret. Tries again until it is told 2xx."""

    secret: str = field(repr=False)
    manners: frozenset[Manner] = _WITHOUT_A_TIME

    def wire(self, body: bytes, at: datetime, /) -> Wire:  # noqa: ARG002 - as all platforms
        """Return a body with its signature."""
        return Wire(body, _signed_by_meta(body, self.secret))

    def forged(self, body: bytes, at: datetime, /) -> Wire:  # noqa: ARG002 - as all platforms
        """Return a body that another app has signed."""
        return Wire(body, _signed_by_meta(body, _WRONG))

    def sends_again(self, status: int | None, /) -> bool:
        """Say whether it tries again."""
        return not _is_taken(status)


def _signed_by_meta(body: bytes, secret: str) -> dict[str, str]:
    signature = digest(secret.encode(), body, "sha256").hex()
    return {
        "Content-Type": _JSON,
        "User-Agent": "facebookexternalua",
        "X-Hub-Signature-256": f"sha256={signature}",
    }


@dataclass(frozen=True, slots=True)
class GoogleForm:
    """Puts a key into the body. Tries again after 5xx, and gives a lead up after 4xx."""

    key: str = field(repr=False)
    manners: frozenset[Manner] = _WITHOUT_A_TIME

    def wire(self, body: bytes, at: datetime, /) -> Wire:  # noqa: ARG002 - as all platforms
        """Return a body as it is: the key was written into it."""
        return Wire(body, {"Content-Type": _JSON})

    def forged(self, body: bytes, at: datetime, /) -> Wire:  # noqa: ARG002 - as all platforms
        """Return a body with another key."""
        return Wire(body.replace(_quoted(self.key), _quoted(_WRONG)), {"Content-Type": _JSON})

    def sends_again(self, status: int | None, /) -> bool:
        """Say whether it tries again."""
        return status is None or status >= 500


def _quoted(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class StandardWebhooks:
    """Signs id, time and body, as the specification of that name says; 410 tells it to stop."""

    secret: str = field(repr=False)
    manners: frozenset[Manner] = _EVERY_WAY

    def wire(self, body: bytes, at: datetime, /) -> Wire:
        """Return a body with id, time and signature; the same body has the same id again."""
        return Wire(body, _signed_by_standard(body, at, self.secret))

    def forged(self, body: bytes, at: datetime, /) -> Wire:
        """Return a body that another secret has signed."""
        wrong = f"whsec_{b64encode(_WRONG.encode()).decode()}"
        return Wire(body, _signed_by_standard(body, at, wrong))

    def sends_again(self, status: int | None, /) -> bool:
        """Say whether it tries again."""
        return not _is_taken(status) and status != _GONE


def message_id_of(body: bytes) -> str:
    """Return the id that goes with a body as `webhook-id`, try after try."""
    return f"msg_{blake2b(body, digest_size=12).hexdigest()}"


def _signed_by_standard(body: bytes, at: datetime, secret: str) -> dict[str, str]:
    message_id = message_id_of(body)
    seconds = str(int(at.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    text = f"{message_id}.{seconds}.".encode() + body
    return {
        "Content-Type": _JSON,
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(digest(key, text, 'sha256')).decode()}",
    }


@dataclass(frozen=True, slots=True)
class FormTool:
    """Posts what a web form held, proves nothing, and never tries again."""

    manners: frozenset[Manner] = _WITHOUT_A_TIME - {Manner.FORGED}

    def wire(self, body: bytes, at: datetime, /) -> Wire:  # noqa: ARG002 - as all platforms
        """Return a body as a browser would post it."""
        return Wire(body, {"Content-Type": _FORM})

    def forged(self, body: bytes, at: datetime, /) -> Wire:
        """Return the same: there is nothing to forge."""
        return self.wire(body, at)

    def sends_again(self, status: int | None, /) -> bool:  # noqa: ARG002 - as all platforms
        """Say that it does not."""
        return False
