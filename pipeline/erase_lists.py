"""Delete the lists in the house that an erased person is in. Rule: ERA-6."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import erasure
from models.client_data import places_of_lists
from models.ledger import Entry, LedgerKind
from policy.erasure import goes_whole


@dataclass(slots=True)
class Lists:
    """What became of the files: those deleted, and those that somebody must look at.

    `elsewhere` are not where they were written: moved, or deleted already. `changed` are not as we
    wrote them, `stuck` could not be deleted.
    """

    deleted: list[UUID] = field(default_factory=list)
    elsewhere: list[UUID] = field(default_factory=list)
    changed: list[UUID] = field(default_factory=list)
    stuck: list[UUID] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)


def erase_lists(
    connection: Connection,
    controller_id: str,
    leads: Collection[UUID],
    *,
    is_rehearsal: bool = False,
) -> Lists:
    """Delete whole every list that some leads are in, in the transaction that erases them.

    If the transaction fails afterwards, a list is lost that can be made again; the other order
    could leave one that nothing names any more. One that is being made goes as well, and its
    export fails.
    """
    rows = erasure.lists_with(connection, controller_id, leads)
    return _erase(connection, controller_id, rows, "erasure", is_rehearsal=is_rehearsal)


def erase_all_lists(connection: Connection, controller_id: str) -> Lists:
    """Delete every list in the house of a client whose contract is over, as above. Rule: CNT-5."""
    rows = places_of_lists(connection, controller_id)
    return _erase(connection, controller_id, rows, "contract_ended", is_rehearsal=False)


def _erase(
    connection: Connection,
    controller_id: str,
    rows: Sequence[Row[Any]],
    reason: str,
    *,
    is_rehearsal: bool,
) -> Lists:
    found = Lists()
    for row in rows:
        _judge(row, found, is_rehearsal=is_rehearsal)
    if not is_rehearsal:
        erasure.forget_places(connection, controller_id, [*found.deleted, *found.elsewhere])
        detail = {"reason": reason}
        found.entries = [(LedgerKind.EXPORT_FILE_DELETED, id_.hex, detail) for id_ in found.deleted]
    return found


def _judge(row: Row[Any], found: Lists, *, is_rehearsal: bool) -> None:
    path = Path(row.path)
    try:
        if row.closed_at is None:
            parts = list(_parts(path))
            _delete(parts, is_rehearsal=is_rehearsal)
            (found.deleted if parts else found.elsewhere).append(row.id)
        elif not path.is_file():
            found.elsewhere.append(row.id)
        elif goes_whole(row.sha256, _digest(path)):
            _delete([path], is_rehearsal=is_rehearsal)
            found.deleted.append(row.id)
        else:
            found.changed.append(row.id)
    except OSError:
        found.stuck.append(row.id)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parts(path: Path) -> Iterator[Path]:
    """Yield what a broken-off export may have left: its unfinished file, and a workbook's rows."""
    if path.parent.is_dir():
        for each in path.parent.iterdir():
            if each.name.lstrip(".").startswith(f"{path.name}.") and each.name.startswith("."):
                yield from (each.iterdir() if each.is_dir() else (each,))


def _delete(files: Collection[Path], *, is_rehearsal: bool) -> None:
    for file in files:
        if not is_rehearsal:
            file.unlink(missing_ok=True)
