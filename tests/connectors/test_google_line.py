"""The line to Google: kept quiet, imported late, and closed behind itself."""

import json
import logging
import os
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from connectors._google_line import MISSING, keep_quiet
from connectors.base import StreamFailed
from policy.errors import SourceError, SourceRefused
from simulator.google_access import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import ROOTS_VARIABLE
from simulator.google_forms import FORMS, WEBHOOK_SECRET
from tests.connectors.google_rig import SUBMISSIONS, Rig, fullest, rig, served, settings_of

ROOT = Path(__file__).parents[2]
LOGGERS = (
    *("", "google", "google.ads", "google.ads.googleads", "google.ads.googleads.client", "grpc"),
    *("google.auth", "google.auth.transport.requests", "google.oauth2", "google.api_core"),
    *("google.ads.googleads.v26.services.services.google_ads_service.client",),
    *("google.ads.googleads.v26.services.services.google_ads_service.transports.grpc",),
    *("urllib3", "requests", "urllib3.connectionpool", "asyncio", "concurrent.futures"),
)


class _Ear(logging.Handler):
    """Hears every record that reaches a logger, with all that hangs on it."""

    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    @property
    def everything(self) -> str:
        heard = [f"{one.getMessage()} {one.__dict__!r}" for one in self.records]
        heard += [
            "".join(traceback.format_exception(*e)) for r in self.records if (e := r.exc_info)
        ]
        return "\n".join(heard)


def _turn_up() -> None:
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.DEBUG)


@pytest.fixture
def ear() -> Iterator[_Ear]:
    """Listen to everything at DEBUG, at every logger by itself, and put all back afterwards."""
    ear = _Ear()
    loggers = [logging.getLogger(name) for name in LOGGERS]
    before = [(one, one.level, one.propagate) for one in loggers]
    for one in loggers:
        one.addHandler(ear)
    _turn_up()
    yield ear
    for one, level, propagate in before:
        one.removeHandler(ear)
        one.setLevel(level)
        one.propagate = propagate


def _canaries(server: GoogleAdsServer) -> set[str]:
    """Return everything that nobody may read in a log: what people wrote, and every secret."""
    found = {WEBHOOK_SECRET, CLIENT_SECRET, REFRESH_TOKEN, "Bearer ", *server.tokens._good}
    key = json.loads(server.service_account_key())["private_key"]
    found |= {key, *(line for line in key.splitlines() if len(line) > 40)}
    chosen = {form.business_name for form in FORMS}
    chosen |= {
        a for form in FORMS for q in (*form.fields, *form.custom_questions) for a in q.answers
    }
    for account in server.world.client_ids:
        for one in server.world.submissions(account):
            found |= {said for _, said in one.fields + one.custom if len(said) > 5} - chosen
            found |= {one.gclid} - {""}
        for lead in server.world.local_services_leads(account):
            found |= {str(lead.consumer_name), str(lead.phone_number)}
    return found


def _assert_silent(text: str, server: GoogleAdsServer) -> None:
    for canary in _canaries(server):
        at = text.find(canary)
        assert at < 0, f"{canary!r} in …{text[max(0, at - 300) : at + 200]}…"
    assert "eyJ" not in text, "a signed assertion buys a token"


def _turning_up_on_the_way(one: Rig) -> list[object]:
    """Poll, and set every level to DEBUG again once the line is open."""
    items: list[object] = []
    try:
        for item in one.connector.poll({}):  # type: ignore[attr-defined]
            _turn_up()
            items.append(item)
    except SourceError as error:
        items.append(error)
    return items


def _refreshing(server: GoogleAdsServer) -> dict[str, Any]:
    return {
        "service_account_key": None,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
        "token_url": server.token_url,
    }


