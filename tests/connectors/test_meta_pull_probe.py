import logging
from datetime import timedelta

import pytest

from simulator.faults import Faults
from simulator.graph_api import TOKEN
from tests.connectors.meta_rig import NOW, rig, scripted, served


def test_a_source_that_is_set_up_right_has_no_complaint() -> None:
    with served() as server:
        results = rig(server.url).probe()
        assert [name for name, result in results.items() if not result.is_ok] == []
        assert {"access token", "data access", "permissions", "lead access", "forms"} <= set(
            results
        )
        assert results["forms"].message.startswith(f"{len(server.world.forms)} forms")
        assert len(server.calls) == 3


@pytest.mark.parametrize(("days", "is_ok"), [(60, True), (20, False), (1, False)])
def test_a_token_that_ends_soon_is_a_warning_weeks_ahead(days: int, is_ok: bool) -> None:  # noqa: FBT001
    with served() as server:
        server.world.access.expires_at = NOW + timedelta(days=days)
        server.world.access.data_access_expires_at = NOW + timedelta(days=days)
        results = rig(server.url).probe()
    for subject in ("access token", "data access"):
        assert results[subject].is_ok is is_ok
        assert f"in {days} days" in results[subject].message
        assert is_ok or "make a new token" in results[subject].message


def test_missing_permissions_are_named() -> None:
    with served() as server:
        server.world.access.scopes = ("pages_show_list", "ads_management")
        results = rig(server.url).probe()
    assert not results["permissions"].is_ok
    assert "leads_retrieval" in results["permissions"].message
    assert "pages_show_list" not in results["permissions"].message
    assert not results["lead access"].is_ok
    assert "the app lacks the permission leads_retrieval" in results["lead access"].message


def test_the_shut_gate_of_the_page_is_named_with_its_cure() -> None:
    with served() as server:
        server.world.access.can_access_lead = False
        results = rig(server.url).probe()
    assert not results["lead access"].is_ok
    assert "has no lead access on the page" in results["lead access"].message
    assert "Leads access" in results["lead access"].message


def test_terms_that_were_not_accepted_are_a_complaint() -> None:
    with served() as server:
        server.world.access.is_tos_accepted = False
        results = rig(server.url).probe()
    assert not results["lead ads terms"].is_ok
    assert "must accept" in results["lead ads terms"].message


def test_a_dead_token_is_one_line_and_no_further_call() -> None:
    with served() as server:
        server.world.access.is_valid = False
        results = rig(server.url).probe()
        assert set(results) == {"access token"}
        assert not results["access token"].is_ok
        assert "access_token" in results["access token"].message
        assert len(server.calls) == 1


def test_a_form_without_legal_text_is_a_complaint() -> None:
    faults = Faults()
    faults.once("no_legal_content")
    with served(faults=faults) as server:
        results = rig(server.url).probe()
    assert results["forms"].is_ok
    assert not results["form wording"].is_ok


def test_a_page_without_forms_is_a_complaint() -> None:
    with served(leads=0, forms=0) as server:
        results = rig(server.url).probe()
    assert not results["forms"].is_ok
    assert "page_id" in results["forms"].message


def test_a_clock_that_is_wrong_is_a_complaint() -> None:
    body = b'{"data":{"is_valid":true}}'
    for date, is_ok in (("12:00:20", True), ("12:20:00", False)):
        with scripted([(200, {"Date": f"Sun, 22 Nov 2026 {date} GMT"}, body)]) as (url, _):
            assert rig(url).probe()["clock"].is_ok is is_ok


def test_one_check_that_fails_does_not_hide_the_others() -> None:
    faults = Faults()
    faults.always("transient", "debug_token")
    with served(faults=faults) as server:
        results = rig(server.url).probe()
    assert not results["access token"].is_ok
    assert results["forms"].is_ok


def test_the_token_that_is_asked_about_stays_out_of_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG), served() as server:
        rig(server.url).probe()
        assert server.calls_to("debug_token")
    assert "debug_token" in caplog.text
    assert TOKEN not in caplog.text
