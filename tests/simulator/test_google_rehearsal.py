"""`python -m simulator google`, as a user starts it."""

import json
import signal
import socket
import stat
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_COMMAND = [sys.executable, "-m", "simulator", "google"]
_CLIENT = """
import json, sys
from google.ads.googleads.client import GoogleAdsClient
from google.oauth2 import service_account
key, endpoint, manager_id = sys.argv[1:]
credentials = service_account.Credentials.from_service_account_info(
    json.load(open(key)), scopes=["https://www.googleapis.com/auth/adwords"])
client = GoogleAdsClient(credentials=credentials, endpoint=endpoint, version="v26",
                         use_proto_plus=False, login_customer_id=manager_id)
service = client.get_service("GoogleAdsService")
query = "SELECT customer_client.id FROM customer_client WHERE customer_client.manager = FALSE"
stream = service.search_stream(customer_id=manager_id, query=query, timeout=10)
print(sum(len(chunk.results) for chunk in stream))
"""


@contextmanager
def _rehearsal(*options: str) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Start it on a free port; yield the process and what it said at first."""
    command = [*_COMMAND, "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        said: list[str] = []
        while not said or "Ctrl-C" not in said[-1]:
            line = process.stderr.readline()
            assert line, f"it ended too early: {said}"
            said.append(line)
        try:
            yield process, said
        finally:
            process.kill()


def _source(said: list[str]) -> dict[str, str]:
    start = said.index("  [[sources]]\n")
    end = said.index("\n", start)
    [found] = tomllib.loads("".join(said[start:end]))["sources"]
    return {**found, "key": found["service_account_key"]["file"]}


def _ask(said: list[str]) -> subprocess.CompletedProcess[str]:
    source = _source(said)
    [roots] = [line.split("export ")[1] for line in said if "export " in line]
    name, _, path = roots.strip().partition("=")
    command = [sys.executable, "-c", _CLIENT, source["key"], source["endpoint"]]
    return subprocess.run(
        [*command, source["manager_id"]],
        env={name: path},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_what_it_says_is_enough_for_the_real_client_and_it_ends_on_an_interrupt(
    tmp_path: Path,
) -> None:
    with _rehearsal("--leads", "20", "--folder", str(tmp_path)) as (process, said):
        assert _source(said)["kind"] == "google_lead_forms"
        asked = _ask(said)
        assert (asked.returncode, asked.stdout) == (0, "4\n"), asked.stderr
        private = [path for path in tmp_path.iterdir() if b"PRIVATE KEY" in path.read_bytes()]
        assert len(private) == 2
        assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}
        assert json.loads(Path(_source(said)["key"]).read_text())["type"] == "service_account"

        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=10)

    assert process.returncode == 0
    assert "Stopped. 1 queries were answered." in rest


def test_faults_are_asked_for_by_name_and_the_own_folder_goes_at_the_end() -> None:
    with _rehearsal("--leads", "5", "--fault", "quota:seconds=9000,resource=customer_client") as (
        process,
        said,
    ):
        asked = _ask(said)
        assert "ResourceExhausted" in asked.stderr
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)
    assert process.returncode == 0
    assert not Path(_source(said)["key"]).parent.exists()


def test_a_taken_port_an_unusable_folder_and_an_unknown_fault_are_said_plainly() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for options, code, words in (
            (["--port", port], 1, f"Port {port} cannot be used"),
            (["--port", "0", "--folder", "/dev/null/x"], 1, "Choose another with --folder"),
            (["--fault", "gremlins"], 2, "gremlins"),
        ):
            ended = subprocess.run(
                [*_COMMAND, "--leads", "1", *options],
                capture_output=True,
                text=True,
                timeout=20,
                check=False,
            )
            assert ended.returncode == code
            assert words in ended.stderr
            assert "Traceback" not in ended.stderr
