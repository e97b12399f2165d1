"""Whom alarms are told, and from when on something is one."""

import base64
import binascii
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    field_validator,
    model_validator,
)

from connectors.base import Secret
from policy.alarms import AlarmLimits

Address = Annotated[str, StringConstraints(pattern=r"^[^@\s<>\[\]]+@[^@\s<>\[\]]+$")]
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
_USUAL = AlarmLimits()


def signing_key(secret: str) -> bytes | None:
    """Return the key of a `whsec_…` secret (Standard Webhooks), None if it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    return key if secret.startswith(_PREFIX) and len(key) in _KEY_BYTES else None


class AlarmSettings(BaseModel):
    """Who is told when something goes wrong, and when it counts; see docs/alarms.md."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mail_to: tuple[Address, ...] = Field(
        (),
        description="Who gets a mail when something goes wrong, and when it is right again; it"
        " leaves by the server of [mail].",
        examples=[["operator@my-agency.example"]],
    )
    webhook_url: str | None = Field(
        None,
        description="An address that is told the same as JSON (Standard Webhooks); https, but for"
        " this machine itself.",
        examples=["https://alarms.my-agency.example/leadledger"],
    )
    webhook_secret: tuple[Secret, ...] = Field(
        (),
        description="What it is signed with: whsec_ and base64 of 24 to 64 bytes. While one is"
        " changed for another give both: each signs.",
        examples=[[{"file": "secrets/alarms_webhook"}]],
    )
    token_days: int = Field(
        _USUAL.token_days, ge=1, le=60, description="How many days before a token ends."
    )
    failing_hours: float = Field(
        _USUAL.failing_hours,
        ge=0.1,
        le=168,
        description="After how many hours without a complete round of a source, or of a job.",
    )
    not_pulled_hours: float = Field(
        _USUAL.not_pulled_hours,
        ge=0.1,
        le=744,
        description="After how many hours in which nobody tried to pull a source, where no schedule"
        " says how often that is.",
    )
    request_days: int = Field(
        _USUAL.request_days, ge=0, le=20, description="How many days before an answer is due."
    )
    question_days: int = Field(
        _USUAL.question_days,
        ge=1,
        le=90,
        description="After how many days without an answer to what a person was asked about their"
        " request, which has no due date meanwhile.",
    )
    disk_free_mb: int = Field(
        _USUAL.disk_free_mb, ge=1, description="Below how many megabytes of room for the store."
    )
    backup_hours: int = Field(
        _USUAL.backup_hours, ge=1, le=744, description="After how many hours without a backup."
    )
    inbox_minutes: int = Field(
        _USUAL.inbox_minutes,
        ge=1,
        le=1_440,
        description="After how many minutes that a pushed lead waits to be worked on.",
    )
    refused_pushes: int = Field(
        _USUAL.refused_pushes,
        ge=1,
        description="From how many requests a day on that cannot prove to be the platform's.",
    )
    mails_hours: float = Field(
        _USUAL.mails_hours,
        ge=0.1,
        le=168,
        description="After how many hours that a mail of ours waits to be sent.",
    )
    exit_days: int = Field(
        _USUAL.exit_days,
        ge=1,
        le=60,
        description="How many days before all of an ended contract's data must be dealt with.",
    )

    @field_validator("webhook_url")
    @classmethod
    def _is_safe(cls, url: str | None) -> str | None:
        if url is None:
            return None
        parts = urlsplit(url)
        is_near = parts.scheme == "http" and parts.hostname in _THIS_MACHINE
        if not (parts.scheme == "https" or is_near) or not parts.hostname or parts.username:
            raise ValueError("must be an https address, without a password in it")
        return url

    @field_validator("webhook_secret")
    @classmethod
    def _are_keys(cls, secrets: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(signing_key(each.get_secret_value()) is None for each in secrets):
            raise ValueError(
                "is no whsec_ and base64 of 24 to 64 bytes. Cure: copy it whole, or make one with"
                ' `python3 -c \'import base64, os; print("whsec_" +'
                " base64.b64encode(os.urandom(32)).decode())'`"
            )
        return secrets

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.webhook_url is not None and not self.webhook_secret:
            raise ValueError("`webhook_url` needs a `webhook_secret` that it is signed with")
        return self

    @property
    def limits(self) -> AlarmLimits:
        """Return from when on something counts as wrong."""
        return AlarmLimits(
            token_days=self.token_days,
            failing_hours=self.failing_hours,
            not_pulled_hours=self.not_pulled_hours,
            request_days=self.request_days,
            question_days=self.question_days,
            disk_free_mb=self.disk_free_mb,
            backup_hours=self.backup_hours,
            inbox_minutes=self.inbox_minutes,
            refused_pushes=self.refused_pushes,
            mails_hours=self.mails_hours,
            exit_days=self.exit_days,
        )

    @property
    def signing_keys(self) -> list[bytes]:
        """Return what the webhook is signed with, one signature each."""
        found = (signing_key(each.get_secret_value()) for each in self.webhook_secret)
        return [key for key in found if key is not None]
