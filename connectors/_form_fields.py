"""The fields and tick boxes of somebody else's form, as the settings name them."""

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from connectors._tick_boxes import Heading, Headings, TickBox, each_of, refuse_tracking
from connectors.base import SourceSettings


class Fields(SourceSettings):
    """Which fields of a form hold what, by id, ref, key or label; several as a list."""

    full_name: Headings = Field((), description="The whole name.")
    first_name: Headings = Field((), description="The first name.")
    last_name: Headings = Field((), description="The family name.")
    email: Headings = Field((), description="The e-mail address.")
    phone: Headings = Field((), description="The telephone number.")
    company: Headings = Field((), description="The firm.")
    job_title: Headings = Field((), description="What the person does there.")

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield each kind of contact data with a field of the form that holds it."""
        for kind in type(self).model_fields:
            for heading in each_of(getattr(self, kind)):
                yield kind, heading

    @model_validator(mode="after")
    def _names_a_contact(self) -> Self:
        if not (self.email or self.phone):
            raise ValueError("name the field of `email` or `phone`: nobody could be reached")
        return self


class TickField(TickBox):
    """A field of the form that is a tick box, and the words that the person saw."""

    field: Heading = Field(description="The field's id, ref, key or label at the tool.")

    @model_validator(mode="after")
    def _is_a_box(self) -> Self:
        refuse_tracking(self.field, "field")
        return self
