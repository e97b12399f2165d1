"""The fields that a form may have: how a browser shows them, and how long an answer may be."""

from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from connectors._web_form_words import Label
from connectors.base import SourceSettings

LONGEST_LINE = 200
LONGEST_EMAIL = 254
LONGEST_TEXT = 10_000
BOX_PREFIX = "tick."
"""What the name of a tick box begins with in what is sent."""
YES = "yes"
"""What a ticked box sends; anything else is no tick."""
TOKEN, PAGE, LURE, VIEW = "shown", "page", "homepage", "view"
"""The hidden fields: the signed wording, the page's address, the trap, how it is shown."""
COOKIE_CHOICES = (
    "ad_consent", "ad_storage", "ad_user_data", "ad_personalization", "analytics_storage",
)  # fmt: skip
"""What a page may tell of the visitor's choice about cookies: each granted or denied."""
_RESERVED = frozenset({TOKEN, PAGE, LURE, VIEW, *COOKIE_CHOICES})


class Usual(NamedTuple):
    """How a browser shows a field that everybody knows, and what it may fill in by itself."""

    kind: str
    autocomplete: str


USUAL = {
    "full_name": Usual("line", "name"),
    "first_name": Usual("line", "given-name"),
    "last_name": Usual("line", "family-name"),
    "email": Usual("email", "email"),
    "phone": Usual("tel", "tel"),
    "company": Usual("line", "organization"),
    "job_title": Usual("line", "organization-title"),
    "message": Usual("text", "off"),
}


class FormField(SourceSettings):
    """One field of the form: a usual one by its name, or a question of your own."""

    key: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="full_name, first_name, last_name, email, phone, company, job_title, message,"
        " or a name of your own.",
    )
    label: str | None = Field(
        None, min_length=1, description="The words above it; the usual fields have their own."
    )
    hint: str | None = Field(None, description="A sentence below the label, if it helps.")
    is_required: bool = Field(False, description="Whether the form is not sent without it.")
    kind: Literal["line", "text", "choice"] = Field(
        "line", description="Of a question of your own: `line`, `text` or `choice`."
    )
    options: tuple[str, ...] = Field((), description="The answers of a `choice`.")

    @model_validator(mode="after")
    def _can_be_asked(self) -> Self:
        if self.key in _RESERVED:
            raise ValueError(f"{self.key!r} is a name of the form itself: take another")
        if self.key in USUAL:
            if self.options or self.kind != "line":
                raise ValueError(f"{self.key!r} has its own kind: take out `kind` and `options`")
            return self
        if self.label is None:
            raise ValueError("a question of your own needs a `label`")
        if (self.kind == "choice") != bool(self.options):
            raise ValueError("give `options` to a `choice`, and to nothing else")
        if not all(0 < len(option) <= LONGEST_LINE for option in self.options):
            raise ValueError(f"an option has 1 to {LONGEST_LINE} characters")
        return self

    @property
    def shown_kind(self) -> str:
        """Return line, email, tel, text or choice."""
        return USUAL[self.key].kind if self.key in USUAL else self.kind

    @property
    def autocomplete(self) -> str:
        """Return what a browser may fill in."""
        return USUAL[self.key].autocomplete if self.key in USUAL else "off"

    @property
    def most_characters(self) -> int:
        """Return how long an answer may be."""
        return {"text": LONGEST_TEXT, "email": LONGEST_EMAIL}.get(self.shown_kind, LONGEST_LINE)

    def label_among(self, labels: Label) -> str:
        """Return the words above it."""
        usual: dict[str, str] = labels._asdict()
        return self.label or usual[self.key]
