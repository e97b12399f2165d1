"""The settings of a source of Google leads."""

import re
from datetime import date
from typing import Annotated, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from connectors._google_line import MISSING, is_installed
from connectors._google_questions import OptInQuestion, check_questions
from connectors._google_webhook_key import WebhookKeys
from connectors._wall_time import DateOrder
from connectors.base import Secret, SourceSettings

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def _digits(given: object) -> object:
    """Take an account's id as the interface shows it, too: 123-456-7890."""
    text = str(given) if isinstance(given, int) else given
    if not isinstance(text, str):
        return given
    bare = text.replace("-", "").strip()
    if not re.fullmatch(r"[0-9]{10}", bare):
        raise ValueError("is no id of a Google Ads account, which has ten digits: 123-456-7890")
    return bare


AccountId = Annotated[str, BeforeValidator(_digits)]


class FormKey(BaseModel):
    """The key that the webhook of one form was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    form: str = Field(
        pattern=r"^[0-9]{1,20}$", description="The form's id.", examples=["40000000000"]
    )
    key: Secret = Field(
        description="Its own key.", examples=[{"env": "GOOGLE_WEBHOOK_KEY_OF_FORM"}]
    )


_EXAMPLE = OptInQuestion(
    key="email_updates",
    question="May we send you offers by e-mail?",
    yes=("Yes, please",),
    no=("No, thank you",),
)


class GoogleLeadFormsSettings(SourceSettings):
    """The settings of the lead forms of some Google Ads accounts."""

    # a mistyped key must not be printed back
    model_config = ConfigDict(hide_input_in_errors=True)

    manager_id: AccountId | None = Field(
        default=None,
        description="The manager account through which access runs, if there is one.",
        examples=["123-456-7890"],
    )
    customer_ids: tuple[AccountId, ...] = Field(
        default=(),
        description="The accounts whose leads are pulled; all of the manager's that are in use if"
        " none is named.",
    )
    service_account_key: Secret | None = Field(
        default=None,
        description="The JSON key of a service account that is a user of the accounts; it needs no"
        " refreshing by anybody. Without this and a refresh token nothing is pulled: leads come by"
        " webhook and file only.",
        examples=[{"file": "secrets/google_service_account.json"}],
    )
    client_id: str | None = Field(
        default=None, description="Or, with a refresh token: the OAuth client it was made for."
    )
    client_secret: Secret | None = Field(default=None, description="The secret of that client.")
    refresh_token: Secret | None = Field(
        default=None, description="The refresh token of somebody who may see the accounts."
    )
    token_url: str = Field(
        default="https://oauth2.googleapis.com/token",
        description="Where a refresh token is exchanged; https, except on loopback.",
    )
    developer_token: Secret | None = Field(
        default=None,
        description="Not needed any more since September 2026: taken, and not used.",
    )
    api_version: str = Field(
        default="v26",
        pattern=r"^v[0-9]{1,3}$",
        description="The version of the Google Ads API that is asked; each lives about a year.",
    )
    endpoint: str = Field(
        default="googleads.googleapis.com",
        pattern=r"^[A-Za-z0-9.-]+(:[0-9]{1,5})?$",
        description="Where the Google Ads API is; always asked over TLS.",
    )
    form_language: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of the forms (BCP 47), which Google does not tell. Without it no"
        " consent is proven.",
        examples=["en-GB"],
    )
    forms_unchanged_since: date | None = Field(
        default=None,
        description="You state that no form's text or link was changed since the start of this day"
        " (London). Without that, consents given before a form was first seen here are not proven.",
    )
    opt_in_questions: tuple[OptInQuestion, ...] = Field(
        default=(),
        description="The questions on the forms that ask for permission: repeat"
        " [[sources.opt_in_questions]] for each.",
        examples=[(_EXAMPLE,)],
    )
    overlap_days: int = Field(
        default=2,
        ge=2,
        le=60,
        description="How many days before the newest known lead each pull starts, so that a lead"
        " that shows up late is not missed.",
    )
    local_services: bool = Field(
        default=False, description="Whether the leads of Local Services Ads are pulled as well."
    )
    time_zone: str | None = Field(
        default=None,
        description="The accounts' time zone, for downloaded files whose times have no offset.",
        examples=["Europe/London"],
    )
    date_order: DateOrder | None = Field(
        default=None,
        description="For downloaded files: `dmy` if 05/06/2026 is the fifth of June, `mdy` if it is"
        " the sixth of May. Without it such rows are set aside.",
    )
    webhook_key: Secret | None = Field(
        default=None,
        description="The key that was given with the webhook's address at Google; one for all"
        " forms.",
        examples=[{"env": "GOOGLE_WEBHOOK_KEY"}],
    )
    form_keys: tuple[FormKey, ...] = Field(
        default=(), description="Keys of single forms, where they have their own."
    )
    timeout_seconds: float = Field(
        default=600, ge=1, le=3600, description="How many seconds a whole answer may take."
    )
    max_wait_minutes: float = Field(
        default=5,
        ge=0,
        le=120,
        description="How many minutes a pull waits by itself for an account when Google asks it to,"
        " before it leaves the account to the next one.",
    )

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, name: str | None) -> str | None:
        try:
            if name is not None:
                ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError("is no time zone: write one such as Europe/London") from error
        return name

    @field_validator("token_url")
    @classmethod
    def _is_safe(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("must be an https address: the refresh token is sent there")
        return url

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        check_questions(self.opt_in_questions)
        own = (self.client_id, self.client_secret, self.refresh_token)
        if any(own) and not all(own):
            raise ValueError("client_id, client_secret and refresh_token belong together: set all")
        if self.service_account_key and any(own):
            raise ValueError("set either service_account_key or a refresh token, not both")
        if self.may_pull and not (self.manager_id or self.customer_ids):
            raise ValueError("name the accounts: set manager_id, or customer_ids, or both")
        if len({each.form for each in self.form_keys}) < len(self.form_keys):
            raise ValueError("form_keys names a form twice: keep one of its keys")
        self.webhook_keys()  # refuses keys that could be guessed
        return self

    @property
    def may_pull(self) -> bool:
        """Say whether there is a way into the API."""
        return self.service_account_key is not None or self.refresh_token is not None

    def places(self) -> frozenset[str]:
        """Return the accounts that are pulled, or the manager whose accounts are."""
        if not self.may_pull:
            return frozenset()
        named = frozenset(f"account {each}" for each in self.customer_ids)
        return named or frozenset({f"manager {self.manager_id}"})

    def lacks(self) -> str | None:
        """Return what to install where leads are pulled and Google's package is not there."""
        return None if not self.may_pull or is_installed() else MISSING

    def webhook_keys(self) -> WebhookKeys:
        """Return the keys of the webhook.

        Raises:
            ValueError: a key is too short.
        """
        return WebhookKeys(self.webhook_key, {each.form: each.key for each in self.form_keys})
