"""The group `leadledger audit`: questions about one person, one consent, one erasure."""

from datetime import date
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from cli import audit_periods
from cli.audit import RegionOption
from cli.audit_told import AtOption, looked_at, moment_or_now, tell
from cli.context import DEFAULT_CONFIG, ConfigOption, ControllerOption, JsonOption, house
from cli.stops import chosen_controllers
from cli.viewing import note
from policy.errors import UsageError

if TYPE_CHECKING:
    from policy.vocabulary import Identifier

audit = typer.Typer(help="What an auditor asks, and the answers.", no_args_is_help=True)

IdentifierArgument = Annotated[
    str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
]
SubjectArgument = Annotated[
    str,
    typer.Argument(metavar="IDENTIFIER|LEAD", help="An address, a number, or a lead's id."),
]


def register(app: typer.Typer) -> None:
    """Add the commands of this file and of `cli/audit_periods.py`."""
    app.add_typer(audit, name="audit")
    audit_periods.register(audit)


@audit.command()
def consent(
    identifier: IdentifierArgument,
    at: AtOption = None,
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show who agreed to what, when, how and told what; how it stood; and the hashes."""
    from pipeline.audit_consent import audit_consent
    from pipeline.why import identifier_of

    moment = moment_or_now(at)
    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        whom = identifier_of(identifier, region)
        answer = audit_consent(opened.store, whose, whom, moment)
        note(opened, looked_at(answer, "identifier"))
    tell(answer, as_json=as_json)


@audit.command()
def wording(
    consent_id: Annotated[
        str, typer.Argument(metavar="CONSENT", help="The id of a consent: see `audit consent`.")
    ],
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show the form, the wording and the box behind one consent, as the person saw them."""
    from pipeline.audit_consent import audit_wording

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        answer = audit_wording(opened.store, whose, _key(consent_id, "consent"))
        note(opened, looked_at(answer, "consent"))
    tell(answer, as_json=as_json)


@audit.command()
def contact(
    subject: SubjectArgument,
    on: Annotated[str, typer.Option("--on", help="A day in London, as 2026-11-22.")],
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show why somebody could be contacted on a day: list, decision, rules, and what was known."""
    from pipeline.audit_contact import audit_contact

    day = _day(on)
    with house(config) as opened:
        whose = chosen_controllers(opened.settings, controller)
        key = opened.settings.suppression_key
        answer = audit_contact(opened.store, whose, key, _subject(subject, region), day)
        note(opened, looked_at(answer, "identifier"))
    tell(answer, as_json=as_json)


@audit.command()
def recipients(
    subject: SubjectArgument,
    controller: ControllerOption = None,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Show who received somebody: each list with recipient, purpose, time and decision."""
    from pipeline.audit_contact import audit_recipients

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        answer = audit_recipients(opened.store, whose, _subject(subject, region))
        note(opened, looked_at(answer, "identifier"))
    tell(answer, as_json=as_json)


@audit.command()
def erasure(
    reference: Annotated[
        str, typer.Argument(metavar="REF", help="A request's reference, or a certificate's id.")
    ],
    controller: ControllerOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Prove one erasure from the ledger: what went, who was told, what is left."""
    from pipeline.audit_erasure import audit_erasure

    with house(config) as opened:
        whose = [each.id for each in chosen_controllers(opened.settings, controller)]
        answer = audit_erasure(opened.store, whose, reference)
    tell(answer, as_json=as_json)


def _subject(text: str, region: str) -> "Identifier | UUID":
    from pipeline.why import identifier_of

    try:
        return UUID(text)
    except ValueError:
        return identifier_of(text, region)


def _key(text: str, what: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise UsageError(
            f"This is no {what}'s id. Cure: take one from `leadledger audit consent`."
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError("--on is no day. Cure: write it as 2026-11-22.") from None
