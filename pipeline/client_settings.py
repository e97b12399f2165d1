"""What `config.toml` says of a client: its contract, and its written instructions."""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from pipeline.section import Section
from policy.client_contract import EXIT_DAYS, ExitChoice, lacks_decision
from policy.vocabulary import Channel, Purpose

_Told = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Version = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]


class ContractSettings(Section):
    """The contract under which a client's data is processed (UK GDPR Art. 28(3))."""

    reference: _Told = Field(description="By which name both sides know the contract.")
    starts_on: date = Field(description="Its first day, in London.")
    ends_on: date | None = Field(
        None, description="Its last day, in London: use stops by itself when it is over."
    )
    exit: ExitChoice | None = Field(
        None,
        description="What the client wants when it ends: `return`, `delete` or"
        " `return_and_delete`; leave it out while the client has not chosen.",
    )
    exit_days: int = Field(
        EXIT_DAYS,
        ge=1,
        le=365,
        description="In how many days after the end that is done and no copy is left here.",
    )
    exit_decision: _Told | None = Field(
        None, description=f"Which written decision allows more than {EXIT_DAYS} days."
    )
    country: str = Field(
        "GB",
        pattern=r"^[A-Z]{2}$",
        description="The country to which the client gets its data (ISO 3166).",
    )
    sub_processors: tuple[_Told, ...] = Field(
        (), description="Who else works on the data for you, by name; they must delete too."
    )

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        wrong = []
        if self.ends_on is not None and self.ends_on < self.starts_on:
            wrong.append("it ends before it starts. Cure: mend `starts_on` or `ends_on`")
        if lacks_decision(self.exit_days, self.exit_decision):
            wrong.append(
                f"`exit_days` is more than {EXIT_DAYS}. Cure: lower it, or name the written"
                " decision that allows it as `exit_decision`"
            )
        if wrong:
            raise ValueError("; ".join(wrong))
        return self


class InstructionSettings(Section):
    """One written instruction of a client (UK GDPR Art. 28(3)(a)); what none covers is denied."""

    reference: _Told = Field(description="By which name both sides know the instruction.")
    version: _Version = Field("1", description="Which version of it; a changed one is a new one.")
    text: str = Field(
        min_length=1,
        pattern=r"\S",
        description="Its words, or where the signed paper is. The store keeps only their hash.",
    )
    purposes: tuple[Purpose, ...] = Field(min_length=1, description="What it covers.")
    channels: tuple[Channel, ...] = Field(
        min_length=1, description="By which channels; `none` for what reaches nobody."
    )
    recipients: tuple[_Told, ...] = Field(
        (),
        description="Who may get the data, by id: the client's own id for the client itself."
        " Nobody outside, if empty.",
    )
    covers_special_categories: bool = Field(
        False, description="Whether it covers data of health, belief and the like (Art. 9)."
    )
    from_on: date = Field(alias="from", description="From which London day on.")
    until_on: date | None = Field(
        None, alias="until", description="Until which London day, that one included."
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.until_on is not None and self.until_on < self.from_on:
            raise ValueError("it ends before it starts. Cure: mend `from` or `until`")
        return self


EXAMPLE_CONTRACT = ContractSettings.model_validate(
    {
        "reference": "DPA-2026-014",
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2027, 12, 31),
        "exit": ExitChoice.RETURN_AND_DELETE,
    }
)
EXAMPLE_INSTRUCTION = InstructionSettings.model_validate(
    {
        "reference": "INS-1",
        "text": "Write to those who asked for news by e-mail, and give us what they sent.",
        "purposes": [Purpose.DIRECT_MARKETING, Purpose.CLIENT_DELIVERY],
        "channels": [Channel.EMAIL, Channel.NONE],
        "recipients": ["my-client"],
        "from": date(2026, 1, 1),
    }
)


def mistakes_of_client(
    contract: ContractSettings | None,
    instructions: tuple[InstructionSettings, ...],
    *,
    is_client: bool,
) -> list[str]:
    """Return what does not fit together in a controller's contract and instructions."""
    if not is_client:
        given = contract is not None or bool(instructions)
        told = "`contract` and `instructions` are a client's. Cure: set `role` to processor"
        return [f"{told}, or take them away"] * given
    wrong = []
    if instructions and contract is None:
        wrong.append("has instructions and no contract. Cure: add [controllers.contract]")
    pairs = [(each.reference, each.version) for each in instructions]
    wrong += [
        f"instruction {reference} has version {version} twice. Cure: give the changed one a new"
        " version"
        for reference, version in sorted({pair for pair in pairs if pairs.count(pair) > 1})
    ]
    return wrong
