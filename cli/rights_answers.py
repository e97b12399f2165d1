"""Commands that end a case: rights answer, refuse, close."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.case_words import emit_case
from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    house,
)
from cli.erasure import chosen_people
from cli.rights_steps import RefArgument, ToldOption, day_of, noted_case, taken
from cli.stops import chosen_controllers
from cli.viewing import note
from policy.errors import UsageError
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.steps import CaseStep, StepKind

if TYPE_CHECKING:
    from pipeline.access_log import Looked
    from pipeline.show_case import ShownCase


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
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write the copy that is asked for into this new folder."),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Who is meant, by key, where several use the identifier."),
    ] = None,
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told the outcome; --out writes the copy, and notes its hash."""
    if out is not None:
        if told or nothing_held:
            raise UsageError(
                "A copy that is written now was not sent before, nor says that nothing is held."
                " Cure: leave out --told and --nothing-held."
            )
        typed = reference, out, scope.strip(), person or []
        shown = _with_pack(config, controller, typed, as_json=as_json)
        emit_case(shown, as_json=as_json)
        return

    def steps(at: datetime) -> list[CaseStep]:
        searched = [CaseStep(StepKind.SEARCHED, at, scope.strip())] if scope.strip() else []
        answered = CaseStep(
            StepKind.ANSWERED,
            at,
            is_nothing_held=nothing_held,
            names_recipients=names_recipients,
        )
        return [*searched, answered]

    shown = taken(config, controller, reference, steps, day_of(told, "--told"), as_json=as_json)
    emit_case(shown, as_json=as_json)


def _with_pack(
    config: Path,
    controller: str | None,
    typed: tuple[str, Path, str, list[str]],
    *,
    as_json: bool,
) -> "ShownCase":
    """Answer with a copy; return the case as it then stands."""
    from pipeline import wiring
    from pipeline.answer_with_pack import PackAnswer, answer_with_pack
    from pipeline.case import whose_case

    reference, out, scope, person = typed
    with house(config) as opened:
        chosen = chosen_controllers(opened.settings, controller)
        whose = whose_case(opened.store, chosen, reference)
        now = wiring.now()
        answer = PackAnswer(reference, out, scope, chosen_people(person))

        def noted(look: "Looked") -> None:
            note(opened, [look])

        answer_with_pack(opened.store, opened.settings, whose, answer, (actor(), now), noted)
        return noted_case(opened, whose.id, reference, as_json=as_json)


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

    shown = taken(config, controller, reference, steps, day_of(told, "--told"), as_json=as_json)
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

    shown = taken(config, controller, reference, steps, None, as_json=as_json)
    emit_case(shown, as_json=as_json)
