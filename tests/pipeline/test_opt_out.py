"""Opting out: at once, for people known and unknown, and heeded ever after."""

import json
from datetime import timedelta

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.store import Store
from pipeline.opt_out import UNIT_OF_WORK, Said, opt_out
from pipeline.opt_out_list import OptOutList
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, EventKind, Identifier, IdentifierKind, Purpose, ReasonCode
from tests import build
from tests.build import NOW, controller, declared, delivery, email, kept, phone, take
from tests.pipeline.asking import MARKETING, answer, may_email
from tests.pipeline.stopping import everything, stop

HOUR = timedelta(hours=1)


def opt_outs(store: Store) -> list[dict[str, object]]:
    rows = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.OPTED_OUT]
    return [json.loads(row.body)["detail"] for row in rows]


def test_an_opt_out_withdraws_objects_and_suppresses_at_once(store: Store) -> None:
    take(store, declared(store), delivery())
    assert may_email(store).is_allowed
    report = stop(store, email())
    assert report.counts == {"nectra": {"new": 1, "known_already": 0, "people": 1, "withdrawn": 1}}
    added = [row for row in kept(store, PermissionRecord) if row.lead_id is None]
    assert {(row.kind, row.purpose, row.channel, row.occurred_at) for row in added} == {
        (EventKind.WITHDRAWN, MARKETING, Channel.EMAIL, NOW),
        (EventKind.OBJECTED, MARKETING, None, NOW),
    }
    [entry] = kept(store, Suppression)
    assert (entry.channel, entry.reason, entry.since) == ("all", "asked", NOW)
    reasons = set(may_email(store).reasons)
    assert reasons >= {ReasonCode.OBJECTED, ReasonCode.SUPPRESSED, ReasonCode.CONSENT_WITHDRAWN}
    assert opt_outs(store) == [
        {
            "known": True,
            "said_at": NOW.isoformat(),
            "permissions": [
                ["withdrawn", "direct_marketing", "email", None, None],
                ["objected", "direct_marketing", None, None, None],
            ],
            "reason": "asked",
            "scope": "all",
        }
    ]


def test_an_opt_out_comes_first_and_the_lead_second(store: Store) -> None:
    source = declared(store)
    report = stop(store, email())
    assert report.counts["nectra"]["people"] == 0
    take(store, source, delivery(at=NOW - HOUR))
    assert ReasonCode.SUPPRESSED in may_email(store).reasons
    enquiry = answer(store, email(), purpose=Purpose.ENQUIRY_RESPONSE).decision
    assert enquiry.is_allowed  # PERM-15: what the person asked may be answered


def test_a_new_tick_after_the_opt_out_opens_its_channel_again(store: Store) -> None:
    source = declared(store)
    stop(store, email(), at=NOW - 2 * HOUR)
    take(store, source, delivery(at=NOW - HOUR))
    assert may_email(store).is_allowed
    stop(store, email(), at=NOW)
    assert not may_email(store).is_allowed


def test_an_opt_out_by_one_address_stops_the_other_of_the_same_person(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(at=NOW - HOUR))
    assert answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    stop(store, email())
    assert ReasonCode.OBJECTED in answer(store, phone(), channel=Channel.LIVE_CALL).decision.reasons


def test_one_channel_stops_and_the_other_goes_on(store: Store) -> None:
    take(store, declared(store), delivery())
    stop(store, email(), phone(), scope=Channel.EMAIL)
    assert not may_email(store).is_allowed
    assert answer(store, phone(), channel=Channel.LIVE_CALL).decision.is_allowed
    assert {row.channel for row in kept(store, Suppression)} == {"email"}


def test_to_say_it_twice_changes_nothing_and_says_so(store: Store) -> None:
    take(store, declared(store), delivery())
    first = (email(), email("nobody.known@mail.example"))
    stop(store, *first)
    before = everything(store)
    again = stop(store, *first)
    assert again.counts["nectra"] == {"new": 0, "known_already": 2, "people": 0, "withdrawn": 0}
    assert everything(store) == before


