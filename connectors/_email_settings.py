"""The settings that say how the mails of a mailbox are read."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, field_validator, model_validator

from connectors._described_form import DescribedForm
from connectors._form_fields import Fields, TickField
from connectors._tick_boxes import as_compared, twice_in
from connectors.base import SourceSettings

Address = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
]
_FIELDS = Fields(full_name="Your name", email="Your email", phone="Phone")
_TICK_BOX = TickField(
    key="email_updates",
    wording="Yes, send me news by e-mail.",
    yes=("yes",),
    no=("no", ""),
    field="Newsletter",
)


class MailForm(DescribedForm):
    """A form whose submissions arrive as mails, and what people saw on it."""

    sender: str = Field(
        pattern=r"^(?:[^@\s]+@)?[^@\s]+\.[^@\s]+$",
        description="Whom its notifications come from: an address, or a domain.",
        examples=["wordpress@www.my-agency.example"],
    )
    subject: str | None = Field(
        None,
        min_length=1,
        description="Words of their subject, where one sender has several forms.",
    )
    fields: Fields | None = Field(
        None,
        description="The labels in the mail and what they hold. Without this table usual labels are"
        " understood in the main European languages.",
        examples=[_FIELDS],
    )
    tick_boxes: tuple[TickField, ...] = Field(
        (),
        description="The labels that are tick boxes: repeat [[sources.forms.tick_boxes]] for each."
        " They count only in mails that the sender's domain vouches for.",
        examples=[(_TICK_BOX,)],
    )

    @model_validator(mode="after")
    def _has_each_label_once(self) -> Self:
        if twice := twice_in(box.key for box in self.tick_boxes):
            raise ValueError(f"the tick box {twice!r} stands twice: give each a key of its own")
        named = [heading for _, heading in self.fields.named()] if self.fields else []
        used = [*named, *(box.field for box in self.tick_boxes)]
        if twice := twice_in(map(as_compared, used)):
            raise ValueError(f"the label {twice!r} is mapped twice: a label is one thing")
        return self

    def is_sent_by(self, address: str, subject: str) -> bool:
        """Say whether a mail is a notification of this form."""
        sender, wanted = address.lower(), self.sender.lower()
        comes_from = sender == wanted or (
            "@" not in wanted and sender.endswith((f"@{wanted}", f".{wanted}"))
        )
        return comes_from and (
            self.subject is None or as_compared(self.subject) in as_compared(subject)
        )


class MailReading(SourceSettings):
    """How mails are read."""

    addresses: tuple[Address, ...] = Field(
        min_length=1,
        description="Your own addresses that this mailbox stands for: mails from them are yours.",
        examples=[["hello@my-agency.example"]],
    )
    authentication_hosts: tuple[str, ...] = Field(
        (),
        description="The name with which your receiving server begins its Authentication-Results,"
        ' e.g. "mx.google.com"; "microsoft" for Microsoft 365. Without it no sender is believed:'
        " whoever writes can stop use, and no tick in a mail counts.",
        examples=[["mx.google.com"]],
    )
    stop_words: tuple[str, ...] = Field(
        (), description="Further words that mean stop when a mail says nothing else."
    )
    forms: tuple[MailForm, ...] = Field(
        (),
        description="Forms whose submissions come as mails: repeat [[sources.forms]] for each. The"
        " usual ones are read without this too, but then no tick counts.",
        examples=[()],
    )

    @field_validator("addresses")
    @classmethod
    def _in_lower_case(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(address.lower() for address in given)

    @model_validator(mode="after")
    def _tells_forms_apart(self) -> Self:
        if twice := twice_in(form.form for form in self.forms):
            raise ValueError(f"the form {twice!r} stands twice: give each a name of its own")
        return self

    @property
    def own(self) -> frozenset[str]:
        """Return one's own addresses, in lower case."""
        return frozenset(self.addresses)

    @property
    def own_domains(self) -> frozenset[str]:
        """Return the domains of one's own addresses."""
        return frozenset(address.rpartition("@")[2] for address in self.addresses)
