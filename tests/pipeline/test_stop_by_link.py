"""A link stops whom it was sent to, whatever became of the record of them."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord
from models.store import Store
from pipeline.opt_out import Said
from pipeline.stop_by_link import stop_by_link, withdraw_by_link
from pipeline.unsubscribe_token import Link
from policy.errors import ConfigError
from policy.opt_out import ONE_CLICK, OptOutReason
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys
from policy.vocabulary import BoxMeaning, Channel, EventKind, Purpose, ReasonCode
from tests import build
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
from tests.pipeline.asking import answer, may_email
from tests.pipeline.links import link_to, token_to, tokens
from tests.pipeline.stopping import everything, expire_at, stop

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
OTHER_KEY = SuppressionKeys(b"another-key-0123456789-0123456789-01")


def said(scope: Channel | None = Channel.EMAIL, *, at: datetime = NOW) -> Said:
    return Said(scope, at, "unsubscribe link", OptOutReason.UNSUBSCRIBE, once_within=ONE_CLICK)


def click(
    store: Store, link: Link, scope: Channel | None = Channel.EMAIL, *, at: datetime = NOW
) -> bool:
    return stop_by_link(store, SUPPRESSION_KEY, link, said(scope, at=at))


def opt_outs(store: Store) -> list[Any]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.OPTED_OUT]
    return [json.loads(row.body) for row in rows]


def test_a_click_withdraws_objects_and_suppresses_the_channel_of_the_link(store: Store) -> None:
    take(store, declared(store), delivery())
    assert may_email(store).is_allowed
    assert click(store, link_to(store, email()))
    added = [row for row in kept(store, PermissionRecord) if row.lead_id is None]
    assert {(row.kind, row.channel, row.occurred_at) for row in added} == {
        (EventKind.WITHDRAWN, Channel.EMAIL, NOW),
        (EventKind.OBJECTED, Channel.EMAIL, NOW),
    }
    [entry] = kept(store, Suppression)
    assert (entry.channel, entry.reason) == ("email", "unsubscribe")
    assert not may_email(store).is_allowed
    assert answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    [row] = opt_outs(store)
    assert (row["actor"], row["detail"]["reason"]) == ("unsubscribe link", "unsubscribe")


def test_it_is_the_same_as_an_opt_out_of_the_address(store: Store) -> None:
    """One step serves both: what a link does, the command would have done."""
    ours, theirs = controller(), controller("other")
    for owner in (ours, theirs):
        own = build.source(f"meta-{owner.id}", owner=owner)
        declared(
            store, build.source("meta-nectra", owner=ours), build.source("meta-other", owner=theirs)
        )
        take(store, own, delivery())
    click(store, link_to(store, email()), None)
    stop(store, email(), controllers=["other"])
    events = [
        [
            (r.kind, r.purpose, r.channel)
            for r in kept(store, PermissionRecord)
            if r.controller_id == id_
        ]
        for id_ in ("nectra", "other")
    ]
    assert sorted(map(str, events[0])) == sorted(map(str, events[1]))


def test_everything_stops_every_channel_of_the_person_and_ends_keeping(store: Store) -> None:
    """Rules: CON-3, RET-7."""
    take(store, declared(store), delivery(at=NOW - DAY))
    click(store, link_to(store, email()), None)
    asked = answer(store, phone(), channel=Channel.LIVE_CALL)
    assert ReasonCode.OBJECTED in asked.decision.reasons
    found = expire_at(store, NOW + 30 * DAY)
    assert found.deleted == {RetentionReason.FULL_OPT_OUT: 1}


def test_twice_is_once(store: Store) -> None:
    """OUT-2: mail programs ask twice; a minute later somebody may have agreed in between."""
    take(store, declared(store), delivery())
    link = link_to(store, email())
    click(store, link)
    events, ledger = kept(store, PermissionRecord), opt_outs(store)
    click(store, link, at=NOW + 30 * SECOND)
    assert kept(store, PermissionRecord) == events
    assert opt_outs(store) == ledger
    [entry] = kept(store, Suppression)
    assert entry.since == NOW + 30 * SECOND
    click(store, link, at=NOW + HOUR)
    assert len(kept(store, PermissionRecord)) == len(events) + 1


def test_a_consent_from_between_two_clicks_that_arrives_late_does_not_outlive_the_second(
    store: Store,
) -> None:
    own = declared(store)
    take(store, own, delivery("1", at=NOW - DAY))
    link = link_to(store, email())
    click(store, link, at=NOW)
    click(store, link, at=NOW + 30 * SECOND)
    take(store, own, delivery("2", at=NOW + 20 * SECOND, received_at=NOW + HOUR), at=NOW + HOUR)
    assert not may_email(store, at=NOW + 2 * HOUR).is_allowed


def test_a_link_works_after_the_lead_is_gone_and_the_address_stays_out(store: Store) -> None:
    own = declared(store)
    take(store, own, delivery("1", at=NOW - DAY))
    link = link_to(store, email())
    expire_at(store, NOW + 800 * DAY)
    assert kept(store, IdentifierRecord) == []
    later = NOW + 801 * DAY
    assert click(store, link, None, at=later)
    [row] = opt_outs(store)
    assert (row["subject"], row["detail"]["known"]) == (None, False)
    take(store, own, delivery("2", at=later - HOUR, received_at=later), at=later)
    assert ReasonCode.SUPPRESSED in may_email(store, at=later + DAY).reasons


def test_a_link_of_a_lost_database_stops_who_came_again_with_all_their_details(
    store: Store,
) -> None:
    own = declared(store)
    link = link_to(store, email())  # its key is of a record that this database never had
    take(store, own, delivery("1", at=NOW - DAY), delivery("2", fields("a@mail.example", None)))
    click(store, link, None)
    assert not may_email(store).is_allowed
    asked = answer(store, phone(), channel=Channel.LIVE_CALL)
    assert ReasonCode.OBJECTED in asked.decision.reasons
    assert may_email(store, email("a@mail.example")).is_allowed


def test_a_link_and_no_record_stop_the_address_by_its_digest_once(store: Store) -> None:
    declared(store)
    link = link_to(store, email())
    click(store, link)
    before = everything(store)
    click(store, link)
    assert everything(store) == before


def test_nothing_crosses_controllers(store: Store) -> None:
    ours, theirs = controller(), controller("other")
    sources = (build.source(owner=ours), build.source("meta-other", owner=theirs))
    declared(store, *sources)
    for own in sources:
        take(store, own, delivery())
    click(store, link_to(store, email(), controller_id="other"), None)
    assert may_email(store).is_allowed
    assert not answer(store, email(), controller_id="other").decision.is_allowed


def test_after_a_change_of_the_suppression_key_the_record_tells_who_is_meant(store: Store) -> None:
    own = declared(store)
    take(store, own, delivery())
    made_by = tokens(suppression_key=OTHER_KEY)
    known = tokens().read(token_to(store, email(), made_by=made_by))
    gone = tokens().read(token_to(store, email("b@mail.example"), made_by=made_by))
    assert known is not None
    assert gone is not None
    before = everything(store)
    assert not click(store, gone)
    assert everything(store) == before  # no digest that fits no list
    assert click(store, known)
    assert not may_email(store).is_allowed


def test_a_list_of_another_key_is_not_added_to(store: Store) -> None:
    """Rule: SUP-2."""
    declared(store)
    stop(store, email("b@mail.example"))
    link = link_to(store, email())
    before = everything(store)
    with pytest.raises(ConfigError, match="another key"):
        stop_by_link(store, OTHER_KEY, link, said())
    assert everything(store) == before


def test_one_consent_is_taken_back_and_nothing_else(store: Store) -> None:
    """OUT-1: statistics are no marketing, so the marketing that was agreed to goes on."""
    meanings = (
        build.MARKETING_BY_EMAIL,
        BoxMeaning(Purpose.ANALYTICS, (Channel.EMAIL,), key="call_updates"),
    )
    take(store, declared(store, build.source(meanings=meanings)), delivery())
    link = link_to(store, email())
    for _ in range(2):
        withdraw_by_link(store, SUPPRESSION_KEY, link, Purpose.ANALYTICS, Channel.EMAIL, said())
    added = [row for row in kept(store, PermissionRecord) if row.lead_id is None]
    assert [(r.kind, r.purpose, r.channel) for r in added] == [
        (EventKind.WITHDRAWN, Purpose.ANALYTICS, Channel.EMAIL)
    ]
    assert may_email(store).is_allowed
    [row] = opt_outs(store)
    assert row["detail"]["purpose"] == "analytics"
