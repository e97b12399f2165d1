"""List who must be told that something changed for somebody in a list, and close that."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from models import ledger, recall
from models.ledger import LedgerKind
from models.store import Store
from pipeline.settings import ControllerSettings
from pipeline.spreadsheets import FORMATS, format_of
from policy.errors import UsageError
from policy.recall import RecallReason, is_recall_late, require_reason_not_told
from policy.rights.told import ToldOutcome

COLUMNS = ("recipient", "export", "sha256", "exported_on", "lead_id", "reason", "due", "listed_at")
"""What a recipient is given: `lead_id` is the column of that name in the list."""


@dataclass(frozen=True, slots=True)
class ListedRecall:
    """That the recipient of a list must be told of one lead in it. Times are UTC."""

    controller: str
    recipient: str
    export: UUID
    sha256: str | None
    exported_at: datetime | None
    purpose: str
    channel: str
    lead: UUID
    reason: RecallReason
    opened_at: datetime
    due_at: datetime
    acknowledged_at: datetime | None
    outcome: ToldOutcome | None
    why: str | None
    is_late: bool


def list_recalls(
    store: Store,
    controllers: Sequence[ControllerSettings],
    now: datetime,
    *,
    recipient: str | None = None,
    is_open: bool = True,
) -> list[ListedRecall]:
    """Return who must be told of whom, what is due first coming first.

    Args:
        store: an open store.
        controllers: whose lists.
        now: aware.
        recipient: only this one.
        is_open: leave out what was acknowledged.
    """
    ids = [controller.id for controller in controllers]
    with store.reading() as connection:
        rows = recall.recalls_of(connection, ids, recipient, is_open=is_open)
    return [
        ListedRecall(
            row.controller_id,
            row.recipient,
            row.export_id,
            row.sha256,
            row.closed_at,
            row.purpose,
            row.channel,
            row.lead_id,
            row.reason,
            row.opened_at,
            row.due_at,
            row.acknowledged_at,
            row.outcome,
            row.why,
            is_recall_late(now, row.due_at, row.acknowledged_at),
        )
        for row in rows
    ]


def write_recalls(found: Sequence[ListedRecall], out: Path, now: datetime) -> None:
    """Write recalls to a file that can be sent to their recipient. It names nobody.

    Raises:
        UsageError: the file exists, cannot be written, or its name says no format.
    """
    listed_at = now.astimezone(UTC).isoformat(timespec="seconds")
    rows = [
        [
            each.recipient,
            str(each.export),
            each.sha256 or "",
            f"{each.exported_at:%Y-%m-%d}" if each.exported_at else "",
            str(each.lead),
            each.reason.value,
            f"{each.due_at:%Y-%m-%d}",
            listed_at,
        ]
        for each in found
    ]
    ending = format_of(out)
    try:
        os.close(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        sheet = FORMATS[ending](out, COLUMNS)
        sheet.write(rows)
        sheet.close()
    except OSError as error:
        raise UsageError(
            f"{out} cannot be written: {error.strerror}. Cure: choose another --out, or check the"
            " folder and its disk."
        ) from None


@dataclass(frozen=True, slots=True)
class Told:
    """That a recipient was told, or why not, of what was listed by a time (aware)."""

    recipient: str
    listed_at: datetime
    outcome: ToldOutcome = ToldOutcome.TOLD
    why: str | None = None


def acknowledge_recalls(
    store: Store, controller: ControllerSettings, told: Told, actor: str, now: datetime
) -> int:
    """Close the recalls of a recipient that were opened by the time of a list; return how many.

    What was opened later stays: the recipient has not heard of it. Rule: RCL-3.

    Raises:
        UsageError: nobody was told and it is not said why, or nothing of this recipient is open.
    """
    require_reason_not_told(told.outcome, told.why)
    with store.writing(controller.id) as connection:
        count = recall.acknowledge(
            connection,
            controller.id,
            told.recipient,
            told.listed_at,
            (told.outcome, told.why.strip() if told.why else None),
            now,
        )
        if not count:
            raise UsageError(
                "Nothing that was opened by then waits for this recipient. Cure: see"
                " `leadledger recall list`."
            )
        detail = {"outcome": told.outcome, "count": count}
        entry = (LedgerKind.RECALL_ACKNOWLEDGED, None, detail)
        ledger.append(connection, controller.id, actor, [entry], now)
    return count