@pytest.mark.parametrize("way", ["service account", "refresh token"])
def test_no_lead_and_no_secret_is_logged_whatever_level_is_set_and_when(
    ear: _Ear, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    caplog.set_level(logging.DEBUG)
    with served(60, local_services=20, chunk=10) as server:
        own = _refreshing(server) if way == "refresh token" else {}
        items = _turning_up_on_the_way(rig(server, local_services=True, **own))
        # a second round begins with the levels that the first one left
        items += _turning_up_on_the_way(rig(server, local_services=True, **own))
        assert len(items) > 20
        _assert_silent(ear.everything, server)
        _assert_silent(caplog.text, server)
        _assert_silent(repr(items), server)
        assert not [one for one in ear.records if one.name == "google.ads.googleads.client"]
        assert any(one.levelno == logging.DEBUG for one in ear.records)


def test_the_vendors_client_would_log_leads_if_it_were_let(ear: _Ear) -> None:
    """So that the test above can fail: what it looks for is there without our care."""
    from tests.simulator.google_asking import SUBMISSIONS, Asking  # noqa: PLC0415

    logger = logging.getLogger("google.ads.googleads.client")
    kept, logger.filters = logger.filters, []
    try:
        with served(30, accounts=1) as server:
            Asking(server).rows(server.world.client_ids[0], SUBMISSIONS)
            ends = time.monotonic() + 20  # it logs from a thread of its own, after the answer
            while not any(s in ear.everything for s in _canaries(server) if "@" in s):
                assert time.monotonic() < ends, "nothing of anybody was logged"
    finally:
        logger.filters = kept


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("broken_stream", {"rows": 20}),
        ("broken_stream", {"rows": 20, "code": "INTERNAL"}),
        ("quota", {"seconds": 9_000}),
        ("quota", {"is_bare": 1}),
        ("internal", {}),
        ("unavailable", {}),
        ("token_revoked", {}),
        ("permission_denied", {}),
        ("retired_version", {}),
        ("unimplemented", {}),
    ],
)
def test_a_call_that_fails_tells_nothing_of_anybody_and_no_secret(
    ear: _Ear, kind: str, options: dict[str, Any]
) -> None:
    with served(60, chunk=10) as server:
        server.faults.always(
            kind, fullest(server.world), resource="lead_form_submission_data", **options
        )
        items = _turning_up_on_the_way(rig(server))
        errors = [item.error for item in items if isinstance(item, StreamFailed)]
        assert errors
        told = "".join("".join(traceback.format_exception(error)) for error in errors)
        _assert_silent(told + repr(items) + ear.everything, server)


@pytest.mark.parametrize(
    ("kind", "options"),
    [("refresh_refused", {}), ("token_server_down", {"status": 0})],
)
@pytest.mark.parametrize("way", ["service account", "refresh token"])
def test_a_token_that_is_not_given_tells_no_secret(
    ear: _Ear, way: str, kind: str, options: dict[str, Any]
) -> None:
    with served(10) as server:
        server.faults.always(kind, **options)
        own = _refreshing(server) if way == "refresh token" else {}
        [error] = _turning_up_on_the_way(rig(server, max_wait_minutes=0, **own))
        assert isinstance(error, SourceError)
        told = "".join(traceback.format_exception(error)) + repr(error.__context__)
        _assert_silent(told + ear.everything, server)


def test_nobody_is_asked_but_the_token_address_and_the_api(ear: _Ear) -> None:
    """A service account's credentials would ask further hosts by themselves, with the token."""
    with served(60, local_services=10) as server:
        for _ in range(3):
            assert rig(server, local_services=True).poll().error is None
            _turn_up()
    begun = [one.getMessage() for one in ear.records if one.name == "urllib3.connectionpool"]
    hosts = {said.split(": ")[1].split(":")[0] for said in begun if said.startswith("Starting")}
    assert hosts == {"127.0.0.1"}


