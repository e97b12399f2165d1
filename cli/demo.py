"""The whole thing on a pretend Graph API: no account, no network, nobody real."""

import os
import shlex
import sys
import threading
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.lists import show_withheld
from cli.output import progress, say, table
from cli.timeline import tell_provenance
from cli.words import BASES, counted
from policy.errors import UsageError
from policy.vocabulary import Channel, LawfulBasis, Purpose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.wiring import House
    from simulator.graph_api import GraphServer
    from simulator.world import World

SEED = 20_261_122
MARKER = ".leadledger-demo"
LIST = "marketing-by-email.csv"
TOKEN_FILE = "meta_access_token"  # noqa: S105 - the name of a file
MADE = ("config.toml", "leads.db*", LIST, "secrets/suppression.key", f"secrets/{TOKEN_FILE}")
PROJECT = Path(__file__).resolve().parent.parent
CONFIG = """\
# The demo's own configuration: a pretend page whose forms ask for consent in many ways.
[store]
url = "sqlite:///leads.db"

[keys]
suppression = {{ file = "secrets/suppression.key" }}

[[controllers]]
id = "nectra"
name = "Nectra Technologies"
privacy_contact = "privacy@nectra.example"

# who could be handed a list: `leadledger export --recipient mail-house`
[[recipients]]
id = "mail-house"
name = "Mail House Ltd"
controller = "nectra"
role = "processor"
country = "GB"
channels = ["email"]
contract = {{ reference = "DPA-1", from = 2026-01-01 }}

# A client's leads are held for it, and used on its instruction only (docs/clients.md):
# [[controllers]]
# id = "shop"
# name = "Shop Ltd"
# role = "processor"
# privacy_contact = "privacy@shop.example"
# [controllers.contract]
# reference = "DPA-1"
# starts_on = 2026-01-01
# [[controllers.instructions]]
# reference = "INS-1"
# text = "Write to those who asked for news by e-mail."
# purposes = ["direct_marketing"]
# channels = ["email"]
# from = 2026-01-01

[[sources]]
id = "meta-main"
kind = "meta_lead_ads"
controller = "nectra"
page_id = "{page_id}"
access_token = {{ file = "secrets/meta_access_token" }}
graph_url = "{url}"

[[sources.boxes]]
key = "email_updates"
purpose = "direct_marketing"
channels = ["email"]

[[sources.boxes]]
key = "call_updates"
purpose = "direct_marketing"
channels = ["live_call"]

# this form's keys say nothing, so the wording does
[[sources.boxes]]
wording = "Ja, ich möchte den Newsletter der Nectra Technologies per E-Mail erhalten."
purpose = "direct_marketing"
channels = ["email"]

# required on its form: it is recorded, and gives nothing
[[sources.boxes]]
key = "marketing_required"
purpose = "direct_marketing"
channels = ["email", "live_call"]

# ticked beforehand on its form: it is recorded, and gives nothing
[[sources.boxes]]
key = "offers"
purpose = "direct_marketing"
channels = ["email"]
"""


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(demo)


def demo(
    leads: Annotated[int, typer.Option("--leads", min=1, help="How many people apply.")] = 500,
    folder: Annotated[Path, typer.Option("--dir", help="Where to put it.")] = Path("demo"),
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="End at once; else it goes on until Ctrl-C.")
    ] = False,
) -> None:
    """Show it all on pretend leads: pulled, proven, exported where allowed, explained."""
    from pipeline import wiring
    from pipeline.load_settings import load_settings
    from simulator.graph_api import TOKEN, GraphServer
    from simulator.world import World

    _clear(folder)
    world = World.seeded(SEED, leads, wiring.now() - timedelta(minutes=1))
    with GraphServer(world) as graph:
        config = _install(folder, world, graph, TOKEN)
        opened = wiring.open_house(load_settings(config, {}))
        try:
            _walk(opened, folder)
        finally:
            opened.store.close()
        _what_next(config)
        if not no_serve and sys.stdin and sys.stdin.isatty() and sys.stdout.isatty():
            say(f"The pretend Graph API goes on at {graph.url}. Ctrl-C ends it.")
            _wait()


