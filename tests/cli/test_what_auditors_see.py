"""What the roles see: auditors nobody, sales whom they may reach. Canaries are everywhere."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from cli.doors import DOORS
from models import breach, inbox
from models.keys import new_hex_keys
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord
from models.store import Store
from pipeline import wiring
from pipeline.hold import Order, place_hold
from pipeline.keep_pushes import inbox_row
from pipeline.opt_out import Said, opt_out
from pipeline.receive_request import Asked, receive_request
from pipeline.record_breach import record_breach
from pipeline.take_step import take_steps
from pipeline.work_inbox import Built, work_inbox
from policy.access import READS_PEOPLE, Action, StaffRole, may
from policy.rights.steps import CaseStep, StepKind
from policy.rights.table import Right
from policy.vocabulary import EventKind
from tests.build import (
    LINKS_KEY,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    source,
    take,
)
from tests.cli.running import Shell, configuration, keep_secret
from tests.cli.test_form import FORM
from tests.connectors.web_form_corpus import sent
from tests.pipeline.test_breaches import FOUND
from tests.staffing import signed_in
from tests.web.forms import connector_of, form_source

NAME, ADDRESS, NUMBER = "Canaria Birdsong", "canary.bird@mail.example", "+447700900987"
ANSWER, COMPANY, TRACE = "canary-answer my knee", "Canary Cages Ltd", "canary-campaign-of-hers"
MADE_UP, WISH, MATTER = "canary_made_up_box", "canary-wish all of it", "Canary against Nectra"
NOTED = "Rang canaria; Mrs Birdsong keeps it at home"
PLANTED = (
    *(NAME, "Birdsong", ADDRESS, "canary", NUMBER, "7700900987", ANSWER, COMPANY, TRACE),
    *(MADE_UP, WISH, MATTER),
)
STOPPED, TEST = "canary.stopped@mail.example", "canary.test@mail.example"
OTHERWISE = (
    *("status", "check", "deliveries list", "staff log", "breach list", "audit breaches"),
    *("audit retention", "audit rights", "audit complaints", "audit log", "clients list"),
)
"""What shows no people, or should: auditors may read it as well."""
MARKETING = ("--purpose", "direct_marketing", "--channel", "email")


class House(Shell):
    """An installation with canaries, and the keys of its leads by address."""

    store: Store
    leads: dict[str, UUID]
    request: str
    consent: str


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> Iterator[House]:
    """An installation in which people's data is planted wherever there can be some."""
    keep_secret(tmp_path)
    keep_secret(tmp_path, "links.key", LINKS_KEY.decode())
    text = configuration({"page_id": "1"}).replace(
        "[[controllers]]", 'links = [{ file = "secrets/links.key" }]\n\n[[controllers]]'
    )
    (tmp_path / "config.toml").write_text(text + FORM, encoding="utf-8")
    made = House(tmp_path, {"META_ACCESS_TOKEN": "a-token-of-the-tests"})
    made.store = Store(sqlite_url)
    made.request = _plant(made.store)
    given = [row for row in kept(made.store, PermissionRecord) if row.kind is EventKind.GIVEN]
    made.consent = str(given[0].id)
    made.leads = {row.contact["emails"][0]: row.id for row in kept(made.store, Lead)}
    yield made
    made.store.close()


def _plant(store: Store) -> str:
    now = wiring.now()
    known = declared(store, source(), form_source())
    given = fields(ADDRESS, NUMBER, NAME, company_name=COMPANY, job_title="canary keeper")
    given["canary question of hers"] = ANSWER
    boxes = {"email_updates": "1", "call_updates": "canary-raw", MADE_UP: "1"}
    yesterday = now - timedelta(days=1)
    more: dict[str, Any] = {"campaign_name": TRACE, "ad_name": TRACE}
    other = fields(STOPPED, None, "Canary Stopped")
    take(
        store,
        known,
        delivery("1000001", given, at=yesterday, boxes=boxes, received_at=now, **more),
        delivery("1000002", other, at=yesterday, received_at=now),
        delivery("1000003", fields(TEST, None), listed_as_test=True, received_at=now),
        at=now,
    )
    opt_out(store, [controller()], SUPPRESSION_KEY, [email(STOPPED)], Said(None, now, "test"))
    asked = Asked(Right.ACCESS, NAME, ADDRESS, NUMBER, WISH)
    request = receive_request(store, controller(), SUPPRESSION_KEY, asked, now).reference
    review = (now + timedelta(days=90)).date()
    place_hold(store, Order(controller(), MATTER, NAME, review, email(ADDRESS)), "test", now)
    _set_aside(store)
    _note_in_words(store, request)
    return request


