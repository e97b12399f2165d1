"""Make the configured recipients known to the store, and say what changed in the ledger's words."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from models.ledger import Entry, LedgerKind
from models.recipient import RecipientRecord, declare_recipients
from pipeline.recipient_settings import RecipientSettings


def declared_recipients(
    connection: Connection,
    controllers: Collection[str],
    recipients: Sequence[RecipientSettings],
    now: datetime,
) -> Iterator[tuple[str, Entry]]:
    """Write recipients of some controllers down as configured; yield each change and whose it is.

    The name stays out of the ledger: a recipient may be a person in business.
    """
    records = [_record(each, now) for each in recipients]
    changed, gone = declare_recipients(connection, controllers, records, now)
    for record in changed:
        kept = record.model_dump(mode="json", exclude={"version", "name", "declared_at"})
        detail = {key: value for key, value in kept.items() if value is not None}
        detail["recipient"] = detail.pop("id")
        del detail["controller_id"]
        entry: Entry = (LedgerKind.RECIPIENT_DECLARED, None, detail | {"is_configured": True})
        yield record.controller_id, entry
    for controller_id, id_ in gone:
        removed = {"recipient": id_, "is_configured": False}
        yield controller_id, (LedgerKind.RECIPIENT_DECLARED, None, removed)


def _record(own: RecipientSettings, now: datetime) -> RecipientRecord:
    contract, safeguard = own.contract, own.safeguard
    return RecipientRecord(
        controller_id=own.controller,
        id=own.id,
        version=1,
        name=own.name,
        role=own.role,
        country=own.country,
        channels=[channel.value for channel in own.channels],
        contract_reference=contract.reference if contract else None,
        contract_since=contract.from_on if contract else None,
        contract_until=contract.until if contract else None,
        mechanism=safeguard.mechanism if safeguard else None,
        safeguard_since=safeguard.from_on if safeguard else None,
        safeguard_until=safeguard.until if safeguard else None,
        tested_on=safeguard.tested_on if safeguard else None,
        declared_at=now,
    )