def _clear(folder: Path) -> None:
    """Make room for a new demo: what an earlier one made goes, whatever else is there stays.

    Raises:
        UsageError: the folder is not a demo's, or cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise UsageError(
                f"{folder} holds something else. Cure: name another folder with --dir."
            )
        for pattern in MADE:
            for path in folder.glob(pattern):
                path.unlink()
        (folder / MARKER).touch()
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be used: {error.strerror}. Cure: name another folder with --dir."
        ) from error


def _install(folder: Path, world: "World", graph: "GraphServer", token: str) -> Path:
    """Make an installation like any other, with a source that points at the pretend API."""
    from pipeline.setup import initialise

    made = initialise(folder, CONFIG.format(page_id=world.page_id, url=graph.url))
    secret = made.key.with_name(TOKEN_FILE)
    secret.touch(mode=0o600)
    secret.write_text(token, encoding="utf-8")
    return made.config


def _walk(opened: "House", folder: Path) -> None:
    _take_in(opened)
    _show_bases(opened)
    _hand_out(opened, folder)
    _explain_one(opened)


def _take_in(opened: "House") -> None:
    from pipeline import wiring
    from pipeline.pull import pull

    _heading("1. Pull the leads of every form, as `leadledger pull` does")
    [source] = opened.settings.sources
    with progress("Pulling") as advance:
        report = pull(opened.store, source, wiring.build(source), wiring.now, advance)
    for error in report.errors:
        raise error
    counts = report.taken.counts
    say(
        f"{counted(counts['stored'], 'lead')} came in,"
        f" and {counted(counts['tests'], 'test lead')}. Evidence: "
        + ", ".join(f"{n:,} of grade {grade}" for grade, n in sorted(report.taken.grades.items()))
        + "."
    )


def _show_bases(opened: "House") -> None:
    from pipeline.show import bases_by_form

    _heading("2. On what basis may they be used?")
    found = bases_by_form(opened.store)
    rows: list[tuple[str, ...]] = []
    last = ""
    for (form, basis, purpose, channel), count in sorted(found.items()):
        name = form if form != last else ""  # it stands once, above its rows
        rows.append((name, f"{count:,}", purpose, channel, BASES[LawfulBasis(basis)]))
        last = form
    table(("form", "people", "may be used for", "by", "lawful basis"), rows)


def _hand_out(opened: "House", folder: Path) -> None:
    from pipeline import wiring
    from pipeline.export import ExportRequest, export

    _heading("3. Export the people who agreed to marketing by e-mail")
    [controller] = opened.settings.controllers
    out = folder / LIST
    request = ExportRequest(controller, Purpose.DIRECT_MARKETING, Channel.EMAIL, None, out, "demo")
    report = export(opened.store, request, opened.settings.suppression_key, wiring.now)
    say(
        f"{report.allowed:,} of {report.allowed + report.withheld.total():,} may be used: {out}."
        " The others are withheld:"
    )
    show_withheld(Counter(report.withheld))


def _explain_one(opened: "House") -> None:
    from pipeline.provenance import of_lead
    from pipeline.show import a_disclosed_lead

    _heading("4. Ask where one of them came from, as `leadledger provenance` does")
    lead_id = a_disclosed_lead(opened.store)
    if lead_id is None:
        say("Nobody agreed this time. More --leads bring somebody.")
    else:
        tell_provenance(of_lead(opened.store, lead_id))


def _heading(text: str) -> None:
    say(f"\n{text}\n{'-' * len(text)}")


def _what_next(config: Path) -> None:
    _heading("What to type next")
    for line in _next_commands(config):
        say(f"  {line}")
    say("The last one begins the real thing, in a folder of its own.")


def _next_commands(config: Path) -> "Iterator[str]":
    command, where = _command(), f"--config {shlex.quote(str(config))}"
    yield f"{command} leads list {where}"
    yield f"{command} status {where}"
    yield f"{command} export --purpose enquiry_response --channel email --dry-run {where}"
    yield f"{command} init --dir my-agency"


def _command() -> str:
    """Return how this program is started: a checkout whose environment is not active has dev.py."""
    script = PROJECT / "dev.py"
    if "VIRTUAL_ENV" in os.environ or not script.is_file():
        return "leadledger"
    return f"python3 {'dev.py' if Path.cwd() == PROJECT else shlex.quote(str(script))}"


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("The pretend Graph API has ended.")
