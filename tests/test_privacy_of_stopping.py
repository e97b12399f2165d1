"""Canaries again, for what ends things: opting out, holding, deleting."""

from datetime import timedelta

import pytest

from models.hold import Hold
from models.ledger import LedgerRecord
from models.removal import Removal
from models.store import Store
from pipeline.hold import place_hold
from pipeline.opt_out import Said, opt_out
from pipeline.opt_out_list import OptOutList
from policy.suppression import SuppressionKeys
from tests import build
from tests.build import NOW, broken, controller, declared, delivery, take
from tests.pipeline.stopping import expire_at, stop
from tests.pipeline.test_hold import order
from tests.test_privacy import (
    ANSWER,
    EMAIL,
    GIVEN,
    NAME,
    PEOPLE,
    PHONE,
    WITHOUT_PEOPLE,
    Witness,
    assert_silent,
    assert_store_keeps_people_in_their_place,
    dumped,
)


@pytest.fixture
def witness(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Witness:
    return Witness(capfd, caplog)


def test_stopping_holding_and_deleting_tell_nobody_anything(store: Store, witness: Witness) -> None:
    source = declared(store)
    come = delivery("1000001", GIVEN, at=NOW - timedelta(days=40))
    take(store, source, come, broken(EMAIL.encode()))
    witness.hear(stop(store, build.email(EMAIL), build.phone(PHONE)))
    [hold] = place_hold(store, order(build.email(EMAIL), matter=f"{NAME} v us"), "test", NOW)
    witness.hear(hold)
    witness.hear(expire_at(store, NOW))
    assert NAME in dumped(store, Hold)  # where the matter belongs, and nowhere else
    assert_silent(witness.everything())
    assert_store_keeps_people_in_their_place(store)
    assert_silent(dumped(store, LedgerRecord, Removal))


def test_what_remains_of_a_deleted_lead_names_nobody(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", GIVEN, at=NOW - timedelta(days=40)))
    stop(store, build.email(EMAIL))
    expire_at(store, NOW)
    assert_silent(dumped(store, *WITHOUT_PEOPLE, Removal), (*PEOPLE, "1000001"))


def test_steps_that_fail_repeat_nothing(sqlite_store: Store, witness: Witness) -> None:
    declared(sqlite_store)
    listed = OptOutList("GB")
    assert list(listed.read([f"{NAME}@", f"{ANSWER} {EMAIL} {PHONE}"])) == []
    witness.hear(listed)
    stop(sqlite_store, build.email(EMAIL))
    said = Said(None, NOW, "test")
    witness.expect_failure(
        lambda: opt_out(
            sqlite_store, [controller()], SuppressionKeys(b"x" * 40), [build.email(EMAIL)], said
        )
    )
    witness.expect_failure(
        lambda: place_hold(sqlite_store, order(build.phone(PHONE), matter=NAME), "test", NOW)
    )
    with sqlite_store.writing() as connection:
        connection.exec_driver_sql("DROP TABLE suppression")
    witness.expect_failure(lambda: stop(sqlite_store, build.email(EMAIL)))
    assert_silent(witness.everything())
