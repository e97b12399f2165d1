"""The record of who looked at whom: in batches, by keys, and before anything is shown."""

from datetime import timedelta

import orjson
import pytest

from models.keys import new_keys
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.access_log import KEYS_A_ROW, Looked, access_log, note_looks
from pipeline.visitor import OPERATOR, Visitor, actor_of
from policy.access import StaffRole
from policy.errors import StoreUnavailable
from tests.build import NOW, declared, kept
from tests.staffing import joined, row_of, staffed


def test_a_look_at_many_is_a_few_rows_with_every_key(store: Store) -> None:
    declared(store)
    keys = new_keys(2 * KEYS_A_ROW + 1, NOW)
    looked = Looked("nectra", len(keys), keys, "source")
    note_looks(store, OPERATOR, "leads list", [looked], NOW)
    seen = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.PEOPLE_VIEWED]
    assert len(seen) == 3
    details = [orjson.loads(row.body)["detail"] for row in seen]
    assert {key for detail in details for key in detail["keys"]} == {key.hex for key in keys}
    assert {(d["command"], d["count"], d["narrowed_by"], d["view"]) for d in details} == {
        ("leads list", len(keys), "source", "whole")
    }


def test_a_look_at_one_is_a_part_of_its_own_history(store: Store) -> None:
    declared(store)
    [key] = new_keys(1, NOW)
    note_looks(store, OPERATOR, "leads show", [Looked("nectra", 1, [key], "lead")], NOW)
    [row] = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.PEOPLE_VIEWED]
    assert row.subject_id == key.hex


def test_what_cannot_be_written_down_is_not_shown(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    store = Store(f"sqlite:///file:{path}?mode=ro&uri=true")
    with pytest.raises(StoreUnavailable, match=r"written down first.*read-only.*Nothing was shown"):
        note_looks(store, OPERATOR, "leads list", [Looked("nectra", 3)], NOW)


def test_the_record_is_shown_from_a_time_on_and_by_login(store: Store) -> None:
    settings = staffed(store)
    joined(store, settings, "ava", StaffRole.AUDITOR)
    ava = row_of(store, "ava").id
    visitor = Visitor(actor_of(ava), ava, StaffRole.AUDITOR)
    for days, who in ((1, visitor), (2, OPERATOR), (3, visitor)):
        looked = [Looked("nectra", days, narrowed_by="identifier")]
        note_looks(store, who, "provenance", looked, NOW + timedelta(days=days))
    found = access_log(store, ["nectra"], NOW + timedelta(days=2), None)
    assert [(each.who, each.detail["count"]) for each in found] == [("command line", 2), ("ava", 3)]
    assert found[1].detail["view"] == "masked"
    mine = access_log(store, ["nectra"], NOW, "ava")
    assert [(each.what, each.subject) for each in mine] == [
        ("staff_added", "ava"),
        ("people_viewed", None),
        ("people_viewed", None),
    ]
    assert access_log(store, ["another"], NOW, None) == []
