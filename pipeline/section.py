"""What every table of `config.toml` has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")]
"""A short name: it is part of keys, of addresses and of names of variables."""


class Section(BaseModel):
    """A table of the configuration file. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
