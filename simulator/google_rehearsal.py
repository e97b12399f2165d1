"""`python -m simulator google`: the pretend Google Ads API, to be pointed at by a configuration."""

import argparse
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event

from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import ROOTS_VARIABLE, write_private
from simulator.google_faults import GoogleFaultKind, GoogleFaults
from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES, WEBHOOK_SECRET
from simulator.google_world import GoogleWorld

_KEY_FILE = "service-account-key.json"
_OWN_OPTIONS = ("account", "resource", "after", "times")

Say = Callable[[str], None]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of this platform."""
    parser.add_argument("--leads", type=int, default=500, help="how many there are (500)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same people (7)")
    parser.add_argument("--port", type=int, default=8800, help="0 takes a free one (8800)")
    parser.add_argument("--accounts", type=int, default=3, help="client accounts (3)")
    parser.add_argument("--forms", type=int, default=2, help="forms in each account (2)")
    parser.add_argument("--local-services", type=int, default=0, help="leads of that kind (0)")
    parser.add_argument("--folder", type=Path, help="where certificate and key go (a new one)")
    parser.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[:OPTION=VALUE,…]",
        help=(
            "a fault that happens; OPTION is account, resource, after, times, or the kind's own; "
            "KIND is one of " + ", ".join(GoogleFaultKind)
        ),
    )


def rehearse(given: argparse.Namespace, now: datetime, stop: Event, say: Say) -> None:
    """Serve until `stop` is set.

    Raises:
        OSError: the port is taken, or the folder cannot be written to.
    """
    faults = GoogleFaults()
    for script in given.fault:
        script(faults)
    world = GoogleWorld.seeded(
        given.seed,
        given.leads,
        now,
        accounts=given.accounts,
        forms=given.forms,
        local_services=given.local_services,
    )
    with ExitStack() as left_open:
        folder = given.folder or Path(left_open.enter_context(TemporaryDirectory()))
        server = GoogleAdsServer(world, folder, faults=faults, port=given.port)
        left_open.enter_context(server)
        key_path = (folder / _KEY_FILE).resolve()
        write_private(key_path, server.service_account_key().encode())
        _introduce(server, key_path, say)
        stop.wait()
    say(f"\nStopped. {len(server.calls)} queries were answered.")


def _introduce(server: GoogleAdsServer, key_path: Path, say: Say) -> None:
    world = server.world
    leads = len(world.resource_names())
    say("A pretend Google Ads API answers here. Every person in it is made up.")
    say(f"Set this before the program starts, and the program trusts {server.endpoint}:\n")
    say(f"  export {ROOTS_VARIABLE}={server.roots.resolve()}\n")
    say("and put this into its configuration:\n")
    for line in (
        "[[sources]]",
        'id = "google-rehearsal"',
        'kind = "google_lead_forms"',
        'controller = "my-agency"  # the id of one of your [[controllers]]',
        f'manager_id = "{world.manager_id}"',
        f'service_account_key = {{ file = "{key_path}" }}',
        f'endpoint = "{server.endpoint}"',
        'form_language = "en-GB"',
        "[[sources.opt_in_questions]]",
        'key = "email_updates"',
        f'question = "{OPT_IN_QUESTION}"',
        f'yes = ["{OPT_IN_YES}"]',
        f'no = ["{OPT_IN_NO}"]',
        "[[sources.boxes]]",
        'key = "email_updates"',
        'purpose = "direct_marketing"',
        'channels = ["email"]',
    ):
        say(f"  {line}")
    say(f'\nAn opt-in is the answer "{OPT_IN_YES}" to "{OPT_IN_QUESTION}".')
    say(f"The webhook key of every form is {WEBHOOK_SECRET}")
    say(f"{len(world.client_ids)} client accounts, {leads} leads. Ctrl-C ends it.")


def _fault(text: str) -> Callable[[GoogleFaults], None]:
    """Read `quota:seconds=9000,account=1234567890,times=3` into what scripts the fault."""
    kind, _, listed = text.partition(":")
    given = dict(option.partition("=")[::2] for option in listed.split(",") if option)
    try:
        known = GoogleFaultKind(kind)
        after, times = int(given.get("after", 0)), int(given.get("times", 1))
    except ValueError as cause:
        raise argparse.ArgumentTypeError(f"{text}: {cause}") from cause
    account, resource = given.get("account"), given.get("resource")
    options = {name: value for name, value in given.items() if name not in _OWN_OPTIONS}
    return lambda faults: faults.once(
        known, account, resource=resource, after=after, times=times, **options
    )
