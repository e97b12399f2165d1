"""Look up how far the end of a client's contract is dealt with, and write it down."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import contract as contracts
from models import ledger
from models.client_exit import exits_of, put_exit
from models.keys import new_keys
from models.ledger import LedgerKind
from pipeline.settings import ControllerSettings
from policy.client_contract import ExitChoice, days_period
from policy.client_exit import ExitFacts
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Exit:
    """The end of a client's contract as it stands. `id` None: nobody recorded it yet.

    `reference` is the contract's; the times are aware, None for what is not done.
    """

    controller_id: str
    reference: str
    ends_on: date
    exit_days: int
    choice: ExitChoice | None
    sub_processors: tuple[str, ...]
    id: UUID | None = None
    opened_at: datetime | None = None
    returned_at: datetime | None = None
    returned_digest: str | None = None
    deleted_at: datetime | None = None
    sub_processors_done_at: datetime | None = None
    certified_at: datetime | None = None
    certificate: dict[str, Any] | None = None

    @property
    def facts(self) -> ExitFacts:
        """Return this as the policy sees it."""
        ended_at = days_period(self.ends_on, self.ends_on).end
        assert ended_at is not None  # noqa: S101 - a last day has an end
        return ExitFacts(
            ended_at=ended_at,
            exit_days=self.exit_days,
            choice=self.choice,
            has_sub_processors=bool(self.sub_processors),
            returned_at=self.returned_at,
            deleted_at=self.deleted_at,
            sub_processors_done_at=self.sub_processors_done_at,
            certified_at=self.certified_at,
        )

    @property
    def subject(self) -> str:
        """Return the key under which the ledger has it; empty while it is not recorded."""
        return self.id.hex if self.id else ""

    def recorded(self, connection: Connection, actor: str, now: datetime) -> "Exit":
        """Write the end down as it stands now; return it with its key."""
        kept = self if self.id else replace(self, id=new_keys(1, now)[0], opened_at=now)
        row = {name: getattr(kept, name) for name in _COLUMNS}
        put_exit(connection, row | {"sub_processors": list(kept.sub_processors)})
        detail = {
            "contract": kept.reference,
            "ends_on": kept.ends_on.isoformat(),
            "choice": kept.choice,
            "exit_days": kept.exit_days,
            "sub_processors_done": kept.sub_processors_done_at is not None,
        }
        entry = (LedgerKind.CLIENT_EXIT_RECORDED, kept.subject, detail)
        ledger.append(connection, kept.controller_id, actor, [entry], now)
        return kept


_COLUMNS = tuple(Exit.__dataclass_fields__)


def exit_of(connection: Connection, controller: ControllerSettings) -> Exit | None:
    """Return the end of a client's present contract, None where none is set or recorded.

    The end of an earlier contract is another matter, and so is a contract of one's own.
    """
    if controller.role is not Role.PROCESSOR:
        return None
    contract = contracts.contract_at(connection, controller.id)
    if contract is None:
        return None
    own = [
        row for row in exits_of(connection, [controller.id]) if row.ends_on >= contract.starts_on
    ]
    if own:
        return _of_row(own[-1], contract)
    if contract.ends_on is None:
        return None
    return new_exit(contract, contract.ends_on)


def new_exit(contract: Row[Any], ends_on: date) -> Exit:
    """Return the end of a contract on some day, of which nothing is done yet."""
    return Exit(
        contract.controller_id,
        contract.reference,
        ends_on,
        contract.exit_days,
        contract.exit_choice,
        tuple(contract.sub_processors),
    )


def _of_row(row: Row[Any], contract: Row[Any]) -> Exit:
    """Return a recorded end; what the contract says still counts where nobody said otherwise."""
    values = {name: getattr(row, name) for name in _COLUMNS}
    values["sub_processors"] = tuple(row.sub_processors)
    values["choice"] = row.choice or contract.exit_choice
    if contract.ends_on is not None:
        values["ends_on"] = min(row.ends_on, contract.ends_on)
    return Exit(**values)


def has_left(connection: Connection, controller: ControllerSettings) -> bool:
    """Say whether all of a client's data went after its contract: then nothing comes in again."""
    found = exit_of(connection, controller)
    return found is not None and found.deleted_at is not None