def _note_in_words(store: Store, request: str) -> None:
    """Type what names people, into a case and into the register of breaches."""
    now = wiring.now()
    take_steps(
        store,
        controller(),
        request,
        lambda at: [CaseStep(StepKind.SEARCHED, at, NOTED)],
        None,
        ("test", now),
    )
    key = record_breach(store, replace(FOUND, aware_at=now - timedelta(hours=1)), "test", now)
    with store.writing("nectra") as connection:
        # the register refuses that today, and did not always
        breach.change_breach(connection, "nectra", key, {"effects": f"{ADDRESS}, {NUMBER}"})


def _set_aside(store: Store) -> None:
    form, now = form_source(), wiring.now()
    connector = connector_of(form)
    values: dict[str, str | list[str]] = {
        "email": ADDRESS,
        "message": f"{ANSWER}: " + "https://canary.example " * 6,
        "shown": connector.snippet_token(),
    }
    draft = connector.draft(sent(values)._replace(received_at=now))
    row = inbox_row(form, connector.delivery(draft, None), new_hex_keys(1, now)[0], now, attempts=0)
    with store.writing() as connection:
        inbox.add_pushes(connection, [row])
    work_inbox(store, [Built(form, connector)], wiring.now)


def _asked(house: House) -> dict[str, list[tuple[str, ...]]]:
    """Return how each command that reads people is asked about the planted ones."""
    lead = str(house.leads[ADDRESS])
    return {
        "leads list": [()],
        "leads show": [(lead,), (lead, "--consent-records")],
        "why": [(ADDRESS, *MARKETING), (STOPPED, *MARKETING)],
        "provenance": [(lead,), (ADDRESS,)],
        "rights list": [("--closed",)],
        "rights show": [(house.request,)],
        "restrict list": [()],
        "audit consent": [(ADDRESS,)],
        "audit wording": [(house.consent,)],
        "audit contact": [(ADDRESS, "--on", "2026-11-22"), (lead, "--on", "2026-11-22")],
        "audit recipients": [(ADDRESS,), (lead,)],
        "hold list": [()],
        "recall list": [("--told",)],
        "deliveries review": [("web-main",)],
    }


def _views(house: House) -> list[Any]:
    rows = [r for r in kept(house.store, LedgerRecord) if r.kind is LedgerKind.PEOPLE_VIEWED]
    return [json.loads(row.body) for row in rows]


def test_an_auditor_can_read_everything_and_finds_nobody_in_it(house: House) -> None:
    actor = signed_in(house.folder, house.store, StaffRole.AUDITOR)
    asked = _asked(house)
    reading = {name for name, door in DOORS.items() if door.action in READS_PEOPLE}
    assert asked.keys() == {n for n in reading if may(StaffRole.AUDITOR, DOORS[n].action)}
    asked |= {name: [()] for name in OTHERWISE}
    shown = 0
    for name, ways in asked.items():
        for words in ways:
            for form in ((), ("--json",)):
                ended = house(*name.split(), *words, *form)
                assert ended.code == (4 if name == "check" else 0), (name, words, ended.err)
                told = (ended.out + ended.err).lower()
                found = [value for value in PLANTED if value.lower() in told]
                assert not found, (name, words, form, told)
                shown += "[masked " in told
    assert shown >= 12
    seen = _views(house)
    assert {body["actor"] for body in seen} == {actor}
    assert {body["detail"]["command"] for body in seen} == asked.keys() - {
        *(*OTHERWISE, "recall list", "restrict list"),
    }


def test_the_operator_sees_what_is_masked_for_auditors(house: House) -> None:
    told = ""
    for name, ways in _asked(house).items():
        told += "".join(house(*name.split(), *words, "--json").out for words in ways)
    for value in (NAME, ADDRESS, NUMBER, ANSWER, COMPANY, TRACE, MADE_UP, WISH, MATTER, NOTED):
        assert value in told, value
    assert {body["actor"] for body in _views(house)} == {"command line"}


