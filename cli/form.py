"""Commands for forms of our own: form snippet, show."""

from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, actor, house
from cli.output import emit_json, print_data, print_wrapped, say
from policy.errors import UsageError

if TYPE_CHECKING:
    from connectors.web_form import WebForm
    from pipeline.settings import ConfiguredSource
    from pipeline.wiring import House

SourceId = Annotated[str, typer.Argument(metavar="SOURCE", help="The id of a form's source.")]

form = typer.Typer(help="Forms of your own.", no_args_is_help=True)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(form, name="form")


@form.command()
def snippet(source: SourceId, config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Print the form as HTML to paste into a page of your own site."""
    from web.form_snippet import snippet as html_of

    with house(config) as opened:
        configured, connector = _form(opened, source)
        text = html_of(configured.id, connector, opened.settings.web.public_url)
    print_data(text)
    if not connector.settings.origins:
        say(
            f"{source}: no site may send it yet. Cure: put the origin of your site into `origins`,"
            " such as https://www.my-agency.example."
        )


@form.command()
def show(
    source: SourceId, config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False
) -> None:
    """Print the wording that the form shows today, with its id."""
    from dataclasses import asdict

    with house(config) as opened:
        _, connector = _form(opened, source)
        address = f"{opened.settings.web.public_url}/f/{source}"
    notice = connector.notice
    if as_json:
        emit_json({"id": connector.notice_id, "address": address, "notice": asdict(notice)})
        return
    print_data(f"{notice.title}  ({address})")
    print_data(f"wording {connector.notice_id}, {notice.locale}, policy {notice.privacy_url}")
    if notice.body:
        print_wrapped(notice.body, "  ")
    for question in notice.questions:
        print_wrapped(f"[{question.key}] {question.label}", "  ")
    for box in notice.boxes:
        print_wrapped(f"[ ] {box.key}: {box.text}", "  ")


def _form(opened: "House", source_id: str) -> "tuple[ConfiguredSource, WebForm]":
    """Return a form, once its wording of today is kept.

    Raises:
        UsageError: there is no such form.
    """
    from connectors.web_form import WebForm
    from pipeline import wiring
    from pipeline.publish_notices import publish_notices

    forms = [each.id for each in opened.settings.sources if each.kind == "web_form"]
    source = opened.settings.source(source_id)
    connector = wiring.build(source, opened.signer) if source else None
    if source is None or not isinstance(connector, WebForm):
        known = f"name one of: {', '.join(forms)}" if forms else "add a source of kind web_form"
        raise UsageError(f"There is no form {source_id!r}. Cure: {known}.")
    publish_notices(opened.store, [source], {source.id: connector}, actor(), wiring.now())
    return source, connector
