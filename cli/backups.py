"""Commands for the day on which the store is lost, or moves: backup, restore, db move."""

from pathlib import Path
from typing import Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house, settings_of
from cli.output import emit_json, print_data, progress, say, shown_path, table
from cli.setup import db
from policy.errors import UsageError


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(backup)
    app.command()(restore)


def backup(
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder; backup.folder if not given.")
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Write an encrypted backup, read it back, and delete those older than 35 days."""
    from pipeline import wiring
    from pipeline.backup import make_backup, required_key

    with house(config) as opened, progress("rows") as advance:
        key = required_key(opened.settings.backup_key)
        folder = out or opened.settings.backup_folder
        made = make_backup(opened.store, folder, key, wiring.now(), advance)
    if as_json:
        emit_json(
            {
                "file": shown_path(made.path),
                "bytes": made.size,
                "rows": {name: rows for name, (rows, _) in made.tables.items()},
                "rotated": list(made.rotated),
            }
        )
        return
    print_data(shown_path(made.path))
    say(f"{made.rows:,} rows in {made.size:,} bytes, read back and compared.")
    if made.rotated:
        say(f"Deleted, since their 35 days are over: {', '.join(made.rotated)}.")


def restore(
    file: Annotated[Path | None, typer.Argument(help="The backup; none with --replay.")] = None,
    into: Annotated[
        str | None, typer.Option("--into", help="A new folder, or the URL of an empty database.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Replay the journal into the configured store.")
    ] = False,
    journal: Annotated[
        list[Path] | None,
        typer.Option("--journal", help="The journal of another machine, too; may be repeated."),
    ] = None,
    journal_lost: Annotated[
        str | None,
        typer.Option("--journal-lost", help="Go on without the journal; say why. It is recorded."),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Restore a backup into an empty place; then, with --replay, make it fit for use."""
    if replay == (file is not None) or (file is None) != (into is None):
        raise UsageError("Cure: give a backup and --into, or --replay alone.")
    if not replay and (journal or journal_lost is not None):
        raise UsageError("--journal and --journal-lost belong to --replay.")
    if file is not None and into is not None:
        _restore(file, into, config, as_json=as_json)
    else:
        _replay(config, journal or [], journal_lost, as_json=as_json)


def _restore(file: Path, into: str, config: Path, *, as_json: bool) -> None:
    from pipeline import wiring
    from pipeline.backup import required_key
    from pipeline.restore import restore as put_back

    key = required_key(settings_of(config).backup_key)
    with progress("rows") as advance:
        _, head, rows = put_back(file, into, key, wiring.now(), advance)
    if as_json:
        emit_json({"taken_at": head.taken_at, "rows": rows, "is_usable": False})
        return
    say(f"Restored {rows:,} rows, as they were on {head.taken_at:%Y-%m-%d %H:%M} UTC.")
    say(
        "The copy may not be used yet. Cure: set store.url to it, then `leadledger restore"
        " --replay`."
    )


def _replay(config: Path, others: list[Path], lost: str | None, *, as_json: bool) -> None:
    from pipeline import wiring
    from pipeline.backup import required_key
    from pipeline.replay_journal import journals_of, required_reason
    from pipeline.replay_journal import replay as do_again

    settings = settings_of(config)
    journals = journals_of(settings, others, required_key(settings.backup_key))
    reason = required_reason(lost) if lost is not None else None
    found = do_again(settings, journals, wiring.now, lost_because=reason)
    if as_json:
        emit_json(
            {
                "replayed": dict(found.counts),
                "expired": dict(found.expired),
                "lost_requests": found.lost_requests,
                "passwords_dropped": found.passwords_dropped,
                "is_scrubbed": found.is_scrubbed,
                "is_usable": True,
            }
        )
        return
    table(("replayed", "number"), [(what, f"{n:,}") for what, n in found.counts.items()])
    table(("due by now", "number"), [(what, f"{n:,}") for what, n in found.expired.items()])
    if found.lost_requests:
        say(
            f"{found.lost_requests:,} rights requests came after the backup and are lost with the"
            " store. Cure: look for them in your mail; their time goes on."
        )
    if found.passwords_dropped:
        say(
            "Nobody knows who of the staff was removed since, so no password counts any more."
            " Cure: `leadledger staff list`, then `staff remove` or `staff password` for each."
        )
    if not found.is_scrubbed:
        say("Bytes of what was deleted again are still in its files. Cure: `leadledger scrub`.")
    say("The store may be used again. Pull and import again what came after the backup.")


@db.command()
def move(
    url: Annotated[str, typer.Argument(help="The URL of an empty database, SQLite or PostgreSQL.")],
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also while a daemon is at work on the store.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Copy the store into another database, and prove that both hold the same."""
    from pipeline import wiring
    from pipeline.move_store import move_store, require_at_rest

    with house(config) as opened, progress("rows") as advance:
        if not anyway:
            require_at_rest(opened.store, wiring.now())
        moved = move_store(opened.store, url, advance)
    if as_json:
        emit_json({"rows": moved.rows})
        return
    table(("table", "rows"), [(name, f"{rows:,}") for name, rows in moved.rows.items()])
    say("Both hold the same. Next: set store.url, then `leadledger check`.")
