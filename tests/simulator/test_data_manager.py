"""The pretend Data Manager API: what it takes, when it is done, and what a user may paste."""

import tomllib
from argparse import ArgumentParser
from threading import Event
from typing import Any

import pytest
import requests

from simulator import data_manager_rehearsal
from simulator.data_manager import AUDIENCE_IDS, DataManagerServer
from simulator.data_manager_answers import ACCOUNT_ID
from simulator.google_access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

HASH = "0" * 64


def bearer(server: DataManagerServer) -> dict[str, str]:
    form = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
    form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    token = requests.post(server.token_url, form, timeout=5).json()["access_token"]
    return {"Authorization": f"Bearer {token}"}


def request(**changes: Any) -> dict[str, Any]:
    account = {"accountType": "GOOGLE_ADS", "accountId": ACCOUNT_ID}
    member = {"userData": {"userIdentifiers": [{"emailAddress": HASH}]}}
    destination = {"operatingAccount": account, "productDestinationId": AUDIENCE_IDS[0]}
    known = {"destinations": [destination], "audienceMembers": [member], "encoding": "HEX"}
    return known | changes


def removed(server: DataManagerServer, body: dict[str, Any], **headers: str) -> requests.Response:
    url = f"{server.url}/v1/audienceMembers:remove"
    return requests.post(url, json=body, headers=headers, timeout=5)


def state(server: DataManagerServer, request_id: str, headers: dict[str, str]) -> Any:
    url = f"{server.url}/v1/requestStatus:retrieve"
    answer = requests.get(url, params={"requestId": request_id}, headers=headers, timeout=5)
    return answer.json()["requestStatusPerDestination"][0]["requestStatus"]


def test_a_request_takes_its_time_and_then_the_list_has_lost_them() -> None:
    with DataManagerServer(looks=2) as server:
        headers = bearer(server)
        request_id = removed(server, request(), **headers).json()["requestId"]
        seen = [state(server, request_id, headers) for _ in range(3)]
        assert seen == ["PROCESSING", "PROCESSING", "SUCCESS"]
        assert server.answers.removed == {AUDIENCE_IDS[0]: {HASH}}


@pytest.mark.parametrize(
    "changes",
    [
        {"encoding": "BASE64"},
        {"destinations": []},
        {"audienceMembers": []},
        {"audienceMembers": [{"userData": {"userIdentifiers": [{"emailAddress": "a@b"}]}}]},
        {"audienceMembers": [{"userData": {"userIdentifiers": [{"phoneNumber": HASH}] * 11}}]},
    ],
)
def test_what_google_would_not_take_is_refused(changes: dict[str, Any]) -> None:
    with DataManagerServer() as server:
        assert removed(server, request(**changes), **bearer(server)).status_code == 400
        assert removed(server, request()).status_code == 401


def test_a_rehearsal_says_what_to_paste() -> None:
    parser = ArgumentParser()
    data_manager_rehearsal.add_options(parser)
    stop, said = Event(), list[str]()
    stop.set()
    given = parser.parse_args(["--port", "0", "--fault", "rate_limit"])
    data_manager_rehearsal.rehearse(given, stop, said.append)
    pasted = [line for line in said if line.startswith("  ")]
    [audience] = tomllib.loads("\n".join(pasted))["audiences"]
    assert audience["kind"] == "google_customer_match"
    assert audience["audience_ids"] == list(AUDIENCE_IDS)
