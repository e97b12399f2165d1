"""Look up what a client had instructed at a time, as decisions need it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import contract as contracts
from models.client_exit import exits_of
from pipeline.settings import ControllerSettings
from policy.client_contract import days_period, ended_early
from policy.decision import Decision
from policy.facts import Facts, Instruction, ProcessorContract
from policy.permission import decide
from policy.uses import Recipient, UseRequest
from policy.vocabulary import Channel, Operation, Purpose, RecipientRole, Role


def instructed(
    connection: Connection, controller: ControllerSettings, at: datetime
) -> ProcessorContract | None:
    """Return the contract and the instructions of a client as they were known at an instant.

    None for a controller's own data, and for a client that never had a contract: then every use of
    its data is denied. One that was taken out of the configuration has no instructions. Rules:
    CNT-1, CNT-3.
    """
    if controller.role is not Role.PROCESSOR:
        return None
    row = contracts.contract_at(connection, controller.id, at)
    if row is None:
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


def may_give_back(connection: Connection, controller: ControllerSettings, at: datetime) -> Decision:
    """Decide whether all of a client's data may go back to it now. Rule: PERM-7."""
    country = controller.contract.country if controller.contract else ""
    use = UseRequest(
        Purpose.CLIENT_DELIVERY,
        Channel.NONE,
        at,
        operation=Operation.RETURN_TO_CLIENT,
        recipient=Recipient(controller.id, RecipientRole.CLIENT, country),
    )
    contract = instructed(connection, controller, at)
    return decide(use, Facts(controller.role, (), (), processor_contract=contract))