def test_an_auditor_is_refused_what_changes_anything_and_that_is_on_record(house: House) -> None:
    actor = signed_in(house.folder, house.store, StaffRole.AUDITOR)
    refused = (
        ("optout", ADDRESS),
        ("erase", ADDRESS, "--yes"),
        ("export", *MARKETING, "--out", "list.csv"),
        ("staff", "add", "eve", "--role", "admin"),
        ("pull",),
    )
    for words in refused:
        ended = house(*words)
        assert (ended.code, ended.out) == (4, "")
        assert "role auditor does not include" in ended.sentence
    assert len(kept(house.store, Lead)) == 3
    rows = [r for r in kept(house.store, LedgerRecord) if r.kind is LedgerKind.STAFF_REFUSED]
    assert {json.loads(row.body)["actor"] for row in rows} == {actor}
    assert len(rows) == len(refused)
    assert house("erase", ADDRESS, "--dry-run").code == 0


def test_sales_see_whom_they_may_reach_and_only_by_what_reaches_them(house: House) -> None:
    signed_in(house.folder, house.store, StaffRole.SALES)
    found = {row["name"]: row for row in house("leads", "list", "--json").json}
    assert found.keys() == {NAME, "Canary Stopped"}  # and not the test lead
    assert not {"contact", "answers", "origin", "boxes"} & found[NAME].keys()
    # the box for calls came back with something that is no yes: the number is for answering only
    assert _ways(found[NAME]) == {
        ("direct_marketing", "email", ADDRESS),
        ("enquiry_response", "email", ADDRESS),
        ("enquiry_response", "live_call", NUMBER),
    }
    assert _ways(found["Canary Stopped"]) == {("enquiry_response", "email", STOPPED)}
    lead = house.leads[ADDRESS]
    assert ADDRESS in house("leads", "show", lead).out
    kept_only = house("leads", "show", house.leads[TEST])
    assert (kept_only.code, "may be reached now" in kept_only.sentence) == (2, True)
    assert house("leads", "show", lead, "--consent-records").code == 4
    [why] = house("why", STOPPED, *MARKETING, "--json").json
    assert (why["allowed"], why["events"], why["boxes"]) == (False, [], [])
    assert house("provenance", ADDRESS).code == 4
    assert house("export", *MARKETING, "--out", "list.csv").code == 0
    assert house("optout", ADDRESS).code == 0
    shown = house("leads", "show", lead, "--json").json
    assert {purpose for purpose, _, _ in _ways(shown)} == {"enquiry_response"}


def test_sales_make_no_list_of_whom_they_do_not_see_nor_learn_who_asked_for_what(
    house: House,
) -> None:
    """Rule: STAFF-10."""
    assert house("restrict", "add", ADDRESS, "--ground", "claims").code == 0
    signed_in(house.folder, house.store, StaffRole.SALES)
    for purpose in ("authority_disclosure", "client_delivery", "suppression_check"):
        for how in (("--out", "list.csv"), ("--dry-run",)):
            ended = house("export", "--purpose", purpose, "--channel", "none", *how)
            assert (ended.code, ended.out) == (4, "")
            assert f"The role sales makes no list for {purpose}" in ended.sentence
    [why] = house("why", ADDRESS, *MARKETING, "--json").json
    assert (why["reasons"][0], why["restrictions"]) == ("RESTRICTED", [])
    assert "claims" not in house("why", ADDRESS, *MARKETING).out.split("rules:")[1]


def _ways(shown: dict[str, Any]) -> set[tuple[str, str, str]]:
    ways = shown["reachable_by"]
    return {(way["purpose"], way["channel"], way["identifier"]) for way in ways}


def test_privacy_sees_all_and_hands_nothing_out(house: House) -> None:
    signed_in(house.folder, house.store, StaffRole.PRIVACY)
    assert {row["name"] for row in house("leads", "list", "--json").json} == {
        *(NAME, "Canary Stopped", "Priya Sharma"),
    }
    assert house("export", *MARKETING, "--out", "list.csv").code == 4
    assert house("expire").code == 0
    assert DOORS["expire"].action is Action.ERASE
