"""Commands that note what happens in a case: rights ask, heard, extend, acknowledge, pass-on, note.

Each adds a step, refuses what makes no sense, and says what is owed next.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    actor,
    house,
)
from cli.stops import chosen_controllers
from cli.viewing import note_counts
from policy.errors import UsageError
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import CaseStep, StepKind

if TYPE_CHECKING:
    from pipeline.show_case import ShownCase
    from pipeline.wiring import House

RefArgument = Annotated[
    str, typer.Argument(metavar="REF", help="The reference, as `rights list` shows it.")
]
OnOption = Annotated[
    str | None, typer.Option("--on", help="The day on which it happened, as 2026-11-22; today.")
]
ToldOption = Annotated[
    str | None, typer.Option("--told", help="The day on which they were told; today.")
]
Steps = Callable[[datetime], Sequence[CaseStep]]


def register(rights: typer.Typer) -> None:
    """Add the commands of this file to their group."""
    for command in (ask, heard, extend, acknowledge, note):
        rights.command()(command)
    rights.command("pass-on")(pass_on)


def day_of(text: str | None, option: str) -> date | None:
    """Return a typed day.

    Raises:
        UsageError: it is none.
    """
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} is no day. Cure: write it as 2026-11-22.") from None


def taken(
    config: Path,
    controller: str | None,
    reference: str,
    steps: Steps,
    on: date | None,
    *,
    as_json: bool,
) -> "ShownCase":
    """Take steps in a case; return it as it then stands."""
    from pipeline import wiring
    from pipeline.case import whose_case
    from pipeline.take_step import take_steps

    with house(config) as opened:
        chosen = chosen_controllers(opened.settings, controller)
        whose = whose_case(opened.store, chosen, reference)
        take_steps(opened.store, whose, reference, steps, on, (actor(), wiring.now()))
        return noted_case(opened, whose.id, reference, as_json=as_json)


def noted_case(
    opened: "House", controller_id: str, reference: str, *, as_json: bool
) -> "ShownCase":
    """Return a case to be shown after a step; whole, with who asked, it is a look at somebody."""
    from pipeline.show_case import show_case

    shown = show_case(opened.store, controller_id, reference, opened.now())
    if as_json:
        note_counts(opened, [controller_id])
    return shown


def _take(
    config: Path,
    controller: str | None,
    reference: str,
    steps: Steps,
    on: date | None,
    *,
    as_json: bool,
) -> None:
    from cli.case_words import emit_case

    shown = taken(config, controller, reference, steps, on, as_json=as_json)
    emit_case(shown, as_json=as_json)


def ask(
    reference: RefArgument,
    about: Annotated[QuestionAbout, typer.Option("--about", help="What they were asked.")],
    reason: Annotated[
        str, typer.Option("--reason", help="Why it is needed; without one it moves no day.")
    ] = "",
    prompt: Annotated[
        bool, typer.Option("--prompt", help="It was asked promptly, as EU law wants it.")
    ] = False,
    on: OnOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was asked who they are, what they mean, or for a fee."""
    from cli.case_words import emit_case, tell_unmoved

    words = reason.strip()

    def steps(at: datetime) -> list[CaseStep]:
        step = CaseStep(StepKind.ASKED, at, words, about=about, is_prompt=prompt)
        return [replace(step, is_justified=bool(words))]

    shown = taken(config, controller, reference, steps, day_of(on, "--on"), as_json=as_json)
    emit_case(shown, as_json=as_json)
    if not as_json:
        tell_unmoved(shown, about)


def heard(
    reference: RefArgument,
    about: Annotated[QuestionAbout, typer.Option("--about", help="What they have answered.")],
    on: OnOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the full answer came; the time to answer runs (again) from then."""
    day = day_of(on, "--on")

    def steps(at: datetime) -> list[CaseStep]:
        return [CaseStep(StepKind.HEARD, at, about=about)]

    _take(config, controller, reference, steps, day, as_json=as_json)


def extend(
    reference: RefArgument,
    ground: Annotated[
        list[ExtensionGround], typer.Option("--ground", help="Why it takes longer; repeatable.")
    ],
    reasons: Annotated[
        str, typer.Option("--reasons", help="What they were told, in short, without names.")
    ],
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told, in the first month, that it takes up to three, and why."""
    words = reasons.strip()

    def steps(at: datetime) -> list[CaseStep]:
        grounds = frozenset(ground)
        return [CaseStep(StepKind.EXTENDED, at, words, grounds=grounds, gives_reasons=bool(words))]

    _take(config, controller, reference, steps, day_of(told, "--told"), as_json=as_json)


def acknowledge(
    reference: RefArgument,
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that the person was told that their complaint has come."""
    day = day_of(told, "--told")
    _take(config, controller, reference, _only(StepKind.ACKNOWLEDGED), day, as_json=as_json)


def pass_on(
    reference: RefArgument,
    told: ToldOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note that a request about a client's data was given to the client, who answers it."""
    day = day_of(told, "--told")
    _take(config, controller, reference, _only(StepKind.PASSED_ON), day, as_json=as_json)


def note(
    reference: RefArgument,
    eu_law: Annotated[
        bool, typer.Option("--eu-law", help="The person is in the EEA: EU law applies as well.")
    ] = False,
    asks_recipients: Annotated[
        bool, typer.Option("--asks-recipients", help="The person asks who received the data.")
    ] = False,
    searched: Annotated[
        str, typer.Option("--searched", help="Where we looked, in short, without names.")
    ] = "",
    on: OnOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Note a fact of the case: EU law, the search, or that they ask who received their data."""
    if not (eu_law or asks_recipients or searched.strip()):
        raise UsageError("Nothing to note. Cure: --eu-law, --asks-recipients or --searched.")

    def steps(at: datetime) -> list[CaseStep]:
        return [
            *([CaseStep(StepKind.UNDER_EU_LAW, at)] if eu_law else []),
            *([CaseStep(StepKind.ASKED_RECIPIENTS, at)] if asks_recipients else []),
            *([CaseStep(StepKind.SEARCHED, at, searched.strip())] if searched.strip() else []),
        ]

    _take(config, controller, reference, steps, day_of(on, "--on"), as_json=as_json)


def _only(kind: StepKind) -> Steps:
    return lambda at: [CaseStep(kind, at)]
