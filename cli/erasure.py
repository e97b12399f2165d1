"""Commands that make somebody's data go for good: erase, scrub."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from cli.audit import RegionOption
from cli.context import (
    ACTOR,
    DEFAULT_CONFIG,
    ConfigOption,
    ControllerOption,
    JsonOption,
    chosen_controller,
    house,
)
from cli.output import emit_json, print_data, progress, say
from cli.stops import DryRunOption
from cli.words import counted
from policy.errors import StoreUnavailable, UsageError

if TYPE_CHECKING:
    from models.store import Store
    from pipeline.erase import Erased, ErasureOrder
    from pipeline.scrub import ScrubReport
    from pipeline.wiring import House

INCOMPLETE = 3
TRY_LATER = 5


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command()(erase)
    app.command()(scrub)


def erase(
    identifier: Annotated[
        str, typer.Argument(metavar="IDENTIFIER", help="An e-mail address or a number.")
    ],
    controller: ControllerOption = None,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", help="Who is meant, by key, where several use the identifier."),
    ] = None,
    request: Annotated[
        str | None, typer.Option("--request", help="The reference of the person's request.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    dry_run: DryRunOption = False,
    region: RegionOption = "GB",
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Erase one person everywhere in the house, to the byte, and print the certificate."""
    from pipeline.erase import ErasureOrder
    from pipeline.erasure_certificate import as_text, certificate
    from pipeline.why import identifier_of

    typed = identifier_of(identifier, region)
    order = ErasureOrder(typed, ACTOR, chosen_people(person or []), request, is_rehearsal=True)
    with house(config) as opened:
        whose = chosen_controller(opened.settings, controller).id
        found = _erase(opened, whose, order)
        scrubbed: ScrubReport | None = None
        if not dry_run:
            if not yes:
                _confirm(found, lambda text: identifier_of(text, region) == typed)
            found, scrubbed = _for_good(opened, whose, order)
    document = certificate(found, scrubbed)
    if as_json:
        emit_json(document | {"rehearsal": dry_run, "related": _related(found)})
    else:
        print_data(as_text(document))
        _tell_related(found)
        if request and not dry_run:
            say(f"Now tell the person: `leadledger rights show {request}` says what is owed.")
    if not dry_run and scrubbed is None:
        raise typer.Exit(TRY_LATER)
    raise typer.Exit(0 if dry_run or document["complete"] else INCOMPLETE)


def chosen_people(typed: list[str]) -> list[UUID]:
    """Return the keys of the people who are meant.

    Raises:
        UsageError: one is no key.
    """
    try:
        return [UUID(each) for each in typed]
    except ValueError:
        raise UsageError(
            "--person is no key. Cure: take one from what the command without it says."
        ) from None


def _erase(opened: "House", controller_id: str, order: "ErasureOrder") -> "Erased":
    from pipeline import wiring
    from pipeline.erase import erase as erase_person

    whose = chosen_controller(opened.settings, controller_id)
    key = opened.settings.suppression_key
    return erase_person(opened.store, whose, key, order, wiring.now())


def _for_good(
    opened: "House", controller_id: str, order: "ErasureOrder"
) -> "tuple[Erased, ScrubReport | None]":
    """Erase, then rewrite the files; that the second fails leaves the first done."""
    from dataclasses import replace

    found = _erase(opened, controller_id, replace(order, is_rehearsal=False))
    try:
        return found, _scrub(opened.store, is_full=opened.settings.full_rewrite)
    except StoreUnavailable as error:
        say(f"Erased, but bytes are still in the store's files. {error}")
        return found, None


def _confirm(found: "Erased", is_same: Callable[[str], bool]) -> None:
    """Ask on a terminal to type the identifier again.

    Raises:
        UsageError: nobody is there to be asked, or something else was typed.
    """
    total = counted(found.touched.total(), "record")
    if not sys.stdin.isatty():
        raise UsageError(f"Nothing was erased: it would be {total}. Cure: add --yes.")
    say(f"{total} would be erased, and nothing brings them back.")
    say("Type the address or number again:")
    try:
        same = is_same(sys.stdin.readline())
    except UsageError:
        same = False
    if not same:
        raise UsageError("That is not the same. Nothing was erased. Cure: start again.")


def _related(found: "Erased") -> list[dict[str, Any]]:
    return [
        {"person": str(each.person), "leads": each.leads, "shares": list(each.kinds)}
        for each in found.related
    ]


def _tell_related(found: "Erased") -> None:
    for each in found.related:
        shares = " and ".join(kind.value for kind in each.kinds)
        say(
            f"Not touched: person {each.person} shares the {shares}, in"
            f" {counted(each.leads, 'lead')}."
        )
    if found.related:
        say(
            "If that is the same person: `leadledger erase` with an address of theirs, or --person."
        )


def _scrub(store: "Store", *, is_full: bool) -> "ScrubReport":
    from pipeline import wiring
    from pipeline.scrub import scrub as rewrite

    with progress("Rewriting the store") as advance:
        return rewrite(store, wiring.now, is_full=is_full, progress=advance)


def scrub(
    quick: Annotated[
        bool, typer.Option("--quick", help="PostgreSQL: free the places without a full rewrite.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what waits and what it takes; change nothing.")
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Rewrite the store's files, so that the bytes of what was deleted are gone."""
    from dataclasses import asdict

    from pipeline.scrub import scrub_need

    with house(config) as opened:
        if dry_run:
            need = scrub_need(opened.store)
            if as_json:
                emit_json(asdict(need))
            else:
                since = need.due_since
                say(f"Waiting since {since:%Y-%m-%d %H:%M} UTC." if since else "Nothing waits.")
                if need.bytes_needed:
                    needed, free = f"{need.bytes_needed:,}", f"{need.bytes_free:,}"
                    say(f"It takes {needed} bytes for a while; {free} are free.")
            return
        is_full = opened.settings.full_rewrite and not quick
        report = _scrub(opened.store, is_full=is_full)
    if as_json:
        emit_json(asdict(report) | {"clean": report.is_clean})
    else:
        _tell_scrub(report)
    raise typer.Exit(TRY_LATER if "reader" in report.left else 0)


_LEFT = {
    "reader": "somebody reads an older state of it, which keeps bytes. Cure: try again when that"
    " is done",
    "free_space": "bytes stay in free places until these are used again. Cure: leave out --quick,"
    " and set store.full_rewrite",
    "statistics": "PostgreSQL's samples of values may be rewritten by the database's owner only."
    " Cure: run `VACUUM FULL pg_statistic` as the owner",
    "checkpoint": "the old files go at the server's next checkpoint, in some minutes",
}


def _tell_scrub(report: "ScrubReport") -> None:
    say("No byte of what was deleted is in the store's files." if report.is_clean else "NOT CLEAN:")
    for each in report.left:
        say(f"  {_LEFT[each]}.")
    say(f"Out of this command's reach: {', '.join(report.elsewhere)}; see docs/erasure.md.")
