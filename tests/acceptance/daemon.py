"""A real `leadledger run` in a process of its own, which the tests feed, stop and kill."""

import http.client
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.cli.running import Ended, Running, Shell
from tests.web.pushing import GOOGLE, GOOGLE_KEY
from tests.web.serving import free_port

SOURCE = f"""
[[sources]]
id = "{GOOGLE}"
kind = "google_lead_forms"
controller = "my-agency"
webhook_key = {{ env = "GOOGLE_WEBHOOK_KEY" }}
"""


def installed(
    folder: Path,
    store_url: str | None = None,
    more: str = "",
    run: Callable[..., Ended] = Shell.__call__,
) -> Shell:
    """Make an installation that Google tells of leads; return a shell in its folder."""
    shell = Shell(folder, {"GOOGLE_WEBHOOK_KEY": GOOGLE_KEY})
    assert run(shell, "init").code == 0
    with (folder / "config.toml").open("a", encoding="utf-8") as config:
        config.write(SOURCE + more)
    shell.variables["LEADLEDGER__WEB__PORT"] = str(free_port())
    if store_url is not None:
        shell.variables["LEADLEDGER__STORE__URL"] = store_url
    return shell


def port_of(shell: Shell) -> int:
    """Return the port that the installation listens on."""
    return int(shell.variables["LEADLEDGER__WEB__PORT"])


@contextmanager
def started(shell: Shell, *words: str) -> Iterator[Running]:
    """Start a command that stays; kill it at the end if it is still there."""
    process = shell.start(*words)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=30)


def wait_until_it_answers(shell: Shell, process: Running) -> None:
    """Return once the process answers."""
    for _ in range(600):
        assert process.poll() is None, process.communicate()[1]
        if answers(shell, "GET", "/healthz") == 200:
            return
        time.sleep(0.05)
    raise AssertionError("it does not answer")


def answers(shell: Shell, method: str, path: str, body: bytes = b"") -> int | None:
    """Return the status of the answer to one request, None if there was none."""
    client = http.client.HTTPConnection("127.0.0.1", port_of(shell), timeout=30)
    try:
        client.request(method, path, body, {"content-type": "application/json"})
        return client.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        client.close()


def taken(shell: Shell, bodies: Sequence[bytes]) -> list[bool]:
    """Push bodies one after the other; say of each whether it was taken."""
    return [answers(shell, "POST", f"/in/{GOOGLE}", body) == 200 for body in bodies]
