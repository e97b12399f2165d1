"""Who may ask: a throw-away service account, an OAuth client, and the tokens given to them.

Source: developers.google.com/identity/protocols/oauth2/service-account (JWT bearer grant, RFC 7523)
and …/oauth2/web-server (refresh token).
"""

import base64
import json
import time
from collections.abc import Mapping
from functools import cache
from secrets import token_urlsafe
from typing import Any

CLIENT_ID = "100200300400-rehearsal.apps.googleusercontent.example"
CLIENT_SECRET = "rehearsal-client-secret"  # noqa: S105 - opens the simulator only
REFRESH_TOKEN = "1//rehearsal-refresh-token"  # noqa: S105 - the same
SERVICE_ACCOUNT = "lead-reader@rehearsal.iam.gserviceaccount.example"
SCOPE = "https://www.googleapis.com/auth/adwords"
LIFETIME = 3600
"""Seconds that an access token is good for."""
_GOOGLES_OWN_ENDPOINT = "https://oauth2.googleapis.com/token"
"""The audience that google-auth signs for, whatever `token_uri` says."""
_JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_KEY_BITS = 2048


class GrantRefusedError(Exception):
    """A request for a token that is not granted: RFC 6749 section 5.2 names `code`."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


class Tokens:
    """The access tokens that are good. One a server: another server's tokens open nothing here."""

    def __init__(self, scope: str = SCOPE) -> None:
        """Give out tokens of one scope; a service account must ask for it."""
        self.scope = scope
        self._good: set[str] = set()

    def grant(self, form: Mapping[str, str], token_url: str) -> str:
        """Return a new access token for a request at the token endpoint.

        Raises:
            GrantRefusedError: the request does not prove who it is from.
        """
        match form.get("grant_type"):
            case "refresh_token":
                _check_refresh_token(form)
            case grant_type if grant_type == _JWT_BEARER:
                _check_assertion(form.get("assertion", ""), token_url, self.scope)
            case _:
                raise GrantRefusedError("unsupported_grant_type", "Invalid grant_type")
        token = f"ya29.{token_urlsafe(24)}"
        self._good.add(token)
        return token

    def is_good(self, authorization: str | None) -> bool:
        """Say whether an `authorization` header carries a token of ours that was not revoked."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme == "Bearer" and token in self._good

    def revoke_all(self) -> None:
        """Let every token given so far be worth nothing."""
        self._good.clear()


@cache
def _private_key() -> Any:  # noqa: ANN401 - `cryptography` is imported late
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    return rsa.generate_private_key(public_exponent=65537, key_size=_KEY_BITS)


def service_account_key(token_url: str) -> str:
    """Return the key file (JSON) of the service account, whose tokens come from `token_url`.

    The RSA key is made once a process and opens the simulator only.
    """
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    pem = _private_key().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key = {
        "type": "service_account",
        "project_id": "rehearsal",
        "private_key_id": "rehearsal-key",
        "private_key": pem.decode(),
        "client_email": SERVICE_ACCOUNT,
        "client_id": "100200300400500600700",
        "token_uri": token_url,
        "universe_domain": "googleapis.com",
    }
    return json.dumps(key, indent=2)


def _check_refresh_token(form: Mapping[str, str]) -> None:
    if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
        raise GrantRefusedError("invalid_client", "The OAuth client was not found.")
    if form.get("refresh_token") != REFRESH_TOKEN:
        raise GrantRefusedError("invalid_grant", "Token has been expired or revoked.")


def _check_assertion(assertion: str, token_url: str, scope: str) -> None:
    """Check a signed statement of the service account, with its audience, scope and times."""
    claims = _signed_claims(assertion)
    now = time.time()  # noqa: TID251 - google-auth signs with the real clock
    if claims.get("iss") != SERVICE_ACCOUNT:
        raise GrantRefusedError("invalid_grant", "Invalid grant: account not found")
    if claims.get("aud") not in {token_url, _GOOGLES_OWN_ENDPOINT}:
        raise GrantRefusedError("invalid_grant", "Invalid JWT: Failed audience check.")
    if not claims.get("iat", now + LIFETIME) - 300 <= now <= claims.get("exp", 0):
        raise GrantRefusedError("invalid_grant", "Invalid JWT: Token must be short-lived.")
    if scope not in str(claims.get("scope", "")).split():
        raise GrantRefusedError("invalid_scope", "Invalid OAuth scope or ID token audience.")


def _signed_claims(assertion: str) -> dict[str, Any]:
    """Return what a JWT claims, once its RS256 signature has been found to be ours."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import padding  # noqa: PLC0415

    try:
        signed, _, signature = assertion.rpartition(".")
        header, claims = (json.loads(_decoded(part)) for part in signed.split("."))
        _private_key().public_key().verify(
            _decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
        )
    except (InvalidSignature, ValueError) as cause:
        raise GrantRefusedError("invalid_grant", "Invalid JWT Signature.") from cause
    if header.get("alg") != "RS256" or not isinstance(claims, dict):
        raise GrantRefusedError("invalid_grant", "Invalid JWT: only RS256 is taken.")
    return claims


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
