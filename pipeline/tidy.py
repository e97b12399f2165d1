"""Forget records of the house's own work whose time is over (RET-27)."""

from datetime import datetime

from models import scheduled_run as scheduled
from models import tidying
from models.controller import controller_ids
from models.store import Store
from policy.retention_duties import (
    refusals_kept_since,
    runs_kept_since,
    slots_kept_since,
    uneventful_kept_since,
)


def tidy(store: Store, now: datetime) -> dict[str, int]:
    """Drop old records of runs and old counts of refused requests; return how many of each.

    The newest record of each job stays, however old, since the status shows it.

    Raises:
        StoreError: the store failed; what was dropped before stays dropped.
    """
    with store.writing() as connection:
        slots = scheduled.forget_runs(connection, slots_kept_since(now), uneventful_kept_since(now))
    with store.writing() as connection:
        since = runs_kept_since(now)
        controllers = controller_ids(connection)
        records = sum(tidying.forget_job_runs(connection, each, since) for each in controllers)
    with store.writing() as connection:
        day = refusals_kept_since(now).isoformat()
        refusals = tidying.forget_refusals(connection, controllers, day)
    return {"slots": slots, "records": records, "refusals": refusals}
