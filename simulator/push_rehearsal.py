"""`python -m simulator push`: be the platform that tells an installation of its leads."""

import argparse
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random
from threading import Event
from urllib.parse import urlsplit

from simulator.access import APP_SECRET
from simulator.google_forms import WEBHOOK_SECRET
from simulator.google_world import GoogleWorld
from simulator.push_bodies import google_pushes, meta_pushes, posted_pushes, signed_pushes
from simulator.push_plan import Plan, Weather, plan
from simulator.push_platforms import (
    STANDARD_SECRET,
    FormTool,
    GoogleForm,
    MetaApp,
    StandardWebhooks,
)
from simulator.push_sender import Habits, Sent, send
from simulator.pushes import Platform, Push
from simulator.world import World

Say = Callable[[str], None]

_DEFAULT_SECRETS = {"meta": APP_SECRET, "google": WEBHOOK_SECRET, "webhooks": STANDARD_SECRET}
_PLATFORMS = ("meta", "google", "webhooks", "form")
_SHARES = {
    "drop": "are never sent",
    "double": "are sent twice",
    "truncate": "break off on their first way",
    "slow": "trickle on their first way",
    "forge": "come with a wrong signature or key as well",
    "outdate": "come with an old time as well, where a time is signed",
    "huge": "come far too large as well",
}


def add_options(parser: argparse.ArgumentParser) -> None:
    """Name the options of this command."""
    parser.add_argument("platform", choices=_PLATFORMS, help="who pushes")
    parser.add_argument("--to", required=True, type=_address, metavar="URL", help="the receiver")
    parser.add_argument("--leads", type=int, default=100, help="how many there are (100)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed, the same leads (7)")
    parser.add_argument(
        "--secret-file",
        type=Path,
        help="holds the app secret, webhook key or signing secret (the simulator's own)",
    )
    for name, what in _SHARES.items():
        parser.add_argument(f"--{name}", type=_share, default=0.0, help=f"share that {what} (0)")
    parser.add_argument("--shuffle", action="store_true", help="in no order")
    parser.add_argument("--delay", type=float, default=0.0, help="most seconds before each (0)")
    parser.add_argument("--connections", type=int, default=8, help="at the same time (8)")
    parser.add_argument("--tries", type=int, default=5, help="most times for each (5)")


def rehearse(given: argparse.Namespace, now: Callable[[], datetime], stop: Event, say: Say) -> bool:
    """Push, and say what was answered; return whether all that was to be taken was.

    Raises:
        OSError: the file with the secret cannot be read.
    """
    secret = _DEFAULT_SECRETS.get(given.platform, "")
    if given.secret_file is not None:
        secret = given.secret_file.read_text(encoding="utf-8").strip()
    platform, pushes = _told(given, secret, now())
    weather = Weather(
        **{name: getattr(given, name) for name in _SHARES},
        delay=given.delay,
        is_shuffled=given.shuffle,
    )
    made = plan(pushes, weather, Random(given.seed), platform.manners)
    habits = Habits(connections=max(given.connections, 1), tries=max(given.tries, 1))
    sent = send(made.requests, platform, given.to, now, habits=habits, stop=stop)
    return _report(pushes, made, sent, say)


def _told(given: argparse.Namespace, secret: str, now: datetime) -> tuple[Platform, list[Push]]:
    """Return who pushes and what; the leads are those that the simulator of that seed serves."""
    rng = Random(given.seed)
    if given.platform == "meta":
        world = World.seeded(given.seed, given.leads, now)
        ids = sorted(world.lead_ids(), key=int)
        return MetaApp(secret), meta_pushes(world, ids, rng)
    if given.platform == "google":
        google = GoogleWorld.seeded(given.seed, given.leads, now)
        return GoogleForm(secret), google_pushes(google, sorted(google.resource_names()), secret)
    if given.platform == "webhooks":
        return StandardWebhooks(secret), signed_pushes(rng, given.leads, now)
    return FormTool(), posted_pushes(rng, given.leads)


def _report(pushes: Sequence[Push], made: Plan, sent: Sequence[Sent], say: Say) -> bool:
    leads = frozenset(lead_id for push in pushes for lead_id in push.tells_of)
    lost = len(leads - made.told)
    say(f"{len(leads)} leads in {len(pushes)} pushes; {len(made.dropped)} pushes were dropped.")
    say(f"{lost} leads were told of by nobody: the next pull must bring them.")
    answers: Counter[tuple[str, str]] = Counter()
    for each in sent:
        for status in each.answers or ("not sent",):
            answers[each.planned.manner, str(status or "no answer")] += 1
    for (manner, status), count in sorted(answers.items()):
        say(f"  {manner:<10} {status:<10} {count:>6}")
    own = [each for each in sent if each.planned.manner.is_the_platforms]
    missing = sum(not each.is_taken for each in own)
    strange = sum(each.is_taken for each in sent if not each.planned.manner.is_the_platforms)
    if missing:
        say(f"{missing} of {len(own)} genuine requests were not taken in the end.")
    if strange:
        say(f"{strange} requests that nobody should take were taken.")
    return not (missing or strange)


def _address(text: str) -> str:
    try:
        parts = urlsplit(text)
        is_whole = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        is_whole = False
    if not is_whole:
        raise argparse.ArgumentTypeError(f"{text}: write it whole, as http://host/in/source")
    return text


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a share is between 0 and 1, such as 0.4")
    return share
