"""How things stand with the advertising audiences that people are taken out of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from models import audience as audiences
from models import delivery as deliveries
from models.audience import AudienceKey
from models.audience_removal import removals_waiting
from models.controller import controller_ids
from models.store import Store
from pipeline.audience_turn import ACTOR


@dataclass(frozen=True, slots=True)
class AudienceState:
    """One audience. Counts are addresses and numbers; times are UTC, None for what never was.

    `waiting` are not removed yet, the oldest since `waiting_since`; of them the platform works on
    `at_platform`. `confirmed` were removed, the last at `confirmed_at` under `request_id`; `failed`
    were given up after 30 days. `message` is what was wrong in the last round, if anything was;
    until `rest_until` the platform is left alone for that.
    """

    id: str
    kind: str
    controller: str
    is_configured: bool
    waiting: int
    waiting_since: datetime | None
    at_platform: int
    confirmed: int
    confirmed_at: datetime | None
    request_id: str | None
    failed: int
    failed_at: datetime | None
    rest_until: datetime | None
    message: str | None


def list_audiences(store: Store) -> Sequence[AudienceState]:
    """Return every audience that is configured or was, by controller and id."""
    with store.reading() as connection:
        controllers = controller_ids(connection)
        known = audiences.audiences(connection, controllers)
        waiting = {
            AudienceKey(row.controller_id, row.audience_id): row
            for row in removals_waiting(connection, controllers)
        }
        runs = deliveries.last_runs(connection, controllers, ACTOR) if known else {}
    found = []
    for row in known:
        left = waiting.get(AudienceKey(row.controller_id, row.id))
        run = runs.get((row.controller_id, row.id))
        found.append(
            AudienceState(
                id=row.id,
                kind=row.kind,
                controller=row.controller_id,
                is_configured=row.is_configured,
                waiting=left.waiting if left else 0,
                waiting_since=left.since if left else None,
                at_platform=left.sent if left else 0,
                confirmed=row.confirmed,
                confirmed_at=row.confirmed_at,
                request_id=row.request_id,
                failed=row.failed,
                failed_at=row.failed_at,
                rest_until=row.rest_until,
                message=run.message if run else None,
            )
        )
    return found
