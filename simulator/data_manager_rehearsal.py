"""`python -m simulator data-manager`: the pretend Data Manager API, for a configuration to ask."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from simulator.data_manager import DataManagerServer
from simulator.data_manager_answers import ACCOUNT_ID, AUDIENCE_IDS, DataManagerFault
from simulator.google_certificate import write_private

_KEY_FILE = "service-account-key.json"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of this platform."""
    parser.add_argument("--port", type=int, default=8900, help="0 takes a free one (8900)")
    parser.add_argument(
        "--looks", type=int, default=1, help="how often a request is found unfinished (1)"
    )
    parser.add_argument("--folder", type=Path, help="where the key goes (a new one)")
    parser.add_argument(
        "--fault",
        type=DataManagerFault,
        action="append",
        default=[],
        metavar="KIND",
        help="a fault that happens once; KIND is one of " + ", ".join(DataManagerFault),
    )


def rehearse(given: argparse.Namespace, stop: Event, say: Callable[[str], None]) -> None:
    """Serve until `stop` is set.

    Raises:
        OSError: the port is taken, or the folder cannot be written to.
    """
    with ExitStack() as left_open:
        folder = given.folder or Path(left_open.enter_context(TemporaryDirectory()))
        server = left_open.enter_context(DataManagerServer(port=given.port, looks=given.looks))
        for fault in given.fault:
            server.once(fault)
        key_path = (folder / _KEY_FILE).resolve()
        write_private(key_path, server.service_account_key().encode())
        say("A pretend Data Manager API answers here. Put this into a configuration:\n")
        lists = ", ".join(f'"{each}"' for each in AUDIENCE_IDS)
        for line in (
            "[[recipients]]",
            'id = "rehearsal-platform"',
            'name = "A pretend platform"',
            'controller = "my-agency"  # the id of one of your [[controllers]]',
            'role = "processor"',
            'country = "GB"',
            'channels = ["online_audience"]',
            'contract = { reference = "rehearsal", from = 2020-01-01 }',
            "",
            "[[audiences]]",
            'id = "google-audiences-rehearsal"',
            'recipient = "rehearsal-platform"',
            'kind = "google_customer_match"',
            'controller = "my-agency"  # the id of one of your [[controllers]]',
            f'account_id = "{ACCOUNT_ID}"',
            f"audience_ids = [{lists}]",
            f'service_account_key = {{ file = "{key_path}" }}',
            f'address = "{server.url}"',
        ):
            say(f"  {line}")
        say("\nCtrl-C ends it.")
        stop.wait()
    say(f"\nStopped. {len(server.answers.calls)} requests were answered.")
