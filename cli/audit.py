"""Commands that answer an auditor: why, provenance."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cli.context import (
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    chosen_controller,
    house,
)
from cli.lists import ChannelOption, PurposeOption, RecipientOption
from cli.output import emit_json, print_data, print_wrapped, say
from cli.timeline import tell_provenance
from cli.viewing import is_limited, is_masked, note
from cli.words import BASES, REASONS, box_line
from policy.errors import UsageError
from policy.vocabulary import INTERNAL, PermissionEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.access_log import Looked
    from pipeline.provenance import Provenance
    from pipeline.settings import ControllerSettings, Settings
    from pipeline.why import Answer

RegionOption = Annotated[
    str, typer.Option("--region", help="The country of a number that names none.")
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(why)
    app.command()(provenance)


def _controllers(settings: "Settings", only: str | None) -> "list[ControllerSettings]":
    return [chosen_controller(settings, only)] if only else list(settings.controllers)


def why(
    identifier: Annotated[
        str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
    ],
    purpose: PurposeOption,
    channel: ChannelOption,
    at: Annotated[
        str | None, typer.Option("--at", help="A time with its zone; now if not given.")
    ] = None,
    controller: ControllerOption = None,
    recipient: RecipientOption = INTERNAL,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Say whether somebody may be reached, or handed to a recipient, and every reason."""
    from pipeline import wiring
    from pipeline.list_recipients import recipient_as_at
    from pipeline.why import at_or_now, identifier_of
    from pipeline.why import why as ask
    from policy.uses import UseRequest

    typed = moment(at)
    with house(config) as opened:
        when, to = at_or_now(typed, wiring.now()), None
        whose = _controllers(opened.settings, controller)
        if recipient != INTERNAL:  # it is one controller's own
            whose = [chosen_controller(opened.settings, controller)]
            found = recipient_as_at(opened.store, whose[0], recipient, when)
            to = found.facts if found else None
        answers = ask(
            opened.store,
            whose,
            opened.settings.suppression_key,
            identifier_of(identifier, region),
            UseRequest(purpose, channel, when, recipient=to),
        )
        note(opened, map(_look, answers))
    answers = [*map(_as_seen, answers)]
    if as_json:
        emit_json([_answer_data(answer) for answer in answers])
        return
    for answer in answers:
        _tell_answer(answer)


def _look(answer: "Answer") -> "Looked":
    from pipeline.access_log import Looked

    leads = {event.lead_id for event in answer.events if event.lead_id}
    return Looked(answer.controller.id, int(answer.is_known), sorted(leads), "identifier")


def _as_seen(answer: "Answer") -> "Answer":
    """Return an answer as whoever asks may see it: sales no history of who may not be used."""
    from dataclasses import replace

    from pipeline.masked_answers import masked_findings

    if is_masked():
        return replace(answer, findings=masked_findings(answer.findings))
    if is_limited():
        # on which ground somebody's data was restricted is for those who answer them
        answer = replace(answer, restrictions=())
        is_shown = answer.decision.is_allowed
        return answer if is_shown else replace(answer, events=(), findings=())
    return answer


def moment(text: str | None) -> datetime | None:
    """Return the time that somebody typed after --at, None for none.

    Raises:
        UsageError: it is none.
    """
    try:
        return datetime.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError("--at is no time. Cure: write 2026-11-22T09:00:00+00:00.") from None


def _answer_data(answer: "Answer") -> dict[str, Any]:
    decision = answer.decision
    return {
        "controller": answer.controller.id,
        "known": answer.is_known,
        "allowed": decision.is_allowed,
        "reasons": list(decision.reasons),
        "rules": list(decision.rules),
        "decided_at": decision.decided_at,
        "lawful_basis": decision.basis,
        "rests_on": _event_data(decision.rests_on) if decision.rests_on else None,
        "lead": str(decision.lead_id) if decision.lead_id else None,
        "valid_until": decision.valid_until,
        "events": [_event_data(event) for event in answer.events],
        "boxes": list(answer.findings),
        "restrictions": [
            {
                "id": str(each.id),
                "ground": each.ground,
                "since": each.since,
                "request": each.request,
                "lifted_at": each.lifted_at,
            }
            for each in answer.restrictions
        ],
    }


def _event_data(event: PermissionEvent) -> dict[str, Any]:
    return {
        "at": event.occurred_at,
        "kind": event.kind,
        "purpose": event.purpose,
        "channel": event.channel,
        "lawful_basis": event.basis,
        "defect": event.defect,
        "box": event.box_key,
        "lead": str(event.lead_id) if event.lead_id else None,
    }


def _tell_answer(answer: "Answer") -> None:
    decision = answer.decision
    verdict = "ALLOWED" if decision.is_allowed else "DENIED"
    print_data(f"{answer.controller.name}: {verdict}")
    if not answer.is_known:
        print_data("  This identifier is not known here.")
    for code in decision.reasons:
        print_wrapped(f"{code}: {REASONS[code]}", "  ")
    print_wrapped(f"rules: {', '.join(decision.rules)} (docs/rules.md)", "  ")
    for each in answer.restrictions:
        if each.lifted_at is None or each.lifted_at > decision.decided_at:
            ground = each.ground.replace("_", " ")
            print_data(f"  restricted since {each.since:%Y-%m-%d}: {ground} ({each.id})")
    if decision.basis:
        print_data(f"  lawful basis: {BASES[decision.basis]}")
    if decision.valid_until:
        print_data(f"  valid until: {decision.valid_until:%Y-%m-%d %H:%M} UTC")
    for event in answer.events:
        print_wrapped(_event_line(event), "  ")
    for finding in answer.findings:
        print_wrapped(box_line(finding), "  ")


def _event_line(event: PermissionEvent) -> str:
    scope = f"{event.purpose} by {event.channel or 'every channel'}"
    return f"{event.occurred_at:%Y-%m-%d %H:%M:%S} UTC  {event.kind}: {scope}"


def provenance(
    subject: Annotated[
        str, typer.Argument(metavar="IDENTIFIER|LEAD", help="An address, a number, or a lead's id.")
    ],
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the time line: source, wording, ticks, lawful basis, exports and every change."""
    from pipeline.masked_answers import masked_provenance
    from pipeline.provenance import of_identifier, of_lead
    from pipeline.why import identifier_of

    with house(config) as opened:
        if lead_id := _lead_key(subject):
            found = [of_lead(opened.store, lead_id)]
        else:
            whose = [c.id for c in _controllers(opened.settings, controller)]
            found = of_identifier(opened.store, identifier_of(subject, region), whose)
        note(opened, _looks(opened.settings, found, "lead" if lead_id else "identifier"))
    if is_masked():
        found = masked_provenance(found)
    if as_json:
        emit_json([_provenance_data(line) for line in found])
        return
    if not found:
        say("This identifier is not known here.")
    for line in found:
        tell_provenance(line)


def _looks(settings: "Settings", found: "list[Provenance]", by: str) -> "Iterator[Looked]":
    """Yield what is about to be shown; a search that finds nobody is on record too."""
    from pipeline.access_log import Looked

    for line in found:
        yield Looked(line.controller_id, len(line.leads), line.leads, by)
    if not found:
        yield Looked(settings.controllers[0].id, 0, (), by)


def _lead_key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _provenance_data(line: "Provenance") -> dict[str, Any]:
    return {
        "controller": line.controller_id,
        "leads": [str(lead) for lead in line.leads],
        "moments": [{"at": m.at, "what": m.what, "detail": m.detail} for m in line.moments],
    }
