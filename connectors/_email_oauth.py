"""Get access tokens for a mailbox (RFC 6749 4.4 and 6), and keep one until it is nearly over."""

from collections.abc import Callable
from datetime import datetime, timedelta

import requests

from connectors._email_account import OAuthSettings
from policy.errors import SourceChanged, SourceRefused, SourceUnavailable

_BEFORE_ITS_END = timedelta(minutes=2)
_USUAL_LIFE_SECONDS = 3_000


class AccessTokens:
    """The access token of one mailbox."""

    def __init__(
        self, settings: OAuthSettings, now: Callable[[], datetime], timeout_seconds: float
    ) -> None:
        """Prepare; nothing is asked yet."""
        self._settings = settings
        self._now = now
        self._timeout = timeout_seconds
        self._token = ""
        self._until: datetime | None = None

    def forget(self) -> None:
        """Ask for a new one the next time: the server did not take this one."""
        self._until = None

    def token(self) -> str:
        """Return a token that is good for some minutes.

        Raises:
            SourceRefused: the provider refuses; somebody must agree anew.
            SourceUnavailable: the provider does not answer.
            SourceChanged: its answer holds no token.
        """
        now = self._now()
        if self._until is None or now >= self._until:
            self._token, life = self._asked()
            self._until = now + timedelta(seconds=life) - _BEFORE_ITS_END
        return self._token

    def _asked(self) -> tuple[str, float]:
        settings = self._settings
        given = {
            "grant_type": "refresh_token" if settings.refresh_token else "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret and settings.client_secret.get_secret_value(),
            "refresh_token": settings.refresh_token and settings.refresh_token.get_secret_value(),
            "scope": settings.scope,
        }
        form = {name: value for name, value in given.items() if value}
        try:
            answer = requests.post(settings.token_url, data=form, timeout=self._timeout)
        except requests.RequestException:
            raise SourceUnavailable(
                "oauth.token_url does not answer. It is tried again with the next look."
            ) from None
        if answer.status_code in {400, 401, 403}:
            raise SourceRefused(
                f"The provider gives no access token (status {answer.status_code}). Cure: agree"
                " anew, put the new refresh_token in its place, and check client_id and"
                " client_secret; see docs/email.md."
            )
        if answer.status_code != requests.codes.ok:
            raise SourceUnavailable(
                f"oauth.token_url answers {answer.status_code}. It is tried again next time."
            )
        return _token_in(answer)


def _token_in(answer: requests.Response) -> tuple[str, float]:
    try:
        found = answer.json()
        token, life = found["access_token"], float(found.get("expires_in", _USUAL_LIFE_SECONDS))
    except (ValueError, KeyError, TypeError, AttributeError):
        token, life = None, 0.0
    if not isinstance(token, str) or not token:
        raise SourceChanged(
            "oauth.token_url answered without an access token. Cure: check the address."
        )
    return token, life
