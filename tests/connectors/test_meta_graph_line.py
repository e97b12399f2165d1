import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import responses
from pydantic import ValidationError

from connectors._meta_graph import TRIES, Graph, Line, graph
from connectors._meta_pages import pages
from connectors._meta_throttle import Throttle, Usage
from connectors._meta_verdict import GraphError, Outcome, Verdict
from connectors.meta_lead_ads import MetaLeadAdsSettings
from simulator.faults import Faults
from tests.connectors.meta_rig import Scripted, rig, scripted, served

CANARY = "EAACanaryTokenThatMustNotShow"
SECRET = "canary0app0secret0that0must0not0show"


def line_to(url: str) -> Line:
    return Line(url, "v26.0", 5, lambda: CANARY, lambda: SECRET)


@pytest.fixture
def everything_logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def chain(error: BaseException | None) -> Iterator[str]:
    """Yield the text of an error and of all that it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield f"{error!r} {error} {error.__dict__}"
        yield from chain(error.__cause__)
        error = error.__context__


@pytest.mark.parametrize(
    "kind",
    [
        "expired_token",
        "permission_lost",
        "lead_access_lost",
        "throttle",
        "html_502",
        "truncated_body",
        "truncated_json",
        "dropped_connection",
        "repeated_cursor",
        "next_without_cursors",
        "service_unavailable",
        "transient",
    ],
)
@pytest.mark.parametrize("where", ["leads", "leadgen_forms"])
def test_no_secret_shows_whatever_goes_wrong(
    kind: str,
    where: str,
    everything_logged: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    from simulator.graph_api import APP_SECRET, TOKEN  # noqa: PLC0415 - the secrets looked for

    faults = Faults()
    faults.always(kind, where)
    with served(faults=faults) as server:
        pulled = rig(server.url, page_size=10, app_secret=APP_SECRET, max_wait_minutes=0).poll()
    errors = [failed.error for failed in pulled.failures] + [pulled.error]
    texts = [text for error in errors for text in chain(error)]
    out = capfd.readouterr()
    shown = "\n".join([*texts, everything_logged.text, out.out, out.err])
    assert everything_logged.records  # the transport was heard
    assert TOKEN not in shown
    assert APP_SECRET not in shown
    assert "access_token=" not in shown


def test_a_refused_connection_does_not_show_the_token(
    everything_logged: pytest.LogCaptureFixture,
) -> None:
    with served() as server:
        url = server.url
    pulled = rig(url, token=CANARY, app_secret=SECRET).poll()
    shown = "\n".join([*chain(pulled.error), everything_logged.text])
    assert pulled.error is not None
    assert CANARY not in shown
    assert SECRET not in shown


def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else() -> None:
    with (
        scripted([(200, {}, b'{"data":[]}')]) as (elsewhere, seen_elsewhere),
        scripted([(302, {"Location": f"{elsewhere}/leads"}, b"")]) as (url, seen),
    ):
        pulled = rig(url, token=CANARY).poll()
    assert pulled.error is not None
    assert "HTTP 302" in str(pulled.error)
    assert len(seen) == 1
    assert seen_elsewhere == []


def test_the_token_is_a_header_and_never_in_the_address() -> None:
    with scripted([(200, {}, b'{"data":[]}')]) as (url, seen):
        rig(url, token=CANARY, app_secret=SECRET).poll()
    request, _, headers = seen[0].partition("\n")
    assert CANARY not in request
    assert "appsecret_proof=" in request
    assert f"Authorization: Bearer {CANARY}" in headers


def test_a_netrc_and_a_proxy_of_the_environment_leave_loopback_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with scripted([(200, {}, b'{"data":[]}')]) as (url, seen):
        rig(url, token=CANARY).poll()
    assert f"Authorization: Bearer {CANARY}" in seen[0]


@responses.activate
def test_a_netrc_entry_for_the_platform_does_not_override_the_token(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine graph.facebook.com login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    responses.get("https://graph.facebook.com/v26.0/4", json={"id": "4"})
    with graph(
        line_to("https://graph.facebook.com"), Throttle(timedelta(0)), lambda _: None
    ) as line:
        assert line.get("4") == {"id": "4"}
    assert responses.calls[0].request.headers["Authorization"] == f"Bearer {CANARY}"


def test_a_limit_that_many_threads_run_into_at_once_is_waited_for_once() -> None:
    throttle, pauses = Throttle(timedelta(minutes=5)), list[float]()
    refused = Verdict(Outcome.THROTTLED, 400, 80005)
    first, second, late = (throttle.enter(pauses.append) for _ in range(3))
    throttle.heard(first, Usage(100, 120, 120), refused)
    throttle.heard(second, Usage(100, 120, 120), refused)
    throttle.enter(pauses.append)
    throttle.heard(late, Usage(100, 120, 120), refused)
    throttle.enter(pauses.append)
    assert pauses == [120]


def test_letters_beyond_ascii_come_through_whatever_the_header_says() -> None:
    body = '{"data":[{"id":"7","name":"Büro"}]}'.encode()
    with (
        scripted([(200, {"Content-Type": "text/plain; charset=latin-1"}, body)]) as (url, _),
        graph(line_to(url), Throttle(timedelta(0)), lambda _: None) as line,
    ):
        assert line.get("4", "leadgen_forms") == {"data": [{"id": "7", "name": "Büro"}]}


def test_the_sdk_is_given_what_it_can_hold_whatever_comes() -> None:
    bodies = [
        b'{"error":{"code":190,"error_data":"{broken"}}',
        b'{"error":"success"}',
        b'"success"',
        b"5",
        b"<html>success error</html>",
        b"",
    ]
    for body in bodies:
        with (
            scripted([(500, {}, body)]) as (url, _),
            graph(line_to(url), Throttle(timedelta(0)), lambda _: None) as line,
            pytest.raises(GraphError) as caught,
        ):
            line.get("4")
        assert caught.value.verdict.status == 500


def test_an_answer_that_does_not_come_in_time_is_tried_again_and_then_given_up() -> None:
    with served(latency=0.4) as server:
        impatient = replace(line_to(server.url), timeout_seconds=0.1)
        with (
            graph(impatient, Throttle(timedelta(0)), lambda _: None) as line,
            pytest.raises(GraphError) as caught,
        ):
            line.get("4")
    assert caught.value.verdict.why == "no answer in time"
    assert len(server.calls) == TRIES


def test_pages_without_an_end_are_cut_off() -> None:
    def page(number: int) -> bytes:
        return f'{{"data":[],"paging":{{"cursors":{{"after":"{number}"}},"next":"x"}}}}'.encode()

    with (
        scripted([(200, {}, page(number)) for number in range(10)]) as (url, seen),
        graph(line_to(url), Throttle(timedelta(0)), lambda _: None) as line,
        pytest.raises(GraphError) as caught,
    ):
        list(pages(line, ("7", "leads"), ("id",), limit=5, most=4))
    assert caught.value.verdict.outcome is Outcome.CHANGED
    assert len(seen) == 4


def test_the_clock_of_the_platform_is_read_from_its_answers() -> None:
    replies: list[Scripted] = [
        (200, {"Date": "Sun, 22 Nov 2026 12:00:05 GMT"}, b"{}"),
        (200, {"Date": "yesterday"}, b"{}"),
    ]
    with (
        scripted(replies) as (url, _),
        graph(line_to(url), Throttle(timedelta(0)), lambda _: None) as line,
    ):
        line.get("4")
        line.get("4")
        assert line.server_time is not None
        assert line.server_time.isoformat() == "2026-11-22T12:00:05+00:00"


def test_a_line_makes_no_default_api_and_no_crash_hook() -> None:
    import sys  # noqa: PLC0415

    from facebook_business.api import FacebookAdsApi  # noqa: PLC0415

    with scripted([(200, {}, b"{}")]) as (url, _):
        line = Graph(line_to(url), Throttle(timedelta(0)), lambda _: None)
        line.get("4")
        line.close()
    assert FacebookAdsApi.get_default_api() is None
    assert sys.excepthook is sys.__excepthook__


@pytest.mark.parametrize(
    "wrong",
    [
        {"graph_url": "http://graph.facebook.com"},
        {"graph_url": "ftp://127.0.0.1"},
        {"graph_url": "https://user:pass@graph.facebook.com"},
        {"graph_url": "https://graph.facebook.com?x=1"},
        {"graph_url": "graph.facebook.com"},
        {"page_id": "my-page"},
        {"api_version": "26.0"},
        {"page_size": 501},
        {"page_size": 4},
        {"connections": 0},
        {"first_days": 91},
        {"access_token": f"{CANARY} x"},
        {"access_token": f"{CANARY}\u00e9"},
        {"access_token": " "},
        {"app_secret": f"{SECRET}\x00"},
        {"unknown": 1},
    ],
)
def test_settings_that_cannot_work_are_refused_without_showing_a_secret(
    wrong: dict[str, object],
) -> None:
    right: dict[str, object] = {"page_id": "4", "access_token": CANARY}
    MetaLeadAdsSettings.model_validate(right)
    with pytest.raises(ValidationError) as caught:
        MetaLeadAdsSettings.model_validate(right | wrong)
    assert "Canary" not in str(caught.value)
    assert "canary" not in str(caught.value)


def test_every_setting_is_described_and_only_page_and_token_are_needed() -> None:
    fields = MetaLeadAdsSettings.model_fields
    assert all((field.description or "").endswith(".") for field in fields.values())
    needed = {name for name, field in fields.items() if field.is_required()}
    assert needed == {"page_id", "access_token"}


def test_a_trailing_line_end_of_a_secret_file_is_forgiven() -> None:
    read = MetaLeadAdsSettings.model_validate({"page_id": "4", "access_token": f"{CANARY}\n"})
    assert read.access_token.get_secret_value() == CANARY
    assert CANARY not in repr(read)
