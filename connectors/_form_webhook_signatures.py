"""Say whether a push is genuine: each tool's own way, over the bytes as they came.

Every secret is compared in constant time, whatever the others gave, so two may stand side by side
while one is changed for the other. What is malformed is not genuine, and nothing here raises.

Sources: standardwebhooks.com, specification; typeform.com, secure-your-webhooks;
developers.tally.so; developers.webflow.com, working-with-webhooks; developers.hubspot.com,
request-validation; docs.netlify.com, http-post-request notifications.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from enum import Enum
from urllib.parse import parse_qsl, urlsplit

from connectors._form_webhook_settings import SIGNS_NOTHING, Tool, key_of_standard
from connectors.pushed import Push, Refusal

TOLERANCE = timedelta(minutes=5)
KEY_IN_ADDRESS = "key"

_UNAUTHORISED, _FORBIDDEN = 401, 403
_MOST_DIGITS = 15
_MOST_PARAMETERS = 100


class Verdict(Enum):
    """What the signature of a push turned out to be."""

    GENUINE = 1
    FORGED = 2
    OUT_OF_TIME = 3


Check = Callable[[Push, Sequence[bytes]], Verdict]


def refusal_of(push: Push, tool: Tool, secrets: Sequence[str], header: str) -> Refusal | None:
    """Return why a push is not taken for genuine, None if it is."""
    keys = [secret.encode() for secret in secrets]
    if tool in SIGNS_NOTHING:
        if _has_key(push, keys, header):
            return None
        return Refusal(
            _FORBIDDEN,
            f"The secret is missing or another one. Send it in the header {header}, or as ?key=… at"
            " the end of the address.",
        )
    if tool is Tool.STANDARD:
        keys = [key for secret in secrets if (key := key_of_standard(secret))]
    match _CHECKS[tool](push, keys):
        case Verdict.GENUINE:
            return None
        case Verdict.OUT_OF_TIME:
            return Refusal(
                _UNAUTHORISED,
                "The signature is right, and its time more than five minutes away. Set the clocks"
                " right, and send it again.",
            )
    return Refusal(
        _UNAUTHORISED,
        "The signature is missing or wrong. Give this source the signing secret of the tool's"
        " webhook.",
    )


def _is_any(given: bytes, expected: Sequence[bytes]) -> bool:
    """Say whether something is one of several, looking at each of them in constant time."""
    found = [hmac.compare_digest(given, each) for each in expected]
    return any(found)


def _header(push: Push, name: str) -> bytes:
    return push.headers.get(name, "").strip().encode("utf-8", "surrogatepass")


def _mac(key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()


def _base64_macs(keys: Sequence[bytes], content: bytes) -> list[bytes]:
    return [base64.b64encode(_mac(key, content)) for key in keys]


def _verdict(push: Push, *, is_genuine: bool, at: bytes, milliseconds: bool = False) -> Verdict:
    if not is_genuine:
        return Verdict.FORGED
    if not at.isdigit() or len(at) > _MOST_DIGITS:
        return Verdict.OUT_OF_TIME
    away = int(at) / (1_000 if milliseconds else 1) - push.received_at.timestamp()
    return Verdict.GENUINE if abs(away) <= TOLERANCE.total_seconds() else Verdict.OUT_OF_TIME


def _standard(push: Push, keys: Sequence[bytes]) -> Verdict:
    own_id, at = _header(push, "webhook-id"), _header(push, "webhook-timestamp")
    expected = _base64_macs(keys, b".".join((own_id, at, push.body)))
    given = _header(push, "webhook-signature").split(b" ")
    found = [_is_any(each.removeprefix(b"v1,"), expected) for each in given if each[:3] == b"v1,"]
    return _verdict(push, is_genuine=any(found) and bool(own_id), at=at)


def _typeform(push: Push, keys: Sequence[bytes]) -> Verdict:
    expected = [b"sha256=" + each for each in _base64_macs(keys, push.body)]
    is_genuine = _is_any(_header(push, "typeform-signature"), expected)
    return Verdict.GENUINE if is_genuine else Verdict.FORGED


def _tally(push: Push, keys: Sequence[bytes]) -> Verdict:
    is_genuine = _is_any(_header(push, "tally-signature"), _base64_macs(keys, push.body))
    return Verdict.GENUINE if is_genuine else Verdict.FORGED


def _webflow(push: Push, keys: Sequence[bytes]) -> Verdict:
    at = _header(push, "x-webflow-timestamp")
    expected = [_mac(key, at + b":" + push.body).hex().encode() for key in keys]
    is_genuine = _is_any(_header(push, "x-webflow-signature"), expected)
    return _verdict(push, is_genuine=is_genuine, at=at, milliseconds=True)


_DECODED_BY_HUBSPOT = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$",
    "%27": "'", "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def _hubspot(push: Push, keys: Sequence[bytes]) -> Verdict:
    at = _header(push, "x-hubspot-request-timestamp")
    decoded = push.url
    for code, letter in _DECODED_BY_HUBSPOT.items():
        decoded = decoded.replace(code, letter).replace(code.lower(), letter)
    # the documentation has the address decoded in part, HubSpot's own packages as it stands
    signed = [
        b"".join((b"POST", url.encode("utf-8", "surrogatepass"), push.body, at))
        for url in (push.url, decoded)
    ]
    expected = [mac for content in signed for mac in _base64_macs(keys, content)]
    is_genuine = _is_any(_header(push, "x-hubspot-signature-v3"), expected)
    return _verdict(push, is_genuine=is_genuine, at=at, milliseconds=True)


def _netlify(push: Push, keys: Sequence[bytes]) -> Verdict:
    """Check a JWS (RFC 7515) whose claims hold the digest of the body."""
    signed, _, signature = _header(push, "x-webhook-signature").rpartition(b".")
    head, _, claims = signed.partition(b".")
    expected = [base64.urlsafe_b64encode(_mac(key, signed)).rstrip(b"=") for key in keys]
    # the key is ours alone, and used for HS256 alone: what else a header asks for is not done
    is_signed = _is_any(signature, expected) and _part(head).get("alg") == "HS256"
    if not is_signed:
        return Verdict.FORGED
    told = _part(claims)
    digest = str(told.get("sha256")).encode("utf-8", "surrogatepass")
    is_of_body = hmac.compare_digest(digest, hashlib.sha256(push.body).hexdigest().encode())
    is_genuine = is_of_body and told.get("iss") == "netlify"
    return Verdict.GENUINE if is_genuine else Verdict.FORGED


def _part(part: bytes) -> Mapping[str, object]:
    """Return a part of a JWS as the object that it is, an empty one if it is none."""
    try:
        text = base64.b64decode(part + b"=" * (-len(part) % 4), altchars=b"-_", validate=True)
        found = json.loads(text)
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _has_key(push: Push, keys: Sequence[bytes], header: str) -> bool:
    """Say whether one of the secrets came along; digests are compared, so that no length shows."""
    expected = [hashlib.sha256(key).digest() for key in keys]
    given = [_header(push, header.lower()), *_keys_in(push.url)]
    found = [_is_any(hashlib.sha256(each).digest(), expected) for each in given]
    return any(found)


def _keys_in(url: str) -> list[bytes]:
    try:
        parameters = parse_qsl(urlsplit(url).query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        return []
    return [value.encode("utf-8", "surrogatepass") for key, value in parameters
            if key == KEY_IN_ADDRESS]  # fmt: skip


_CHECKS: Mapping[Tool, Check] = {
    Tool.STANDARD: _standard,
    Tool.TYPEFORM: _typeform,
    Tool.TALLY: _tally,
    Tool.WEBFLOW: _webflow,
    Tool.HUBSPOT: _hubspot,
    Tool.NETLIFY: _netlify,
}
