"""The record of processing: whole, filled in from what runs, and silent about nothing."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from models.store import Store
from pipeline.declare import declare
from pipeline.record_facts import Cells
from pipeline.record_of_processing import RecordOfProcessing, record_of_processing
from pipeline.settings import Settings
from policy.processing import ACTIVITIES, PURPOSE_WORDS, Activity
from policy.processing_columns import CONTROLLER_COLUMNS, PROCESSOR_COLUMNS
from policy.retention_rules import DataClass
from policy.vocabulary import Purpose, Role
from tests import audiences, build
from tests.build import NOW, delivery, email, take
from tests.clients import closed
from tests.pipeline.erasing import listed
from tests.pipeline.stopping import stop

ABROAD = {"mechanism": "idta", "from": date(2026, 1, 1), "tested_on": date(2026, 1, 5)}
STATED = {"dpo": "dpo@nectra.example", "assessment": "LIA-4", "disks_encrypted": True}
SEEDED = {
    "Meta leads", "Google leads", "Web enquiries", "Inbound e-mail", "Sales export",
    "Suppression list", "Rights requests and complaints", "Audit log", "Analytics",
    "Ad audiences: taking people out",
}  # fmt: skip


def _office(store: Store, *clients: Any, **changes: Any) -> Settings:
    """Return an installation with one source of its own, known to its store."""
    known = build.settings(str(store.url), build.source())
    owners = [*known.controllers, *clients]
    office = replace(known, controllers=owners, **changes)
    declare(store, office, NOW)
    return office


def _record(store: Store, office: Settings) -> RecordOfProcessing:
    return record_of_processing(store, office, office.controllers, NOW)


def _line(record: RecordOfProcessing, activity: Activity) -> Cells:
    name = ACTIVITIES[activity].name
    [found] = [each for each in record.controller if each["activity"] == (name,)]
    return found


def test_every_activity_has_a_line_and_every_column_something_in_it(store: Store) -> None:
    """ROP-1."""
    record = _record(store, _office(store, build.client()))
    assert {each["activity"][0] for each in record.controller} == SEEDED
    for row in record.controller:
        assert list(row) == list(CONTROLLER_COLUMNS)
        assert all(row.values()), row
        assert all(text for texts in row.values() for text in texts)
    [client] = record.processor
    assert list(client) == list(PROCESSOR_COLUMNS)
    assert all(client.values()), client


def test_what_nobody_stated_is_said_and_what_was_stated_stands_there(store: Store) -> None:
    """ROP-2."""
    office = _office(store)
    line = _line(_record(store, office), Activity.META_LEADS)
    assert line["dpo"] == ("not stated: set `dpo` in [controllers.record] of nectra",)
    assert "disks: not stated: set `disks_encrypted` in [controllers.record]" in line["security"]
    [owner] = office.controllers
    record = owner.record.model_copy(update=STATED)
    said = replace(office, controllers=[owner.model_copy(update={"record": record})])
    line = _line(_record(store, said), Activity.META_LEADS)
    assert line["dpo"] == ("dpo@nectra.example",)
    assert "disks: encrypted, as the organisation says" in line["security"]
    assert line["representative"][0].startswith("not stated: ")
    suppression = _line(_record(store, said), Activity.SUPPRESSION_LIST)
    assert suppression["interests"] == ("LIA-4",)


def test_bases_and_counts_are_those_of_what_is_kept(store: Store, tmp_path: Path) -> None:
    office = _office(store)
    before = _line(_record(store, office), Activity.META_LEADS)
    assert before["bases"] == ("none in use: nobody's permission is recorded",)
    assert before["counts"] == ("leads of meta-main: 0",)
    take(store, build.source(), delivery())
    listed(store, tmp_path / "list.csv")
    stop(store, email("gone@mail.example"))
    record = _record(store, office)
    line = _line(record, Activity.META_LEADS)
    assert [each.split(":")[0] for each in line["bases"]] == [
        "Art. 6(1)(a) consent",
        "Art. 6(1)(b) contract, or steps that the person asked for",
    ]
    assert line["counts"] == ("leads of meta-main: 1",)
    assert "withdrawal of consent" in line["rights"]
    assert line["consent_records"] != ("not applicable",)
    exported = _line(record, Activity.SALES_EXPORT)
    assert exported["bases"] == ("OK_CONSENT: 1 in lists",)
    assert exported["counts"] == ("lists to sales: 1, rows in them: 1",)
    assert _line(record, Activity.SUPPRESSION_LIST)["counts"] == ("entries: 1",)
    assert _line(record, Activity.GOOGLE_LEADS)["state"] == (
        "no: no source of this kind is configured",
    )
    assert "Sharma" not in str(record)
    assert "mail.example" not in str(record)


def test_recipients_and_transfers_are_those_registered_and_what_lapsed_is_marked(
    store: Store,
) -> None:
    caller = build.recipient("caller", country="US", safeguard=ABROAD)
    over = {"reference": "DPA-9", "from": date(2025, 1, 1), "until": date(2026, 1, 1)}
    known = audiences.configured(audiences.META, audiences.meta_settings("http://127.0.0.1:9"))
    platform = audiences.platform(channels=("online_audience",))
    office = _office(
        store,
        recipients=[caller, build.recipient("printer", contract=over), platform],
        audiences=[replace(known, recipient=platform)],
    )
    record = _record(store, office)
    line = _line(record, Activity.SALES_EXPORT)
    assert [each.split(" (")[0] for each in line["recipients"]] == ["Caller", "Printer"]
    assert line["contracts"][1].endswith("until 2026-01-01 (NOT IN FORCE: contract over)")
    assert line["third_countries"] == ("US: Caller",)
    assert line["safeguards"] == ("Caller: idta from 2026-01-01, tested on 2026-01-05",)
    ads = _line(record, Activity.AD_AUDIENCES)
    assert ads["state"] == ("ads (meta_custom_audiences)",)
    assert ads["third_countries"] == ("US: Ad-Platform",)
    assert _line(record, Activity.AUDIT_LOG)["recipients"] == ("nobody outside",)


def test_security_is_told_as_it_is_set_up(store: Store) -> None:
    bare = _line(_record(store, _office(store)), Activity.META_LEADS)["security"]
    assert "backups: NONE" in bare
    assert "alarms: NOT SENT to anybody" in bare
    same = _office(store, backup_key=build.SUPPRESSION_KEY)
    told = _line(_record(store, same), Activity.META_LEADS)["security"]
    assert "backups: encrypted, with a journal of erasures and opt-outs" in told
    assert "keys of suppression list, links and backups: NOT separate" in told


def test_a_lead_that_is_kept_too_long_is_said(store: Store) -> None:
    office = _office(store)
    take(store, build.source(), delivery())
    late = record_of_processing(store, office, office.controllers, NOW + timedelta(days=800))
    [told] = _line(late, Activity.META_LEADS)["retention_followed"]
    assert told == "NO: leads kept beyond their day: 1; run `leadledger expire`"


def test_a_client_has_a_line_of_what_it_instructed(store: Store) -> None:
    client = build.client("shop", sub_processors=["Mailer Ltd"])
    bare = build.controller("bare", Role.PROCESSOR)
    office = _office(store, client, bare, recipients=[build.recipient(controller="shop")])
    shop, other = _record(store, office).processor
    assert shop["processor"] == ("Nectra", "privacy@nectra.example")
    assert shop["controller"] == ("Shop", "privacy@shop.example")
    assert shop["contract"] == ("DPA-1 from 2025-01-01", "at its end: return and delete")
    assert shop["instructions"] == ("INS-1 version 1, from 2025-01-01",)
    assert f"{PURPOSE_WORDS[Purpose.DIRECT_MARKETING]}, by email" in shop["processing"]
    assert shop["sub_processors"] == ("Mailer Ltd",)
    assert shop["recipients"] == (
        "Shop (the client itself, GB)",
        "not instructed, so nothing is handed to it: Mail-House",
    )
    assert other["contract"][0].startswith("not stated: add [controllers.contract]")
    assert other["instructions"] == ("none: the data is kept, and every use is denied",)
    alone = replace(office, controllers=[client])
    [only] = _record(store, alone).processor
    assert only["processor"][0].startswith("not stated: add a [[controllers]] table")


def test_who_is_named_by_no_instruction_in_force_is_no_recipient_of_a_client(
    store: Store,
) -> None:
    """ROP-1. UK GDPR Art. 30(2)(c): a transfer that is not made needs no safeguard."""
    over = {"reference": "INS-0", "recipients": ["caller"], "until": "2025-12-31"}
    client = build.client("shop", {"recipients": ["shop", "mail-house"]}, over)
    caller = build.recipient("caller", controller="shop", country="US", safeguard=ABROAD)
    office = _office(store, client, recipients=[build.recipient(controller="shop"), caller])
    [shop] = _record(store, office).processor
    assert [each.split(",")[0] for each in shop["recipients"]] == [
        *("Shop (the client itself", "Mail-House (processor", "not instructed"),
    ]
    assert shop["recipients"][-1].endswith(": Caller")
    assert (shop["third_countries"], shop["safeguards"]) == (("none",), ("none needed",))


def test_a_contract_that_was_ended_early_is_in_force_no_more(store: Store, tmp_path: Path) -> None:
    office = _office(store, build.client("shop"))
    closed(store, build.client("shop"), on=date(2026, 11, 21), out=tmp_path / "package")
    [shop] = _record(store, office).processor
    assert shop["contract"] == (
        "DPA-1 from 2025-01-01 until 2026-11-21 (NOT IN FORCE)",
        "at its end: return and delete",
        "data returned on 2026-11-22",
        "data deleted on 2026-11-22",
    )
    assert shop["instructions"] == ("none: the data is kept, and every use is denied",)


def test_every_purpose_has_words_and_every_class_of_data_a_place() -> None:
    assert set(PURPOSE_WORDS) == set(Purpose)
    assert set(ACTIVITIES) == set(Activity)
    placed = {each for facts in ACTIVITIES.values() for each in facts.kept}
    not_here = {
        DataClass.PROCESSOR_DATA,  # in the lines of clients
        DataClass.CLIENT_RECORD,  # what the agency keeps elsewhere
    }
    assert placed | not_here == set(DataClass)
