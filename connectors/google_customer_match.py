"""Google Customer Match: take people out of customer lists by the Data Manager API.

Source: developers.google.com, data-manager/api/reference/rest/v1 (audienceMembers.remove,
requestStatus.retrieve). Google takes a request in and works on it later, so nobody counts as
removed before it says so of every list.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints, field_validator, model_validator

from connectors._google_data_manager import (
    LOOPBACK,
    NOT_FOUND,
    DataLine,
    DataManager,
    Json,
    code_of,
)
from connectors._google_line import Access
from connectors._google_removal_errors import removal_error
from connectors._google_settings import AccountId
from connectors._google_verdict import GoogleError, Outcome, Verdict
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

AudienceId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
_FIELDS = {IdentifierKind.EMAIL: "emailAddress", IdentifierKind.PHONE: "phoneNumber"}
_OF_NOBODY = Members(IdentifierKind.EMAIL, [["0" * 64]])
_WORKING = {"PROCESSING", "REQUEST_STATUS_UNKNOWN"}


class GoogleCustomerMatchSettings(AudienceSettings):
    """The settings of a Google Ads account whose customer lists people are taken out of."""

    account_id: AccountId = Field(
        description="The Google Ads account that the customer lists are in.",
        examples=["123-456-7890"],
    )
    login_account_id: AccountId | None = Field(
        default=None, description="The manager account through which access runs, if there is one."
    )
    audience_ids: tuple[AudienceId, ...] = Field(
        min_length=1,
        max_length=10,
        description="The ids of the customer lists (user lists), ten at the most.",
        examples=[("7000000001",)],
    )
    service_account_key: Secret | None = Field(
        default=None,
        description="The JSON key of a service account that is a user of the account.",
        examples=[{"file": "secrets/google_service_account.json"}],
    )
    client_id: str | None = Field(
        default=None, description="Or, with a refresh token: the OAuth client it was made for."
    )
    client_secret: Secret | None = Field(default=None, description="The secret of that client.")
    refresh_token: Secret | None = Field(
        default=None,
        description="A refresh token with the scope https://www.googleapis.com/auth/datamanager.",
    )
    token_url: str = Field(
        default="https://oauth2.googleapis.com/token",
        description="Where a refresh token is exchanged; https, except on loopback.",
    )
    address: str = Field(
        default="https://datamanager.googleapis.com",
        description="Where the Data Manager API is; https, except on loopback.",
    )
    timeout_seconds: float = Field(
        default=60, ge=1, le=300, description="How many seconds a call waits for an answer."
    )

    def places(self) -> frozenset[str]:
        """Return the customer lists."""
        return frozenset(f"google {each}" for each in self.audience_ids)

    @field_validator("token_url", "address")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        is_known = parts.scheme == "https" or (
            parts.scheme == "http" and parts.hostname in LOOPBACK
        )
        if not is_known or not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("must be an https address: a token is sent there")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        own = (self.client_id, self.client_secret, self.refresh_token)
        if any(own) and not all(own):
            raise ValueError("client_id, client_secret and refresh_token belong together: set all")
        if bool(self.service_account_key) == any(own):
            raise ValueError("set either service_account_key or a refresh token with its client")
        if len(set(self.audience_ids)) < len(self.audience_ids):
            raise ValueError("audience_ids names a list twice: keep one")
        return self


class GoogleCustomerMatch:
    """Some customer lists of one account."""

    def __init__(self, settings: GoogleCustomerMatchSettings, io: ConnectorIO) -> None:
        self._settings = settings
        self._subject = f"account {settings.account_id}"
        key, secret = settings.service_account_key, settings.client_secret
        token = settings.refresh_token
        access = Access(
            service_account_key=key.get_secret_value if key else None,
            client_id=settings.client_id,
            client_secret=secret.get_secret_value if secret else None,
            refresh_token=token.get_secret_value if token else None,
            token_url=settings.token_url,
        )
        line = DataLine(access, settings.address, settings.timeout_seconds, io.sleep)
        self._manager = DataManager(line)

    def remove(self, members: Members, /) -> Receipt:
        """Ask Google to take people out of the lists; it is done when `follow` says so.

        Raises:
            SourceRefused: access, account, or an id is not right.
            SourceUnavailable: Google does not answer, or a quota is used up.
            SourceChanged: the answer is in no known shape.
        """
        with self._told():
            answer = self._manager.post("audienceMembers:remove", self._request(members))
            request_id = request_id_of(answer.get("requestId"))
            if request_id is None:
                raise GoogleError(Verdict(Outcome.CHANGED, "no requestId"))
        return Receipt(request_id, None, is_done=False)

    def follow(self, request_id: str, /) -> Followed:
        """Return how far Google has come: done when every list is, failed when one has.

        A request that Google does not know any more cannot be proven, so it has failed too. Raises
        as `remove`.
        """
        with self._told():
            try:
                answer = self._manager.get("requestStatus:retrieve", requestId=request_id)
            except GoogleError as error:
                if error.verdict.code != NOT_FOUND:
                    raise
                return Followed(RemovalState.FAILED, NOT_FOUND)
            return _state(answer)

    def probe(self) -> Iterator[ProbeResult]:
        """Yield whether Google would take a removal; it checks one of nobody, and does nothing."""
        try:
            with self._told():
                request = self._request(_OF_NOBODY) | {"validateOnly": True}
                self._manager.post("audienceMembers:remove", request)
        except SourceError as error:
            yield ProbeResult("access", False, str(error))
            return
        lists = len(self._settings.audience_ids)
        yield ProbeResult(
            self._subject, True, f"Google takes removals from {lists} customer list(s)."
        )

    def _request(self, members: Members) -> dict[str, Any]:
        name = _FIELDS[members.kind]
        return {
            "destinations": [self._destination(each) for each in self._settings.audience_ids],
            "audienceMembers": [
                {"userData": {"userIdentifiers": [{name: each} for each in forms]}}
                for forms in members.hashes
            ],
            "encoding": "HEX",
        }

    def _destination(self, audience_id: str) -> dict[str, Any]:
        found: dict[str, Any] = {
            "operatingAccount": _account(self._settings.account_id),
            "productDestinationId": audience_id,
        }
        if self._settings.login_account_id is not None:
            found["loginAccount"] = _account(self._settings.login_account_id)
        return found

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except GoogleError as error:
            found = error.verdict
        else:
            return
        raise removal_error(found, self._subject)


def _account(account_id: str) -> dict[str, str]:
    return {"accountType": "GOOGLE_ADS", "accountId": account_id}


def _state(answer: Json) -> Followed:
    """Fold what Google says of each list into one state; partial success has left somebody in.

    Raises:
        GoogleError: it says nothing of any list, or in unknown words.
    """
    listed = answer.get("requestStatusPerDestination")
    rows = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    states = {code_of(each.get("requestStatus")) for each in rows}
    if failed := states & {"FAILED", "PARTIAL_SUCCESS"}:
        return Followed(RemovalState.FAILED, _reason(rows) or min(filter(None, failed)))
    if states and states <= {"SUCCESS"}:
        return Followed(RemovalState.DONE)
    if not states or states <= {"SUCCESS", *_WORKING}:
        return Followed(RemovalState.PROCESSING)
    raise GoogleError(Verdict(Outcome.CHANGED, "requestStatus"))


def _reason(rows: list[dict[str, Any]]) -> str | None:
    """Return the first code by which Google says why records failed."""
    for row in rows:
        info = row.get("errorInfo")
        counts = info.get("errorCounts") if isinstance(info, dict) else None
        for each in counts if isinstance(counts, list) else ():
            if isinstance(each, dict) and (code := code_of(each.get("reason"))):
                return code
    return None


audience = Audience(
    name="google_customer_match",
    settings=GoogleCustomerMatchSettings,
    hash_rule=HashRule.GOOGLE,
    build=GoogleCustomerMatch,
)
