"""List what is wrong, as the last round of alarms found it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from models import alarm
from models.store import Store
from policy.alarms import RANK, Severity


@dataclass(frozen=True, slots=True)
class OpenAlarm:
    """An alarm that stands. Times are UTC; `told_at` is None while nobody has been told."""

    kind: str
    subject: str
    severity: Severity
    fact: str
    cure: str
    since: datetime
    last_seen: datetime
    told_at: datetime | None


def list_alarms(store: Store) -> Sequence[OpenAlarm]:
    """Return the alarms that stand, the worst first."""
    with store.reading() as connection:
        return opened(alarm.open_alarms(connection))


def opened(rows: Sequence[Row[Any]]) -> Sequence[OpenAlarm]:
    """Return rows of alarms as what they are, the worst first, of equals the oldest."""
    found = [
        OpenAlarm(
            row.kind,
            row.subject,
            row.severity,
            row.fact,
            row.cure,
            row.since,
            row.last_seen,
            row.told_at,
        )
        for row in rows
    ]
    return sorted(found, key=lambda each: (-RANK[each.severity], each.since))
