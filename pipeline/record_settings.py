"""What only the organisation itself can say in its record of processing: `[controllers.record]`."""

from typing import Annotated

from pydantic import Field, StringConstraints

from pipeline.section import Section

_Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class RecordSettings(Section):
    """Facts of an organisation that `leadledger ropa` prints; what is left out is not stated."""

    representative: _Told | None = Field(
        None, description="Its representative (Art. 27), or `none`.", examples=["none"]
    )
    dpo: _Told | None = Field(
        None,
        description="Its data protection officer with contact, or `none`.",
        examples=["dpo@my-agency.example"],
    )
    joint_controllers: _Told | None = Field(
        None,
        description="Who decides together with it, for what and by which arrangement (Art. 26), or"
        " `none`.",
        examples=["none"],
    )
    location: _Told | None = Field(
        None, description="Where the data is kept.", examples=["own server, London"]
    )
    assessment: _Told | None = Field(
        None,
        description="Where its legitimate interests assessment is found.",
        examples=["LIA-2026-1"],
    )
    dpia: _Told | None = Field(
        None,
        description="Its impact assessment (Art. 35), or why it needs none.",
        examples=["DPIA-2026-1"],
    )
    breaches: _Told | None = Field(
        None, description="Where its record of breaches is.", examples=["breach register"]
    )
    retention_policy: _Told | None = Field(
        None,
        description="Where its retention policy is published.",
        examples=["privacy policy, clause 8"],
    )
    disks_encrypted: bool | None = Field(
        None, description="Whether the disks of the store are encrypted.", examples=[True]
    )
