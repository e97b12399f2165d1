"""The lines of a processor in the record of processing, one for each client (Art. 30(2))."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.client_settings import InstructionSettings
from pipeline.record_cells import NOBODY, contact, handing_cells, security, stated
from pipeline.record_facts import Cells, KeptFacts
from pipeline.settings import ControllerSettings, Settings
from policy.client_contract import days_period
from policy.processing import PURPOSE_WORDS, kept_for, not_stated
from policy.processing_columns import PROCESSOR_COLUMNS
from policy.retention_rules import DataClass
from policy.vocabulary import Role


def client_row(
    settings: Settings, client: ControllerSettings, facts: KeptFacts, now: datetime
) -> Cells:
    """Return the line of one client: what is done for it, and on whose word. Rule: ROP-1."""
    agency = next((c for c in settings.controllers if c.role is Role.CONTROLLER), None)
    recipients = [each for each in settings.recipients if each.controller == client.id]
    in_force = [
        each for each in client.instructions if days_period(each.from_on, each.until_on).covers(now)
    ]
    handing = handing_cells(recipients, now)
    others = [each for each in handing["recipients"] if each != NOBODY]
    cells: Cells = {
        "processor": contact(agency) if agency else (_NO_AGENCY,),
        "representative": stated(agency, "representative") if agency else (_NO_AGENCY,),
        "dpo": stated(agency, "dpo") if agency else (_NO_AGENCY,),
        "controller": contact(client),
        "contract": _contract(client, now),
        "instructions": tuple(map(_instruction, in_force)) or (_NO_INSTRUCTION,),
        "processing": _processing(in_force),
        "sub_processors": client.contract.sub_processors if client.contract else (),
        "recipients": (f"the client itself ({client.name})", *others),
        "third_countries": handing["third_countries"],
        "safeguards": handing["safeguards"],
        "security": security(settings, client),
        "retention": (kept_for(DataClass.PROCESSOR_DATA), kept_for(DataClass.MARKETING_LEAD)),
        "location": stated(client, "location"),
        "counts": _counts(settings, client, facts),
    }
    return {name: cells[name] or ("none stated in the contract",) for name in PROCESSOR_COLUMNS}


_NO_AGENCY = not_stated("add a [[controllers]] table for your own organisation, role `controller`")
_NO_CONTRACT = not_stated("add [controllers.contract] to the client; until then nothing is done")
_NO_INSTRUCTION = "none: the data is kept, and every use is denied"


def _contract(client: ControllerSettings, now: datetime) -> tuple[str, ...]:
    contract = client.contract
    if contract is None:
        return (_NO_CONTRACT,)
    period = days_period(contract.starts_on, contract.ends_on)
    until = f" until {contract.ends_on}" if contract.ends_on else ""
    state = "" if period.covers(now) else " (NOT IN FORCE)"
    at_end = (
        f"at its end: {contract.exit.replace('_', ' ')}"
        if contract.exit
        else not_stated("set `exit` of the contract once the client has chosen")
    )
    return f"{contract.reference} from {contract.starts_on}{until}{state}", at_end


def _instruction(each: InstructionSettings) -> str:
    until = f" until {each.until_on}" if each.until_on else ""
    return f"{each.reference} version {each.version}, from {each.from_on}{until}"


def _processing(in_force: Sequence[InstructionSettings]) -> tuple[str, ...]:
    """Return the categories of processing: what is always done, and what was instructed."""
    told = {
        f"{PURPOSE_WORDS[purpose]}, by {', '.join(c.replace('_', ' ') for c in each.channels)}"
        for each in in_force
        for purpose in each.purposes
    }
    return ("collecting and keeping leads, and leaving alone who opted out", *sorted(told))


def _counts(settings: Settings, client: ControllerSettings, facts: KeptFacts) -> tuple[str, ...]:
    sources = [each for each in settings.sources if each.controller.id == client.id]
    rows = [(each.id, facts.leads.get((client.id, each.id))) for each in sources]
    leads = tuple(f"{id_}: {row.leads if row else 0:,} leads" for id_, row in rows)
    handed = facts.handed.get(client.id, ())
    return leads + tuple(
        f"{r.recipient}: {r.lists:,} lists, {r.people:,} rows" for r in handed
    ) or ("none",)
