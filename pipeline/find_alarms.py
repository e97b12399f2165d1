"""Find what is wrong now: a few queries over the whole store, judged by the policy. No network.

What only the network can tell was written down by `pipeline.watch_sources`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from models import alarm_facts, inbox, outbox, probe, recall, refused_push
from models.alarm import AlarmKey, open_alarms
from models.alarm_facts import RunKey, SourceKey
from models.controller import controller_ids
from models.delivery import RunOutcome
from pipeline.backup import newest_backup
from pipeline.client_exit import exit_of
from pipeline.completeness import NOT_COMPARED, completeness
from pipeline.find_source_alarms import Pulling, SourceFacts, alarms_of_source
from pipeline.late_leads import late_leads
from pipeline.list_breaches import breaches_in
from pipeline.list_requests import OWED
from pipeline.note_watch import ACTOR as WATCH
from pipeline.pull import ACTOR as PULL
from pipeline.readiness import free_bytes
from pipeline.settings import Settings
from pipeline.waiting_questions import waiting_questions
from pipeline.wiring import House
from pipeline.work_inbox import ACTOR as INBOX
from policy.alarms import INSTALLATION, Alarm, AlarmKind, AlarmLimits
from policy.alarms_of_runs import Ended, Runs, alarm_of_job, alarms_of_missed_jobs
from policy.alarms_of_sources import alarm_of_gaps
from policy.alarms_of_the_house import (
    alarm_of_backup,
    alarm_of_breaches,
    alarm_of_disk,
    alarm_of_exit,
    alarm_of_expiry,
    alarm_of_mails,
    alarm_of_questions,
    alarm_of_recalls,
    alarm_of_requests,
)
from policy.london import london_date
from policy.looks import Look
from policy.silence import LOOKED_BACK, SHORTEST_SILENCE

COMPLETE = (RunOutcome.DONE, RunOutcome.SET_ASIDE)
_ENDED: Mapping[str, Ended] = {
    **dict.fromkeys(COMPLETE, Ended.COMPLETE),
    RunOutcome.REFUSED: Ended.REFUSED,
    RunOutcome.UNAVAILABLE: Ended.TRY_LATER,
    RunOutcome.INCOMPLETE: Ended.TRY_LATER,
}
_OF_SOURCES = frozenset({PULL, WATCH, INBOX})
"""Jobs that are watched source by source."""
_THE_HOUSE = ""
"""Whose the runs on the clock are: a job there is over all controllers."""
_UNPROVEN = frozenset({401, 403})
"""How a receiver answers whoever cannot prove that the platform sent it."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the store does not know.

    `jobs` are how often each job is to run, `pulled` the sources that the job `pull` is to pull.
    `running_since` is when this program was started (aware), None where nobody knows. `free_bytes`
    are those of the store's disk; None: it is looked at.
    """

    jobs: Mapping[str, timedelta] = field(default_factory=dict)
    pulled: frozenset[str] = frozenset()
    running_since: datetime | None = None
    free_bytes: int | None = None


def find_alarms(house: House, now: datetime, around: Surroundings) -> list[Alarm]:
    """Return what is wrong now, one alarm of each kind and subject.

    Raises:
        StoreError: the store failed.
    """
    settings, limits = house.settings, house.settings.alarms.limits
    room = free_bytes(house.store) if around.free_bytes is None else around.free_bytes
    with house.store.reading() as connection:
        open_since = {(row.kind, row.subject): row.since for row in open_alarms(connection)}
        # what is owed to people is owed also where their controller is configured no more
        known = controller_ids(connection)
        runs = _runs(connection, settings)
        found = [
            *_of_sources(connection, settings, around, runs, open_since, now),
            *_of_jobs(runs, around, limits, now),
            *_of_people(connection, settings, limits, now),
            *_of_mails(connection, known, settings, limits, now),
            *_of_recalls(connection, known, now),
        ]
        installed_at = alarm_facts.installed_at(connection)
    if room is not None:
        is_open = (AlarmKind.DISK_LOW, INSTALLATION) in open_since
        found.append(alarm_of_disk(room, limits, is_open=is_open))
    if settings.backup_key is not None and installed_at is not None:
        newest = newest_backup(settings.backup_folder)
        found.append(alarm_of_backup(newest, installed_at, limits, now))
    unique: dict[AlarmKey, Alarm] = {}
    for each in filter(None, found):
        unique.setdefault(each.key, each)
    return list(unique.values())


def _runs(connection: Connection, settings: Settings) -> dict[RunKey, Runs]:
    """Return the runs of each job over each source, and those on the clock as it has them."""
    owners = [each.id for each in settings.controllers]
    spans = alarm_facts.spans_of_runs(connection, owners, COMPLETE)
    clocked = {row.job: row for row in alarm_facts.scheduled_runs(connection, COMPLETE)}
    found: dict[RunKey, Runs] = {
        key: Runs(
            row.job,
            _ENDED.get(row.outcome, Ended.BROKEN),
            row.finished_at,
            spans[key].began_at,
            spans[key].good_at,
            row.message,
            key[0],
        )
        for key, row in alarm_facts.newest_runs(connection, owners).items()
        if row.source_id is not None or row.job not in clocked
    }
    for job, row in clocked.items():
        ended = _ENDED.get(row.outcome, Ended.BROKEN)
        times = (row.finished_at, row.began_at, row.good_at)
        found[_THE_HOUSE, job, None] = Runs(job, ended, *times, row.message)
    return found


def _of_sources(
    connection: Connection,
    settings: Settings,
    around: Surroundings,
    runs: Mapping[RunKey, Runs],
    open_since: Mapping[AlarmKey, datetime],
    now: datetime,
) -> Iterator[Alarm | None]:
    """Yield what is wrong with each source; every query is over all of them."""
    owners = {each.controller_id for each in settings.sources}
    looks = _looks(connection, owners)
    waiting = inbox.waiting(connection, owners)
    yesterday = (london_date(now) - timedelta(days=1)).isoformat()
    refused = _unproven(refused_push.refused_since(connection, owners, yesterday))
    ages = alarm_facts.source_ages(connection, owners)
    newest = alarm_facts.newest_arrivals(connection, owners, now - LOOKED_BACK)
    quiet = {
        key
        for each in settings.sources
        if (
            (key := (each.controller_id, each.id)) in newest
            and now - newest[key] > SHORTEST_SILENCE
        )
        or (key not in newest and (AlarmKind.SILENCE, each.id) in open_since)
    }
    arrivals = alarm_facts.arrivals_since(connection, quiet, now - LOOKED_BACK)
    compared = completeness(connection, owners, now)
    for source in settings.sources:
        key = (source.controller_id, source.id)
        facts = SourceFacts(
            source=source,
            pulls=runs.get((source.controller_id, PULL, source.id)),
            works=runs.get((source.controller_id, INBOX, source.id)),
            looks=looks.get(key, ()),
            known_since=ages.get(key, now),
            waiting=waiting.get(key),
            refused=refused.get(key, 0),
            arrivals=arrivals[key] if key in quiet else None,
            silent_since=open_since.get((AlarmKind.SILENCE, source.id)),
        )
        pulling = Pulling(source.id in around.pulled, around.jobs.get(PULL), around.running_since)
        yield from alarms_of_source(facts, settings.alarms.limits, pulling, now)
        found = compared.get(key, NOT_COMPARED)
        yield alarm_of_gaps(source.id, found.gaps_open, found.gaps_lost)


def _looks(connection: Connection, owners: Collection[str]) -> dict[SourceKey, list[Look]]:
    rows = groupby(probe.probes(connection, owners), lambda row: (row.controller_id, row.source_id))
    return {key: [_look(row) for row in own] for key, own in rows}


def _look(row: Row[Any]) -> Look:
    times = (row.since, row.looked_at, row.ends_at)
    return Look(row.about, row.subject, row.is_ok, row.message, *times)


def _unproven(rows: Iterable[Row[Any]]) -> dict[SourceKey, int]:
    """Count the requests that were refused because nothing proved them genuine."""
    counted: dict[SourceKey, int] = {}
    for row in rows:
        if row.status in _UNPROVEN:
            key = (row.controller_id, row.source_id)
            counted[key] = counted.get(key, 0) + row.refused
    return counted


def _of_jobs(
    runs: Mapping[RunKey, Runs], around: Surroundings, limits: AlarmLimits, now: datetime
) -> Iterator[Alarm | None]:
    """Yield the jobs that failed, over whatever source, and those that did not run at all."""
    last_ended: dict[str, datetime] = {}
    for (_, job, _), run in runs.items():
        last_ended[job] = max(run.ended_at, last_ended.get(job, run.ended_at))
        if job not in _OF_SOURCES:
            yield alarm_of_job(run, limits, now)
    since = around.running_since
    yield from alarms_of_missed_jobs(around.jobs, last_ended, since, now, _OF_SOURCES)


def _of_people(
    connection: Connection, settings: Settings, limits: AlarmLimits, now: datetime
) -> Iterator[Alarm | None]:
    """Yield what is owed to people and clients: deletion, answers and returns in time."""
    controllers = [each.id for each in settings.controllers]
    last = london_date(now) + timedelta(days=limits.request_days)
    rows = alarm_facts.requests_due_by(connection, controllers, OWED, last)
    unanswered = waiting_questions(connection, controllers)
    for controller in controllers:
        yield alarm_of_expiry(controller, late_leads(connection, [controller], now))
        due = [(row.id.hex, row.due_on) for row in rows if row.controller_id == controller]
        yield alarm_of_requests(controller, due, limits, now)
        yield alarm_of_questions(controller, unanswered.get(controller, ()), limits, now)
    listed = breaches_in(connection, controllers, now, is_open=True)
    for controller in controllers:
        owed = [
            (f"{each.id.hex} {notice.whom}", notice.due_at)
            for each in listed
            for notice in each.owed
            if each.controller == controller and notice.done_at is None
        ]
        yield alarm_of_breaches(controller, owed, now)
    for client in settings.controllers:
        if ended := exit_of(connection, client):
            yield alarm_of_exit(client.id, ended.facts, limits, now)


def _of_mails(
    connection: Connection,
    known: Collection[str],
    settings: Settings,
    limits: AlarmLimits,
    now: datetime,
) -> Iterator[Alarm | None]:
    can_mail = settings.mail is not None
    for owner, waiting in outbox.mails_waiting(connection, known).items():
        yield alarm_of_mails(owner, waiting, limits, now, can_mail=can_mail)


def _of_recalls(
    connection: Connection, known: Collection[str], now: datetime
) -> Iterator[Alarm | None]:
    for owner, (late, first_due) in recall.late_recalls(connection, known, now).items():
        yield alarm_of_recalls(owner, late, first_due)
