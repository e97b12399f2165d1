"""Keep the register of breaches: what happened, who was told, and how it ended."""

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import breach, ledger
from models.controller import controller_ids
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store
from pipeline.settings import ControllerSettings
from pipeline.traces import found_in
from policy.errors import UsageError
from policy.instants import in_utc
from policy.rights.breach import BreachContent, BreachKind, BreachRisk, BreachTold, breach_duties

_SHORTEST = 3
"""Words of a text that somebody must understand years later."""


@dataclass(frozen=True, slots=True)
class BreachFound:
    """What is known of a breach when it goes into the register. `aware_at` is aware."""

    controller: ControllerSettings
    aware_at: datetime
    kind: BreachKind
    nature: str
    effects: str
    action: str
    risk: BreachRisk
    people: int | None = None
    records: int | None = None


@dataclass(frozen=True, slots=True)
class BreachChanges:
    """What is known by now; None where nothing is new."""

    people: int | None = None
    records: int | None = None
    effects: str | None = None
    action: str | None = None
    risk: BreachRisk | None = None

    def given(self) -> dict[str, Any]:
        """Return what is new, by the names of the columns."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in named.items() if value is not None}


def record_breach(store: Store, found: BreachFound, actor: str, now: datetime) -> UUID:
    """Put a breach into the register, whether or not anybody must be told; return its key.

    Rules: T-12, T-13. UK GDPR Art. 33(5).

    Raises:
        UsageError: we became aware later than now, a number is negative, or a text says too little
            or names somebody.
    """
    aware_at = in_utc(found.aware_at, "The time of becoming aware")
    if aware_at > now:
        raise UsageError("--aware lies ahead. Cure: give the time when the breach was noticed.")
    _require_numbers(found.people, found.records)
    for name in ("nature", "effects", "action"):
        _require_words(getattr(found, name), name)
    owner, key = found.controller.id, new_keys(1, now)[0]
    row = {
        "controller_id": owner,
        "id": key,
        "aware_at": aware_at,
        "recorded_at": now,
        "role": found.controller.role,
        "kind": found.kind,
        "nature": found.nature.strip(),
        "people": found.people,
        "records": found.records,
        "effects": found.effects.strip(),
        "action": found.action.strip(),
        "risk": found.risk,
        "closed_at": None,
    }
    said = ("role", "kind", "people", "records", "risk")
    detail = {name: row[name] for name in said} | {"aware_at": aware_at.isoformat()}
    with store.writing(owner) as connection:
        breach.add_breach(connection, row)
        entry = (LedgerKind.BREACH_RECORDED, key.hex, detail)
        ledger.append(connection, owner, actor, [entry], now)
    return key


@dataclass(frozen=True, slots=True)
class TellingOfBreach:
    """Who was told of a breach, when (aware) and of what; or why they were not."""

    whom: BreachTold
    at: datetime
    contains: Collection[BreachContent] = ()
    why_not: str | None = None


def tell_of_breach(
    store: Store, breach_id: UUID, telling: TellingOfBreach, actor: str, now: datetime
) -> None:
    """Note that somebody was told of a breach, in whole or in part, or the reason why not.

    Rules: T-12, T-13, T-17. UK GDPR Art. 33(4), 33(5), 34(3).

    Raises:
        UsageError: there is no such breach, the time does not fit, or the reason says too little.
    """
    at = in_utc(telling.at, "The time of telling")
    if telling.why_not is not None:
        _require_words(telling.why_not, "why-not")
        if telling.contains:
            raise UsageError("Told of something, or not told? Cure: --contains or --why-not.")
    with store.writing("breaches") as connection:
        row = _required(connection, breach_id)
        if not row.aware_at <= at <= now:
            raise UsageError("--at must lie between becoming aware of the breach and now.")
        key = new_keys(1, now)[0]
        contains = [each.value for each in BreachContent if each in telling.contains]
        own = {
            "controller_id": row.controller_id,
            "id": key,
            "breach_id": row.id,
            "whom": telling.whom,
            "at": at,
            "contains": contains,
            "why_not": telling.why_not.strip() if telling.why_not else None,
        }
        breach.add_breach_notice(connection, own)
        is_told = telling.why_not is None
        detail = {"whom": telling.whom, "at": at.isoformat(), "contains": contains, "told": is_told}
        entry = (LedgerKind.BREACH_TOLD, row.id.hex, detail)
        ledger.append(connection, row.controller_id, actor, [entry], now)


def close_breach(
    store: Store, breach_id: UUID, changes: BreachChanges, actor: str, now: datetime
) -> None:
    """Close a breach with what is known in the end; it stays in the register.

    Raises:
        UsageError: there is no such breach, it is closed, or somebody still has to be told.
    """
    given = changes.given()
    _require_numbers(changes.people, changes.records)
    for name in ("effects", "action"):
        if name in given:
            _require_words(given[name], name)
    with store.writing("breaches") as connection:
        row = _required(connection, breach_id)
        if row.closed_at is not None:
            raise UsageError("This breach is closed already. Cure: record a new one.")
        _require_all_told(connection, row, changes.risk or row.risk)
        breach.change_breach(connection, row.controller_id, row.id, given | {"closed_at": now})
        known = {name: getattr(row, name) for name in ("people", "records", "risk")}
        detail = known | {name: given[name] for name in known if name in given}
        entry = (LedgerKind.BREACH_CLOSED, row.id.hex, detail)
        ledger.append(connection, row.controller_id, actor, [entry], now)


def _require_all_told(connection: Connection, row: Row[Any], risk: BreachRisk) -> None:
    told = breach.breach_notices_of(connection, [row.controller_id]).get(row.id, [])
    done = {each.whom for each in told}
    owed = [each for each in breach_duties(row.role, risk, row.aware_at) if each.whom not in done]
    if owed:
        names = ", ".join(each.whom for each in owed)
        raise UsageError(
            f"Not told yet: {names}. Cure: `leadledger breach notified`, with --why-not if nobody"
            " has to be told after all."
        )


def _required(connection: Connection, breach_id: UUID) -> Row[Any]:
    row = breach.breach_by_id(connection, controller_ids(connection), breach_id)
    if row is None:
        raise UsageError("There is no breach with this id. Cure: take one from `breach list`.")
    return row


def _require_numbers(people: int | None, records: int | None) -> None:
    if any(number is not None and number < 0 for number in (people, records)):
        raise UsageError("A number below 0 counts nobody. Cure: leave it out if it is not known.")


def _require_words(text: str, name: str) -> None:
    """Refuse what says too little, and what names somebody: the register holds no person's data."""
    if len(text.split()) < _SHORTEST:
        raise UsageError(f"--{name} says too little. Cure: write what somebody must know of it.")
    if found_in(text.encode()):
        raise UsageError(
            f"--{name} holds an address or a number of somebody. Cure: leave people out; their"
            " leads are named by keys."
        )
