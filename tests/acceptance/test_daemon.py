"""`leadledger run` takes in what is pushed, and ends well when it is told to."""

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from models.inbox import InboxRecord
from models.lead import Lead
from models.store import Store
from tests.acceptance.daemon import (
    answers,
    installed,
    port_of,
    started,
    taken,
    wait_until_it_answers,
)
from tests.build import kept
from tests.cli.running import Shell
from tests.web.pushing import GOOGLE, google_body

PATIENCE_SECONDS = 20.0


def store_of(shell: Shell) -> Store:
    return Store(f"sqlite:///{shell.folder}/leads.db")


def wait_for_leads(store: Store, count: int) -> set[str]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        ids = [lead.external_id for lead in kept(store, Lead)]
        if len(ids) >= count:
            assert len(ids) == len(set(ids))
            return set(ids)
        time.sleep(0.05)
    raise AssertionError(f"{len(kept(store, Lead))} of {count} leads came")


def test_what_is_pushed_is_a_lead_within_moments(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    store = store_of(shell)
    with started(shell, "run") as process:
        wait_until_it_answers(shell, process)
        assert all(taken(shell, [google_body(f"lead-{n}") for n in range(5)]))
        began = time.monotonic()
        assert wait_for_leads(store, 5) == {f"lead-{n}" for n in range(5)}
        assert time.monotonic() - began < 5
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    store.close()


def test_told_to_end_under_load_it_keeps_all_that_it_answered(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    store = store_of(shell)
    told: dict[str, bool] = {}

    def push(number: int) -> None:
        status = answers(shell, "POST", f"/in/{GOOGLE}", google_body(f"lead-{number}"))
        told[f"lead-{number}"] = status == 200

    with started(shell, "run") as process, ThreadPoolExecutor(8) as pool:
        wait_until_it_answers(shell, process)
        pushing = [pool.submit(push, number) for number in range(1_500)]
        while sum(told.values()) < 300:
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        assert process.wait(40) == 0
        for each in pushing:
            each.result()
    answered = {lead_id for lead_id, was_taken in told.items() if was_taken}
    assert 300 <= len(answered) < 1_500
    with started(shell, "run", "--no-web") as worker:
        assert worker.stderr is not None
        assert "Working on the inbox" in worker.stderr.readline()
        stored = wait_for_leads(store, len(answered))
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    assert stored == answered
    assert kept(store, InboxRecord) == []
    store.close()


@pytest.mark.parametrize("command", ["run", "serve"])
def test_a_port_that_is_taken_is_told_with_the_cure(tmp_path: Path, command: str) -> None:
    shell = installed(tmp_path)
    with started(shell, "serve") as process:
        wait_until_it_answers(shell, process)
        ended = shell(command)
    assert ended.code == 4
    assert f"port {port_of(shell)} cannot be listened on" in ended.err
    assert "Cure:" in ended.err
    assert "Traceback" not in ended.err


def test_without_a_key_for_links_it_says_how_to_make_one(tmp_path: Path) -> None:
    shell = installed(tmp_path)
    config = tmp_path / "config.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace('links = [{ file = "secrets/links.key" }]', ""), "utf-8")
    ended = shell("serve")
    assert ended.code == 4
    assert "keys.links" in ended.sentence
    assert "secrets.token_hex(32)" in ended.sentence
