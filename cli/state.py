"""Commands that tell how things stand: status, check."""

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.context import DEFAULT_CONFIG, ConfigOption, JsonOption, house
from cli.output import UNLIMITED, emit_json, flush_data, print_data, print_wrapped, say, table
from cli.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.finding import Finding
    from pipeline.source_status import SourceStatus
    from pipeline.status import Status

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
GOOD = ("done", "set_aside")
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
        _tell_completeness(source)
        _tell_pushes(source)
    print_data(f"kept beyond their time: {found.overdue:,}; suppressed: {_suppressed(found)}")
    print_data(f"last backup: {_moment(found.last_backup_at)}")
    _tell_jobs(found)
    if found.lists_failed:
        lists = counted(found.lists_failed, "list")
        say(f"{lists} of opt-outs not heeded whole. Cure: see the notes beside them in `failed`.")
    _tell_mails_and_requests(found)
    _tell_audiences(found)
    for alarm in found.alarms:
        since = _moment(alarm.since)
        say(f"ALARM, {alarm.severity}, since {since}: {alarm.fact} Cure: {alarm.cure}")


def _suppressed(found: "Status") -> str:
    """Say how many are on the suppression list, and whose entry is none of their own doing."""
    because = found.suppressed_because
    parts = ", ".join(f"{because[why]:,} {words}" for why, words in WHY_LISTED if why in because)
    return f"{found.suppressed:,} ({parts})" if parts else f"{found.suppressed:,}"


def _tell_jobs(found: "Status") -> None:
    """Say which jobs did not end well, or are at work; the others are told with `--json`."""
    for job in found.jobs:
        name = f"{job.job} {job.subject}".rstrip()
        if job.is_at_work:
            done = f", {job.progress:,} done" if job.progress else ""
            print_data(f"{name}: at work since {_moment(job.started_at)}{done}")
        elif job.outcome is None and job.message is None:
            say(f"{name}: broken off; `leadledger run` takes it up again.")
        elif job.outcome is None:
            say(f"{name}: tried again at {_moment(job.due_at)}. {job.message}")
        elif job.outcome not in GOOD:
            say(f"{name}, run of {_moment(job.slot)}: {job.outcome}. {job.message or ''}".rstrip())


def _tell_mails_and_requests(found: "Status") -> None:
    """Say what waits to be sent, and who waits for an answer."""
    if found.mails_waiting:
        waiting = counted(found.mails_waiting, "mail")
        cure = "" if found.can_mail else " Cure: no mail server is configured; add [mail]."
        since = _moment(found.mails_since)
        say(f"{waiting} to be sent, the oldest of {since}.{cure}")
    if found.requests_open:
        waiting = counted(found.requests_open, "rights request")
        due = found.next_request_due
        next_ = f"the next due on {due}" if due else "none with a day yet"
        say(f"{waiting} open, {next_}: `leadledger rights list`.")


def _tell_completeness(source: "SourceStatus") -> None:
    """Say up to when nothing is missing, and what is."""
    found = source.completeness
    if found.complete_until:
        fetched = counted(found.gaps_fetched, "gap")
        until = _moment(found.complete_until)
        say(f"{source.id}: complete up to {until}; {fetched} fetched, {found.gaps_open:,} open.")
    if found.message:
        say(f"{source.id}, last comparison: {found.message}")
    elif found.gaps_open:
        missing = counted(found.gaps_open, "lead")
        say(f"{source.id}: {missing} missing here. Cure: `leadledger reconcile {source.id}`.")
    if found.gaps_lost:
        lost = counted(found.gaps_lost, "lead")
        say(f"{source.id}: {lost} missing for good; the platform gives out none of that age.")


def _tell_audiences(found: "Status") -> None:
    """Say who must still leave advertising audiences, and who could not be taken out of them."""
    waiting = sum(each.waiting for each in found.audiences)
    if waiting:
        since = min(each.waiting_since for each in found.audiences if each.waiting_since)
        things = "address or number" if waiting == 1 else "addresses and numbers"
        say(
            f"{waiting:,} {things} to be removed from audiences, the oldest since {_moment(since)}:"
            " `leadledger audiences list`."
        )
    for each in found.audiences:
        if each.failed:
            say(
                f"{each.id}: {each.failed:,} not removed within 30 days, the last on"
                f" {each.failed_at:%Y-%m-%d}. Cure: see docs/audiences.md."
            )
        if each.message:
            say(f"{each.id}, last round: {each.message}")


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
    found = []
    for finding in _findings(config, offline=offline):
        found.append(finding)
        if not as_json:
            line = f"{MARKS[finding.is_ok]}  {finding.subject}: {finding.message}"
            print_wrapped(line, hanging="      ", piped_width=UNLIMITED)
            flush_data()  # the next one may take its time
    if as_json:
        emit_json(
            [
                {"subject": f.subject, "ok": f.is_ok, "message": f.message, "fault": f.fault}
                for f in found
            ]
        )
    raise typer.Exit(NOT_RIGHT if any(f.is_ok is False for f in found) else 0)


def _findings(config: Path, *, offline: bool) -> "Iterator[Finding]":
    """Yield what the check finds; without time zones nothing else of it can even be loaded."""
    from pipeline.check_machine import check_time_zone

    zone = check_time_zone()
    yield zone
    if zone.is_ok:
        from pipeline.check import check_installation

        yield from check_installation(config, os.environ, offline=offline)
