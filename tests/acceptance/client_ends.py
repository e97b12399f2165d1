"""How the contract with a client ends, and how another one begins."""

import base64
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

from pipeline.close_client import Closed, Closing, close_client
from policy.client_contract import ExitChoice
from policy.errors import UsageError
from policy.london import london_date
from tests.acceptance.clients import Home, under_contract

YESTERDAY = timedelta(days=1)


def end_the_contract(
    home: Home, id_: str, choice: ExitChoice | None, at: datetime, *, are_passed_on: bool
) -> Any:
    """Order the end of a client's contract as of yesterday, and all that the client wants then."""
    order = Closing(
        on=_last_day(home, id_, at),
        choice=choice,
        out=home.folder / f"back-{id_}-{at:%Y%m%d%H%M}",
        are_sub_processors_done=True,
        are_requests_passed_on=are_passed_on,
        actor="test",
    )
    try:
        found = close_client(home.store, home.owner(id_), home.keys, order, lambda: at)
    except UsageError as refusal:
        return str(refusal)
    home.ended[id_] = found.exit.ends_on
    return found.exit, found.deleted, _given_back(found)


def _last_day(home: Home, id_: str, at: datetime) -> date | None:
    """Return the day to name: yesterday for a contract that runs, none for one that has ended."""
    return None if id_ in home.ended else london_date(at - YESTERDAY)


def agree_anew(home: Home, id_: str, at: datetime) -> None:
    """Agree with a client on another contract, from today on."""
    home.ended.pop(id_, None)
    anew = under_contract(id_, f"DPA-{at:%Y%m%d%H%M}", london_date(at))
    home.owners = [anew if each.id == id_ else each for each in home.owners]
    home.declare(at)


def _given_back(found: Closed) -> Any:
    if found.package is None:
        return None
    return found.package.rows, dict(_rows_in(found.package.folder))


def _rows_in(folder: Path) -> Iterator[tuple[str, list[Any]]]:
    """Yield what a client got back, by file; bytes as the text that they are."""
    for path in sorted(folder.glob("*.jsonl")):
        rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
        for row in rows:
            if row.get("payload"):
                row["payload"] = base64.b64decode(row["payload"])
                row.pop("digest", None)  # of bytes that may hold a token
        yield path.name, rows
