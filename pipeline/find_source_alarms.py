"""Judge one source by what is known of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.watched import WatchedSettings
from pipeline.settings import ConfiguredSource
from policy.alarms import Alarm, AlarmLimits
from policy.alarms_of_runs import (
    TIMES_THE_INTERVAL,
    Ended,
    Runs,
    alarm_of_no_pull,
    alarm_of_pull,
)
from policy.alarms_of_sources import (
    alarm_of_inbox,
    alarm_of_refused_pushes,
    alarm_of_silence,
    alarms_of_looks,
)
from policy.looks import Look


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What the store knows of one source. Times are aware.

    `pulls` and `works` are the rounds over the source and over its inbox, None if there was none.
    `waiting` are its pushes and since when the oldest waits. `refused` requests could not prove
    that they are genuine. `arrivals` are None for a source that brought something just now.
    """

    source: ConfiguredSource
    pulls: Runs | None
    works: Runs | None
    looks: Sequence[Look]
    known_since: datetime
    waiting: tuple[int, datetime] | None
    refused: int
    arrivals: Sequence[datetime] | None
    silent_since: datetime | None


@dataclass(frozen=True, slots=True)
class Pulling:
    """Whether and how a source is pulled, as far as whoever runs the schedule has said.

    `interval` is how often, None where nobody said; `running_since` when the schedule was started.
    """

    is_scheduled: bool = False
    interval: timedelta | None = None
    running_since: datetime | None = None


def alarms_of_source(
    facts: SourceFacts, limits: AlarmLimits, pulling: Pulling, now: datetime
) -> Iterator[Alarm | None]:
    """Yield what is wrong with a source; of two alarms of one kind the first one counts."""
    own, pulls = facts.source.id, facts.pulls
    if pulls is not None:
        yield alarm_of_pull(pulls._replace(subject=own), limits, now)
    if facts.works is not None and facts.works.ended is Ended.REFUSED and facts.waiting:
        # whoever works on an empty inbox asks nothing, so nobody would write down that it is over
        yield alarm_of_pull(facts.works._replace(subject=own), limits, now)
    yield from alarms_of_looks(own, facts.looks, pulls.good_at if pulls else None, limits, now)
    if pulling.is_scheduled or is_pulled(facts):
        longest = _longest(facts.source, limits, pulling.interval)
        started = pulling.running_since
        last = pulls.ended_at if pulls else max(facts.known_since, started or facts.known_since)
        yield alarm_of_no_pull(own, last, longest, now, started)
    if facts.waiting:
        yield alarm_of_inbox(own, *facts.waiting, limits, now)
    yield alarm_of_refused_pushes(own, facts.refused, limits)
    if facts.arrivals is not None:
        yield alarm_of_silence(own, facts.arrivals, facts.silent_since, now)


def is_pulled(facts: SourceFacts) -> bool:
    """Say whether a source is one that must be asked: a mailbox always, others once they were.

    A platform may be set up for webhooks or files alone; then nobody ever pulls it.
    """
    return facts.pulls is not None or isinstance(facts.source.own, WatchedSettings)


def _longest(
    source: ConfiguredSource, limits: AlarmLimits, interval: timedelta | None
) -> timedelta:
    """Return how long ago the last pull of a source may be."""
    if isinstance(source.own, WatchedSettings):
        return timedelta(minutes=source.own.alarm_after_minutes)
    if interval is not None:
        return interval * TIMES_THE_INTERVAL
    return timedelta(hours=limits.not_pulled_hours)
