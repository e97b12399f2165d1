"""What `config.toml` may say. Each field describes itself, for `config.example.toml`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from connectors.base import Secret, SourceSettings
from policy.policy_gaps import NAMES as GAP_NAMES
from policy.vocabulary import BoxMeaning, Channel, ControllerId, Purpose, Role

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]


class Section(BaseModel):
    """A table of the configuration file. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class StoreSettings(Section):
    """Where the leads are kept."""

    url: str = Field(
        "sqlite:///leads.db",
        description="Where leads are kept: a file beside this one, or postgresql://user@host/name.",
    )


class KeySettings(Section):
    """The secrets of this installation, made by `leadledger init`."""

    suppression: Secret = Field(
        description="The key of the suppression list. Losing it means losing every opt-out.",
    )


class ControllerSettings(Section):
    """An organisation that decides why data is used."""

    id: Slug = Field(description="A short name that never changes: it is part of every key.")
    name: str = Field(min_length=1, description="The name that people know it by.")
    role: Role = Field(
        Role.CONTROLLER,
        description="`controller` for your own leads, `processor` for a client's.",
    )
    privacy_contact: str = Field(
        pattern=r"^[^@\s\[\]]+@[^@\s\[\]]+$",
        description="The address to which people write about their data.",
    )
    closed_policy_gaps: tuple[str, ...] = Field(
        (),
        description="Gaps that this organisation's own privacy policy does not have, by the names"
        " that `leadledger check` gives them.",
    )

    @field_validator("closed_policy_gaps")
    @classmethod
    def _names_gaps(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := sorted(set(names) - GAP_NAMES):
            raise ValueError(
                f"knows no gap named {', '.join(unknown)}; there are {', '.join(sorted(GAP_NAMES))}"
            )
        return names


class BoxSettings(Section):
    """What a tick in one box means. Nothing is guessed: a box that is not listed gives nothing."""

    key: str | None = Field(None, description="The box's key in the form.")
    wording: str | None = Field(None, description="Its exact wording, where keys say nothing.")
    form: str | None = Field(None, description="The form's id, where keys mean different things.")
    purpose: Purpose = Field(description="What the tick allows, e.g. direct_marketing.")
    channels: tuple[Channel, ...] = Field(min_length=1, description="By which channels.")

    @model_validator(mode="after")
    def _names_a_box(self) -> Self:
        if self.key is None and self.wording is None:
            raise ValueError("name the box by its `key` or its `wording`")
        return self

    def meaning(self) -> BoxMeaning:
        """Return this as the policy's own fact."""
        return BoxMeaning(self.purpose, self.channels, self.key, self.wording, self.form)


class SourceCommon(Section):
    """What every source has, whatever its kind."""

    id: Slug = Field(description="A short name for this source; leads keep it for ever.")
    kind: str = Field(description="What it is: the name of a file in connectors/.")
    controller: Slug = Field(description="The id of the controller whose leads these are.")
    region: str = Field(
        "GB",
        pattern=r"^[A-Z]{2}$",
        description="The country of telephone numbers that name none (ISO 3166).",
    )
    boxes: tuple[BoxSettings, ...] = Field(
        (), description="What each consent box means: repeat [[sources.boxes]] for each."
    )


@dataclass(frozen=True, slots=True)
class ConfiguredSource:
    """One source, ready to be built: what all have, and what only its connector understands.

    `suppression_key` is that of the list on which its leads are looked up as they come in.
    """

    id: str
    kind: str
    controller: ControllerSettings
    region: str
    meanings: Sequence[BoxMeaning]
    own: SourceSettings
    suppression_key: bytes = field(repr=False)

    @property
    def controller_id(self) -> ControllerId:
        """Return whose leads these are."""
        return ControllerId(self.controller.id)


@dataclass(frozen=True, slots=True)
class Settings:
    """The whole configuration, checked. `folder` is where the file stands: paths start there."""

    folder: Path
    store_url: str
    suppression_key: bytes
    controllers: Sequence[ControllerSettings]
    sources: Sequence[ConfiguredSource]

    def source(self, source_id: str) -> ConfiguredSource | None:
        """Return a source by its id."""
        return next((source for source in self.sources if source.id == source_id), None)
