"""What is owed by one controller stands in its own ledger, and in nobody else's."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pytest

from models.delivery import RunOutcome
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.opt_out import Said, opt_out
from pipeline.receive_request import Asked, receive_request
from policy.alarms import AlarmKind
from policy.rights.table import Right
from tests.alarming import Watchman, watchman
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    kept,
    settings,
    source,
    take,
)
from tests.pipeline.erasing import listed

DAY = timedelta(days=1)
OURS, THEIRS = source(), source("meta-other", owner=controller("other"))


@pytest.fixture
def one(store: Store) -> Watchman:
    """An installation of two controllers."""
    return watchman(store, OURS, THEIRS)


def raised(one: Watchman, controller_id: str) -> set[tuple[str, str]]:
    """Return what the ledger of a controller says of alarms."""
    rows = [
        row for row in kept(one.house.store, LedgerRecord) if row.controller_id == controller_id
    ]
    details = [
        orjson.loads(row.body)["detail"] for row in rows if row.kind == LedgerKind.ALARM_RAISED
    ]
    return {(detail["alarm"], detail["about"]) for detail in details}


def test_a_recall_a_mail_and_a_deletion_that_are_late_are_their_controller_s_alone(
    one: Watchman, tmp_path: Path
) -> None:
    store = one.house.store
    take(store, OURS, delivery())
    listed(store, tmp_path / "list.csv")
    opt_out(store, [controller()], SUPPRESSION_KEY, [email()], Said(None, NOW, "test"))
    asked = Asked(Right.ACCESS, email="somebody@else.example")
    receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW)
    one.clock.wait(days=800)
    one.round()
    owed = {AlarmKind.RECALL_OVERDUE, AlarmKind.MAILS_STUCK, AlarmKind.EXPIRY_OVERDUE}
    assert {(kind.value, "nectra") for kind in owed} <= raised(one, "nectra")
    assert not {about for _, about in raised(one, "other")} - {"meta-other"}


def test_an_audience_that_fails_is_its_controller_s_alone(one: Watchman) -> None:
    one.ran("audiences", RunOutcome.REFUSED, source_id="ads", message="No.", controller_id="other")
    one.round()
    alarm = (AlarmKind.AUDIENCE_REMOVAL_FAILED.value, "other")
    assert alarm in raised(one, "other")
    assert alarm not in raised(one, "nectra")


def test_a_job_that_did_well_for_one_does_not_hide_that_it_failed_for_another(
    one: Watchman,
) -> None:
    one.ran("expire", RunOutcome.FAILED, message="A fault.", controller_id="other")
    one.ran("expire")
    one.round()
    assert ("job_failed", "expire") in one.standing()


def test_the_alarm_of_a_source_that_was_taken_away_ends_in_the_ledger_of_its_controller(
    one: Watchman,
) -> None:
    one.ran("pull", RunOutcome.REFUSED, source_id="meta-other", controller_id="other")
    one.round()
    assert ("source_refused", "meta-other") in raised(one, "other")
    one.house = replace(one.house, settings=replace(one.house.settings, sources=[OURS]))
    one.round()
    rows = kept(one.house.store, LedgerRecord)
    [ended] = [row for row in rows if row.kind == LedgerKind.ALARM_CLEARED]
    assert ended.controller_id == "other"


def test_a_source_that_moves_to_another_controller_leaves_its_past_behind(one: Watchman) -> None:
    one.ran("pull", RunOutcome.REFUSED, source_id="meta-other", controller_id="other")
    moved = source("meta-other", owner=controller())
    declared(one.house.store, OURS, moved)
    both = replace(
        settings(str(one.house.store.url), OURS, moved),
        controllers=one.house.settings.controllers,
        alarms=one.house.settings.alarms,
    )
    one.house = replace(one.house, settings=both)
    one.round()
    assert ("source_refused", "meta-other") not in one.standing()
