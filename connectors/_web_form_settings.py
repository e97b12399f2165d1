"""The settings of our own web form."""

from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from limits import parse
from pydantic import AfterValidator, ConfigDict, Field, field_validator, model_validator

from connectors._web_form_fields import BOX_PREFIX, FormField
from connectors._web_form_words import Words, words_in
from connectors.base import Secret, SourceSettings

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
Provider = Literal["turnstile", "hcaptcha", "recaptcha"]


def _is_rate(text: str) -> str:
    try:
        parse(text)
    except ValueError:
        raise ValueError("is no rate; write one such as 30/hour") from None
    return text


def _is_safe_address(url: str) -> str:
    parts = urlsplit(url)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not is_safe or not parts.hostname or parts.username or any(map(str.isspace, url)):
        raise ValueError("must be an https address")
    return url


def _is_origin(origin: str) -> str:
    parts = urlsplit(_is_safe_address(origin.rstrip("/")))
    if parts.path or parts.query or parts.fragment:
        raise ValueError("is no origin; write one such as https://www.my-agency.example")
    return f"{parts.scheme}://{parts.netloc.lower()}"


Rate = Annotated[str, AfterValidator(_is_rate)]
Address = Annotated[str, AfterValidator(_is_safe_address)]
Origin = Annotated[str, AfterValidator(_is_origin)]


class TickBox(SourceSettings):
    """A tick box: always optional and never ticked beforehand."""

    key: str = Field(
        pattern=r"^[a-z][a-z0-9_]{0,62}$",
        description="Its key; [[sources.boxes]] says what a tick in it means.",
    )
    wording: str = Field(
        min_length=8,
        description="The words beside it: one purpose and one channel, and who writes.",
    )


class WebFormSettings(SourceSettings):
    """One form of ours: what it asks, what it says, and what is kept of a visit."""

    model_config = ConfigDict(hide_input_in_errors=True)

    form: str = Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        description="A short name of the form, under which its leads are kept for ever.",
        examples=["contact-2026"],
    )
    title: str = Field(min_length=1, description="Its heading.", examples=["Write to us"])
    intro: str | None = Field(None, description="A sentence or two below the heading.")
    language: str = Field(
        "en-GB",
        pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$",
        description="The language of the form (BCP 47). What it says by itself is there in English"
        " and German.",
    )
    privacy_url: Address = Field(
        description="The privacy policy that it links to.",
        examples=["https://my-agency.example/privacy"],
    )
    privacy_version: str | None = Field(
        None, description="The version or date of that policy.", examples=["2026-09-01"]
    )
    privacy_link_text: str | None = Field(None, description="The words of that link.")
    privacy_note: str | None = Field(None, description="The sentence before that link.")
    boxes_legend: str | None = Field(None, description="The words above the tick boxes.")
    boxes_note: str | None = Field(None, description="The sentence below those words.")
    submit_text: str | None = Field(None, description="The words on the button.")
    thanks_title: str | None = Field(None, description="The heading of the thank-you page.")
    thanks_text: str | None = Field(None, description="Its text.")
    thanks_url: Address | None = Field(
        None, description="A page of your own to go to instead, if you have one."
    )
    origins: tuple[Origin, ...] = Field(
        (),
        description="Your own sites that may show the form or send it, by their origin.",
        examples=[("https://www.my-agency.example",)],
    )
    double_opt_in: bool = Field(
        False,
        description="Whether a tick counts only once the person has confirmed it by a mailed link.",
    )
    keep_ip: Literal["no", "truncated"] = Field(
        "no",
        description="Whether the caller's network is kept as evidence: `truncated` keeps /24 or"
        " /48.",
    )
    keep_user_agent: bool = Field(
        False, description="Whether what the browser says of itself is kept as evidence."
    )
    min_seconds: int = Field(
        2, ge=0, le=60, description="Who sends sooner after the page came is looked at first."
    )
    max_hours: int = Field(
        24, ge=1, le=720, description="Who sends later than that gets a remark, and is taken."
    )
    most_links: int = Field(
        2, ge=0, le=50, description="How many links a message may have before it looks like spam."
    )
    rate_per_network: Rate = Field(
        "60/hour", description="How many a network (/24 or /64) may send."
    )
    rate_per_form: Rate = Field("600/hour", description="How many may come in all.")
    rate_per_email: Rate = Field("10/hour", description="How many may come for one e-mail address.")
    captcha: Provider | None = Field(
        None,
        description="A captcha: `turnstile`, `hcaptcha` or `recaptcha`. It hands personal data to"
        " its provider; the form works without.",
    )
    captcha_site_key: str | None = Field(None, description="Its public key.")
    captcha_secret: Secret | None = Field(None, description="Its secret.")
    captcha_hosts: tuple[str, ...] = Field(
        (), description="The host names on which it may be solved: those that show the form."
    )
    captcha_url: Address | None = Field(
        None, description="Where answers are verified, if not at the provider's usual address."
    )
    fields: tuple[FormField, ...] = Field(
        min_length=1,
        description="What the form asks, in order: repeat [[sources.fields]] for each.",
        examples=[
            (
                FormField(key="full_name"),
                FormField(key="email", is_required=True),
                FormField(key="message", is_required=True),
            )
        ],
    )
    tick_boxes: tuple[TickBox, ...] = Field(
        (),
        description="The tick boxes, one for each purpose and channel: repeat"
        " [[sources.tick_boxes]].",
        examples=[
            (
                TickBox(
                    key="email_updates",
                    wording="Yes, My Agency Ltd may send me news about its services by e-mail.",
                ),
            )
        ],
    )

    @property
    def words(self) -> Words:
        """Return what the form says by itself."""
        return words_in(self.language)

    @field_validator("captcha_hosts")
    @classmethod
    def _as_compared(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(host.lower() for host in hosts)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        keys = [field.key for field in self.fields]
        boxes = [box.key for box in self.tick_boxes]
        for twice in {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"the field {twice!r} stands twice: ask once")
        for twice in {key for key in boxes if boxes.count(key) > 1}:
            raise ValueError(f"the tick box {twice!r} stands twice: give each a key of its own")
        if not {"email", "phone"} & set(keys):
            raise ValueError("ask for `email` or `phone`: nobody could be answered")
        if self.double_opt_in and "email" not in keys:
            raise ValueError("`double_opt_in` mails a link: ask for `email` too")
        if len(keys) + len(boxes) > 48:
            raise ValueError(f"has {len(keys) + len(boxes)} fields and boxes; 48 are the most")
        self._require_whole_captcha()
        return self

    def _require_whole_captcha(self) -> None:
        parts = (self.captcha_site_key, self.captcha_secret, *self.captcha_hosts)
        if self.captcha and not (
            self.captcha_site_key and self.captcha_secret and self.captcha_hosts
        ):
            raise ValueError(
                "a captcha needs `captcha_site_key`, `captcha_secret` and `captcha_hosts`"
            )
        if not self.captcha and any(parts):
            raise ValueError("name the provider as `captcha`, or take its settings out")

    def name_of_box(self, key: str) -> str:
        """Return the name of a tick box in what is sent."""
        return f"{BOX_PREFIX}{key}"
