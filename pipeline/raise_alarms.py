"""Compare what is wrong now with what was wrong before, write down what changed, and tell it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import alarm, ledger
from models.alarm import AlarmKey
from models.alarm_facts import source_ages
from models.bulk import Values
from models.controller import controller_ids
from models.ledger import Entry, LedgerKind
from pipeline.find_alarms import Surroundings, find_alarms
from pipeline.settings import Settings
from pipeline.tell_alarms import LOCK, Told, tell_alarms
from pipeline.wiring import House
from policy.alarms import INSTALLATION, OF_SOURCES, OF_THE_HOUSE, Alarm

ACTOR = "alarms"


@dataclass(slots=True)
class AlarmReport:
    """What one round found. `standing` are all that stand now, the new and changed ones too."""

    standing: Sequence[Alarm] = ()
    raised: list[AlarmKey] = field(default_factory=list)
    changed: list[AlarmKey] = field(default_factory=list)
    cleared: list[AlarmKey] = field(default_factory=list)
    told: Sequence[Told] = ()


def raise_alarms(
    house: House, now: Callable[[], datetime], around: Surroundings | None = None
) -> AlarmReport:
    """Find what is wrong, write down what began, changed or ended, and tell whoever is configured.

    Several programs may do so at once: each change is written down once, and each target told once.

    Args:
        house: the installation.
        now: the clock (aware UTC).
        around: what the store does not know: the schedule, since when the program runs.

    Raises:
        StoreError: the store failed; what was not written down is found again by the next round.
    """
    at = now()
    report = AlarmReport(find_alarms(house, at, around or Surroundings()))
    with house.store.writing(LOCK) as connection:
        _write(connection, house.settings, report, at)
    report.told = tell_alarms(house, now)
    return report


def _write(connection: Connection, settings: Settings, report: AlarmReport, now: datetime) -> None:
    """Bring the kept alarms up to what stands; the ledger gets what began, changed and ended."""
    before = {(row.kind, row.subject): row for row in alarm.kept_alarms(connection)}
    found = {(each.kind.value, each.subject): each for each in report.standing}
    rows: list[Values] = []
    for key, each in found.items():
        row = before.get(key)
        if row is None or row.closed_at is not None:
            report.raised.append(key)
        elif row.state != each.state:
            report.changed.append(key)
        rows.append(_row(each, row, now))
    for key, row in before.items():
        if key not in found and row.closed_at is None:
            report.cleared.append(key)
            rows.append(row._asdict() | {"closed_at": now})
    alarm.put_alarms(connection, rows)
    whose = _owners(connection, settings)
    for controller_id, entries in _entries(whose, report, found, before).items():
        ledger.append(connection, controller_id, ACTOR, entries, now)


def _row(found: Alarm, before: Row[Any] | None, now: datetime) -> Values:
    is_open = before is not None and before.closed_at is None
    return {
        "kind": found.kind.value,
        "subject": found.subject,
        "severity": found.severity,
        "state": found.state,
        "fact": found.fact,
        "cure": found.cure,
        "since": before.since if before is not None and is_open else now,
        "last_seen": now,
        "told_at": before.told_at if before is not None else None,
        "closed_at": None,
    }


Owners = Callable[[AlarmKey], Collection[str]]
"""Says whose ledger an alarm belongs to."""


def _entries(
    whose: Owners,
    report: AlarmReport,
    found: Mapping[AlarmKey, Alarm],
    before: Mapping[AlarmKey, Row[Any]],
) -> dict[str, list[Entry]]:
    """Return what the ledger of each controller is told."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for key in (*report.raised, *report.changed):
        detail = {
            "alarm": key[0],
            "about": key[1],
            "severity": found[key].severity,
            "state": found[key].state,
            "changed": key in report.changed,
        }
        for controller_id in whose(key):
            entries[controller_id].append((LedgerKind.ALARM_RAISED, None, detail))
    for key in report.cleared:
        detail = {"alarm": key[0], "about": key[1], "since": before[key].since.isoformat()}
        for controller_id in whose(key):
            entries[controller_id].append((LedgerKind.ALARM_CLEARED, None, detail))
    return entries


def _owners(connection: Connection, settings: Settings) -> Owners:
    """Return what says whose ledger an alarm belongs to: nobody else's tells of it. Rule: ISO-4.

    A source that is configured no more is still its controller's.
    """
    everybody = [each.id for each in settings.controllers]
    known = controller_ids(connection)
    sources: dict[str, set[str]] = defaultdict(set)
    for owner, source_id in source_ages(connection, known):
        sources[source_id].add(owner)
    sources |= {each.id: {each.controller_id} for each in settings.sources}

    def whose(key: AlarmKey) -> Collection[str]:
        kind, subject = key
        if subject == INSTALLATION or kind in OF_THE_HOUSE:
            return everybody
        if kind in OF_SOURCES:
            return sources.get(subject, ())
        return [subject] if subject in known else ()

    return whose
