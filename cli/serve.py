"""Commands that stay: serve."""

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, house
from cli.output import say


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(serve)


def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Answer the web: receivers, forms, unsubscribe links. Ctrl-C ends it."""
    from web.app import create_app
    from web.serve import serve as answer

    with house(config) as opened:
        app = create_app(opened)
        web = opened.settings.web
        say(f"Listening on http://{web.host}:{web.port} for {web.public_url}. Ctrl-C ends it.")
        answer(app, web)
