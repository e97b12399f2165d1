"""The group `leadledger audit`: questions about a time, over everybody."""

from typing import TYPE_CHECKING

import typer

from cli.audit_told import AtOption, SinceOption, UntilOption, moment_or_now, span_of, tell
from cli.context import DEFAULT_CONFIG, ConfigOption, ControllerOption, JsonOption, house
from cli.stops import chosen_controllers

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from models.store import Store
    from pipeline.audit_answer import AuditAnswer, Span

    Asked = Callable[[Store, list[str], Span], AuditAnswer]
    AskedNow = Callable[[Store, list[str], Span, datetime], AuditAnswer]


def register(audit: typer.Typer) -> None:
    """Add the commands of this file."""
    audit.command("opt-outs")(opt_outs)
    audit.command()(retention)
    audit.command()(screening)
    audit.command()(interests)
    audit.command("soft-opt-in")(soft_opt_in)
    audit.command()(rights)
    audit.command()(complaints)
    audit.command()(breaches)
    audit.command()(segregation)
    audit.command()(log)


def _tell(
    config: "Path", controller: str | None, span: "Span", ask: "Asked", *, as_json: bool
) -> None:
    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        answer = ask(opened.store, whose, span)
    tell(answer, as_json=as_json)


def _as_of_now(ask: "AskedNow") -> "Asked":
    """Return a question that depends on the present moment, such as whether something is late."""
    from pipeline import wiring

    return lambda store, whose, span: ask(store, whose, span, wiring.now())


def opt_outs(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Prove that opt-outs are honoured: each one, when it took effect, and every later use."""
    from pipeline.audit_opt_outs import audit_opt_outs

    _tell(config, controller, span_of(since, until), audit_opt_outs, as_json=as_json)


def retention(
    at: AtOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Prove that nothing outlives its time, now or as at a past day; holds, and the last runs."""
    from pipeline import wiring
    from pipeline.audit_retention import audit_retention

    moment = moment_or_now(at)
    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        answer = audit_retention(opened.store, whose, moment, wiring.now())
    tell(answer, as_json=as_json)


def screening(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the lists for live calls, and whether the telephone registers were asked first."""
    from pipeline.audit_uses import audit_screening

    _tell(config, controller, span_of(since, until), audit_screening, as_json=as_json)


def interests(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the uses that rest on legitimate interests, their assessments, and objections."""
    from pipeline.audit_uses import audit_interests

    _tell(config, controller, span_of(since, until), audit_interests, as_json=as_json)


def soft_opt_in(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the uses that rest on an earlier sale or gift, with its record."""
    from pipeline.audit_uses import audit_soft_opt_in

    _tell(config, controller, span_of(since, until), audit_soft_opt_in, as_json=as_json)


def rights(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show what people asked by law: when, due when, every step, and what is overdue."""
    from pipeline.audit_rights import audit_rights

    _tell(config, controller, span_of(since, until), _as_of_now(audit_rights), as_json=as_json)


def complaints(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the complaints: received, acknowledged, outcome, and days."""
    from pipeline.audit_rights import audit_complaints

    _tell(config, controller, span_of(since, until), _as_of_now(audit_complaints), as_json=as_json)


def breaches(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the breaches: when noticed, effects, action, who was told or why not."""
    from pipeline.audit_breaches import audit_breaches

    _tell(config, controller, span_of(since, until), _as_of_now(audit_breaches), as_json=as_json)


def segregation(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show what was done with clients' data, what was outside instruction, and exits."""
    from pipeline.audit_uses import audit_segregation

    span = span_of(since, until)
    with house(config) as opened:
        whose = chosen_controllers(opened.settings, controller)
        answer = audit_segregation(opened.store, whose, span)
    tell(answer, as_json=as_json)


def log(
    since: SinceOption = None,
    until: UntilOption = None,
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Check the ledger: each row's hash and form, its times, and what it lacks."""
    from pipeline.audit_log import audit_log

    _tell(config, controller, span_of(since, until), _as_of_now(audit_log), as_json=as_json)
