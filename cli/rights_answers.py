"""Commands that end a case: rights answer, refuse, close."""

from datetime import datetime
from typing import Annotated

import typer

from cli.case_words import emit_case
from cli.context import DEFAULT_CONFIG, ConfigOption, ControllerOption, JsonOption
from cli.rights_steps import RefArgument, ToldOption, day_of, taken
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.steps import CaseStep, StepKind


def register(rights: typer.Typer) -> None:
    """Add the commands of this file to their group."""
    for command in (answer, refuse, close):
        rights.command()(command)


def answer(
    reference: RefArgument,
    scope: Annotated[
        str, typer.Option("--scope", help="Where we looked, in short, without names.")
    ] = "",
    nothing_held: Annotated[
        bool, typer.Option("--nothing-held", help="They were told that nothing is held.")
    ] = False,
    names_recipients: Annotated[
        bool, typer.Option("--names-recipients", help="The answer says who received the data.")
    ] = False,
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told the outcome: done, the copy, or that nothing is held."""

    def steps(at: datetime) -> list[CaseStep]:
        searched = [CaseStep(StepKind.SEARCHED, at, scope.strip())] if scope.strip() else []
        answered = CaseStep(
            StepKind.ANSWERED,
            at,
            is_nothing_held=nothing_held,
            names_recipients=names_recipients,
        )
        return [*searched, answered]

    shown = taken(config, controller, reference, steps, day_of(told, "--told"))
    emit_case(shown, as_json=as_json)


def refuse(
    reference: RefArgument,
    reason: Annotated[RefusalReason, typer.Option("--reason", help="The ground, as a code.")],
    says: Annotated[
        list[RefusalContent] | None,
        typer.Option("--says", help="What the person was told; repeatable, all of it is needed."),
    ] = None,
    text: Annotated[
        str, typer.Option("--text", help="A few words on it for the record, without names.")
    ] = "",
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told that and why it is not done, and how they can go on."""

    def steps(at: datetime) -> list[CaseStep]:
        said = frozenset(says or ())
        return [CaseStep(StepKind.REFUSED, at, text.strip(), reason=reason, says=said)]

    shown = taken(config, controller, reference, steps, day_of(told, "--told"))
    emit_case(shown, as_json=as_json)


def close(
    reference: RefArgument,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Close a case, once nothing is owed any more; else it says what is."""

    def steps(at: datetime) -> list[CaseStep]:
        return [CaseStep(StepKind.CLOSED, at)]

    emit_case(taken(config, controller, reference, steps, None), as_json=as_json)
