"""Sensitive answers are masked as they come in; what came stands on the shelf alone. SCR-8, SCR-9.

The canaries are looked for in everything that the store keeps and that any command would show.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select, update

from connectors.base import Batch, Connector, Delivery, Reading, Submission
from models.columns import table_of
from models.delivery import AsideReason, DeliveryRecord
from models.lead import Arrival, Lead
from models.ledger import LedgerKind, LedgerRecord, commitment
from models.store import Store
from pipeline.import_files import import_file
from pipeline.ingest import Ingest
from pipeline.prepare import Preparer
from pipeline.provenance import of_identifier, of_lead
from pipeline.replay import replay, shelf
from pipeline.reread import reread
from pipeline.screen import SENSITIVE_CONTENT_MASKED
from pipeline.show import newest_leads, one_lead
from pipeline.status import status
from policy.retention import quarantine_until
from policy.vocabulary import NoticeQuestion
from tests import build
from tests.build import (
    NOW,
    broken,
    connector,
    declared,
    delivery,
    fields,
    kept,
    notice,
    payload,
    settings,
    take,
)
from tests.pipeline.asking import may_email
from tests.pipeline.test_export import exported

TOLD = "I have epilepsy and my card is 4111 1111 1111 1111, thanks"
KEPT = "I have [masked: health] and my card is [masked: financial], thanks"
CANARIES = ("epilepsy", "4111 1111", "4111111111111111", "52998224725")
QUESTIONS = notice(
    questions=(
        NoticeQuestion("more", "Anything else?", "CUSTOM"),
        NoticeQuestion("cpf", "CPF", "ID_CPF"),
        NoticeQuestion("fit", "Do you have a disability?", "CUSTOM", ("yes", "no")),
    )
)
ANSWERS = {"more": TOLD, "cpf": "529.982.247-25", "fit": "yes", "sure": "yes"}
LATER = NOW + timedelta(days=2)


def telling(lead_id: str = "1000001", **more: object) -> Delivery:
    return delivery(lead_id, fields(**ANSWERS), notice=QUESTIONS, **more)


def everything_but_the_shelf(store: Store) -> str:
    """Return every row of every table but the one of deliveries, bytes and all."""
    tables = [table for table in table_of(Lead).metadata.sorted_tables if table.name != "delivery"]
    assert "lead" in {table.name for table in tables}
    with store.reading() as connection:
        # as tuples, since rows shorten what they show
        return repr([tuple(row) for each in tables for row in connection.execute(select(each))])


def assert_silent(shown: object) -> None:
    for canary in CANARIES:
        assert canary not in str(shown)


def test_a_lead_keeps_its_answers_masked_and_says_so(store: Store) -> None:
    report = take(store, declared(store), telling())
    assert +report.counts == {"stored": 1, "consents": 2, "masked": 1}
    [lead] = kept(store, Lead)
    assert lead.answers == {
        "more": [KEPT],
        "cpf": ["[masked: national_id]"],
        "fit": ["[masked: health]"],
        "sure": ["yes"],
    }
    assert lead.remarks == [SENSITIVE_CONTENT_MASKED]
    assert lead.contact["emails"] == ["priya.sharma@mail.example"]
    assert may_email(store).is_allowed  # the rest of the lead is of use as before: PERM-28


def test_the_payload_keeps_all_but_the_masked_answers(store: Store) -> None:
    came = telling()
    take(store, declared(store), came)
    [lead] = kept(store, Lead)
    expected = json.loads(came.payload)
    by_name = {entry["name"]: entry for entry in expected["field_data"]}
    by_name["more"]["values"] = [KEPT]
    by_name["cpf"]["values"] = ["[masked: national_id]"]
    by_name["fit"]["values"] = ["[masked: health]"]
    assert json.loads(lead.payload) == expected  # also "yes" to another question, and the ticks


# SCR-9
def test_what_came_stands_on_the_shelf_for_thirty_days(store: Store) -> None:
    came = telling()
    take(store, declared(store), came)
    [held] = kept(store, DeliveryRecord)
    assert held.payload == came.payload
    assert held.reason == AsideReason.SENSITIVE_CONTENT
    assert held.delete_after == quarantine_until(NOW)  # RET-22
    assert (held.external_id, held.media_type) == ("1000001", "application/json")
    assert "Answers told financial, health, national_id." in held.detail


def test_what_came_never_outlives_its_lead(store: Store) -> None:
    old = telling(at=NOW - timedelta(days=725))
    take(store, declared(store), old)
    [lead], [held] = kept(store, Lead), kept(store, DeliveryRecord)
    assert held.delete_after == lead.expires_at < quarantine_until(NOW)


# SCR-9
def test_the_ledger_commits_to_what_came_and_names_kinds_only(store: Store) -> None:
    came = telling()
    take(store, declared(store), came)
    [lead], [held] = kept(store, Lead), kept(store, DeliveryRecord)
    assert lead.commitment == commitment(lead.salt, came.payload)
    told = {row.kind: row for row in kept(store, LedgerRecord)}
    stored = json.loads(told[LedgerKind.LEAD_STORED].body)["detail"]
    assert stored["commitment"] == lead.commitment.hex()
    assert stored["masked"] == ["financial", "health", "national_id"]
    aside = told[LedgerKind.DELIVERY_SET_ASIDE]
    assert aside.subject_id == held.id.hex
    assert json.loads(aside.body)["detail"] == {
        "source": "meta-main",
        "reason": "sensitive_content",
    }


# SCR-8, SCR-9
def test_nothing_sensitive_is_anywhere_but_on_the_shelf(
    sqlite_store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    source = declared(sqlite_store)
    report = take(sqlite_store, source, telling())
    take(sqlite_store, source, telling(platform="ig"), at=LATER)  # other bytes: kept beside it
    [lead] = kept(sqlite_store, Lead)
    out = tmp_path / "list.csv"
    assert_silent(everything_but_the_shelf(sqlite_store))
    assert_silent([report, exported(sqlite_store, out), out.read_text()])
    assert_silent([one_lead(sqlite_store, lead.id), newest_leads(sqlite_store, None, 9)])
    assert_silent([of_lead(sqlite_store, lead.id), list(shelf(sqlite_store))])
    assert_silent(of_identifier(sqlite_store, build.email(), ["nectra"]))
    assert_silent(status(sqlite_store, settings(str(sqlite_store.url), source), NOW))
    assert_silent(caplog.text)
    on_the_shelf = repr([tuple(row) for row in kept(sqlite_store, DeliveryRecord)])
    assert TOLD in on_the_shelf  # so that looking for it means something


def test_printing_what_was_masked_shows_none_of_it() -> None:
    came = telling()
    [read] = connector(build.source()).read(came)
    assert isinstance(read, Submission)
    prepared = Preparer(build.source()).prepare(read, came)
    assert prepared.masking is not None
    assert_silent(repr(prepared))
    assert_silent(repr(prepared.masking.changes))
    assert repr(prepared.masking) == "Masking(financial, health, national_id)"


def test_the_same_delivery_again_stays_a_duplicate(store: Store) -> None:
    source = declared(store)
    take(store, source, telling())
    before = [kept(store, model) for model in (Lead, Arrival, DeliveryRecord, LedgerRecord)]
    assert +take(store, source, telling(), telling(), at=LATER).counts == {"duplicates": 2}
    after = [kept(store, model) for model in (Lead, Arrival, DeliveryRecord, LedgerRecord)]
    assert after == before


def test_twice_in_one_batch_is_one_lead_and_one_original(store: Store) -> None:
    came = telling()
    report = take(store, declared(store), came, came, telling())
    assert +report.counts == {"stored": 1, "consents": 2, "masked": 1, "duplicates": 2}
    assert len(kept(store, DeliveryRecord)) == 1
    assert kept(store, Lead)[0].payload != b""


def test_other_bytes_of_the_same_lead_are_kept_masked_beside_it(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", notice=QUESTIONS))
    again = telling()
    report = take(store, source, again, at=LATER)
    assert +report.counts == {"arrived_again": 1, "masked": 1}
    [lead], [arrival], [held] = (kept(store, m) for m in (Lead, Arrival, DeliveryRecord))
    assert_silent(arrival.payload)
    assert json.loads(arrival.payload)["id"] == "1000001"
    assert arrival.commitment == commitment(lead.salt, again.payload)
    assert held.payload == again.payload
    entries = [r for r in kept(store, LedgerRecord) if r.kind is LedgerKind.LEAD_ARRIVED_AGAIN]
    assert json.loads(entries[0].body)["detail"]["masked"] == ["financial", "health", "national_id"]
    assert +take(store, source, again, at=LATER).counts == {"duplicates": 1}


def test_a_lead_too_old_to_keep_leaves_nothing_on_the_shelf(store: Store) -> None:
    take(store, declared(store), telling(at=NOW - timedelta(days=800)))
    assert kept(store, DeliveryRecord) == []


# SCR-9
def test_a_replay_neither_doubles_the_lead_nor_brings_the_content_back(store: Store) -> None:
    source = declared(store)
    take(store, source, telling(), broken())
    before = [kept(store, model) for model in (Lead, Arrival, DeliveryRecord, LedgerRecord)]
    report = replay(store, source, connector(source), lambda: LATER)
    assert +report.counts == {"set_aside": 1}  # the one that cannot be read
    after = [kept(store, model) for model in (Lead, Arrival, DeliveryRecord, LedgerRecord)]
    assert after == before
    listed = {row["reason"]: row for row in shelf(store)}
    assert "they are not replayed" in str(listed["sensitive_content"]["detail"])
    assert listed["sensitive_content"]["kept_until"] == "2026-12-22"


def test_what_could_not_be_read_is_masked_once_it_can(store: Store) -> None:
    source = declared(store)
    hidden = telling()._replace(payload=b"#fault#" + telling().payload)
    take(store, source, hidden)
    read = connector(source)

    class Mended:
        """A newer version of a connector: it can read what this version sets aside."""

        def read(self, delivery: Delivery, /) -> list[Reading]:
            whole = delivery.payload.removeprefix(b"#fault#")
            return list(read.read(delivery._replace(payload=whole)))

    report = replay(store, source, Mended(), lambda: LATER)
    assert +report.counts == {"stored": 1, "consents": 2, "masked": 1}
    [lead], [held] = kept(store, Lead), kept(store, DeliveryRecord)
    assert lead.payload == b""  # no JSON, so it could not be masked
    assert_silent(lead.answers)
    assert (held.payload, held.reason) == (hidden.payload, "sensitive_content")
    assert +replay(store, source, Mended(), lambda: LATER).counts == {}


def test_stored_leads_are_judged_again_from_masked_payloads(store: Store) -> None:
    source = build.source(meanings=())
    take(store, declared(store, source), telling())
    before = kept(store, Lead)[0]
    assert not may_email(store).is_allowed
    meant = build.source()
    done = reread(store, meant, connector(meant), lambda: LATER)
    assert (done.examined, done.changed) == (1, 1)
    assert may_email(store, at=LATER).is_allowed
    [after] = kept(store, Lead)
    assert (after.payload, after.answers) == (before.payload, before.answers)
    assert reread(store, meant, connector(meant), lambda: LATER).changed == 0


def test_a_lead_without_payload_is_left_as_it_was_judged(store: Store) -> None:
    source = declared(store)
    take(store, source, telling())
    with store.writing() as connection:
        connection.execute(update(table_of(Lead)).values(payload=b""))
    done = reread(store, source, connector(source), lambda: LATER)
    assert (done.examined, done.changed) == (1, 0)
    assert may_email(store, at=LATER).is_allowed


def test_rows_of_files_are_masked_by_their_columns(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text(
        "id,created_time,email,Your religion?,comment\n"
        "l:1000002,2026-11-21T13:00:00+01:00,a@mail.example,none,I have epilepsy\n"
        "l:1000003,2026-11-21T13:00:00+01:00,b@mail.example,,none\n",
        encoding="utf-8",
    )
    source = declared(store)
    report = import_file(store, source, connector(source), path, lambda: NOW)
    assert +report.counts == {"stored": 2, "masked": 1}
    told, silent = sorted(kept(store, Lead), key=lambda lead: str(lead.external_id))
    assert told.answers == {
        "Your religion?": ["[masked: religion]"],
        "comment": ["I have [masked: health]"],
    }
    cells = json.loads(told.payload)
    assert cells["Your religion?"] == "[masked: religion]"
    assert cells["email"] == "a@mail.example"
    assert silent.answers == {"Your religion?": [], "comment": ["none"]}
    [held] = kept(store, DeliveryRecord)
    assert held.position == "row 2"


def test_contact_details_are_not_screened(store: Store) -> None:
    given = fields("cancer@epilepsy.example", name="Gay Cancer", company_name="HIV Trust")
    take(store, declared(store), delivery("1000001", given))
    [lead] = kept(store, Lead)
    assert (lead.full_name, lead.company, lead.remarks) == ("Gay Cancer", "HIV Trust", [])
    assert kept(store, DeliveryRecord) == []


def test_a_test_lead_is_masked_as_well(store: Store) -> None:
    take(store, declared(store), telling(listed_as_test=True))
    assert_silent(tuple(kept(store, Lead)[0]))
    assert kept(store, DeliveryRecord)[0].listed_as_test


class TwoInOne:
    """A source whose deliveries hold two submissions each, of which one tells something."""

    def read(self, delivery: Delivery, /) -> list[Reading]:
        read: Connector = connector(build.source())
        parts: Iterable[object] = orjson.loads(delivery.payload)
        return [
            outcome
            for part in parts
            for outcome in read.read(delivery._replace(payload=orjson.dumps(part)))
        ]


def test_what_one_submission_tells_is_masked_on_all_that_came_with_it(store: Store) -> None:
    source = declared(store)
    both = [orjson.loads(telling().payload), orjson.loads(payload("1000002"))]
    came = telling()._replace(external_id=None, payload=orjson.dumps(both))
    report = Ingest(store, source, TwoInOne(), "pull").take([Batch("f", [came])], NOW)
    assert report.counts["stored"] == 2
    for lead in kept(store, Lead):
        assert_silent(tuple(lead))
        assert [part["id"] for part in json.loads(lead.payload)] == ["1000001", "1000002"]
    by_id = {lead.external_id: lead.remarks for lead in kept(store, Lead)}
    assert by_id == {id_: [SENSITIVE_CONTENT_MASKED] for id_ in ("1000001", "1000002")}
    [held] = kept(store, DeliveryRecord)
    assert held.payload == came.payload


def test_a_payload_that_would_be_read_otherwise_is_kept_empty(store: Store) -> None:
    # the company is the very text that was told, so masking it would change the contact
    given = fields(more="I have epilepsy", company_name="I have epilepsy")
    take(store, declared(store), delivery("1000001", given))
    [lead] = kept(store, Lead)
    assert lead.payload == b""
    assert lead.company == "I have epilepsy"
    assert len(kept(store, DeliveryRecord)) == 1
