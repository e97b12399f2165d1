"""`python -m simulator push`, as a user starts it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.access import APP_SECRET
from simulator.push_platforms import MetaApp
from simulator.world import World
from tests.simulator.conftest import NOW
from tests.simulator.receiving import Received, receiving


def _push(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", "push", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def _is_signed(came: Received) -> int:
    wire = MetaApp(APP_SECRET).wire(came.body, NOW)
    return 200 if came.headers["x-hub-signature-256"] in wire.headers.values() else 401


def test_it_announces_the_leads_that_the_simulator_of_that_seed_serves() -> None:
    with receiving(_is_signed) as receiver:
        ended = _push("meta", "--to", receiver.url, "--leads", 40, "--seed", 3)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    ids = World.seeded(3, 40, NOW).lead_ids()
    told = {
        str(change["value"]["leadgen_id"])
        for came in receiver.received
        for entry in json.loads(came.body)["entry"]
        for change in entry["changes"]
        if change["field"] == "leadgen" and "leadgen_id" in (change["value"] or {})
    }
    assert told >= ids
    assert f"{len(ids)} leads" in ended.stderr


def test_drops_doubles_and_forgeries_are_counted_and_the_rest_is_taken() -> None:
    storm = ("--drop", 0.4, "--double", 0.2, "--shuffle", "--forge", 0.3, "--delay", 0.01)
    with receiving(_is_signed) as receiver:
        ended = _push("meta", "--to", receiver.url, "--leads", 200, "--seed", 7, *storm)
    assert ended.returncode == 0, ended.stderr
    assert "the next pull must bring them" in ended.stderr
    counted = {tuple(line.split()[:2]) for line in ended.stderr.splitlines()[2:]}
    assert counted == {("genuine", "200"), ("forged", "401")}


@pytest.mark.parametrize("platform", ["google", "webhooks", "form"])
def test_every_platform_can_push(platform: str) -> None:
    with receiving() as receiver:
        ended = _push(platform, "--to", receiver.url, "--leads", 12)
    assert ended.returncode == 0, ended.stderr
    assert len(receiver.received) == 12


def test_a_secret_of_ones_own_comes_from_a_file(tmp_path: Path) -> None:
    secret = tmp_path / "key"
    secret.write_text("a-key-of-my-own\n", encoding="utf-8")
    with receiving() as receiver:
        ended = _push(
            "google", "--to", receiver.url, "--leads", 3, "--secret-file", secret, "--drop", 0
        )
    assert ended.returncode == 0, ended.stderr
    assert {json.loads(c.body)["google_key"] for c in receiver.received} == {"a-key-of-my-own"}
    assert "a-key-of-my-own" not in ended.stderr
    missing = _push("google", "--to", receiver.url, "--secret-file", tmp_path / "none")
    assert missing.returncode == 1
    assert "Choose another with --secret-file" in missing.stderr


def test_a_receiver_that_takes_nothing_or_everything_makes_it_fail() -> None:
    with receiving(lambda _: 403) as receiver:
        ended = _push("google", "--to", receiver.url, "--leads", 3)
    assert ended.returncode == 1
    assert "3 of 3 genuine requests were not taken" in ended.stderr
    with receiving() as receiver:
        ended = _push("google", "--to", receiver.url, "--leads", 9, "--forge", 1)
    assert ended.returncode == 1
    assert "9 requests that nobody should take were taken" in ended.stderr


@pytest.mark.parametrize(
    "words", [("meta", "--to", "example.org"), ("meta", "--to", "http://a:b"), ("meta",)]
)
def test_an_address_or_a_share_that_is_none_is_a_usage_error(words: tuple[str, ...]) -> None:
    assert _push(*words).returncode == 2
    assert _push("meta", "--to", "http://127.0.0.1:9/", "--drop", "40").returncode == 2
