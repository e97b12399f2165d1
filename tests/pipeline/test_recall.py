"""Whoever got a list is told of those in it who stopped or were erased since."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.recall import Recall, late_recalls
from models.store import Store
from pipeline.list_recalls import (
    ListedRecall,
    Told,
    acknowledge_recalls,
    list_recalls,
    write_recalls,
)
from policy.alarms_of_the_house import alarm_of_recalls
from policy.errors import UsageError
from policy.recall import RecallReason
from policy.rights.told import ToldOutcome
from policy.vocabulary import Channel
from tests.build import NOW, controller, declared, delivery, email, fields, kept, phone, take
from tests.pipeline.erasing import erased, listed
from tests.pipeline.stopping import everything, stop

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
OTHER = "arun.patel@mail.example"


def _stocked(store: Store) -> None:
    other = delivery("200000000000002", fields(OTHER, "+447700900456", "Arun Patel"))
    take(store, declared(store), delivery(), other)


def _open(store: Store, **given: Any) -> list[ListedRecall]:
    return list_recalls(store, [controller()], LATER, **given)


def test_an_opt_out_calls_the_person_back_from_each_recipient_once(
    store: Store, tmp_path: Path
) -> None:
    """RCL-1."""
    _stocked(store)
    listed(store, tmp_path / "1.csv", at=NOW - HOUR)
    newest = listed(store, tmp_path / "2.csv")
    agency = listed(store, tmp_path / "3.csv", recipient="agency")
    stop(store, email(), at=LATER)
    found = _open(store)
    assert {(each.recipient, each.export) for each in found} == {
        ("sales", newest.export_id),
        ("agency", agency.export_id),
    }
    assert {each.reason for each in found} == {RecallReason.OPTED_OUT}
    [entry] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.RECALL_OPENED]
    assert '"count":2' in entry.body


def test_it_is_called_back_whichever_of_their_addresses_they_use(
    store: Store, tmp_path: Path
) -> None:
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, phone())
    assert len(_open(store)) == 1


def test_an_opt_out_of_a_channel_calls_lists_for_that_channel_back(
    store: Store, tmp_path: Path
) -> None:
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, email(), scope=Channel.SMS)
    assert _open(store) == []
    stop(store, email(), scope=Channel.EMAIL, at=LATER)
    assert len(_open(store)) == 1


def test_who_was_in_no_list_calls_nobody(store: Store, tmp_path: Path) -> None:
    _stocked(store)
    stop(store, email())
    listed(store, tmp_path / "1.csv", at=LATER)
    assert _open(store) == []
    stop(store, email("new@shop.example"))
    assert _open(store) == []


def test_to_say_it_again_calls_nobody_twice(store: Store, tmp_path: Path) -> None:
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, email())
    before = kept(store, Recall)
    stop(store, email(), at=LATER)
    assert kept(store, Recall) == before


def test_an_erasure_is_a_recall_of_its_own(store: Store, tmp_path: Path) -> None:
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, email())
    erased(store, at=LATER)
    reasons = {each.reason for each in _open(store)}
    assert reasons == {RecallReason.OPTED_OUT, RecallReason.ERASED}


def test_what_a_recipient_is_given_names_nobody(store: Store, tmp_path: Path) -> None:
    """RCL-4."""
    _stocked(store)
    listed(store, tmp_path / "list.csv")
    lead = next(
        line.split(",")[-1]
        for line in (tmp_path / "list.csv").read_text("utf-8-sig").splitlines()
        if "priya" in line
    )
    erased(store)
    out = tmp_path / "recall.csv"
    write_recalls(_open(store, recipient="sales"), out, LATER)
    text = out.read_text("utf-8-sig")
    assert lead in text
    assert "priya" not in text.lower()
    assert out.stat().st_mode & 0o077 == 0
    with pytest.raises(UsageError, match="cannot be written"):
        write_recalls([], out, LATER)


def test_what_was_opened_after_a_list_is_not_acknowledged_with_it(
    store: Store, tmp_path: Path
) -> None:
    """RCL-3."""
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, email())
    stop(store, email(OTHER), at=LATER)
    told = Told("sales", NOW)
    assert acknowledge_recalls(store, controller(), told, "test", LATER) == 1
    [left] = _open(store)
    assert left.opened_at == LATER
    assert [each.outcome for each in _open(store, is_open=False)].count(ToldOutcome.TOLD) == 1
    before = everything(store)
    with pytest.raises(UsageError, match="Nothing that was opened by then"):
        acknowledge_recalls(store, controller(), told, "test", LATER)
    assert everything(store) == before


def test_late_is_what_is_open_after_its_day(store: Store, tmp_path: Path) -> None:
    """RCL-2."""
    _stocked(store)
    listed(store, tmp_path / "1.csv")
    stop(store, email())
    [late] = list_recalls(store, [controller()], NOW + timedelta(days=3))
    assert late.is_late
    assert not _open(store)[0].is_late


def test_a_recipient_who_was_not_told_in_time_is_an_alarm_until_they_are(
    store: Store, tmp_path: Path
) -> None:
    _stocked(store)
    listed(store, tmp_path / "list.csv")
    stop(store, email(), at=LATER)

    def late(at: datetime) -> list[str]:
        with store.reading() as connection:
            found = late_recalls(connection, ["nectra"], at)
        alarms = [alarm_of_recalls(owner, *late) for owner, late in found.items()]
        return [each.fact for each in alarms if each]

    assert late(LATER + 48 * HOUR) == []
    [fact] = late(LATER + 49 * HOUR)
    assert fact.startswith("1 entry(ies)")
    [entry] = _open(store)
    told = Told(entry.recipient, LATER + 50 * HOUR)
    acknowledge_recalls(store, controller(), told, "test", LATER + 50 * HOUR)
    assert late(LATER + 51 * HOUR) == []
