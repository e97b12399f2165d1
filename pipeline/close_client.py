"""Deal with the end of a client's contract: give back, delete, certify; each step once."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from models import contract as contracts
from models import ledger
from models.ledger import LedgerKind
from models.store import Store
from pipeline.client_exit import Exit, exit_of, new_exit
from pipeline.client_facts import may_give_back
from pipeline.delete_client import Deleted, Deletion, delete_client
from pipeline.exit_certificate import exit_certificate
from pipeline.gather import require_own_key
from pipeline.pass_requests_on import pass_requests_on
from pipeline.return_package import Package, make_package
from pipeline.settings import ControllerSettings
from policy.client_contract import ExitChoice
from policy.client_exit import deletable_until, may_certify, skips_return
from policy.errors import UsageError
from policy.london import london_date
from policy.suppression import SuppressionKeys
from policy.vocabulary import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """What somebody orders for the end of a client's contract.

    `on` is the last day, if the contract names none or it ends earlier; `choice` the client's, if
    the contract does not say; `out` where a package is put. `are_sub_processors_done`,
    `are_requests_passed_on`: whoever orders it says so. `is_rehearsal`: look only.
    """

    on: date | None = None
    choice: ExitChoice | None = None
    out: Path | None = None
    are_sub_processors_done: bool = False
    are_requests_passed_on: bool = False
    is_rehearsal: bool = False
    actor: str = "command line"


@dataclass(slots=True)
class Closed:
    """How the end of a contract stands after an order: what was returned, and what was deleted."""

    exit: Exit
    package: Package | None = None
    deleted: Deleted = field(default_factory=Deleted)


def close_client(
    store: Store,
    client: ControllerSettings,
    suppression_key: SuppressionKeys,
    order: Closing,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> Closed:
    """Do what may be done now of a contract's end; to order it again goes on from there.

    Before the last day is over it is only recorded: use stops by itself then. Rules: CNT-4, CNT-5,
    RET-19. UK GDPR Art. 28(3)(g).

    Raises:
        UsageError: it is no client, or a part of the order is missing or contradicts what is known.
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed; what was done before stays done.
    """
    began = now()
    with store.reading() as connection:
        require_own_key(connection, client.id, suppression_key)
        found = Closed(_ordered(_known(connection, client, order), order, began))
    needs_package = _needs_package(found, order, began)
    if order.is_rehearsal:
        found.exit = _as_if_returned(found.exit, began)
    else:
        _record(store, client, order, began, found)
        if needs_package:
            _require_allowed(store, client, now())
            _give_back(store, found, order, now(), progress)
    if found.exit.deleted_at is None:
        run = Deletion(
            store=store,
            exit=found.exit,
            key=suppression_key,
            actor=order.actor,
            now=now(),
            ordered_at=began,
            is_rehearsal=order.is_rehearsal,
            progress=progress,
        )
        found.deleted = delete_client(run)
    if not order.is_rehearsal:
        found.exit = certify(store, client, order.actor, now())
    return found


def _require_allowed(store: Store, client: ControllerSettings, now: datetime) -> None:
    """Let the decision table refuse to hand everything over. Rule: PERM-7."""
    with store.reading() as connection:
        decision = may_give_back(connection, client, now)
    if not decision.is_allowed:
        raise UsageError(f"The data may not go back ({decision.code}). Cure: see docs/clients.md.")


def _record(
    store: Store, client: ControllerSettings, order: Closing, now: datetime, found: Closed
) -> None:
    """Write down what somebody ordered, if it says anything new."""
    with store.writing(client.id) as connection:
        known = _known(connection, client, order)
        found.exit = _ordered(known, order, now)
        if found.exit.id is None or found.exit != known:
            found.exit = found.exit.recorded(connection, order.actor, now)
        if order.are_requests_passed_on:
            pass_requests_on(connection, client.id, now, order.actor, now)


def _as_if_returned(ended: Exit, now: datetime) -> Exit:
    """Return an end for a rehearsal, which counts what would go once the client has its data."""
    is_wanted = ended.choice is not None and ended.choice.is_returned
    return replace(ended, returned_at=ended.returned_at or now) if is_wanted else ended


def _known(connection: Connection, client: ControllerSettings, order: Closing) -> Exit:
    """Return the end as it is known, or as this order is the first to name it."""
    if client.role is not Role.PROCESSOR:
        raise UsageError(
            f"{client.id} is no client: its role is controller. Cure: take one from `leadledger"
            " clients list`."
        )
    contract = contracts.contract_at(connection, client.id)
    found = exit_of(connection, client)
    if found is not None:
        _require_agreed(contract, found, order)
        return found
    if contract is None:
        raise UsageError(
            f"No contract with {client.id} is known. Cure: add [controllers.contract]."
        )
    if order.on is None:
        raise UsageError(
            f"When does the contract with {client.id} end? Cure: add --on with its last day."
        )
    if order.on < contract.starts_on:
        raise UsageError(
            f"The contract with {client.id} begins on {contract.starts_on}. Cure: mend --on."
        )
    found = new_exit(contract, order.on)
    _require_agreed(contract, found, order)
    return found


def _require_agreed(contract: Row[Any] | None, ended: Exit, order: Closing) -> None:
    """Refuse to delete what the contract says goes back first. Rule: CNT-5."""
    agreed = contract.exit_choice if contract is not None else None
    if order.choice is not None and skips_return(agreed, ended.facts, order.choice):
        raise UsageError(
            f"The contract with {ended.controller_id} says {agreed}: its data goes back before it"
            " is deleted. Cure: leave out --choice; if the client has decided otherwise in writing,"
            " change `exit` under [controllers.contract] first."
        )


def _ordered(known: Exit, order: Closing, now: datetime) -> Exit:
    """Return an end with what somebody ordered; what is done already contradicts no more."""
    is_begun = known.returned_at is not None or known.deleted_at is not None
    if order.on is not None and order.on != known.ends_on:
        is_over = known.ends_on < london_date(now)
        if is_begun or is_over or (known.id is None and order.on > known.ends_on):
            raise UsageError(
                f"The contract ends on {known.ends_on}. Cure: name an earlier day while it runs, or"
                " change ends_on in the configuration."
            )
        known = replace(known, ends_on=order.on)
    if order.choice is not None and order.choice is not known.choice:
        if known.deleted_at is not None:
            raise UsageError("The data is deleted already. Cure: leave out --choice.")
        known = replace(known, choice=order.choice)
    if order.are_sub_processors_done and known.sub_processors_done_at is None:
        known = replace(known, sub_processors_done_at=now)
    return known


def _needs_package(found: Closed, order: Closing, now: datetime) -> bool:
    """Say whether the client must be given a package now.

    Raises:
        UsageError: it must, and nobody said where to.
    """
    ended = found.exit
    is_wanted = ended.choice is not None and ended.choice.is_returned
    if not is_wanted or ended.deleted_at is not None or now < ended.facts.ended_at:
        return False
    if ended.returned_at is None and order.out is None and not order.is_rehearsal:
        raise UsageError("The client wants its data back. Cure: add --out with a new folder.")
    is_repeated = ended.returned_at is not None and order.out is not None and order.out.exists()
    return order.out is not None and not is_repeated


def _give_back(
    store: Store,
    found: Closed,
    order: Closing,
    now: datetime,
    progress: Callable[[int], None],
) -> None:
    assert order.out is not None  # noqa: S101 - asked before
    package = make_package(store, found.exit, order.out, now, progress)
    controller_id = found.exit.controller_id
    returned = replace(found.exit, returned_at=package.made_at, returned_digest=package.digest)
    with store.writing(controller_id) as connection:
        found.exit = returned.recorded(connection, order.actor, now)
        until = deletable_until(found.exit.facts, now)
        passed_on = (
            pass_requests_on(connection, controller_id, until, order.actor, now) if until else 0
        )
        detail = {
            "manifest_sha256": package.digest,
            "counts": {name: count for name, count in package.rows.items() if count},
            "requests_passed_on": passed_on,
            "rules": ["CNT-4", "RET-19"],
        }
        entry = (LedgerKind.CLIENT_DATA_RETURNED, found.exit.subject, detail)
        ledger.append(connection, controller_id, order.actor, [entry], now)
    found.package = package


def certify(store: Store, client: ControllerSettings, actor: str, now: datetime) -> Exit:
    """Issue the certificate once all else is done; return the end as it stands. Rule: CNT-4."""
    with store.writing(client.id) as connection:
        ended = exit_of(connection, client)
        assert ended is not None  # noqa: S101 - recorded before
        if ended.certified_at is not None or not may_certify(ended.facts):
            return ended
        document = exit_certificate(ended, _deleted(connection, ended), now)
        certified = replace(ended, certified_at=now, certificate=document)
        kept = certified.recorded(connection, actor, now)
        detail = {"contract": kept.reference, "choice": kept.choice, "rules": ["CNT-4", "RET-19"]}
        entry = (LedgerKind.CLIENT_EXIT_CERTIFIED, kept.subject, detail)
        ledger.append(connection, client.id, actor, [entry], now)
    return kept


def _deleted(connection: Connection, ended: Exit) -> Counter[str]:
    """Count what was deleted, over however many runs, as the ledger has it."""
    since, owner = ended.facts.ended_at, ended.controller_id
    counts = Counter(leads=ledger.count_since(connection, owner, LedgerKind.LEAD_DELETED, since))
    for row in ledger.history(connection, owner, [ended.subject]):
        if row.kind is LedgerKind.CLIENT_DATA_DELETED:
            counts += Counter(orjson.loads(row.body)["detail"]["counts"])
    return counts
