"""The lines of a processor in the record of processing, one for each client (Art. 30(2))."""

from collections.abc import Sequence
from datetime import datetime

from pipeline.hand_over import client_itself
from pipeline.list_clients import ListedClient, ListedInstruction
from pipeline.recipient_settings import RecipientSettings
from pipeline.record_cells import contact, handing_cells, security, stated
from pipeline.record_facts import Cells, KeptFacts, handed_cells, leads_cells
from pipeline.settings import ControllerSettings, Settings
from policy.client_contract import days_period
from policy.processing import PURPOSE_WORDS, kept_for, not_stated
from policy.processing_columns import PROCESSOR_COLUMNS
from policy.retention_rules import DataClass
from policy.vocabulary import Purpose, Role


def client_row(
    settings: Settings, client: ControllerSettings, facts: KeptFacts, now: datetime
) -> Cells:
    """Return the line of one client: what is done for it, and on whose word. Rule: ROP-1."""
    agency = next((c for c in settings.controllers if c.role is Role.CONTROLLER), None)
    listed = facts.clients[client.id]
    in_force = [each for each in listed.instructions if each.is_in_force and not listed.is_over]
    instructed, others = _recipients(settings, client, in_force)
    handing = handing_cells(instructed, now)
    cells: Cells = {
        "processor": contact(agency) if agency else (_NO_AGENCY,),
        "representative": stated(agency, "representative") if agency else (_NO_AGENCY,),
        "dpo": stated(agency, "dpo") if agency else (_NO_AGENCY,),
        "controller": contact(client),
        "contract": _contract(listed, now),
        "instructions": tuple(map(_instruction, in_force)) or (_NO_INSTRUCTION,),
        "processing": _processing(in_force),
        "sub_processors": client.contract.sub_processors if client.contract else (),
        "recipients": handing["recipients"] + tuple(f"{_NOT_INSTRUCTED}: {o.name}" for o in others),
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
_NOT_INSTRUCTED = "not instructed, so nothing is handed to it"


def _recipients(
    settings: Settings, client: ControllerSettings, in_force: Sequence[ListedInstruction]
) -> tuple[list[RecipientSettings], list[RecipientSettings]]:
    """Return whom the client's data may go to, and who is only registered for it.

    The client itself gets its data back at the end, whatever it instructed. Who else no instruction
    in force names is denied each row (PERM-6): no recipient, and no transfer of Art. 30(2)(c).
    """
    named = {id_ for each in in_force for id_ in each.recipients}
    registered = [each for each in settings.recipients if each.controller == client.id]
    instructed = [each for each in registered if each.id in named]
    others = [each for each in registered if each.id not in named]
    return client_itself(client) + instructed, others


def _contract(listed: ListedClient, now: datetime) -> tuple[str, ...]:
    """Return the contract as the store knows it: an early end that was agreed is its end."""
    if listed.contract is None or listed.starts_on is None:
        return (_NO_CONTRACT,)
    until = f" until {listed.ends_on}" if listed.ends_on else ""
    state = "" if days_period(listed.starts_on, listed.ends_on).covers(now) else " (NOT IN FORCE)"
    done = [
        f"data {what} on {at:%Y-%m-%d}"
        for what, at in (("returned", listed.returned_at), ("deleted", listed.deleted_at))
        if at is not None
    ]
    if listed.choice:
        at_end = f"at its end: {listed.choice.replace('_', ' ')}"
    else:
        at_end = not_stated("set `exit` of the contract once the client has chosen")
    return f"{listed.contract} from {listed.starts_on}{until}{state}", at_end, *done


def _instruction(each: ListedInstruction) -> str:
    until = f" until {each.until_on}" if each.until_on else ""
    return f"{each.reference} version {each.version}, from {each.from_on}{until}"


def _processing(in_force: Sequence[ListedInstruction]) -> tuple[str, ...]:
    """Return the categories of processing: what is always done, and what was instructed."""
    told = {
        f"{PURPOSE_WORDS[Purpose(purpose)]}, by {_list(each.channels)}"
        for each in in_force
        for purpose in each.purposes
    }
    return ("collecting and keeping leads, and leaving alone who opted out", *sorted(told))


def _list(words: Sequence[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _counts(settings: Settings, client: ControllerSettings, facts: KeptFacts) -> tuple[str, ...]:
    sources = [each for each in settings.sources if each.controller.id == client.id]
    leads = leads_cells(client, sources, facts)
    return leads + handed_cells(facts.handed.get(client.id, ())) or ("none",)
