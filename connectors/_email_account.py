"""The settings of a mailbox: where it is, how to sign in, which folders count."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, field_validator, model_validator

from connectors._email_settings import MailReading
from connectors.base import Secret, SourceSettings
from connectors.watched import WatchedSettings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class OAuthSettings(SourceSettings):
    """How access tokens are got, for providers that take no password."""

    token_url: str = Field(
        pattern=r"^https?://\S+$",
        description="Where tokens are asked for.",
        examples=["https://oauth2.googleapis.com/token"],
    )
    client_id: str = Field(min_length=1, description="The id of your application there.")
    client_secret: Secret | None = Field(None, description="Its secret.")
    refresh_token: Secret | None = Field(
        None,
        description="The token that you got when you agreed; without it the application signs in"
        " as itself (client credentials, Microsoft 365).",
    )
    scope: str | None = Field(
        None,
        description="What is asked for.",
        examples=["https://outlook.office365.com/.default"],
    )

    @model_validator(mode="after")
    def _can_sign_in(self) -> Self:
        if self.refresh_token is None and self.client_secret is None:
            raise ValueError(
                "give `refresh_token`, or `client_secret` for an application by itself"
            )
        host = self.token_url.split("/")[2].rpartition("@")[2].partition(":")[0]
        if not self.token_url.startswith("https://") and host not in LOOPBACK:
            raise ValueError("token_url must be an https address: a secret is sent there")
        return self


class EmailInboxSettings(MailReading, WatchedSettings):
    """A mailbox whose mails are leads, opt-outs and requests."""

    # a mistyped password must not be printed back
    model_config = ConfigDict(hide_input_in_errors=True)

    host: str = Field(description="The IMAP server.", examples=["imap.my-agency.example"])
    port: int = Field(993, ge=1, le=65_535, description="Its port.")
    security: Literal["tls", "starttls", "none"] = Field(
        "tls", description="`tls`, `starttls`, or `none`, which only this machine may be."
    )
    ca_file: str | None = Field(
        None, description="The certificate of your own authority, where the server's is from it."
    )
    username: str = Field(
        min_length=1, description="The mailbox to sign in to.", examples=["hello@my-agency.example"]
    )
    password: Secret | None = Field(
        None,
        description="Its password, or an app password; or use [sources.oauth].",
        examples=[{"file": "secrets/imap_password"}],
    )
    oauth: OAuthSettings | None = Field(
        None, description="How to sign in without a password: Gmail, Microsoft 365."
    )
    folders: tuple[str, ...] = Field(
        ("INBOX",),
        min_length=1,
        description="The folders that are read; also those into which rules of yours move mails.",
    )
    junk: bool = Field(
        True, description="Whether the junk folder is read too: an opt-out in it counts."
    )
    handled: Literal["leave", "flag", "move"] = Field(
        "leave",
        description="What happens to mails that are stored: `leave` them, `flag` them with the"
        " keyword $LeadLedger, or `move` them to `handled_folder`.",
    )
    handled_folder: str | None = Field(None, description="Where `move` puts them.")
    first_days: int = Field(30, ge=1, le=730, description="How many days back the first pull goes.")
    max_message_mb: float = Field(
        10,
        ge=0.1,
        le=50,
        description="Of a larger mail only the beginning is kept, and set aside.",
    )
    timeout_seconds: float = Field(
        60, ge=1, le=600, description="How many seconds a call waits for an answer."
    )

    def places(self) -> frozenset[str]:
        """Return the folders, each of this mailbox on this server."""
        mailbox = f"mailbox {self.username.lower()} {self.host.lower()}:{self.port}"
        return frozenset(f"{mailbox} {folder}" for folder in self.folders)

    @field_validator("folders")
    @classmethod
    def _each_once(cls, folders: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(folders)) < len(folders) or not all(folders):
            raise ValueError("name each folder once")
        return folders

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        if (self.password is None) == (self.oauth is None):
            raise ValueError("give either `password` or [sources.oauth]")
        if self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("`none` would send the password for all to read: use tls or starttls")
        if (self.handled == "move") != (self.handled_folder is not None):
            raise ValueError('`handled_folder` belongs to `handled = "move"`, and must be there')
        if self.handled_folder in self.folders:
            raise ValueError(
                "`handled_folder` is one of `folders`: mails would go round in circles"
            )
        return self