def test_said_again_later_it_outlives_a_consent_from_in_between_that_arrives_late(
    store: Store,
) -> None:
    source = declared(store)
    stop(store, email(), at=NOW - 3 * HOUR)
    again = stop(store, email(), at=NOW - HOUR)
    assert again.counts["nectra"]["known_already"] == 1
    take(store, source, delivery(at=NOW - 2 * HOUR))
    assert ReasonCode.SUPPRESSED in may_email(store).reasons
    # an older one that is noted late takes nothing back
    stop(store, email(), at=NOW - 4 * HOUR)
    assert [row.since for row in kept(store, Suppression)] == [NOW - HOUR]


def test_all_covers_a_channel_but_a_channel_does_not_cover_all(store: Store) -> None:
    declared(store)
    stop(store, email(), scope=Channel.EMAIL)
    assert stop(store, email()).counts["nectra"]["new"] == 1
    assert stop(store, email(), scope=Channel.SMS).counts["nectra"]["known_already"] == 1


def test_nothing_crosses_controllers(store: Store) -> None:
    ours, theirs = controller(), controller("other")
    build.declared(store, build.source(owner=ours), build.source("meta-other", owner=theirs))
    stop(store, email(), controllers=["nectra"])
    assert {row.controller_id for row in kept(store, Suppression)} == {"nectra"}
    report = stop(store, email(), controllers=["nectra", "other"])
    assert (report.counts["nectra"]["new"], report.counts["other"]["new"]) == (0, 1)
    digests = [row.digest for row in kept(store, Suppression)]
    assert len(set(digests)) == 2


def test_a_rehearsal_counts_and_writes_nothing(store: Store) -> None:
    take(store, declared(store), delivery())
    before = everything(store)
    rehearsed = stop(store, email(), email("b@mail.example"), is_rehearsal=True)
    assert everything(store) == before
    assert rehearsed.counts == stop(store, email(), email("b@mail.example")).counts


def test_a_foreign_suppression_key_is_refused_before_anything_is_written(store: Store) -> None:
    declared(store)
    stop(store, email())
    before = everything(store)
    with pytest.raises(ConfigError, match="another key"):
        opt_out(
            store, [controller()], SuppressionKeys(b"x" * 40), [phone()], Said(None, NOW, "test")
        )
    assert everything(store) == before


def test_more_than_one_unit_of_work_is_done_whole(sqlite_store: Store) -> None:
    declared(sqlite_store)
    many = [Identifier(IdentifierKind.EMAIL, f"p{n}@mail.example") for n in range(UNIT_OF_WORK + 5)]
    assert stop(sqlite_store, *many, many[0]).counts["nectra"]["new"] == UNIT_OF_WORK + 5
    assert len(kept(sqlite_store, Suppression)) == UNIT_OF_WORK + 5


@pytest.mark.parametrize(
    ("lines", "found", "unreadable"),
    [
        (["a@b.example", "", "07700 900123"], 2, []),
        (["\ufeffE-mail;Name", "a@b.example;Ann"], 1, []),
        (['"a@b.example","Ann, B"', "\ta@b.example"], 2, []),
        (["not an address@", "a@b.example"], 1, [1]),
        (["email", "email"], 0, [2]),
        (["a@b.example", '"b@b.example', "c@b.example"], 3, []),
        (["a@b.example +447700900123", "07700 900123 / 07700 900124"], 0, [1, 2]),
        (["0044 (0)7700 900123", "Tel. +44 7700 900124"], 2, []),
        (["phone", "4.47701E+11", "4,47701e11"], 0, [2, 3]),
        (["date,e-mail", "20260102,a@b.example", "07700900123;b@b.example"], 0, [2, 3]),
        (["1,a@b.example", "b@b.example,07700 900123"], 1, [1]),
    ],
)
def test_a_list_is_read_line_by_line(lines: list[str], found: int, unreadable: list[int]) -> None:
    listed = OptOutList("GB")
    assert len(list(listed.read(lines))) == found
    assert listed.named == unreadable
    assert listed.unreadable == len(unreadable)
