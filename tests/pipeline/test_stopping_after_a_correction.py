"""Whoever says "stop" by an address that was corrected since is stopped by the right one too."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event

from models.permission import Suppression
from models.store import Store
from pipeline.opt_out import Said
from pipeline.receive_request import Asked, receive_request
from pipeline.stop_by_link import stop_by_link
from policy.correction import CorrectedField
from policy.rights.table import Right
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    take,
)
from tests.pipeline.erasing import listed
from tests.pipeline.links import link_to
from tests.pipeline.restricting import decided
from tests.pipeline.stopping import stop
from tests.pipeline.test_rectify import RIGHT, WRONG, corrected

LATER = NOW + timedelta(hours=1)
CALL = Channel.LIVE_CALL


def _may_be_called(store: Store) -> bool:
    return decided(store, phone(), at=LATER, channel=CALL).is_allowed


def test_an_opt_out_by_the_wrong_address_stops_the_person(store: Store) -> None:
    """COR-3, CON-3: whoever moved may still write by the old address."""
    take(store, declared(store), delivery())
    corrected(store)
    assert _may_be_called(store)
    stop(store, WRONG, at=LATER, is_rehearsal=True)
    assert _may_be_called(store)
    stop(store, WRONG, at=LATER)
    assert not _may_be_called(store)
    assert ReasonCode.OBJECTED in decided(store, RIGHT, at=LATER).reasons
    assert len(kept(store, Suppression)) == 3  # the wrong address as well: it may come again


def test_a_link_sent_to_the_wrong_address_stops_the_person(store: Store, tmp_path: Path) -> None:
    """COR-3, OUT-4."""
    take(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    link = link_to(store, WRONG)
    corrected(store)
    assert _may_be_called(store)
    assert stop_by_link(store, SUPPRESSION_KEY, link, Said(None, LATER, "test"))
    assert not _may_be_called(store)


def test_an_objection_to_another_use_by_the_wrong_address_restricts(store: Store) -> None:
    """T-10."""
    take(store, declared(store), delivery())
    corrected(store)
    asked = Asked(Right.OBJECTION_TO_OTHER_USE, email=WRONG.value)
    receive_request(store, controller(), SUPPRESSION_KEY, asked, LATER, "test")
    use = Purpose.ENQUIRY_RESPONSE
    assert ReasonCode.RESTRICTED in decided(store, RIGHT, at=LATER, purpose=use).reasons


def test_what_somebody_says_by_an_address_of_theirs_stops_nobody_else(sqlite_store: Store) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    corrected(sqlite_store)
    theirs = delivery("200000000000002", fields(WRONG.value, None, "Another Sharma"))
    take(sqlite_store, declared(sqlite_store), theirs)
    stop(sqlite_store, WRONG, at=LATER)
    assert _may_be_called(sqlite_store)


def test_the_wrong_number_stops_too(sqlite_store: Store) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    corrected(sqlite_store, given={CorrectedField.PHONE: "+447700900456"})
    stop(sqlite_store, phone(), at=LATER)
    assert ReasonCode.OBJECTED in decided(sqlite_store, WRONG, at=LATER).reasons


def test_a_stop_takes_as_many_queries_whatever_was_corrected_and_is_named(store: Store) -> None:
    """A file of addresses meets every correction: in one set, not one by one."""
    few = _queries_of_stopping(store, corrections=1, named=2)
    assert _queries_of_stopping(store, corrections=12, named=40) == few


def _queries_of_stopping(store: Store, *, corrections: int, named: int) -> int:
    """Correct people, stop as many as are named, all that were corrected among them; count."""
    wrong = [f"p{n}.of{corrections}@shop.example" for n in range(corrections)]
    forms = [delivery(f"{corrections}{n}", fields(each, None)) for n, each in enumerate(wrong)]
    take(store, declared(store), *forms)
    for each in wrong:
        corrected(store, email(each), {CorrectedField.EMAIL: f"right.{each}"})
    strangers = [f"s{n}.of{corrections}@shop.example" for n in range(named - corrections)]
    heard: list[str] = []

    def hear(*args: Any) -> None:
        heard.append(args[2])

    event.listen(store.engine, "before_cursor_execute", hear)
    stop(store, *map(email, [*wrong, *strangers]), at=LATER)
    event.remove(store.engine, "before_cursor_execute", hear)
    for each in wrong:
        assert ReasonCode.OBJECTED in decided(store, email(f"right.{each}"), at=LATER).reasons
    return len(heard)
