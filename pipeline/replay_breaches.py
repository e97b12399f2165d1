"""Put breaches back into the register of a restored store that were recorded since its backup."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import breach, copying
from models.breach import Breach, BreachNotice
from models.columns import table_of
from models.journal import Note

_TABLES = ("breach", "breach_notice")


def replay_breaches(
    connection: Connection, controller_id: str, notes: Mapping[str, Sequence[Note]]
) -> int:
    """Record again what the journal has; return how many breaches the store lacked.

    To do it twice changes nothing. Rule: RET-17.
    """
    rows = {what: [note["row"] for note in notes.get(what, ())] for what in _TABLES}
    added = copying.put_missing(connection, table_of(Breach), rows["breach"])
    copying.put_missing(connection, table_of(BreachNotice), rows["breach_notice"])
    for note in notes.get("breach_changed", ()):
        changes = dict(note["changes"])
        changes["closed_at"] = datetime.fromisoformat(changes["closed_at"])
        breach.change_breach(connection, controller_id, UUID(note["id"]), changes)
    return added
