"""Stored leads are judged again after the configuration gave their boxes a meaning."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline.import_files import import_file
from pipeline.reread import RereadReport, reread
from pipeline.settings import ConfiguredSource
from policy.vocabulary import BoxDefect, EventKind, LawfulBasis, ReasonCode
from tests.build import (
    MARKETING_BY_EMAIL,
    NOW,
    connector,
    declared,
    delivery,
    email,
    kept,
    source,
    take,
)
from tests.pipeline.asking import may_email, object_to_marketing

YESTERDAY = NOW - timedelta(days=1)
LATER = NOW + timedelta(hours=1)
UNMAPPED = source(meanings=())
MAPPED = source(meanings=(MARKETING_BY_EMAIL,))


def _reread(store: Store, configured: ConfiguredSource) -> RereadReport:
    return reread(store, declared(store, configured), connector(configured), lambda: LATER)


def test_a_box_that_got_a_meaning_later_counts_as_of_the_day_it_was_ticked(store: Store) -> None:
    take(store, declared(store, UNMAPPED), delivery())
    assert may_email(store).code is ReasonCode.CONSENT_MISSING
    assert _reread(store, MAPPED) == RereadReport(examined=1, changed=1)
    [given] = [e for e in kept(store, PermissionRecord) if e.basis is LawfulBasis.CONSENT]
    assert (given.occurred_at, given.recorded_at) == (YESTERDAY, LATER)
    assert may_email(store, at=LATER).is_allowed
    [lead] = kept(store, Lead)
    found = {finding["box"]: finding["kind"] for finding in lead.findings}
    assert found == {"email_updates": EventKind.GIVEN, "call_updates": None}
    assert kept(store, LedgerRecord)[-1].kind is LedgerKind.PERMISSIONS_RECORDED


def test_reading_again_twice_changes_nothing_more(store: Store) -> None:
    take(store, declared(store, UNMAPPED), delivery(), delivery("100000000000002", boxes={}))
    _reread(store, MAPPED)
    before = kept(store, PermissionRecord), kept(store, LedgerRecord)
    assert _reread(store, MAPPED) == RereadReport(examined=2, changed=0)
    assert (kept(store, PermissionRecord), kept(store, LedgerRecord)) == before


def test_an_opt_out_after_the_tick_keeps_the_last_word(store: Store) -> None:
    take(store, declared(store, UNMAPPED), delivery())
    object_to_marketing(store, email(), at=NOW)
    _reread(store, MAPPED)
    assert may_email(store, at=LATER).code is ReasonCode.OBJECTED


@pytest.mark.parametrize("ticked", ["", "false"])
def test_a_box_that_was_not_ticked_gives_nothing_the_second_time_either(
    store: Store, ticked: str
) -> None:
    take(store, declared(store, UNMAPPED), delivery(boxes={"email_updates": ticked}))
    _reread(store, MAPPED)
    assert not may_email(store, at=LATER).is_allowed
    assert not [e for e in kept(store, PermissionRecord) if e.basis is LawfulBasis.CONSENT]


def test_a_meaning_that_was_taken_away_takes_no_record_back(store: Store) -> None:
    take(store, declared(store, MAPPED), delivery())
    before = kept(store, PermissionRecord)
    _reread(store, UNMAPPED)
    assert kept(store, PermissionRecord) == before
    [lead] = kept(store, Lead)
    assert {finding["defect"] for finding in lead.findings} == {BoxDefect.NOT_MAPPED}


def test_the_best_delivery_of_a_lead_is_the_one_that_is_judged(
    store: Store, tmp_path: Path
) -> None:
    file = tmp_path / "leads.csv"
    row = "l:1000001,2026-11-21T13:00:00+01:00,f:555000111222333,priya.sharma@mail.example"
    file.write_text(f"id,created_time,form_id,email\n{row}\n", encoding="utf-8")
    known = declared(store, UNMAPPED)
    import_file(store, known, connector(known), file, lambda: NOW)
    take(store, known, delivery("1000001"))
    assert _reread(store, MAPPED) == RereadReport(examined=1, changed=1)
    assert may_email(store, at=LATER).is_allowed


def test_a_test_lead_stays_nobodys(store: Store) -> None:
    take(store, declared(store, UNMAPPED), delivery(listed_as_test=True))
    _reread(store, MAPPED)
    assert kept(store, PermissionRecord) == []