BAD_KEYS = [
    "",
    "canary-no-json",
    "[]",
    "null",
    '"canary-text"',
    "{}",
    '{"type": "service_account", "private_key": "canary-pem"}',
    '{"client_email": "x@y.example", "token_uri": "u", "private_key": "canary-pem"}',
    '{"client_email": 5, "token_uri": 5, "private_key": 5}',
    (
        '{"client_email": "x@y.example", "token_uri": "u", "private_key":'
        ' "-----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----\\n"}'
    ),
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_is_none_is_refused_with_the_cure_and_not_repeated(ear: _Ear, key: str) -> None:
    with served(0) as server:
        pulled = rig(server, service_account_key=key).poll()
        assert isinstance(pulled.error, SourceRefused)
        assert "JSON key" in str(pulled.error)
        assert "Cure" in str(pulled.error)
        told = "".join(traceback.format_exception(pulled.error)) + repr(pulled.error.__context__)
        assert "canary" not in told + ear.everything
        assert server.calls == []
        results = rig(server, service_account_key=key).probe()
        assert [result.is_ok for result in results.values()] == [False]


def test_a_key_with_another_token_address_keeps_its_secret(ear: _Ear) -> None:
    with served(0) as server:
        key = json.loads(server.service_account_key()) | {"token_uri": "http://127.0.0.1:9/token"}
        one = rig(server, service_account_key=json.dumps(key), max_wait_minutes=0)
        pulled = one.poll()
        assert pulled.error is not None
        _assert_silent("".join(traceback.format_exception(pulled.error)) + ear.everything, server)


def test_keeping_quiet_twice_is_keeping_quiet_once() -> None:
    keep_quiet()
    before = {name: list(logging.getLogger(name).filters) for name in LOGGERS}
    keep_quiet()
    assert {name: list(logging.getLogger(name).filters) for name in LOGGERS} == before


def test_errors_of_the_vendor_are_still_heard_and_its_warnings_are_not() -> None:
    """What it would warn of is in our own error, without the vendor's words."""
    keep_quiet()
    for name in ("google", "google.ads.googleads.client"):
        assert logging.getLogger(name).isEnabledFor(logging.ERROR)
        assert not logging.getLogger(name).isEnabledFor(logging.WARNING)


_WITHOUT_GOOGLE = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"google", "grpc", "proto", "googleapiclient"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
for name in [n for n in sys.modules if n.split(".")[0] in {"google", "grpc", "proto"}]:
    del sys.modules[name]
"""
_BUILD = """
import json, os, structlog
from datetime import UTC, datetime
from pathlib import Path
from connectors.base import ConnectorIO, Delivery
from connectors.pushed import Push
from connectors.google_lead_forms import source
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
connector = source.build(source.settings.model_validate(json.loads(os.environ["SETTINGS"])), io)
"""
_READ_ALL = """
root = Path("tests/connectors/payloads/google_lead_forms")
read = 0
media_types = {
    "submissions": ["application/json"],
    "local_services": ["application/vnd.leadledger.google-local-services+json"],
    "webhooks": ["application/json", "application/vnd.leadledger.google-webhook+json"],
}
for folder, kinds in media_types.items():
    for path in sorted((root / folder).rglob("*.json")):
        if not path.name.endswith(".expected.json"):
            for kind in kinds:
                read += len(connector.read(Delivery(None, path.read_bytes(), kind, NOW)))
            connector.receive(Push(path.read_bytes(), {}, NOW))
from policy.errors import UsageError
for path in sorted((root / "files").rglob("*.*sv")):
    try:
        read += sum(len(connector.read(d)) for d in connector.open_file(path))
    except UsageError:
        pass
assert read > 150, read
"""
_POLL = """
from policy.errors import SourceRefused
try:
    list(connector.poll({}))
except SourceRefused as error:
    print(error)
[result] = connector.probe()
assert not result.is_ok
print(result.message)
"""
_LOADED = """
import sys
heavy = [n for n in sys.modules if n.split(".")[0] in {"google", "grpc", "proto"}]
print(heavy)
"""


def _run(code: str, settings: dict[str, Any]) -> list[str]:
    """Run a program of its own, and return the lines that it printed."""
    environment = os.environ | {"SETTINGS": json.dumps(settings), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


SETTINGS: dict[str, Any] = {
    "manager_id": "123-456-7890",
    "service_account_key": "{}",
    "webhook_key": "a-webhook-key-of-the-tests",
}


def test_without_the_package_a_pull_is_refused_with_the_command_that_installs_it() -> None:
    said = _run(_WITHOUT_GOOGLE + _BUILD + _POLL, SETTINGS)
    assert said == [MISSING, MISSING]
    assert "pip install 'leadledger[google]'" in MISSING


def test_without_the_package_everything_that_comes_otherwise_is_read() -> None:
    _run(_WITHOUT_GOOGLE + _BUILD + _READ_ALL, SETTINGS)


def test_reading_receiving_and_opening_files_never_import_the_package() -> None:
    assert _run(_BUILD + _READ_ALL + _LOADED, SETTINGS) == ["[]"]


def test_a_pull_in_a_fresh_process_works_with_the_trust_that_it_is_given() -> None:
    """The child imports the package by itself, so that nothing that we loaded helps it."""
    with served(40) as server:
        os.environ[ROOTS_VARIABLE] = str(server.roots)
        ids = "\nfor item in connector.poll({}):\n  for d in item.deliveries: print(d.external_id)"
        said = _run(_BUILD + ids, settings_of(server))
        assert set(said) == server.world.resource_names()
        assert len(said) == 40


@pytest.mark.parametrize("kind", [None, "left early", "unavailable", "permission_denied", "quota"])
def test_no_connection_outlives_a_pull_however_it_ended(kind: str | None) -> None:
    with served(1_000, accounts=1) as server:
        if kind not in {None, "left early"}:
            server.faults.always(kind, server.world.client_ids[0], resource=SUBMISSIONS)
        for _ in range(4):
            poll = rig(server).connector.poll({})  # type: ignore[attr-defined]
            for _item in islice(poll, 5 if kind == "left early" else None):
                pass
            poll.close()
        for _ in range(300):
            if _connections(server.port) == 0:
                return
            time.sleep(0.01)
        pytest.fail(f"{_connections(server.port)} connections are open")


def _connections(port: int) -> int:
    """Return how many connections of this machine to a local port are established."""
    found = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, _, remote, state, *_ = line.split()
            found += int(remote.rpartition(":")[2], 16) == port and state == "01"
    return found
