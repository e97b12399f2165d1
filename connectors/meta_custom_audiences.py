"""Meta custom audiences: take people out of every customer list of an ad account.

Source: developers.facebook.com, marketing-api, audiences/guides/custom-audiences and
reference/ad-account/usersofanyaudience, v26.0. The answer does not say whether anybody was in a
list; what it says is kept as the receipt.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated

import orjson
from pydantic import BeforeValidator, Field, SecretStr, field_validator

from connectors._meta_graph import Graph, Json, Line, graph, safe_address, sendable
from connectors._meta_removal_errors import removal_error
from connectors._meta_throttle import AUDIENCES, Throttle
from connectors._meta_verdict import GraphError, changed
from connectors.audiences import (
    Audience,
    AudienceSettings,
    Followed,
    Members,
    Receipt,
    RemovalState,
    request_id_of,
)
from connectors.base import ConnectorIO, ProbeResult, Secret
from policy.audience_hashes import HashRule
from policy.errors import SourceError
from policy.vocabulary import IdentifierKind

_SCHEMAS = {IdentifierKind.EMAIL: "EMAIL_SHA256", IdentifierKind.PHONE: "PHONE_SHA256"}
_NEEDED_SCOPE = "ads_management"


def _digits(given: object) -> object:
    """Take an ad account's id as the interface shows it, too: act_123."""
    text = str(given) if isinstance(given, int) else given
    if not isinstance(text, str):
        return given
    bare = text.strip().removeprefix("act_")
    if not re.fullmatch(r"[0-9]{1,20}", bare):
        raise ValueError("is no id of an ad account, which is digits only, or act_ and digits")
    return bare


class MetaCustomAudiencesSettings(AudienceSettings):
    """The settings of an ad account whose customer lists people are taken out of."""

    ad_account_id: Annotated[str, BeforeValidator(_digits)] = Field(
        description="The id of the ad account; people are taken out of all its customer lists.",
        examples=["act_102030405060708"],
    )
    access_token: Secret = Field(
        description="The token of a system user with a role on the ad account; it needs"
        " ads_management.",
        examples=[{"env": "META_ADS_TOKEN"}],
    )
    app_secret: Secret | None = Field(
        default=None,
        description="The secret of the app that the token was made for; every call is then signed.",
        examples=[{"file": "secrets/meta_app_secret"}],
    )
    api_version: str = Field(
        default="v26.0",
        pattern=r"^v[0-9]{1,3}\.[0-9]$",
        description="The version of the Graph API that is asked.",
    )
    graph_url: str = Field(
        default="https://graph.facebook.com",
        description="Where the Graph API is; anything but https is refused, except on loopback.",
    )
    timeout_seconds: float = Field(
        default=60, ge=1, le=300, description="How many seconds a call waits for an answer."
    )

    def places(self) -> frozenset[str]:
        """Return the ad account: people leave all its lists."""
        return frozenset({f"meta {self.ad_account_id}"})

    @field_validator("access_token", "app_secret")
    @classmethod
    def _can_be_sent(cls, secret: SecretStr | None) -> SecretStr | None:
        return sendable(secret) if secret is not None else None

    @field_validator("graph_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        return safe_address(url)


class MetaCustomAudiences:
    """The customer lists of one ad account."""

    def __init__(self, settings: MetaCustomAudiencesSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._io = io
        self._account = f"act_{settings.ad_account_id}"
        self._subject = f"ad account {settings.ad_account_id}"
        secret = settings.app_secret
        self._line = Line(
            graph_url=settings.graph_url,
            api_version=settings.api_version,
            timeout_seconds=settings.timeout_seconds,
            access_token=settings.access_token.get_secret_value,
            app_secret=secret.get_secret_value if secret else None,
            buckets=AUDIENCES,
        )

    def remove(self, members: Members, /) -> Receipt:
        """Take people out of every customer list of the account, by one key alone.

        Raises:
            SourceRefused: token, permission or terms, or an audience that Meta has flagged.
            SourceUnavailable: Meta does not answer, or asks for a wait.
            SourceChanged: the answer is in no known shape, or calls hashes of ours invalid.
        """
        hashes = [each for forms in members.hashes for each in forms]
        payload = {"schema": _SCHEMAS[members.kind], "data": hashes}
        with self._told() as line:
            # a DELETE would carry the hashes in the address, which ends up in logs
            answer = line.post(
                self._account,
                "usersofanyaudience",
                method="DELETE",
                payload=orjson.dumps(payload).decode(),
            )
            return _receipt(answer, len(hashes))

    def follow(self, request_id: str, /) -> Followed:  # noqa: ARG002 - the contract's
        """Return that it is done: Meta answers at once, and with nothing to be followed."""
        return Followed(RemovalState.DONE)

    def probe(self) -> Iterator[ProbeResult]:
        """Yield whether the token may change audiences, and the account's terms are accepted."""
        try:
            with self._told() as line:
                yield self._may_change(line)
                yield self._account_state(line)
        except SourceError as error:
            yield ProbeResult("access", False, str(error))

    def _may_change(self, line: Graph) -> ProbeResult:
        # in the body of a POST, since an address ends up in logs
        answer = line.post("debug_token", input_token=self._line.access_token(), method="GET")
        shown = answer.get("data")
        facts: Mapping[str, object] = shown if isinstance(shown, Mapping) else {}
        if facts.get("is_valid") is not True:
            message = "Meta says that the access token is not valid. Cure: make a new one."
            return ProbeResult("access token", False, message)
        scopes = facts.get("scopes")
        if not isinstance(scopes, list) or _NEEDED_SCOPE not in scopes:
            cure = "Cure: grant it to the app, then make a new token."
            return ProbeResult("access token", False, f"The token lacks {_NEEDED_SCOPE}. {cure}")
        return ProbeResult("access token", True, f"It is valid and has {_NEEDED_SCOPE}.")

    def _account_state(self, line: Graph) -> ProbeResult:
        answer = line.get(self._account, fields="id,tos_accepted")
        terms = answer.get("tos_accepted")
        if isinstance(terms, Mapping) and terms.get("custom_audience_tos") == 0:
            cure = "Cure: an admin of the ad account accepts them in Ads Manager > Audiences."
            return ProbeResult(
                self._subject, False, f"The Custom Audience terms are not accepted. {cure}"
            )
        return ProbeResult(self._subject, True, "It can be read with this token.")

    @contextmanager
    def _told(self) -> Iterator[Graph]:
        """Open a line, and say what goes wrong on it as our own errors.

        Nothing is waited for here: whoever asks has a pace of its own, and others to serve.
        """
        try:
            with graph(self._line, Throttle(timedelta(0)), self._io.sleep) as line:
                yield line
        except GraphError as error:
            found = error.verdict
        else:
            return
        raise removal_error(found, self._subject)


def _receipt(answer: Json, asked: int) -> Receipt:
    """Read what Meta says that it took in; samples of what it did not are not kept.

    Raises:
        GraphError: it does not say so, or took in less than all.
    """
    received, invalid = answer.get("num_received"), answer.get("num_invalid_entries", 0)
    if not isinstance(received, int) or isinstance(received, bool):
        raise changed("an answer without num_received")
    if not isinstance(invalid, int) or invalid > 0 or received < asked:
        raise changed("Meta did not take in all of the hashes")
    return Receipt(request_id_of(answer.get("session_id")), received, is_done=True)


audience = Audience(
    name="meta_custom_audiences",
    settings=MetaCustomAudiencesSettings,
    hash_rule=HashRule.META,
    build=MetaCustomAudiences,
)
