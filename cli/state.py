"""Commands that tell how things stand: status, check."""

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house, settings_of
from cli.output import UNLIMITED, emit_json, flush_data, print_data, print_wrapped, say, table
from cli.words import counted

if TYPE_CHECKING:
    from pipeline.status import SourceStatus, Status

NOT_RIGHT = 4
REFUSED = {
    401: "compare the secret with the one that the platform signs with",
    403: "compare the key, or the word of the handshake, with the platform's; for a form, add your"
    " site to its `origins`",
    503: "set the secret of this source, and room on the disk",
}
"""What helps where pushes are refused, by the status of the answer."""
WHY_LISTED = (("complaint", "by complaint"), ("bounce", "as dead addresses"))
"""What is told of the suppression list besides its length: it speaks of how you send."""
MARKS = {True: "ok  ", None: "note", False: "BAD "}


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(status)
    app.command()(check)


def status(config: ConfigOption = DEFAULT_CONFIG, as_json: JsonOption = False) -> None:
    """Show the sources, their last lead and last pull, what is set aside, overdue or wrong."""
    from pipeline import wiring
    from pipeline.status import status as ask

    with house(config) as opened:
        found = ask(opened.store, opened.settings, wiring.now())
    if as_json:
        emit_json(asdict(found))
        return
    columns = ("source", "leads", "tests", "newest lead", "last pull", "outcome", "set aside")
    rows = [
        (
            source.id,
            f"{source.leads:,}",
            f"{source.tests:,}",
            _moment(source.newest_lead_at),
            _moment(source.last_pull_at),
            source.last_outcome or "never pulled",
            ", ".join(f"{n} {reason}" for reason, n in source.set_aside.items()) or "0",
        )
        for source in found.sources
    ]
    if rows:
        table(columns, rows)
    else:
        say("No source is configured. Cure: add [[sources]] to config.toml.")
    for source in found.sources:
        if source.message:
            say(f"{source.id}, last pull: {source.message}")
        _tell_pushes(source)
    print_data(f"kept beyond their time: {found.overdue:,}; suppressed: {_suppressed(found)}")
    print_data(f"last backup: {_moment(found.last_backup_at)}")
    _tell_mails_and_requests(found)
    for alarm in found.alarms:
        since = _moment(alarm.since)
        say(f"ALARM, {alarm.severity}, since {since}: {alarm.fact} Cure: {alarm.cure}")


def _suppressed(found: "Status") -> str:
    """Say how many are on the suppression list, and whose entry is none of their own doing."""
    because = found.suppressed_because
    parts = ", ".join(f"{because[why]:,} {words}" for why, words in WHY_LISTED if why in because)
    return f"{found.suppressed:,} ({parts})" if parts else f"{found.suppressed:,}"


def _tell_mails_and_requests(found: "Status") -> None:
    """Say what waits to be sent, and who waits for an answer."""
    if found.mails_waiting:
        waiting = counted(found.mails_waiting, "mail")
        cure = "" if found.can_mail else " Cure: no mail server is configured; add [mail]."
        since = _moment(found.mails_since)
        say(f"{waiting} to be sent, the oldest of {since}.{cure}")
    if found.requests_open:
        waiting = counted(found.requests_open, "rights request")
        say(f"{waiting} open, the next due on {found.next_request_due}: `leadledger rights list`.")


def _tell_pushes(source: "SourceStatus") -> None:
    """Say what lies in a source's inbox, what keeps it there, and what is wrong with it."""
    if source.waiting:
        since = _moment(source.waiting_since)
        waiting = counted(source.waiting, "request")
        say(f"{source.id}: {waiting} to be worked on, the oldest of {since}.")
    if source.inbox_message:
        say(f"{source.id}, pushed leads: {source.inbox_message}")
    if source.watch_message:
        say(f"{source.id}: {source.watch_message}")
    for look in source.looks:
        if not look.is_ok:
            say(f"{source.id} {look.subject}, at {_moment(look.looked_at)}: {look.message}")
    for status_, count in sorted(source.refused.items()):
        cure = REFUSED.get(status_, "see docs/receiving.md")
        times = counted(count, "request")
        say(f"{source.id}: {times} refused with {status_} since yesterday. Cure: {cure}.")


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else "none yet"


def check(
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the network.")] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Look at the configuration, keys, store and each source: a line each, and the cure."""
    from pipeline.check import check as look

    found = []
    for finding in look(settings_of(config), offline=offline):
        found.append(finding)
        if not as_json:
            line = f"{MARKS[finding.is_ok]}  {finding.subject}: {finding.message}"
            print_wrapped(line, hanging="      ", piped_width=UNLIMITED)
            flush_data()  # the next one may take its time
    if as_json:
        emit_json([{"subject": f.subject, "ok": f.is_ok, "message": f.message} for f in found])
    raise typer.Exit(NOT_RIGHT if any(f.is_ok is False for f in found) else 0)
