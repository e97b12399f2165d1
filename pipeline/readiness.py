"""Is this installation fit to take something in? What a load balancer and a monitor ask."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import inbox, outbox, schema
from models.alarm import open_alarms
from models.controller import controller_ids
from models.store import Store, sqlite_path
from policy.errors import LeadsError

LONGEST_WAIT = timedelta(minutes=15)
"""How long a push may wait for a worker before that is a fault of the installation."""
LEAST_DISK_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class Readiness:
    """What was looked at. `faults` name what is not right; empty: ready.

    `waiting` and `oldest_seconds` are those of the inbox, by source; `mails` wait to be sent.
    `free_bytes` is None where the store is on another machine. `alarms` stand, by their kind.
    """

    faults: tuple[str, ...]
    waiting: Mapping[str, int]
    oldest_seconds: float
    mails: int
    free_bytes: int | None
    alarms: Mapping[str, int]


def readiness(store: Store, now: datetime) -> Readiness:
    """Look at the store's tables, its disk, and at how long pushes wait."""
    free = free_bytes(store)
    faults = [] if free is None or free >= LEAST_DISK_BYTES else ["disk"]
    try:
        schema.require_current(store)
        with store.reading() as connection:
            known = controller_ids(connection)
            waiting = inbox.waiting(connection, known)
            mails = sum(count for count, _ in outbox.mails_waiting(connection, known).values())
            alarms = Counter(row.kind for row in open_alarms(connection))
    except LeadsError as error:
        return Readiness((error.code, *faults), {}, 0.0, 0, free, {})
    oldest = min((since for _, since in waiting.values()), default=now)
    if now - oldest > LONGEST_WAIT:
        faults.append("inbox")
    counted: Counter[str] = Counter()
    for (_, source_id), (count, _) in waiting.items():
        counted[source_id] += count
    seconds = (now - oldest).total_seconds()
    return Readiness(tuple(faults), counted, seconds, mails, free, alarms)


def free_bytes(store: Store) -> int | None:
    """Return the room on the store's disk, None where the store is on another machine."""
    path = sqlite_path(store)
    try:
        return shutil.disk_usage(path.parent).free if path else None
    except OSError:
        return 0
