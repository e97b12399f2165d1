"""`python -m simulator graph`, as a user starts it."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

from simulator.access import TOKEN
from simulator.world import PAGE_ID


@contextmanager
def _rehearsal(*options: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Start it on a free port; yield process, address and what it said at first."""
    command = [sys.executable, "-m", "simulator", "graph", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said: list[str] = []
        while not said or "Ctrl-C" not in said[-1]:
            line = process.stderr.readline()
            assert line, f"it ended too early: {said}"
            said.append(line)
        address = next(line.split()[1] for line in said if "http://" in line)
        try:
            yield process, address, said
        finally:
            process.kill()


def _ask(address: str, path: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return requests.get(f"{address}/v26.0/{path}", headers=headers, timeout=5)


def test_it_says_what_to_put_into_the_configuration_and_ends_on_an_interrupt() -> None:
    with _rehearsal("--leads", "20", "--seed", "3") as (process, address, said):
        words = "".join(said)
        assert PAGE_ID in words
        assert TOKEN in words
        assert _ask(address, PAGE_ID).json()["id"] == PAGE_ID

        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "Stopped. 1 calls were answered." in rest


def test_faults_are_asked_for_by_name_with_options() -> None:
    options = ("--fault", "transient:path=me,times=1", "--fault", "throttle:minutes=2,after=1")
    with _rehearsal("--leads", "20", *options) as (_, address, _said):
        assert _ask(address, "me").json()["error"]["code"] == 2
        forms = _ask(address, f"{PAGE_ID}/leadgen_forms").json()["data"]
        leads = f"{forms[-1]['id']}/leads"
        assert "data" in _ask(address, leads).json()
        assert _ask(address, leads).json()["error"]["code"] == 80005


def test_leads_keep_arriving() -> None:
    with _rehearsal("--leads", "0", "--arrivals", "600") as (_, address, _said):
        forms = _ask(address, f"{PAGE_ID}/leadgen_forms").json()["data"]
        for _ in range(100):
            counts = [_ask(address, f"{one['id']}?fields=leads_count").json() for one in forms]
            if sum(one["leads_count"] for one in counts) > 10:
                return
            time.sleep(0.1)
    raise AssertionError("no lead arrived")


def test_a_port_that_is_taken_is_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "simulator", "graph", "--port", port, "--leads", "1"]
        ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Port {port} cannot be used")
    assert "Traceback" not in ended.stderr


def test_an_unknown_fault_is_a_usage_error() -> None:
    command = [sys.executable, "-m", "simulator", "graph", "--fault", "gremlins"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)

    assert ended.returncode == 2
    assert "gremlins" in ended.stderr
