"""Commands that stay: run, serve."""

import signal
from typing import Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, house
from cli.output import say


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(run)
    app.command()(serve)


def run(
    web: Annotated[
        bool, typer.Option("--web/--no-web", help="Answer the web too, or only do the work.")
    ] = True,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Answer the web, work on what comes in and by the schedule. Ctrl-C or SIGTERM ends it well."""
    from jobs.daemon import running

    with house(config) as opened, running(opened) as daemon:
        if not web:
            say("Working on the inbox, and by the schedule. Ctrl-C ends it.")
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: daemon.ask_to_stop())
            daemon.wait()
            return
        from web.app import create_app
        from web.serve import serve as answer

        app = create_app(opened, daemon.wake)
        _say_where(
            opened.settings.web.host, opened.settings.web.port, opened.settings.web.public_url
        )
        answer(app, opened.settings.web)


def serve(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Answer the web only; `leadledger run`, here or elsewhere, works on what comes in."""
    from web.app import create_app
    from web.serve import serve as answer

    with house(config) as opened:
        app = create_app(opened)
        web = opened.settings.web
        _say_where(web.host, web.port, web.public_url)
        answer(app, web)


def _say_where(host: str, port: int, public_url: str) -> None:
    say(f"Listening on http://{host}:{port} for {public_url}. Ctrl-C ends it.")
