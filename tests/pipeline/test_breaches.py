"""The register of breaches: who must be told, what was said, and that nothing of it is lost."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from models.breach import Breach, BreachNotice
from models.journal import Journal
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.list_breaches import ListedBreach, list_breaches
from pipeline.record_breach import (
    BreachChanges,
    BreachFound,
    TellingOfBreach,
    close_breach,
    record_breach,
    tell_of_breach,
)
from pipeline.replay_breaches import replay_breaches
from policy.alarms import AlarmKind
from policy.alarms_of_the_house import alarm_of_breaches
from policy.errors import UsageError
from policy.rights.breach import BreachContent, BreachKind, BreachRisk, BreachTold
from policy.vocabulary import Role
from tests.build import NOW, controller, declared, kept
from tests.pipeline.stopping import everything

HOUR = timedelta(hours=1)
WHOLE = set(BreachContent) - {BreachContent.REASONS_FOR_DELAY}
FOUND = BreachFound(
    controller(),
    NOW - HOUR,
    BreachKind.CONFIDENTIALITY,
    "A list was sent to the wrong recipient.",
    "They may read addresses of people who asked for news.",
    "The recipient was asked to delete it, and did.",
    BreachRisk.RISK,
    people=120,
)


def listed(store: Store, now_after: timedelta = timedelta(0)) -> ListedBreach:
    [one] = list_breaches(store, ["nectra"], NOW + now_after)
    return one


def told(
    store: Store, key: UUID, whom: BreachTold = BreachTold.REGULATOR, after: timedelta = HOUR
) -> None:
    told_at = NOW + after
    tell_of_breach(store, key, TellingOfBreach(whom, told_at, WHOLE), "test", told_at)


def test_a_breach_is_recorded_with_what_is_owed_and_the_ledger_has_no_words_of_it(
    store: Store,
) -> None:
    declared(store)
    key = record_breach(store, FOUND, "test", NOW)
    [owed] = listed(store).owed
    assert (owed.whom, owed.due_at) == (BreachTold.REGULATOR, NOW + 71 * HOUR)
    assert set(owed.missing) == WHOLE
    assert not owed.is_late
    assert listed(store, 72 * HOUR).owed[0].is_late
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.BREACH_RECORDED]
    assert entry.subject_id == key.hex
    assert "wrong recipient" not in entry.body
    assert '"people":120' in entry.body


def test_parts_of_a_report_add_up_and_a_breach_closes_once_everybody_was_told(
    store: Store,
) -> None:
    declared(store)
    key = record_breach(store, replace(FOUND, risk=BreachRisk.HIGH), "test", NOW)
    with pytest.raises(UsageError, match="Not told yet: regulator, people"):
        close_breach(store, key, BreachChanges(), "test", NOW)
    first = TellingOfBreach(BreachTold.REGULATOR, NOW, {BreachContent.NATURE})
    tell_of_breach(store, key, first, "test", NOW)
    assert BreachContent.NATURE not in listed(store).owed[0].missing
    told(store, key)
    why_not = TellingOfBreach(BreachTold.PEOPLE, NOW, why_not="The file was encrypted by us.")
    tell_of_breach(store, key, why_not, "test", NOW)
    close_breach(store, key, BreachChanges(people=90), "test", NOW + HOUR)
    one = listed(store)
    assert (one.people, one.closed_at, len(one.told)) == (90, NOW + HOUR, 3)
    with pytest.raises(UsageError, match="closed already"):
        close_breach(store, key, BreachChanges(), "test", NOW)


def test_of_a_breach_as_processor_the_client_is_told(store: Store) -> None:
    declared(store)
    theirs = replace(FOUND, controller=controller(role=Role.PROCESSOR))
    record_breach(store, theirs, "test", NOW)
    [owed] = listed(store).owed
    assert (owed.whom, owed.due_at) == (BreachTold.CLIENT, NOW + 23 * HOUR)


def test_one_without_risk_is_in_the_register_all_the_same(store: Store) -> None:
    declared(store)
    key = record_breach(store, replace(FOUND, risk=BreachRisk.UNLIKELY), "test", NOW)
    assert listed(store).owed == []
    close_breach(store, key, BreachChanges(), "test", NOW)


@pytest.mark.parametrize(
    ("changes", "cure"),
    [
        ({"nature": "Lost."}, "says too little"),
        ({"nature": "We wrote to priya@mail.example by mistake."}, "leave people out"),
        ({"action": "We called them on +447700900123 at once."}, "leave people out"),
        ({"people": -1}, "below 0"),
        ({"aware_at": NOW + HOUR}, "lies ahead"),
    ],
)
def test_what_cannot_be_or_names_somebody_is_refused(
    store: Store, changes: dict[str, object], cure: str
) -> None:
    declared(store)
    before = everything(store)
    with pytest.raises(UsageError, match=cure):
        record_breach(store, replace(FOUND, **changes), "test", NOW)  # type: ignore[arg-type]
    assert everything(store) == before


def test_what_is_owed_is_an_alarm_until_it_is_told() -> None:
    owed = [("a regulator", NOW + HOUR)]
    soon, late = (
        alarm_of_breaches("nectra", owed, NOW),
        alarm_of_breaches("nectra", owed, NOW + 2 * HOUR),
    )
    assert soon is not None
    assert late is not None
    assert soon.kind is AlarmKind.BREACH_DUE
    assert soon.state != late.state
    assert alarm_of_breaches("nectra", [], NOW) is None


def test_a_restore_keeps_the_register(sqlite_url: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "leads.journal", b"k" * 32)
    store = Store(sqlite_url, journal)
    declared(store)
    key = record_breach(store, FOUND, "test", NOW)
    told(store, key)
    close_breach(store, key, BreachChanges(people=90, risk=BreachRisk.RISK), "test", NOW + HOUR)
    before = kept(store, Breach), kept(store, BreachNotice)
    notes: dict[str, list[dict[str, object]]] = {}
    for note in journal.read(None):
        notes.setdefault(note["what"], []).append(note)
    with store.writing("nectra") as connection:
        for model in (BreachNotice, Breach):
            connection.exec_driver_sql(f"DELETE FROM {model.__tablename__}")  # noqa: S608 - of ours
    for _ in range(2):
        with store.writing("nectra") as connection:
            replay_breaches(connection, "nectra", notes)
    assert (kept(store, Breach), kept(store, BreachNotice)) == before
    store.close()
