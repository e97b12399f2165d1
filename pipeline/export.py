"""Hand out a list: each row decided anew, written with its proof, recorded with who was in it."""

import errno
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from models import ledger, usage
from models.disclosure import add_disclosures
from models.export import add_export, close_export
from models.keys import new_keys
from models.ledger import LedgerKind
from models.store import Store
from pipeline.client_facts import instructed
from pipeline.gather import Dossier, Wording, gather, require_own_key, wordings
from pipeline.hand_over import as_it_stood, named, require_open
from pipeline.recipient_settings import RecipientSettings
from pipeline.rules_version import rules_version
from pipeline.settings import ControllerSettings
from pipeline.spreadsheets import FORMATS, Sheet, format_of
from pipeline.unsubscribe_links import UnsubscribeLinks
from policy.decision import Decision
from policy.errors import StoreUnavailable, UsageError
from policy.permission import decide
from policy.recipients import Handing
from policy.suppression import SuppressionKeys
from policy.uses import LegalDuty, UseRequest, may_be_listed
from policy.vocabulary import CHANNEL_IDENTIFIERS, Channel, Purpose, ReasonCode

CHUNK = 1_000
COLUMNS = (
    "identifier", "full_name", "first_name", "last_name", "company", "job_title",
    "purpose", "channel", "decision", "lawful_basis", "permission_time", "source", "form",
    "notice_version", "evidence_grade", "decision_time", "valid_until", "lead_id",
)  # fmt: skip
LINK_COLUMNS = ("unsubscribe_url", "list_unsubscribe", "list_unsubscribe_post")
"""What a list has besides where unsubscribe links are asked for."""
PARTIAL = ".part"
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What is asked for. `out` None: only count (a dry run); `links` None: without any.

    `recipient` None: the controller itself. `duty` is what an authority asks by.
    """

    controller: ControllerSettings
    purpose: Purpose
    channel: Channel
    recipient: RecipientSettings | None
    out: Path | None
    actor: str
    links: UnsubscribeLinks | None = None
    duty: LegalDuty | None = None

    @property
    def handing(self) -> Handing:
        """Return what is to be handed out."""
        return Handing(self.purpose, self.channel, self.controller.role, self.duty)

    @property
    def recipient_as_it_stands(self) -> dict[str, object]:
        """Return the recipient and the facts about it that every row is decided by."""
        return {"recipient": named(self.recipient)} | as_it_stood(self.recipient, self.duty)


@dataclass(slots=True)
class ExportReport:
    """What was handed out and why (`codes`), and why the others were not: counts by reason."""

    allowed: int = 0
    codes: Counter[ReasonCode] = field(default_factory=Counter)
    withheld: Counter[ReasonCode] = field(default_factory=Counter)
    export_id: UUID | None = None
    sha256: str | None = None


def export(
    store: Store,
    request: ExportRequest,
    suppression_key: SuppressionKeys,
    now: Callable[[], datetime],
    progress: Callable[[int], None] = lambda _: None,
) -> ExportReport:
    """Decide every identifier of a controller anew, and write those that may be used to a file.

    Each chunk is read, decided and written down as disclosed in one transaction, so that an opt-out
    either comes before (and is honoured) or finds the disclosure. The file gets its name only when
    it is whole and recorded.

    Raises:
        UsageError: the file exists, cannot be written, or its name says no format; or the
            recipient may be handed nobody, or the purpose has no lists.
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed, or its disk is full; the file was not handed over.
    """
    _require_listable(request.purpose)
    require_open(request.recipient, request.handing, now())
    maker = _Maker(store, request, suppression_key, now, progress)
    if request.out is None:
        maker.count()
        return maker.report
    ending = format_of(request.out)
    if request.out.exists():
        raise UsageError(f"{request.out} exists already. Cure: choose another name for --out.")
    # a name of its own, so that two exports to one file cannot touch each other's
    partial = request.out.with_name(f".{request.out.name}.{uuid4().hex[:8]}{PARTIAL}")
    try:
        partial.unlink(missing_ok=True)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        columns = COLUMNS + LINK_COLUMNS if request.links else COLUMNS
        maker.make(FORMATS[ending](partial, columns), partial, ending)
        partial.replace(request.out)
    except OSError as error:
        kind = StoreUnavailable if error.errno in NO_ROOM else UsageError
        raise kind(
            f"{request.out} cannot be written: {error.strerror}. Cure: check the folder, its rights"
            " and its disk; nothing was handed over."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return maker.report


def _require_listable(purpose: Purpose) -> None:
    """Refuse a purpose for which one person is looked up, and no list is made. Rule: EXP-2."""
    if not may_be_listed(purpose):
        raise UsageError(
            f"No list is made for {purpose}: it would name everybody, those too who opted out."
            " Cure: ask `leadledger why` about one address or number."
        )


class _Maker:
    """One export in the making."""

    def __init__(
        self,
        store: Store,
        request: ExportRequest,
        key: SuppressionKeys,
        now: Callable[[], datetime],
        progress: Callable[[int], None],
    ) -> None:
        self.store = store
        self.request = request
        self.key = key
        self.now = now
        self.progress = progress
        self.report = ExportReport()
        self.kinds = CHANNEL_IDENTIFIERS[request.channel]
        self.shown: dict[str, Wording] = {}

    def count(self) -> None:
        """Decide everything and write nothing."""
        with self.store.reading() as connection:
            self.begin(connection)
            after = None
            while page := self.decided(connection, after):
                after = page[-1][0].identifier_id
                self.tally(page)

    def make(self, sheet: Sheet, path: Path, ending: str) -> None:
        """Write the file and the record of it."""
        after: UUID | None = None
        try:
            export_id = self.open(ending)
            while after := self.hand_out(sheet, export_id, after):
                pass
        finally:
            sheet.close()
        with path.open("rb") as file:
            self.report.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        self.close(export_id)

    def begin(self, connection: Connection) -> None:
        controller_id = self.request.controller.id
        require_own_key(connection, controller_id, self.key)
        self.shown = wordings(connection, controller_id)
        missing = {
            ReasonCode.TEST_LEAD: usage.test_lead_count(connection, controller_id),
            ReasonCode.NO_IDENTIFIER: usage.unreachable_count(
                connection, controller_id, self.kinds
            ),
        }
        self.report.withheld += Counter({code: n for code, n in missing.items() if n})

    def open(self, ending: str) -> UUID:
        """Write down that an export begins."""
        request, at = self.request, self.now()
        export_id = new_keys(1, at)[0]
        row = {
            "controller_id": request.controller.id,
            "id": export_id,
            "purpose": request.purpose,
            "channel": request.channel,
            "actor": request.actor,
            "opened_at": at,
            "format": ending.removeprefix("."),
            "path": str(request.out.resolve()) if request.out else None,
            "approver": request.duty.approver if request.duty else None,
            **request.recipient_as_it_stands,
        }
        with self.store.writing(request.controller.id) as connection:
            self.begin(connection)
            add_export(connection, row)
        self.report.export_id = export_id
        return export_id

    def hand_out(self, sheet: Sheet, export_id: UUID, after: UUID | None) -> UUID | None:
        """Decide, record and write one chunk; return where the next begins, None at the end."""
        with self.store.writing(self.request.controller.id) as connection:
            page = self.decided(connection, after)
            allowed = [(dossier, d) for dossier, d in page if d.is_allowed]
            rows = [
                {
                    "identifier_id": dossier.identifier_id,
                    "lead_id": decision.lead_id,
                    "code": decision.code,
                    "decided_at": decision.decided_at,
                    "valid_until": decision.valid_until,
                }
                for dossier, decision in allowed
            ]
            add_disclosures(connection, self.request.controller.id, export_id, rows)
        sheet.write([self.row(dossier, decision) for dossier, decision in allowed])
        self.tally(page)
        return page[-1][0].identifier_id if page else None

    def close(self, export_id: UUID) -> None:
        """Write down that the file is whole."""
        report, at = self.report, self.now()
        withheld = {code.value: count for code, count in sorted(report.withheld.items())}
        outcome = {"sha256": report.sha256, "row_count": report.allowed, "withheld": withheld}
        detail = outcome | {
            "purpose": self.request.purpose,
            "channel": self.request.channel,
            **self.request.recipient_as_it_stands,
            "codes": {code.value: count for code, count in sorted(report.codes.items())},
            "rules": rules_version(),
        }
        entries = [(LedgerKind.EXPORT_MADE, export_id.hex, detail)]
        controller_id = self.request.controller.id
        with self.store.writing(controller_id) as connection:
            close_export(connection, controller_id, export_id, outcome | {"closed_at": at})
            ledger.append(connection, controller_id, self.request.actor, entries, at)

    def decided(self, connection: Connection, after: UUID | None) -> list[tuple[Dossier, Decision]]:
        """Return the next identifiers with the decision on each, at this moment."""
        request, at = self.request, self.now()
        whose, channel = request.controller, request.channel
        contract = instructed(connection, whose, at)
        page = usage.identifiers_page(connection, whose.id, self.kinds, after, CHUNK)
        found = gather(connection, whose, self.key, page, self.shown, channel, contract=contract)
        recipient = request.recipient.facts if request.recipient else None
        use = UseRequest(request.purpose, channel, at, recipient=recipient, duty=request.duty)
        return [(dossier, decide(use, dossier.facts)) for dossier in found]

    def tally(self, page: Sequence[tuple[Dossier, Decision]]) -> None:
        for _, decision in page:
            if decision.is_allowed:
                self.report.allowed += 1
                self.report.codes[decision.code] += 1
            else:
                self.report.withheld[decision.code] += 1
        self.progress(len(page))

    def row(self, dossier: Dossier, decision: Decision) -> list[str]:
        """Return one person's row, with what allows it."""
        lead: Any = dossier.rows[decision.lead_id] if decision.lead_id else None
        wording = self.shown.get(lead.notice_id) if lead else None
        cells = list(map(_text, _cells(dossier, decision, lead, wording, self.request)))
        if self.request.links is not None:
            cells += self.request.links.cells(dossier.identifier_id, dossier.identifier)
        return cells


def _cells(
    dossier: Dossier,
    decision: Decision,
    lead: Any,  # noqa: ANN401 - a row of the lead table, or None
    wording: Wording | None,
    request: ExportRequest,
) -> Iterator[object]:
    yield dossier.identifier.value
    for name in ("full_name", "first_name", "last_name", "company", "job_title"):
        yield getattr(lead, name, None)
    yield request.purpose
    yield request.channel
    yield decision.code
    yield decision.basis
    yield decision.rests_on.occurred_at if decision.rests_on else None
    yield getattr(lead, "source_id", None)
    yield wording.form_name if wording else getattr(lead, "form_id", None)
    yield getattr(lead, "notice_id", None)
    yield getattr(lead, "grade", None)
    yield decision.decided_at
    yield decision.valid_until
    yield decision.lead_id


def _text(cell: object) -> str:
    if cell is None:
        return ""
    return cell.isoformat(timespec="seconds") if isinstance(cell, datetime) else str(cell)
