"""Rehearse without an account: `python -m simulator graph --leads 500 --seed 7 --port 8700`.

`python -m simulator google --leads 500 --seed 7 --port 8800` is Google Ads.
`python -m simulator data-manager --port 8900` is Google's customer lists.
`python -m simulator imap --messages 200 --port 8143` is a mailbox.
`python -m simulator push meta --to http://127.0.0.1:8600/in/meta-main --drop 0.4` pushes.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event

from simulator import data_manager_rehearsal, google_rehearsal, imap_rehearsal, push_rehearsal
from simulator.access import AD_ACCOUNT_ID, APP_SECRET, TOKEN
from simulator.fault_kinds import FaultKind
from simulator.faults import Faults
from simulator.graph_api import GraphServer
from simulator.leads import Order
from simulator.world import World

_TICK_SECONDS = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Be a pretend platform; words go to stderr. 1: port, folder or a push failed, 2: usage."""
    given = _parser().parse_args(argv)
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        code: int | None = given.rehearse(given, stop)
    except OSError as error:
        if error.filename is None:
            subject, option = f"Port {given.port} cannot be used", "--port"
        else:
            subject, option = f"{error.filename} cannot be used", given.file_option
        _say(f"{subject} ({error.strerror}). Choose another with {option}.")
        return 1
    return code or 0


def _rehearse_graph(given: argparse.Namespace, stop: Event) -> None:
    faults = Faults.random(given.seed, given.fault_rate)
    for script in given.fault:
        script(faults)
    world = World.seeded(given.seed, given.leads, _now())
    server = GraphServer(
        world, faults=faults, latency=given.latency, port=given.port, order=given.order
    )
    with server:
        _introduce(server)
        _run(world, stop, arrivals_a_minute=given.arrivals)
    _say(f"\nStopped. {len(server.calls)} calls were answered.")


def _rehearse_google(given: argparse.Namespace, stop: Event) -> None:
    google_rehearsal.rehearse(given, _now(), stop, _say)


def _rehearse_data_manager(given: argparse.Namespace, stop: Event) -> None:
    data_manager_rehearsal.rehearse(given, stop, _say)


def _rehearse_imap(given: argparse.Namespace, stop: Event) -> None:
    imap_rehearsal.rehearse(given, _now, stop, _say)


def _push(given: argparse.Namespace, stop: Event) -> int:
    return 0 if push_rehearsal.rehearse(given, _now, stop, _say) else 1


def _run(world: World, stop: Event, *, arrivals_a_minute: float) -> None:
    """Let the world's time go on, and leads arrive, until told to stop."""
    owed = 0.0
    while not stop.wait(_TICK_SECONDS):
        owed += arrivals_a_minute * _TICK_SECONDS / 60
        world.add_random_leads(int(owed), _now())
        owed -= int(owed)


def _introduce(server: GraphServer) -> None:
    world = server.world
    _say("A pretend Graph API answers here. Every person in it is made up.")
    for name, value in (
        ("address", server.url),
        ("page_id", world.page_id),
        ("access_token", TOKEN),
        ("app_secret", APP_SECRET),
        ("ad_account_id", AD_ACCOUNT_ID),
    ):
        _say(f"  {name:<14}{value}")
    _say(f"{len(world.forms)} forms, {len(world.lead_ids())} leads. Ctrl-C ends it.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.set_defaults(file_option="--folder")
    platforms = parser.add_subparsers(required=True, metavar="PLATFORM")
    google = platforms.add_parser("google", help="the Google Ads API, with lead forms")
    google.set_defaults(rehearse=_rehearse_google)
    google_rehearsal.add_options(google)
    lists = platforms.add_parser("data-manager", help="Google's customer lists")
    lists.set_defaults(rehearse=_rehearse_data_manager)
    data_manager_rehearsal.add_options(lists)
    imap = platforms.add_parser("imap", help="a mailbox, with enquiries and opt-outs")
    imap.set_defaults(rehearse=_rehearse_imap)
    imap_rehearsal.add_options(imap)
    push = platforms.add_parser("push", help="tell an installation of leads, as platforms do")
    push.set_defaults(rehearse=_push, file_option="--secret-file")
    push_rehearsal.add_options(push)
    graph = platforms.add_parser("graph", help="the Meta Graph API, with lead forms")
    graph.set_defaults(rehearse=_rehearse_graph)
    graph.add_argument("--leads", type=int, default=500, help="how many there are (500)")
    graph.add_argument("--seed", type=int, default=7, help="the same seed, the same people (7)")
    graph.add_argument("--port", type=int, default=8700, help="0 takes a free one (8700)")
    graph.add_argument("--latency", type=float, default=0.0, help="seconds before each reply (0)")
    graph.add_argument("--arrivals", type=float, default=0.0, help="new leads a minute (0)")
    graph.add_argument("--order", type=Order, choices=list(Order), default=Order.NEWEST_FIRST)
    graph.add_argument(
        "--fault-rate",
        type=float,
        default=0.0,
        help="share of calls that meet a passing fault, by the seed (0)",
    )
    graph.add_argument(
        "--fault",
        type=_fault,
        action="append",
        default=[],
        metavar="KIND[:OPTION=VALUE,…]",
        help=(
            "a fault that happens; OPTION is path, after, times, or the kind's own; KIND is one of "
            + ", ".join(FaultKind)
        ),
    )
    return parser


def _fault(text: str) -> Callable[[Faults], None]:
    """Read `throttle:minutes=2,after=5,times=3` into what scripts the fault."""
    kind, _, listed = text.partition(":")
    given = dict(option.partition("=")[::2] for option in listed.split(",") if option)
    try:
        known, path = FaultKind(kind), given.pop("path", None)
        after = int(given.pop("after", 0))
        times = int(given.pop("times")) if "times" in given else None
        options = {n: v if n.endswith("_id") else float(v) for n, v in given.items()}
    except ValueError as cause:
        raise argparse.ArgumentTypeError(f"{text}: {cause}") from cause
    return lambda faults: faults.once(known, path, after=after, times=times, **options)


def _now() -> datetime:
    # a door of its own: the simulator stands apart from the house and its clock
    return datetime.now(UTC)  # noqa: TID251


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")


if __name__ == "__main__":
    sys.exit(main())
