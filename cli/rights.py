"""Commands about what people ask by law: rights open, list, show; the steps are in the others.

`cli/rights_steps.py` notes what happens in a case, `cli/rights_answers.py` what ends it.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli import packs, rights_answers, rights_steps
from cli.audit import RegionOption
from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    chosen_controller,
    house,
)
from cli.output import emit_json, print_data, say, table
from cli.rights_steps import RefArgument, day_of, noted_case
from cli.stops import chosen_controllers
from cli.viewing import is_masked, note_counts
from policy.errors import UsageError
from policy.rights.steps import IntakeChannel
from policy.rights.table import Right
from policy.vocabulary import IdentifierKind

if TYPE_CHECKING:
    from pipeline.list_requests import ListedRequest

MOST_WORDS = 20_000

rights = typer.Typer(help="Requests and complaints of people.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    packs.register(rights)
    app.add_typer(rights, name="rights")
    rights_steps.register(rights)
    rights_answers.register(rights)


@rights.command("list")
def list_(
    closed: Annotated[bool, typer.Option("--closed", help="Show closed ones too.")] = False,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """List what people asked and by when they must have an answer; --json shows their words."""
    from pipeline import wiring
    from pipeline.list_requests import list_requests
    from pipeline.masked_answers import masked_requests

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        found = list_requests(opened.store, whose, wiring.now(), closed=closed)
        note_counts(opened, (each.controller for each in found))
    if is_masked():
        found = masked_requests(found)
    if as_json:
        emit_json([asdict(each) for each in found])
    elif found:
        columns = ("reference", "controller", "right", "received", "due", "state", "from")
        table(columns, [_line(each) for each in found], whole=("reference",))
    else:
        say("Nobody waits for an answer.")


@rights.command("open")
def open_(
    right: Annotated[Right, typer.Option("--right", help="What they ask for.")],
    channel: Annotated[
        IntakeChannel, typer.Option("--channel", help="By which way it came.")
    ] = IntakeChannel.OTHER,
    email: Annotated[str | None, typer.Option("--email", help="Their address.")] = None,
    phone: Annotated[str | None, typer.Option("--phone", help="Their number.")] = None,
    name: Annotated[str, typer.Option("--name", help="Their name, as they gave it.")] = "",
    text_file: Annotated[
        Path | None, typer.Option("--text-file", help="A file with their own words.")
    ] = None,
    received: Annotated[
        str | None, typer.Option("--received", help="The day on which it came; today.")
    ] = None,
    eu_law: Annotated[
        bool, typer.Option("--eu-law", help="The person is in the EEA: EU law applies as well.")
    ] = False,
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write down what somebody asked by letter or telephone; what must not wait is done at once."""
    from cli.case_words import emit_case
    from pipeline import wiring
    from pipeline.open_request import open_request
    from pipeline.receive_request import Asked

    asked = Asked(
        right,
        " ".join(name.split()),
        _typed(email, region, IdentifierKind.EMAIL),
        _typed(phone, region, IdentifierKind.PHONE),
        _words(text_file),
        channel=channel,
        is_under_eu_law=eu_law,
    )
    day = day_of(received, "--received")
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        now, key = wiring.now(), opened.settings.suppression_key
        receipt = open_request(opened.store, whose, key, asked, day, (actor(), now))
        shown = noted_case(opened, whose.id, receipt.reference, as_json=as_json)
    if not as_json:
        print_data(receipt.reference)
    emit_case(shown, as_json=as_json)


def _typed(text: str | None, region: str, kind: IdentifierKind) -> str | None:
    """Return an address or number as it is compared.

    Raises:
        UsageError: it is none.
    """
    from pipeline.why import identifier_of

    if text is None:
        return None
    found = identifier_of(text, region)
    if found.kind is not kind:
        raise UsageError(f"--{kind} is a {found.kind}. Cure: give it as --{found.kind}.")
    return found.value


def _words(path: Path | None) -> str:
    """Return somebody's own words.

    Raises:
        UsageError: they cannot be read, or are too many to be a request.
    """
    if path is None:
        return ""
    try:
        text = path.read_text("utf-8", errors="replace")
    except OSError as error:
        raise UsageError(f"The text cannot be read: {error.strerror}. Cure: name a file.") from None
    if len(text) > MOST_WORDS:
        raise UsageError(
            f"The text has {len(text):,} characters, more than {MOST_WORDS:,}. Cure: cut what is no"
            " part of the request, and keep the letter."
        )
    return text


@rights.command()
def show(
    reference: RefArgument,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show a whole case: its steps, how its day was counted, and what is owed next."""
    from cli.case_words import case_data, tell_case
    from pipeline import wiring
    from pipeline.case import whose_case
    from pipeline.show_case import show_case

    with house(config) as opened:
        chosen = chosen_controllers(opened.settings, controller)
        whose = whose_case(opened.store, chosen, reference)
        found = show_case(opened.store, whose.id, reference, wiring.now())
        note_counts(opened, [whose.id])
    if as_json:
        emit_json(case_data(found))
    else:
        tell_case(found)


def _line(each: "ListedRequest") -> tuple[object, ...]:
    state = f"{each.status}, identity {each.identity}".replace("_", " ")
    if each.is_doubtful:
        state += ", maybe no person"
    if each.is_late:
        state += ", LATE"
    received = f"{each.received_at:%Y-%m-%d}"
    due = each.due_on.isoformat() if each.due_on else "no day yet"
    sender = " ".join(filter(None, (each.name, each.email, each.phone)))
    right = each.right.replace("_", " ")
    return each.reference, each.controller, right, received, due, state, sender
