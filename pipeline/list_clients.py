"""List the clients: what is agreed, what is held for each, and how far the end is dealt with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import client_data
from models import contract as contracts
from models.store import Store
from pipeline.client_exit import Exit, exit_of
from pipeline.settings import ControllerSettings
from policy.client_contract import days_period
from policy.client_exit import duties_done, exit_due_at
from policy.london import london_date
from policy.retention_duties import ExitDuty, exit_duties_open
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class ListedInstruction:
    """One instruction of a client. `is_in_force`: its days are on."""

    reference: str
    version: str
    purposes: Sequence[str]
    channels: Sequence[str]
    recipients: Sequence[str]
    from_on: date
    until_on: date | None
    text_sha256: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class ListedClient:
    """One client. `contract` None: there is none, so nothing is used.

    `days_left` counts today, None for an open end. `duties` are those that are open once the
    contract is over, due until `due_at`; () before.
    """

    controller: str
    name: str
    contract: str | None
    starts_on: date | None
    ends_on: date | None
    days_left: int | None
    instructions: Sequence[ListedInstruction]
    leads: int
    choice: str | None
    is_over: bool
    duties: tuple[ExitDuty, ...]
    due_at: datetime | None
    returned_at: datetime | None
    deleted_at: datetime | None
    certificate: dict[str, Any] | None


def list_clients(
    store: Store, controllers: Iterable[ControllerSettings], now: datetime
) -> list[ListedClient]:
    """Return the clients among some controllers, as things stand. Rules: RET-19, CNT-4."""
    with store.reading() as connection:
        return [
            _listed(connection, each, now) for each in controllers if each.role is Role.PROCESSOR
        ]


def _listed(connection: Connection, client: ControllerSettings, now: datetime) -> ListedClient:
    contract = contracts.contract_at(connection, client.id)
    is_running = contract is not None and contract.is_configured
    ended = exit_of(connection, client)
    ends_on = ended.ends_on if ended else None
    is_over = ended is not None and now >= ended.facts.ended_at
    counted = client_data.row_counts(connection, client.id, {"leads": client_data.HELD["leads"]})
    return ListedClient(
        client.id,
        client.name,
        contract.reference if is_running and contract else None,
        contract.starts_on if contract else None,
        ends_on,
        max(0, (ends_on - london_date(now)).days + 1) if ends_on else None,
        _instructions(connection, contract, now) if is_running and contract else (),
        counted["leads"],
        ended.choice if ended else contract.exit_choice if contract else None,
        is_over,
        exit_duties_open(duties_done(ended.facts)) if ended and is_over else (),
        exit_due_at(ended.facts) if ended else None,
        *_done(ended),
    )


def _done(ended: Exit | None) -> tuple[datetime | None, datetime | None, dict[str, Any] | None]:
    return (ended.returned_at, ended.deleted_at, ended.certificate) if ended else (None,) * 3


def _instructions(
    connection: Connection, contract: Row[Any], now: datetime
) -> list[ListedInstruction]:
    rows = contracts.instructions_of(connection, contract.controller_id, contract.id)
    return [
        ListedInstruction(
            row.reference,
            row.version,
            row.purposes,
            row.channels,
            row.recipients,
            row.from_on,
            row.until_on,
            row.text_digest,
            days_period(row.from_on, row.until_on).covers(now),
        )
        for row in rows
    ]
