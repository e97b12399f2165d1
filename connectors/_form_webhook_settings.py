"""The settings of a source whose leads come by the webhook of a form tool."""

import base64
import binascii
import re
from enum import StrEnum
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from connectors._described_form import DescribedForm
from connectors._form_fields import Fields, TickField
from connectors._tick_boxes import Heading, as_compared, twice_in
from connectors.base import Secret, SourceSettings

SHORTEST_SECRET = 12
_SHORTEST_KEY, _LONGEST_KEY = 24, 64
_STANDARD_PREFIX = "whsec_"
_IN_AN_ADDRESS = re.compile(r"[A-Za-z0-9._~-]+")


class Tool(StrEnum):
    """A form tool whose webhook is understood."""

    STANDARD = "standard"
    TYPEFORM = "typeform"
    TALLY = "tally"
    WEBFLOW = "webflow"
    HUBSPOT = "hubspot"
    NETLIFY = "netlify"
    JOTFORM = "jotform"
    GRAVITY_FORMS = "gravity_forms"
    ELEMENTOR = "elementor"


SIGNS_NOTHING = frozenset({Tool.JOTFORM, Tool.GRAVITY_FORMS, Tool.ELEMENTOR})
"""The tools that prove nothing by themselves: the secret comes along, in header or address."""


class AdConsent(SourceSettings):
    """The field in which the page recorded what the person said to advertising."""

    field: Heading = Field(description="The field's id, ref, key or label at the tool.")
    yes: tuple[str, ...] = Field(min_length=1, description="The values that mean yes.")


_FIELDS = Fields(full_name="Your name", email="Your e-mail", phone="Your number")
_TICK_BOX = TickField(
    key="email_updates",
    wording="Yes, send me news by e-mail.",
    yes=("true",),
    no=("false", ""),
    field="email_updates",
)
_AD_CONSENT = AdConsent(field="ad_storage", yes=("granted",))


class FormWebhookSettings(DescribedForm):
    """How the webhook of one form is known to be genuine, and what its fields are."""

    # a mistyped secret must not be printed back
    model_config = ConfigDict(hide_input_in_errors=True)

    form: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="The form's own id at the tool. What comes from another form is stored, and"
        " proves no consent.",
        examples=["lT4Z3j"],
    )
    tool: Tool = Field(
        description="Which tool the form was made with: standard, typeform, tally, webflow,"
        " hubspot, netlify, jotform, gravity_forms or elementor.",
        examples=["typeform"],
    )
    secrets: tuple[Secret, ...] = Field(
        (),
        description="What proves that a delivery is genuine: the tool's signing secret, or one of"
        " your own for tools that sign nothing. Two while you change it, oldest first.",
        examples=[[{"env": "FORM_WEBHOOK_SECRET"}]],
    )
    header: str = Field(
        "X-LeadLedger-Secret",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,99}$",
        description="The header that holds the secret, for tools that sign nothing; those that"
        " cannot send one have ?key=… at the end of the address instead.",
    )
    fields: Fields | None = Field(
        None,
        description="Which field holds what. Without this table the tool's own types and plain"
        " names decide; with it, nothing else does.",
        examples=[_FIELDS],
    )
    tick_boxes: tuple[TickField, ...] = Field(
        (),
        description="The fields that are tick boxes: repeat [[sources.tick_boxes]] for each.",
        examples=[(_TICK_BOX,)],
    )
    ad_consent: AdConsent | None = Field(
        None,
        description="Where the page recorded the choice about advertising. Click ids (gclid,"
        " fbclid …) are dropped without this table, and wherever the choice is not yes.",
        examples=[_AD_CONSENT],
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if twice := twice_in(box.key for box in self.tick_boxes):
            raise ValueError(f"the tick box {twice!r} stands twice: give each a key of its own")
        named = [heading for _, heading in self.fields.named()] if self.fields else []
        used = [*named, *{as_compared(box.field) for box in self.tick_boxes}]
        if twice := twice_in(as_compared(heading) for heading in used):
            raise ValueError(f"field {twice!r} is mapped twice: a field is one thing")
        for secret in self.secrets:
            if mistake := _mistake_in(secret.get_secret_value(), self.tool):
                raise ValueError(mistake)
        return self


def key_of_standard(secret: str) -> bytes | None:
    """Return the key of a `whsec_…` secret (Standard Webhooks), None if it is none."""
    try:
        key = base64.b64decode(secret.removeprefix(_STANDARD_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return None
    is_one = secret.startswith(_STANDARD_PREFIX) and _SHORTEST_KEY <= len(key) <= _LONGEST_KEY
    return key if is_one else None


def _mistake_in(secret: str, tool: Tool) -> str | None:
    """Return what is wrong with a secret, without it; None if nothing is."""
    if tool is Tool.STANDARD:
        return None if key_of_standard(secret) else (
            "a secret is no whsec_ and base64 of 24 to 64 bytes: copy it whole, as Standard"
            " Webhooks writes it"
        )  # fmt: skip
    if len(secret) < SHORTEST_SECRET:
        return (
            f"a secret has fewer than {SHORTEST_SECRET} characters, so it could be guessed: set a"
            " longer one here and at the tool"
        )
    if tool in SIGNS_NOTHING and not _IN_AN_ADDRESS.fullmatch(secret):
        return (
            "a secret that may stand in an address has letters, digits and -._~ only: make one with"
            " `python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`"
        )
    return None
