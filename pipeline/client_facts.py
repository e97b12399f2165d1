"""Look up what a client had instructed at a time, as decisions need it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import contract as contracts
from models.client_exit import exits_of
from pipeline.settings import ControllerSettings
from policy.client_contract import days_period, ended_early
from policy.facts import Instruction, ProcessorContract
from policy.uses import Recipient
from policy.vocabulary import Channel, Purpose, RecipientRole, Role

INTERNAL = "internal"
"""Who gets a list that stays in the house."""


def instructed(
    connection: Connection, controller: ControllerSettings, at: datetime
) -> ProcessorContract | None:
    """Return the contract and the instructions of a client as they were known at an instant.

    None for a controller's own data, and for a client without a contract: then every use of its
    data is denied. Rules: CNT-1, CNT-3.
    """
    if controller.role is not Role.PROCESSOR:
        return None
    row = contracts.contract_at(connection, controller.id, at)
    if row is None or not row.is_configured:
        return None
    ends = [
        (each.opened_at, end)
        for each in exits_of(connection, [controller.id])
        if (end := days_period(each.ends_on, each.ends_on).end) is not None
    ]
    period = ended_early(days_period(row.starts_on, row.ends_on), ends, at)
    told = contracts.instructions_of(connection, controller.id, row.id)
    return ProcessorContract(row.reference, period, [_instruction(each) for each in told])


def _instruction(row: Row[Any]) -> Instruction:
    return Instruction(
        row.reference,
        days_period(row.from_on, row.until_on),
        frozenset(Purpose(each) for each in row.purposes),
        frozenset(Channel(each) for each in row.channels),
        frozenset(row.recipients),
        row.covers_special_categories,
    )


def client_recipient(controller: ControllerSettings, named: str) -> Recipient | None:
    """Return who gets a list of a client's people; None: nobody outside, or it is our own list.

    The client itself is named by its id. Anybody else works on our account, and needs an agreement
    that nobody has stated here: the policy denies.
    """
    if controller.role is not Role.PROCESSOR or named == INTERNAL:
        return None
    if named == controller.id:
        country = controller.contract.country if controller.contract else ""
        return Recipient(named, RecipientRole.CLIENT, country)
    return Recipient(named, RecipientRole.PROCESSOR, "GB")
