"""Whether the staff must say who they are."""

from typing import Literal

from pydantic import Field

from pipeline.section import Section


class AccessSettings(Section):
    """How people of the staff come in; see docs/staff.md."""

    sign_in: Literal["optional", "required"] = Field(
        "optional",
        description="`required`: every command that shows people asks who it is. Else whoever can"
        " read this file and its keys may also work as the operator, without a name.",
    )

    @property
    def is_required(self) -> bool:
        """Say whether what shows people asks who it is."""
        return self.sign_in == "required"
