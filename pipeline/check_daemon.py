"""Say whether somebody pulls and works on what came: a daemon that is dead is silent."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from connectors.base import Polls
from connectors.watched import WatchedSettings
from models import delivery as deliveries
from models import inbox
from models.controller import controller_ids
from models.delivery import RunOutcome
from models.store import Store
from pipeline import wiring
from pipeline.finding import Fault, Finding
from pipeline.pull import ACTOR as PULL
from pipeline.readiness import LONGEST_WAIT
from pipeline.settings import ConfiguredSource, Settings

LONGEST_BETWEEN_PULLS = timedelta(hours=26)
_COMPLETE = (RunOutcome.DONE, RunOutcome.SET_ASIDE)


def check_daemon(store: Store, settings: Settings, now: datetime) -> Iterator[Finding]:
    """Yield which sources were not read for long, and whether what was pushed lies about."""
    with store.reading() as connection:
        known = controller_ids(connection)
        complete = deliveries.last_runs(connection, known, PULL, _COMPLETE)
        waiting = inbox.waiting(connection, known)
    for source in settings.sources:
        if isinstance(wiring.build(source), Polls):
            last = complete.get((source.controller_id, source.id))
            yield from _pulled(source, last.finished_at if last else None, now)
    oldest = min((since for _, since in waiting.values()), default=now)
    if now - oldest > LONGEST_WAIT:
        yield Finding(
            "inbox",
            False,
            f"{sum(count for count, _ in waiting.values())} request(s) wait to be worked on, the"
            f" oldest since {oldest:%Y-%m-%d %H:%M} UTC. Cure: start `leadledger run`;"
            " `leadledger status` says if something else keeps them.",
            Fault.PUSHES_WAIT,
        )


def _pulled(source: ConfiguredSource, last: datetime | None, now: datetime) -> Iterator[Finding]:
    place = f"sources[{source.id}] last pull"
    if last is None:
        told = "never completely. Cure: `leadledger pull`, or keep `leadledger run` running."
        yield Finding(place, None, told, Fault.NEVER_PULLED)
        return
    longest = LONGEST_BETWEEN_PULLS
    if isinstance(source.own, WatchedSettings):
        longest = timedelta(minutes=source.own.alarm_after_minutes)
    if now - last > longest:
        yield Finding(
            place,
            False,
            f"not completely since {last:%Y-%m-%d %H:%M} UTC. Cure: start `leadledger run`, or let"
            " cron pull; `leadledger status` shows how the last pull ended.",
            Fault.PULL_OLD,
        )
