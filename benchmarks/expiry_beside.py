"""Let every lead of a store expire while webhooks come in; and see how long these wait."""

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from benchmarks import expiry, ingest
from benchmarks.graph_server import PAGE_ID, TOKEN, graph_server
from benchmarks.load_client import Answers, Numbered, load, raw
from benchmarks.measured import Cost, measure
from pipeline.setup import DATABASE_NAME
from simulator.pushes import Wire
from tests.acceptance.daemon import installed, port_of, started, wait_until_it_answers
from tests.web.pushing import GOOGLE, TOLD, google_body

CONNECTIONS = 8
PAUSE_SECONDS = 0.05
IDLE_REQUESTS = 2_000
_META = """
[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "my-agency"
page_id = "{page}"
access_token = {{ env = "META_ACCESS_TOKEN" }}
graph_url = "{url}"
page_size = 500
[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]
"""


@dataclass(frozen=True, slots=True)
class Beside:
    """What it cost alone and bare, and how long webhooks waited, in ms at the 99th percentile."""

    due: int
    alone: Cost
    bare: Cost
    beside: Cost
    idle_p99: float
    busy_p99: float
    taken: int


def expire_all(leads: int) -> Beside:
    """Store so many leads, let them all come to their end, and delete them, thrice.

    Raises:
        RuntimeError: not all were deleted.
    """
    with tempfile.TemporaryDirectory(prefix="leadledger-bench-") as name:
        folder = Path(name)
        with graph_server(leads, 10, 500, 0.0) as url:
            shell = installed(folder, more=_META.format(page=PAGE_ID, url=url))
            shell.variables["META_ACCESS_TOKEN"] = TOKEN
            measure(ingest.ours, folder / "config.toml", shell.environment)
        full = folder / DATABASE_NAME
        due = expiry.make_due(full, share=1)
        copy = expiry.copied(full, "alone.db")
        config = folder / "config.toml"
        alone = measure(expiry.ours, config, copy, shell.environment)
        bare = measure(expiry.bare, expiry.copied(full, "bare.db"), copy)
        os.sync()  # the disk still writes the copies, and whoever comes now would wait for that
        with started(shell, "serve") as process:
            wait_until_it_answers(shell, process)
            port = port_of(shell)
            idle = load(port, _requests(port, IDLE_REQUESTS), CONNECTIONS, pause=PAUSE_SECONDS)
            over = threading.Event()
            found: list[Cost] = []
            expiring = threading.Thread(
                target=_expire, args=(config, full, shell.environment, found, over)
            )
            expiring.start()
            busy: Answers = load(
                port,
                _requests(port, None, over.is_set),
                CONNECTIONS,
                pause=PAUSE_SECONDS,
                patience=7_200,
            )
            expiring.join()
            process.send_signal(signal.SIGTERM)
            process.wait(60)
    for cost in (alone, *found):
        if cost.value != due:
            raise RuntimeError(f"{cost.value} of {due} leads were deleted")
    p99 = idle.milliseconds(0.99), busy.milliseconds(0.99)
    return Beside(due, alone, bare, found[0], *p99, taken=len(busy.taken))


def _expire(
    config: Path,
    path: Path,
    environment: dict[str, str],
    found: list[Cost],
    over: threading.Event,
) -> None:
    try:
        found.append(measure(expiry.ours, config, path, environment))
    finally:
        over.set()


def _requests(
    port: int, most: int | None, is_over: Callable[[], bool] = lambda: False
) -> Iterator[Numbered]:
    """Yield so many requests, or new ones until it is over."""
    for number in count():
        if number == most or is_over():
            return
        body = google_body(f"lead-{port}-{most}-{number}")
        yield number, raw(f"/in/{GOOGLE}", port, Wire(body, TOLD))
