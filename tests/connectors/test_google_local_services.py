"""Leads of Local Services Ads: read, pulled, and erased where Google has erased them."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from connectors._google_local_services import MEDIA_TYPE, read_lead
from connectors.base import Delivery, Problem, Reading, SourceErasure, Submission
from policy.errors import SourceUnavailable
from simulator.google_accounts import LocalServicesLead
from simulator.google_ads_api import GoogleAdsServer
from tests.connectors import google_corpus as corpus
from tests.connectors.google_rig import NOW, asked, rig, served
from tests.connectors.meta_corpus import assert_golden

LEADS = corpus.payloads("local_services")
RESOURCE = "local_services_lead"


def _delivery(payload: bytes) -> Delivery:
    return Delivery(None, payload, MEDIA_TYPE, corpus.RECEIVED_AT)


def _as_json(found: Reading) -> dict[str, object]:
    if isinstance(found, SourceErasure):
        return {"erased_at_source": found.external_id}
    assert isinstance(found, Submission | Problem)
    return corpus.as_json(found)


@pytest.mark.parametrize("path", LEADS, ids=corpus.name_of)
def test_every_recorded_lead_reads_as_expected(path: Path) -> None:
    found = read_lead(_delivery(path.read_bytes()))
    assert_golden(path, _as_json(found))
    assert found == read_lead(_delivery(path.read_bytes()))


def test_there_are_recorded_leads() -> None:
    assert len(LEADS) > 20


def _recorded(name: str, **changes: object) -> Reading:
    lead = json.loads((corpus.ROOT / "local_services" / f"{name}.json").read_bytes())
    return read_lead(_delivery(json.dumps(lead | changes).encode()))


def test_nothing_was_shown_and_nothing_is_ticked_whatever_the_lead_says() -> None:
    for name in ("call", "message_with_an_address", "says_yes_everywhere"):
        found = _recorded(name)
        assert isinstance(found, Submission)
        assert found.boxes == ()
        assert found.notice is None
        assert found.form_id is None
        assert found.marks is None


def test_a_relayed_number_is_an_answer_and_nobodys_identifier() -> None:
    found = _recorded("call")
    assert isinstance(found, Submission)
    assert found.contact.phones == ()
    assert found.answers == {"phone_number": ["+447700900123"], "phone_number_extension": ["4711"]}
    assert "number_may_be_a_relay" in found.remarks


@pytest.mark.parametrize("zone", ["Europe", "Europe/" + "x" * 400, "../../etc/passwd", "\0", "", 7])
def test_a_zone_that_is_none_is_a_problem_and_no_error(zone: object) -> None:
    found = _recorded("call", timeZone=zone)
    assert isinstance(found, Problem)
    assert found.external_id == "customers/1234567890/localServicesLeads/987654321"


@pytest.mark.parametrize("status", ["NEW", "DISABLED", "CONSUMER_DECLINED", "wiped_out", "UNKNOWN"])
def test_only_what_google_has_wiped_out_is_an_erasure(status: str) -> None:
    assert isinstance(_recorded("call", leadStatus=status), Submission)


def _added(server: GoogleAdsServer) -> list[LocalServicesLead]:
    return [lead for a in server.world.client_ids for lead in server.world.local_services_leads(a)]


def test_all_leads_come_each_poll_with_their_accounts_clock_and_move_no_cursor() -> None:
    with served(10, local_services=60, chunk=7) as server:
        one = rig(server, local_services=True)
        pulled = one.poll()
        came = [d for d in pulled.deliveries if d.media_type == MEDIA_TYPE]
        assert len(came) == 60
        sent = {lead.resource_name: lead for lead in _added(server)}
        for delivery in came:
            lead, found = sent.pop(delivery.external_id or ""), one.read(delivery)
            assert found.submitted_at == lead.at.astimezone(UTC)
            assert found.contact.full_name == lead.consumer_name
            assert found.contact.emails == ()
            assert found.origin["customer_id"] == lead.account_id
        assert sent == {}
        again = rig(server, local_services=True).poll(pulled.cursors)
        assert len([d for d in again.deliveries if d.media_type == MEDIA_TYPE]) == 60
        assert not [stream for stream in pulled.cursors if stream.endswith("/local_services")]
        assert len({call.query for call in server.calls if RESOURCE in call.query}) == 1


def test_they_are_not_asked_for_unless_it_is_set() -> None:
    with served(10, local_services=20) as server:
        assert len(rig(server).poll().deliveries) == 10
        assert asked(server, RESOURCE) == []


def test_what_is_wiped_out_at_google_comes_as_an_erasure_of_the_same_lead() -> None:
    with served(0, local_services=9) as server:
        one = rig(server, local_services=True)
        before = {d.external_id for d in one.poll().deliveries}
        gone = _added(server)[0]
        server.world.wipe_out(gone.account_id, gone.id)
        read = [each for d in one.poll().deliveries for each in one.connector.read(d)]
        assert [each for each in read if isinstance(each, SourceErasure)] == [
            SourceErasure(gone.resource_name)
        ]
        assert gone.resource_name in before
        assert len(read) == 9


@pytest.mark.parametrize("version", ["v24", "v25"])
def test_a_lead_keeps_its_id_when_the_version_changes(version: str) -> None:
    """v25 renamed the resource, and the address went with the old name."""
    with (
        served(0, local_services=30) as newer,
        GoogleAdsServer(newer.world, version=version) as older,
    ):
        ids = []
        for server, asked_version in ((older, version), (newer, "v26")):
            one = rig(server, local_services=True, api_version=asked_version)
            ids.append({one.read(delivery).external_id for delivery in one.poll().deliveries})
            emails = {mail for d in one.poll().deliveries for mail in one.read(d).contact.emails}
            assert bool(emails) == (asked_version == "v24")
        assert ids[0] == ids[1] == {lead.resource_name for lead in _added(newer)}


def test_where_they_fail_the_submissions_are_whole_and_the_others_go_on() -> None:
    with served(60, local_services=30) as server:
        account = min(server.world.client_ids)
        server.faults.always("quota", account, resource=RESOURCE, seconds=7_200)
        pulled = rig(server, local_services=True).poll()
        [failed] = pulled.failures
        assert failed.stream == f"{account}/local_services"
        assert isinstance(failed.error, SourceUnavailable)
        assert failed.error.retry_after == timedelta(hours=2)
        assert server.world.resource_names() <= set(pulled.ids)
        assert account in pulled.cursors
        others = {lead.resource_name for lead in _added(server) if lead.account_id != account}
        assert others <= set(pulled.ids)


def test_what_is_kept_of_a_lead_says_by_whose_clock_it_was() -> None:
    with served(0, local_services=5) as server:
        for delivery in rig(server, local_services=True).poll().deliveries:
            row = orjson.loads(delivery.payload)
            account = server.world.account(row["resourceName"].split("/")[1])
            assert account is not None
            assert row["timeZone"] == account.time_zone
            assert datetime.fromisoformat(row["creationDateTime"]).tzinfo is None
            assert delivery.received_at == NOW
