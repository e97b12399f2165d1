"""Say what keeps a watched source from being looked at, even if whoever looks is dead."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from connectors.watched import WatchedSettings
from models import delivery as deliveries
from models.delivery import RunOutcome
from models.trail import arrivals
from pipeline.note_watch import ACTOR as WATCH
from pipeline.pull import ACTOR as PULL
from pipeline.settings import ConfiguredSource
from policy.silence import LOOKED_BACK, is_suspicious

_COMPLETE = (RunOutcome.DONE, RunOutcome.SET_ASIDE)


def watch_message(
    connection: Connection, source: ConfiguredSource, own: WatchedSettings, now: datetime
) -> str | None:
    """Return what is wrong with the watching of a source, None if nothing is.

    It goes by when the last complete look ended, so that a job that is dead, or hangs, shows too.
    """
    key, own_runs = (source.controller_id, source.id), [source.controller_id]
    good = deliveries.last_runs(connection, own_runs, PULL, _COMPLETE).get(key)
    longest = timedelta(minutes=own.alarm_after_minutes)
    if good is None:
        return "never looked at completely. Cure: keep `leadledger run` running, or pull."
    if now - good.finished_at > longest:
        since = f"{good.finished_at:%Y-%m-%d %H:%M} UTC"
        return (
            f"not looked at completely since {since}. Cure: see the last pull above; if it is as"
            " old, `leadledger run` does not run or hangs: start it again."
        )
    watch = deliveries.last_runs(connection, own_runs, WATCH).get(key)
    if watch is not None and watch.outcome != RunOutcome.DONE:
        return f"news are not told at once, only with the next look: {watch.message}"
    since_then = arrivals(connection, source.controller_id, source.id, now - LOOKED_BACK)
    if is_suspicious(since_then, now):
        last = f"{since_then[-1]:%Y-%m-%d %H:%M} UTC"
        return (
            f"no lead since {last}, longer than ever in eight weeks. Cure: send a mail to it, and"
            " check that rules and forms still send here."
        )
    return None
