"""Forget records of the house's own work whose time is over (RET-27)."""

from datetime import datetime

from models import scheduled_run as scheduled
from models import tidying
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
        records = tidying.forget_job_runs(connection, runs_kept_since(now))
    with store.writing() as connection:
        refusals = tidying.forget_refusals(connection, refusals_kept_since(now).isoformat())
    return {"slots": slots, "records": records, "refusals": refusals}
