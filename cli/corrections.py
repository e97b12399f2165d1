"""The command that corrects or completes what is kept of a person: rectify."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

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
from cli.lists import lead_key
from cli.output import emit_json, print_data, say
from cli.stops import DryRunOption
from cli.viewing import note
from cli.words import counted

if TYPE_CHECKING:
    from pipeline.rectify import Rectified


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command()(rectify)


def rectify(
    identifier: Annotated[
        str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
    ],
    field: Annotated[
        list[str],
        typer.Option(
            "--field",
            help="What is right: name=…, email=…, phone=…, company=… or job_title=…; repeatable.",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="On whose word, or how it was checked.")],
    lead: Annotated[str | None, typer.Option("--lead", help="One lead only, by its id.")] = None,
    request: Annotated[
        str | None, typer.Option("--request", help="The reference of the person's request.")
    ] = None,
    same_person: Annotated[
        bool,
        typer.Option(
            "--same-person", help="Who has the right address here already is the same person."
        ),
    ] = False,
    controller: ControllerOption = None,
    dry_run: DryRunOption = False,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Correct or complete what is kept of a person, and call earlier lists back."""
    from pipeline import wiring
    from pipeline.access_log import Looked
    from pipeline.plan_correction import CorrectionOrder
    from pipeline.rectify import rectify as rectify_person
    from pipeline.why import identifier_of
    from policy.correction import fields_of

    order = CorrectionOrder(
        identifier_of(identifier, region),
        fields_of(field),
        reason,
        actor(),
        request,
        lead_key(lead) if lead else None,
        region,
        same_person,
        dry_run,
    )
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller)
        key = opened.settings.suppression_key
        done = rectify_person(opened.store, whose, key, order, wiring.now())
        note(opened, [Looked(whose.id, len(done.leads), done.leads, "identifier")])
    if as_json:
        emit_json(asdict(done) | {"rehearsal": dry_run})
    else:
        _tell(done, is_rehearsal=dry_run)


def _tell(done: "Rectified", *, is_rehearsal: bool) -> None:
    for lead_id in done.leads:
        print_data(str(lead_id))
    fields = ", ".join(each.replace("_", " ") for each in done.fields)
    verb = "Would be corrected" if is_rehearsal else "Corrected"
    say(f"{verb}: {fields} of {counted(len(done.leads), 'lead')}.")
    if done.is_joined:
        joined = "would be" if is_rehearsal else "are"
        say(f"The records of two people {joined} one person's.")
    if done.ended:
        say(f"{counted(done.ended, 'consent')} of the wrong address or number ended.")
    if done.is_listed:
        say("The right one is on the suppression list, and stays there.")
    if done.recipients:
        say(f"To be told: {counted(len(done.recipients), 'recipient')} (`leadledger recall list`).")
