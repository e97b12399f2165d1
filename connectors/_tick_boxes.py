"""Tick boxes that the settings describe: what stood beside them, and which answers are a tick."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, field_validator, model_validator

from connectors._tracking import is_tracking
from connectors.base import SourceSettings
from policy.vocabulary import BoxAnswer

TO_BE_FILLED_IN = "…"
ANOTHER_ANSWER = "neither yes nor no"
"""The raw value of a box whose answer is neither; the answer itself stands among the answers."""

Heading = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Headings = Heading | tuple[Heading, ...]


def as_compared(text: str) -> str:
    """Return a heading or an answer as it is compared: case and white space do not count."""
    return " ".join(text.casefold().split())


def each_of(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the headings of a setting that may have one, several or none."""
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def twice_in(values: Iterable[str]) -> str | None:
    """Return the first value that comes a second time."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def _is_written_out(wording: str) -> str:
    if not wording.strip(f" .\t\n{TO_BE_FILLED_IN}"):
        raise ValueError("write down the exact words that stood beside the box")
    return wording


class TickBox(SourceSettings):
    """A box of a form, the words that the person saw beside it, and how answers are read."""

    key: str = Field(min_length=1, description="Its key; [[sources.boxes]] says what it means.")
    wording: Annotated[str, AfterValidator(_is_written_out)] = Field(
        description="The exact words beside the box, letter by letter."
    )
    yes: tuple[str, ...] = Field(
        min_length=1, description="The answers that mean ticked; case makes no difference."
    )
    no: tuple[str, ...] = Field(
        (),
        description='The answers that mean not ticked; "" is an empty one. Others are unclear.',
    )
    is_required: bool = Field(
        False, description="Whether the form could not be sent without the tick."
    )
    is_pre_ticked: bool = Field(False, description="Whether the box was ticked beforehand.")

    @field_validator("yes", "no")
    @classmethod
    def _as_compared(cls, answers: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(as_compared(answer) for answer in answers)

    @model_validator(mode="after")
    def _tells_yes_from_no(self) -> Self:
        if "" in self.yes:
            raise ValueError("an empty answer is nobody's yes: take it out of `yes`")
        if both := set(self.yes) & set(self.no):
            raise ValueError(f"`yes` and `no` share {', '.join(sorted(both))}: keep each in one")
        return self


def refuse_tracking(name: str, what: str) -> None:
    """Refuse a choice about cookies as a tick box.

    Raises:
        ValueError: the name is that of such a choice; with the cure.
    """
    if is_tracking(name):
        raise ValueError(
            f"{what} {name!r} holds a choice about cookies or advertising, which is no consent to"
            " be written to. Cure: take this box out; the choice is kept as what it is"
        )


def answer_to(box: TickBox, values: Sequence[str]) -> BoxAnswer:
    """Return what an answer says of a box. Several values are none that could be relied on."""
    said = [value for value in values if as_compared(value)]
    compared = as_compared(values[0]) if len(values) == 1 else None
    if compared in box.yes:
        return BoxAnswer(box.key, values[0], True)
    if compared in box.no:
        return BoxAnswer(box.key, values[0], False)
    return BoxAnswer(box.key, ANOTHER_ANSWER if said else None, None)
