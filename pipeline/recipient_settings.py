"""Who may be handed lists: `[[recipients]]` of the configuration file."""

from datetime import date, timedelta
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from pipeline.section import Section, Slug
from policy.london import midnight
from policy.periods import Period
from policy.recipients import NO_CONSIDERATION
from policy.uses import LegalDuty, Recipient, Safeguard
from policy.vocabulary import INTERNAL, Channel, LawfulBasis, RecipientRole, TransferMechanism


class Term(Section):
    """From one day on, until another; London's days, both of them included."""

    from_on: date = Field(alias="from", description="The first day.", examples=[date(2026, 1, 1)])
    until: date | None = Field(
        None, description="The last day; open if not given.", examples=[date(2027, 12, 31)]
    )

    @model_validator(mode="after")
    def _has_an_order(self) -> Self:
        if self.until is not None and self.until < self.from_on:
            raise ValueError("`until` lies before `from`. Cure: put the days right")
        return self

    @property
    def period(self) -> Period:
        """Return the term in instants."""
        end = midnight(self.until + timedelta(days=1)) if self.until else None
        return Period(midnight(self.from_on), end)


class RecipientContract(Term):
    """The contract with a recipient (UK GDPR Art. 28(3))."""

    reference: str = Field(
        min_length=1, description="Where the contract is found.", examples=["DPA-2026-04"]
    )


class RecipientSafeguard(Term):
    """What protects data in the recipient's country (UK GDPR Art. 45A to 49)."""

    mechanism: TransferMechanism = Field(
        description="`regulations`, `idta`, `addendum`, `scc`, `bcr` or `exception`.",
        examples=["idta"],
    )
    tested_on: date | None = Field(
        None,
        description="When it was last tested that protection there is not materially lower; all"
        " but `regulations` and `exception` need that, each year anew.",
        examples=[date(2026, 1, 1)],
    )


class RecipientDuty(Section):
    """One request of an authority, and the law that it rests on."""

    reference: str = Field(min_length=1, description="The enactment or order, or its file number.")
    basis: Literal[LawfulBasis.LEGAL_OBLIGATION, LawfulBasis.RECOGNISED_INTEREST] = Field(
        description="`c` for a legal obligation, `ea` for a recognised interest of Annex 1."
    )
    scope: str = Field(min_length=1, description="What it asks for.")
    dated: date = Field(description="The day of the request.")
    requester: str = Field(min_length=1, description="Who asks, by name or office.")
    necessity: str = Field(min_length=1, description="Why nothing less would do.")


_DAY = date(2026, 1, 1)
_EXAMPLE_CONTRACT = RecipientContract.model_validate({"reference": "DPA-2026-04", "from": _DAY})
_EXAMPLE_SAFEGUARD = RecipientSafeguard.model_validate(
    {"mechanism": TransferMechanism.IDTA, "from": _DAY, "tested_on": _DAY}
)


class RecipientSettings(Section):
    """Somebody who may be handed lists, or the hashes of people who leave an audience."""

    id: Slug = Field(description="A short name that never changes: each list keeps it.")
    name: str = Field(min_length=1, description="The name that people are told.")
    controller: Slug = Field(description="The id of the controller whose recipient it is.")
    role: RecipientRole = Field(
        description="`processor` acts for you alone; `client` gets its own data back; `authority`"
        " has a legal duty behind it; `third_party` is a controller with ends of its own.",
    )
    country: str = Field(
        pattern=r"^[A-Z]{2}$", description="Where data goes to (ISO 3166), such as GB or US."
    )
    channels: tuple[Channel, ...] = Field(
        min_length=1, description="By which channels it reaches people for you."
    )
    consideration: str = Field(
        NO_CONSIDERATION, description="What is given in return for data: `none`. We do not sell."
    )
    contract: RecipientContract | None = Field(
        None,
        description="The contract with it; a processor gets nothing without one.",
        examples=[_EXAMPLE_CONTRACT],
    )
    safeguard: RecipientSafeguard | None = Field(
        None,
        description="What protects data in its country, if that is neither the United Kingdom nor"
        " in the EEA.",
        examples=[_EXAMPLE_SAFEGUARD],
    )
    duties: tuple[RecipientDuty, ...] = Field(
        (), description="An authority's requests: repeat [[recipients.duties]] for each."
    )

    @field_validator("id")
    @classmethod
    def _is_not_us(cls, id_: str) -> str:
        if id_ == INTERNAL:
            raise ValueError("is the controller itself, always there. Cure: choose another id")
        return id_

    @field_validator("consideration")
    @classmethod
    def _is_no_price(cls, given: str) -> str:
        if given != NO_CONSIDERATION:
            raise ValueError(
                f'must be "{NO_CONSIDERATION}": we do not sell data, for money or anything else of'
                " value. Cure: agree on no price for it, or hand it nothing and remove the table"
            )
        return given

    @property
    def facts(self) -> Recipient:
        """Return what the policy asks of a recipient."""
        held = self.safeguard
        return Recipient(
            self.id,
            self.role,
            self.country,
            self.contract.period if self.contract else None,
            Safeguard(held.mechanism, held.period, held.tested_on) if held else None,
            has_consideration=self.consideration != NO_CONSIDERATION,
        )

    def duty(self, reference: str, approver: str) -> LegalDuty | None:
        """Return one of its requests with who approved it, None if there is none of that name."""
        for duty in self.duties:
            if duty.reference == reference:
                return LegalDuty(
                    basis=duty.basis,
                    reference=duty.reference,
                    scope=duty.scope,
                    dated=duty.dated,
                    requester=duty.requester,
                    approver=approver,
                    necessity=duty.necessity,
                )
        return None
