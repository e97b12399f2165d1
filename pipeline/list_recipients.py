"""Who may be handed data, who was, and what each of them lacks, at any time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from models import recipient as recipients
from models.store import Store
from pipeline.hand_over import chosen_recipient
from pipeline.recipient_settings import RecipientContract, RecipientSafeguard, RecipientSettings
from pipeline.settings import ControllerSettings
from policy.places import UNITED_KINGDOM
from policy.recipients import lacks_of
from policy.vocabulary import INTERNAL, Channel, Role

NOT_REGISTERED = "not_registered"
"""What is missing of somebody who was handed lists and is no recipient: the whole registration."""


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """One recipient as it stood at the time that was asked about. Times are UTC.

    `role` is empty for `internal`, what stays in the house, and for somebody who is not registered.
    `lists` and `people` count what was handed over until then, `people` each person once for every
    list. `missing` are words that stay (policy/recipients.py); empty where nothing is.
    """

    controller: str
    id: str
    name: str
    role: str
    country: str
    channels: Sequence[str]
    contract: str | None
    contract_until: date | None
    mechanism: str | None
    tested_on: date | None
    declared_at: datetime | None
    lists: int
    people: int
    last_at: datetime | None
    missing: Sequence[str]


def list_recipients(
    store: Store, controllers: Sequence[ControllerSettings], at: datetime
) -> list[ListedRecipient]:
    """Return every recipient of some controllers at a time (aware), by controller and id.

    `internal` is always there, and so is whoever was ever handed a list. Rule: RCP-5.
    """
    ids = [each.id for each in controllers]
    with store.reading() as connection:
        stood = recipients.recipients_at(connection, ids, at)
        rows = recipients.handed_to(connection, ids, at)
    handed = {(row.controller_id, row.recipient): row for row in rows}
    found = [_in_house(each, handed.pop((each.id, INTERNAL), None)) for each in controllers]
    found += [_registered(row, at, handed.pop((row.controller_id, row.id), None)) for row in stood]
    found += [_unregistered(row) for row in handed.values()]
    return sorted(found, key=lambda each: (each.controller, each.id != INTERNAL, each.id))


def recipient_as_at(
    store: Store, controller: ControllerSettings, id_: str, at: datetime
) -> RecipientSettings | None:
    """Return a recipient as it stood at a time (aware), None for `internal`. Rule: RCP-5.

    Raises:
        UsageError: the controller had none of that id then.
    """
    with store.reading() as connection:
        rows = recipients.recipients_at(connection, [controller.id], at)
    return chosen_recipient(list(map(settings_of, rows)), controller, id_)


def settings_of(row: Row[Any]) -> RecipientSettings:
    """Return a recipient that the store knows as it was configured then."""
    contract = safeguard = None
    if row.contract_reference is not None:
        term = {"from": row.contract_since, "until": row.contract_until}
        contract = RecipientContract.model_validate(term | {"reference": row.contract_reference})
    if row.mechanism is not None:
        term = {"from": row.safeguard_since, "until": row.safeguard_until}
        held = {"mechanism": row.mechanism, "tested_on": row.tested_on}
        safeguard = RecipientSafeguard.model_validate(term | held)
    return RecipientSettings(
        id=row.id,
        name=row.name,
        controller=row.controller_id,
        role=row.role,
        country=row.country,
        channels=tuple(map(Channel, row.channels)),
        contract=contract,
        safeguard=safeguard,
    )


def _registered(row: Row[Any], at: datetime, handed: Row[Any] | None) -> ListedRecipient:
    return ListedRecipient(
        controller=row.controller_id,
        id=row.id,
        name=row.name,
        role=row.role,
        country=row.country,
        channels=tuple(row.channels),
        contract=row.contract_reference,
        contract_until=row.contract_until,
        mechanism=row.mechanism,
        tested_on=row.tested_on,
        declared_at=row.declared_at,
        missing=tuple(lacks_of(settings_of(row).facts, at)),
        **_counts(handed),
    )


def _in_house(controller: ControllerSettings, handed: Row[Any] | None) -> ListedRecipient:
    # a client's data stays in our house, not in the client's
    name = controller.name if controller.role is Role.CONTROLLER else INTERNAL
    return _bare(controller.id, INTERNAL, name, UNITED_KINGDOM, (), handed)


def _unregistered(handed: Row[Any]) -> ListedRecipient:
    name = handed.recipient
    return _bare(handed.controller_id, name, name, "", (NOT_REGISTERED,), handed)


def _bare(
    controller_id: str,
    id_: str,
    name: str,
    country: str,
    missing: Sequence[str],
    handed: Row[Any] | None,
) -> ListedRecipient:
    return ListedRecipient(
        controller=controller_id,
        id=id_,
        name=name,
        role="",
        country=country,
        channels=(),
        contract=None,
        contract_until=None,
        mechanism=None,
        tested_on=None,
        declared_at=None,
        missing=missing,
        **_counts(handed),
    )


def _counts(handed: Row[Any] | None) -> Mapping[str, Any]:
    if handed is None:
        return {"lists": 0, "people": 0, "last_at": None}
    return {"lists": handed.lists, "people": int(handed.people), "last_at": handed.last_at}
