"""The check of the sources: each test breaks one in one way and reads what is said."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.probed import ProbeFault
from models.store import Store
from pipeline import wiring
from pipeline.finding import Fault, Finding
from pipeline.settings import ConfiguredSource, Settings
from pipeline.timing import Timing
from simulator.graph_api import GraphServer
from simulator.imap_faults import ImapFault
from simulator.world import World
from tests import build
from tests.build import MARKETING_BY_EMAIL, NOW, declared, delivery, notice, take
from tests.connectors.mailbox_rig import free_port, settings, simulated
from tests.connectors.meta_rig import scripted
from tests.pipeline.checking import faults, found, installed, the
from tests.pulling import pull_once, served
from tests.web.pushing import google_body, google_source, push_into_inbox

DAY = timedelta(days=1)


@pytest.fixture
def whole(sqlite_url: str, tmp_path: Path) -> Settings:
    """An installation that lacks nothing but sources."""
    return installed(sqlite_url, tmp_path)


def _with(settings: Settings, *sources: ConfiguredSource) -> Settings:
    return replace(settings, sources=sources)


@contextmanager
def _page(ahead: timedelta = timedelta(0), **how: Any) -> Iterator[GraphServer]:
    """Serve a page whose clock is right, or ahead."""
    world = World.seeded(7, 5, wiring.now() + ahead, forms=1)
    with GraphServer(world, **how) as server:
        yield server


def _at(server: GraphServer, **own: Any) -> ConfiguredSource:
    return build.source(graph_url=server.url, **own)


def _asked(settings: Settings, fault: str, server: GraphServer, **own: Any) -> Finding:
    told = the(fault, _with(settings, _at(server, **own)), offline=False)
    assert told.subject.startswith("sources[meta-main]")
    return told


def test_a_page_that_is_set_up_right_has_no_fault(whole: Settings) -> None:
    with _page() as server:
        told = faults(_with(whole, _at(server, verify_token="a-word")), offline=False)
    assert not told & set(ProbeFault)


def test_a_wrong_token_is_named_and_not_repeated(whole: Settings) -> None:
    wrong = "EAABwrongTokenOfNobody"
    with _page() as server:
        told = _asked(whole, ProbeFault.SIGN_IN_REFUSED, server, access_token=wrong)
    assert told.is_ok is False
    assert "Cure: make a new one" in told.message
    assert wrong not in told.message


def test_an_expired_token_is_named(whole: Settings) -> None:
    with _page() as server:
        server.world.access.expires_at = server.world.now - DAY
        told = _asked(whole, ProbeFault.SIGN_IN_REFUSED, server)
    assert "the token has expired" in told.message


def test_a_token_that_ends_soon_is_named(whole: Settings) -> None:
    with _page() as server:
        server.world.access.expires_at = server.world.now + 20 * DAY
        told = _asked(whole, ProbeFault.ACCESS_ENDS, server)
    assert "Cure: make a new token before that" in told.message


def test_a_missing_permission_is_named(whole: Settings) -> None:
    with _page() as server:
        server.world.access.scopes = ("leads_retrieval", "pages_show_list", "pages_manage_ads")
        told = _asked(whole, ProbeFault.PERMISSION_MISSING, server)
    assert "The token lacks pages_read_engagement. Cure: grant them" in told.message


def test_the_gate_of_the_page_is_named(whole: Settings) -> None:
    with _page() as server:
        server.world.access.can_access_lead = False
        told = _asked(whole, ProbeFault.LEADS_SHUT, server)
    assert "system user of the token has no lead access on the page" in told.message
    assert "Cure: open both gates" in told.message


def test_the_gate_of_the_app_is_named(whole: Settings) -> None:
    with _page() as server:
        scopes = server.world.access.scopes
        server.world.access.scopes = tuple(s for s in scopes if s != "leads_retrieval")
        told = found(_with(whole, _at(server)), offline=False)
    [shut] = [f for f in told if f.fault == ProbeFault.LEADS_SHUT and "lead access" in f.subject]
    assert "the app lacks the permission leads_retrieval" in shut.message


def test_a_gate_that_shows_only_at_the_forms_is_named(whole: Settings) -> None:
    with _page() as server:
        server.faults.always("lead_access_lost", "leadgen_forms")
        told = _asked(whole, ProbeFault.LEADS_SHUT, server)
    assert told.subject == "sources[meta-main] forms"
    assert "This does not mean that there are no leads. Cure: open both gates" in told.message


def test_terms_that_nobody_accepted_are_named(whole: Settings) -> None:
    with _page() as server:
        server.world.access.is_tos_accepted = False
        told = _asked(whole, ProbeFault.TERMS_NOT_ACCEPTED, server)
    assert "facebook.com/ads/leadgen/tos" in told.message


def test_a_page_that_announces_nothing_is_named_where_a_webhook_is_configured(
    whole: Settings,
) -> None:
    with _page() as server:
        server.world.access.is_subscribed = False
        told = _asked(whole, ProbeFault.NOT_SUBSCRIBED, server, verify_token="a-word")
        assert "Cure: send POST" in told.message
        without = faults(_with(whole, _at(server)), offline=False)
    assert ProbeFault.NOT_SUBSCRIBED not in without


def test_a_page_without_forms_is_named(whole: Settings) -> None:
    world = World.seeded(7, 0, wiring.now(), forms=0)
    with GraphServer(world) as server:
        assert "check page_id" in _asked(whole, ProbeFault.PLACE_MISSING, server).message


def test_legal_text_that_is_withheld_is_named(whole: Settings) -> None:
    with _page() as server:
        server.faults.once("no_legal_content")
        told = _asked(whole, ProbeFault.WORDING_WITHHELD, server)
    assert "Cure: give the token the permission pages_manage_ads" in told.message


@pytest.mark.parametrize(("seconds", "is_ok"), [(150, None), (-150, None), (900, False)])
def test_a_clock_that_is_wrong_is_named(whole: Settings, seconds: int, is_ok: object) -> None:
    with _page(timedelta(seconds=seconds)) as server:
        told = _asked(whole, ProbeFault.CLOCK_SKEW, server)
    assert told.is_ok is is_ok
    assert "Cure: set it by NTP" in told.message


def test_a_platform_that_does_not_answer_is_named_soon(whole: Settings) -> None:
    began = wiring.now()
    told = found(_with(whole, build.source()), offline=False)
    silent = [each for each in told if each.fault == ProbeFault.UNREACHABLE]
    assert silent
    assert "Cure: if it lasts, check the network" in silent[0].message
    assert wiring.now() - began < timedelta(seconds=20)


def test_an_answer_in_no_known_shape_is_named(whole: Settings) -> None:
    with scripted([(200, {}, b"[]")]) as (url, _):
        told = found(_with(whole, build.source(graph_url=url)), offline=False)
    assert any(each.fault == ProbeFault.NOT_UNDERSTOOD for each in told)


def test_a_source_whose_boxes_mean_nothing_is_a_note(whole: Settings) -> None:
    told = the(Fault.BOXES_WITHOUT_MEANING, _with(whole, build.source(meanings=())))
    assert told.is_ok is None
    assert "Cure: add [[sources.boxes]]" in told.message


def test_a_schedule_that_nothing_goes_by_is_a_note(whole: Settings) -> None:
    often = Timing(every_minutes=5)
    told = the(Fault.SCHEDULE_UNUSED, _with(whole, replace(_mailbox(9), timing=often)))
    assert told.subject == "sources[inbox] schedule"
    assert "Cure: take it out." in told.message
    assert Fault.SCHEDULE_UNUSED not in faults(_with(whole, replace(build.source(), timing=often)))


def test_a_box_that_nothing_maps_is_a_note(whole: Settings) -> None:
    source = build.source(meanings=[MARKETING_BY_EMAIL])
    store = Store(whole.store_url)
    take(store, declared(store, source), delivery())
    store.close()
    told = the(Fault.BOX_UNMAPPED, _with(whole, source))
    assert (told.subject, told.is_ok) == (f"sources[meta-main] form {build.FORM_ID}", None)
    assert "'call_updates' is offered" in told.message


def test_a_placeholder_that_people_read_on_a_form_is_a_note(whole: Settings) -> None:
    shown = notice(body="Our policy of [Insert Date] applies.")
    store = Store(whole.store_url)
    take(store, declared(store), delivery(notice=shown))
    store.close()
    told = the(Fault.PLACEHOLDER, _with(whole, build.source()))
    assert "([Insert Date]). Cure: correct the text of the form" in told.message


def test_no_source_is_a_note(whole: Settings) -> None:
    assert the(Fault.SOURCES_NONE, whole).is_ok is None


def _mailbox(port: int, id_: str = "inbox", **own: Any) -> ConfiguredSource:
    own_settings = settings(port, **own)
    return replace(build.source(id_), kind="email_inbox", own=own_settings)


def test_two_sources_of_one_page_or_mailbox_are_wrong(whole: Settings) -> None:
    told = the(Fault.SOURCES_SAME_PLACE, _with(whole, build.source(), build.source("meta-two")))
    assert told.is_ok is False
    assert told.message.startswith("sources[meta-main] and sources[meta-two] read the same page")
    same = [_mailbox(9), _mailbox(9, "again", folders=["Leads", "INBOX"])]
    assert (
        "sources[inbox] and sources[again]"
        in the(Fault.SOURCES_SAME_PLACE, _with(whole, *same)).message
    )
    apart = [_mailbox(9), _mailbox(9, "other", folders=["Leads"]), build.source()]
    assert Fault.SOURCES_SAME_PLACE not in faults(_with(whole, *apart))


def test_two_sources_of_one_google_account_are_wrong(whole: Settings) -> None:
    way_in = {"service_account_key": "{}", "webhook_key": None}
    one = google_source(customer_ids=["1234567890", "1234567891"], **way_in)
    other = replace(google_source(customer_ids=["123-456-7891"], **way_in), id="again")
    assert the(Fault.SOURCES_SAME_PLACE, _with(whole, one, other)).is_ok is False
    assert Fault.SOURCES_SAME_PLACE not in faults(_with(whole, google_source()))


def test_googles_package_that_is_not_installed_is_named(
    whole: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = google_source(customer_ids=["1234567890"], service_account_key="{}")
    assert Fault.PACKAGE_MISSING not in faults(_with(whole, source))
    monkeypatch.setitem(sys.modules, "google.ads.googleads", None)
    told = the(Fault.PACKAGE_MISSING, _with(whole, source))
    assert told.is_ok is False
    assert "pip install 'leadledger[google]'" in told.message


def test_a_mailbox_that_refuses_us_is_named(whole: Settings) -> None:
    with simulated() as server:
        server.faults.ask(ImapFault.REFUSE_LOGIN)
        told = the(ProbeFault.SIGN_IN_REFUSED, _with(whole, _mailbox(server.port)), offline=False)
    assert told.is_ok is False
    assert "Cure: check username and password" in told.message


def test_a_folder_that_is_not_there_is_named(whole: Settings) -> None:
    with simulated() as server:
        source = _mailbox(server.port, folders=["INBOX", "Leads 2026"])
        told = the(ProbeFault.PLACE_MISSING, _with(whole, source), offline=False)
    assert told.subject == "sources[inbox] folder Leads 2026"
    assert "is not there. Cure: name one that is." in told.message


def test_a_mailbox_that_does_not_answer_is_named(whole: Settings) -> None:
    told = the(ProbeFault.UNREACHABLE, _with(whole, _mailbox(free_port())), offline=False)
    assert "check host, port" in told.message


def test_a_mailbox_that_believes_no_sender_is_a_note(whole: Settings) -> None:
    with simulated() as server:
        told = the(
            ProbeFault.SENDERS_NOT_BELIEVED, _with(whole, _mailbox(server.port)), offline=False
        )
    assert told.is_ok is None


def test_a_source_that_was_never_pulled_is_a_note(whole: Settings) -> None:
    told = the(Fault.NEVER_PULLED, _with(whole, build.source()))
    assert told.is_ok is None


def test_a_source_that_nobody_pulls_any_more_is_wrong(whole: Settings) -> None:
    store = Store(whole.store_url)
    with served(2, forms=1) as server:
        pull_once(store, server)
    store.close()
    known = _with(whole, build.source())
    assert not faults(known, now=lambda: NOW + DAY) & {Fault.PULL_OLD, Fault.NEVER_PULLED}
    told = the(Fault.PULL_OLD, known, now=lambda: NOW + 2 * DAY)
    assert told.is_ok is False
    assert "not completely since 2026-11-22 12:00 UTC. Cure: start `leadledger run`" in told.message


def test_what_was_sent_and_lies_about_is_wrong(whole: Settings) -> None:
    store = Store(whole.store_url)
    source = declared(store, google_source())
    push_into_inbox(store, source, google_body(key=None), google_body("lead-2", key=None))
    store.close()
    told = the(Fault.PUSHES_WAIT, _with(whole, source), now=lambda: NOW + DAY)
    assert told.is_ok is False
    assert told.message.startswith("2 request(s) wait to be worked on, the oldest since 2026-11-22")
