import json
from datetime import timedelta
from pathlib import Path

import pytest

from connectors._meta_graph import parsed
from connectors._meta_throttle import usage
from connectors._meta_verdict import Outcome, Verdict, source_error, verdict
from policy.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from tests.connectors.meta_corpus import expected_beside, name_of, payloads


@pytest.mark.parametrize("path", payloads("errors"), ids=name_of)
def test_every_recorded_error_gets_its_verdict(path: Path) -> None:
    expected = json.loads(expected_beside(path).read_text())
    found = verdict(expected["status"], parsed(path.read_bytes()))
    assert found.outcome == expected["verdict"]
    minutes = usage(expected.get("headers", {})).wait_seconds / 60
    assert minutes == (expected["retry_after_minutes"] or 0)


@pytest.mark.parametrize("path", payloads("throttle"), ids=name_of)
def test_every_recorded_usage_is_read(path: Path) -> None:
    expected = json.loads(expected_beside(path).read_text())
    found = usage(json.loads(path.read_text())["headers"])
    assert found.percent == expected["percent"]
    assert found.regain_seconds == expected["regain_minutes"] * 60


def test_an_idle_ad_account_is_not_waited_for() -> None:
    found = usage({"X-Ad-Account-Usage": '{"acc_id_util_pct":9.67,"reset_time_duration":1200}'})
    assert found.wait_seconds == 0
    found = usage({"X-Ad-Account-Usage": '{"acc_id_util_pct":90,"reset_time_duration":1200}'})
    assert found.wait_seconds == 1200


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, b'{"data":[]}', Outcome.OK),
        (200, b"[]", Outcome.CHANGED),
        (200, b"null", Outcome.CHANGED),
        (302, b"", Outcome.CHANGED),
        (302, b"<html>Moved</html>", Outcome.CHANGED),
        (404, b"<html>Not found</html>", Outcome.RETRY),
        (429, b"", Outcome.THROTTLED),
        (429, b"{}", Outcome.THROTTLED),
        (503, b"{}", Outcome.RETRY),
        (200, b'{"error":{"code":true,"message":null}}', Outcome.CHANGED),
        (400, b'{"error":{"code":190,"error_data":"{"}}', Outcome.TOKEN),
        (200, b'{"error":"no success here"}', Outcome.CHANGED),
        (400, b'{"error":{"code":100,"message":"Invalid appsecret_proof"}}', Outcome.PROOF),
        (500, b'{"error":{"code":123456}}', Outcome.RETRY),
    ],
)
def test_what_no_error_code_tells_is_told_by_shape_and_status(
    status: int, body: bytes, outcome: Outcome
) -> None:
    assert verdict(status, parsed(body)).outcome is outcome


def test_half_a_surrogate_pair_does_not_hide_the_rest_of_its_page() -> None:
    body = parsed(b'{"data":[{"id":"1","name":"\\ud83d"},{"id":"2"}]}')
    rows = body["data"]
    assert isinstance(rows, list)
    assert [row["id"] for row in rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("outcome", "kind", "cure"),
    [
        (Outcome.TOKEN, SourceRefused, "make a new one"),
        (Outcome.PROOF, SourceRefused, "set app_secret"),
        (Outcome.BLOCKED, SourceRefused, "Account quality"),
        (Outcome.PERMISSION, SourceRefused, "leads_retrieval"),
        (Outcome.NO_ACCESS, SourceRefused, "Leads access"),
        (Outcome.THROTTLED, SourceUnavailable, "pull again in 19 minutes"),
        (Outcome.RETRY, SourceUnavailable, "check the network"),
        (Outcome.SMALLER_PAGE, SourceUnavailable, "the next pull goes on here"),
        (Outcome.DROP_FIELDS, SourceChanged, "api_version"),
        (Outcome.CHANGED, SourceChanged, "brought up to date"),
    ],
)
def test_every_failure_says_fact_ids_and_cure(
    outcome: Outcome, kind: type[SourceError], cure: str
) -> None:
    found = Verdict(outcome, 400, 7, 8, "AbC", wait=timedelta(minutes=19))
    error = source_error(found, "form 17 of page 4")
    assert type(error) is kind
    assert str(error).startswith("form 17 of page 4: ")
    assert "HTTP 400, code 7, subcode 8, fbtrace_id AbC" in str(error)
    assert cure in str(error)


def test_a_throttle_says_when_to_come_back() -> None:
    error = source_error(Verdict(Outcome.THROTTLED, 400, wait=timedelta(minutes=19)), "page 4")
    assert isinstance(error, SourceUnavailable)
    assert error.retry_after == timedelta(minutes=19)


def test_the_reason_of_a_dead_token_is_named() -> None:
    assert "expired" in str(source_error(Verdict(Outcome.TOKEN, 400, 190, 463), "page 4"))
    assert "password" in str(source_error(Verdict(Outcome.TOKEN, 400, 190, 460), "page 4"))


def test_nothing_the_vendor_wrote_reaches_a_message() -> None:
    body = parsed(
        b'{"error":{"code":190,"error_subcode":463,"message":"Priya priya@shop.example",'
        b'"error_user_msg":"Priya","fbtrace_id":"x y priya@shop.example"}}'
    )
    message = str(source_error(verdict(400, body), "page 4"))
    assert "riya" not in message
    assert "fbtrace_id" not in message
