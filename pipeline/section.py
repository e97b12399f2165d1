"""What every table of `config.toml` has in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the configuration file. Unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
