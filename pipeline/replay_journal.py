"""Do again, in a restored store, what happened since its backup, and only then admit it to use.

The whole journal is replayed, not only what is newer than the backup: each step can be done twice
without harm, and so nothing depends on clocks or on what was under way when the backup was taken.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

import orjson
from sqlalchemy import Connection

from models import (
    copying,
    delivery,
    due,
    hold,
    inbox,
    ledger,
    outbox,
    permission,
    person,
    removal,
    rights_step,
    schema,
)
from models.columns import table_of
from models.controller import controller_ids, source_ids
from models.hold import Hold
from models.journal import Journal, Note, Position
from models.ledger import LedgerKind
from models.permission import EVERY_CHANNEL, PermissionRecord, Suppression
from models.store import Store
from pipeline.declare import declare
from pipeline.delete_leads import Doomed, delete_leads
from pipeline.expire import expire, named_counts
from pipeline.leave_audiences import people_leave
from pipeline.recall import acknowledge_again, recall_again
from pipeline.replay_breaches import replay_breaches
from pipeline.replay_erasures import erase_again
from pipeline.replay_exits import delete_clients_again
from pipeline.replay_restrictions import restrict_again
from pipeline.replay_staff import keep_out, sign_out
from pipeline.replay_steps import steps_again
from pipeline.scrub import scrub
from pipeline.settings import Settings
from policy.audiences import ends_audiences
from policy.errors import ConfigError, StoreUnavailable, UsageError
from policy.opt_out import OptOutReason
from policy.retention_rules import RetentionReason
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

ACTOR = "restore"
RULE = "RET-17"
_UNKNOWN = "not in the journal, which names nobody: ask who approved it"

Notes = Mapping[str, Sequence[Note]]
"""What the journal says of one controller, by what happened, oldest first."""


@dataclass(slots=True)
class Replayed:
    """What was done again, and what was due by now.

    `lost_requests` people asked for something since the backup: what, is in no journal.
    `passwords_dropped` are those of the staff that count no more, as the journal is lost.
    `is_scrubbed`: no byte of what was deleted again is left in the store's files.
    """

    counts: Counter[str] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)
    lost_requests: int = 0
    passwords_dropped: int = 0
    is_scrubbed: bool = False


def replay(
    settings: Settings,
    journals: Sequence[Journal],
    now: Callable[[], datetime],
    *,
    lost_because: str | None = None,
) -> Replayed:
    """Replay erasures, opt-outs, holds and expiries, then admit the store to use (RET-17).

    To run it again after it was killed is safe: the store stays barred until all of it is done.

    Args:
        settings: of the installation; its store is the restored one.
        journals: those of every machine that wrote to the store; the first is this machine's.
        now: the clock (aware UTC).
        lost_because: why there is no journal; then only what is due by the clock is done.

    Raises:
        UsageError: the store is not a restored one.
        BackupBroken: a journal is missing or does not add up; the store stays barred.
        ConfigError: the journal names a controller or source that is not configured.
    """
    store = Store(settings.store_url)
    try:
        reached = _required_restored(store)
        notes: list[Note] = []
        if lost_because is None:
            for number, journal in enumerate(journals):
                notes += journal.read(reached if number == 0 else None)
        found = Replayed()
        declare(store, settings, now())
        _require_controllers(settings, notes)
        for controller in settings.controllers:
            own = _of_controller(notes, controller.id)
            with store.writing(controller.id) as connection:
                _replay_in(connection, controller.id, settings.suppression_key, own, now(), found)
    finally:
        store.close()
    _finish(settings, journals[0], now, found, lost_because)
    found.is_scrubbed = _scrubbed(settings, now)
    return found


def _required_restored(store: Store) -> Position:
    """Return where the journal was when the backup was taken."""
    found = schema.current(store)
    if found is None or not found.startswith(schema.RESTORED):
        raise UsageError("The store is not a restored one, so there is nothing to replay.")
    if found != f"{schema.RESTORED}{schema.HEAD}":
        raise UsageError(
            f"The store is at {found}. Cure: replay with the version that restored it."
        )
    with store.reading() as connection:
        known = controller_ids(connection)
        row = ledger.last_of_kind(connection, known, LedgerKind.BACKUP_RESTORED)
    if row is None:
        return Position()  # a backup of a store without a controller, so without anything else
    detail = orjson.loads(row.body)["detail"]
    return Position(detail["journal_number"], detail["journal_code"])


def _require_controllers(settings: Settings, notes: Iterable[Note]) -> None:
    named = {_owner(note) for note in notes}
    if unknown := sorted(named - {controller.id for controller in settings.controllers}):
        raise ConfigError(
            f"The journal holds opt-outs or erasures of {', '.join(unknown)}, which is not"
            " configured. Cure: add it to config.toml again, then repeat."
        )


def _owner(note: Note) -> str:
    owner: str = note["row"]["controller_id"] if "row" in note else note["controller_id"]
    return owner


def _of_controller(notes: Iterable[Note], controller_id: str) -> Notes:
    found: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        if _owner(note) == controller_id:
            found[note["what"]].append(note)
    return found


def _replay_in(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    notes: Notes,
    now: datetime,
    found: Replayed,
) -> None:
    """Do one controller's part, in one transaction: what restricts first, deletions last."""
    counts = found.counts
    rows = {what: [note["row"] for note in own if "row" in note] for what, own in notes.items()}
    counts["opt-outs"] += _list(connection, controller_id, notes, rows.get("suppression", []))
    known = [row for row in rows.get("event", []) if _is_known(connection, row)]
    counts["permission events"] += copying.put_missing(
        connection, table_of(PermissionRecord), map(_untied(connection), known)
    )
    leaving = {UUID(row["identifier_id"]) for row in known if ends_audiences(_event(row))}
    people_leave(connection, controller_id, key, leaving, now)
    counts["removals"] += _keep_away(connection, controller_id, notes.get(removal.NOTED_AS, ()))
    words = {"matter": _UNKNOWN, "approver": _UNKNOWN}
    held = [row | words for row in rows.get("hold", [])]
    counts["holds placed"] += copying.put_missing(connection, table_of(Hold), held)
    for note in notes.get("hold_released", ()):
        at = datetime.fromisoformat(note["released_at"])
        is_new = hold.release_hold(connection, controller_id, UUID(note["id"]), at)
        counts["holds released"] += is_new
    counts["restrictions"] += restrict_again(connection, controller_id, key, notes, now)
    counts["leads deleted"] += _delete(connection, controller_id, key, notes, now)
    gone = [UUID(note["id"]) for note in notes.get("delivery_deleted", ())]
    for start in range(0, len(gone), copying.PAGE):
        page = gone[start : start + copying.PAGE]
        delivery.drop_deliveries(connection, controller_id, page)
        inbox.drop_pushes(connection, controller_id, page)
    counts["unread of who was erased"] += erase_again(connection, controller_id, key, notes, now)
    counts["leads of clients deleted"] += delete_clients_again(
        connection, controller_id, key, notes, now
    )
    counts["recalls opened"] += recall_again(connection, controller_id, notes.get("recalled", ()))
    acknowledge_again(connection, controller_id, notes.get("recall_acknowledged", ()))
    counts["breaches"] += replay_breaches(connection, controller_id, notes)
    steps = notes.get(rights_step.NOTED, ())
    counts["steps of requests"] += steps_again(connection, controller_id, steps)
    counts["staff removed"] += keep_out(connection, controller_id, notes)
    counts["mails dropped"] += _drop_mails(connection, controller_id, now)
    asked = {note["id"] for note in notes.get("request_received", ())}
    found.lost_requests += len(asked) - len(_kept_requests(connection, controller_id, asked))


def _keep_away(connection: Connection, controller_id: str, notes: Sequence[Note]) -> int:
    """Let no deleted lead come back from its source; return how many were missing."""
    known, added = source_ids(connection, controller_id), 0
    for note in notes:
        removed = removal.noted_removals(note)
        if unknown := sorted({source_id for source_id, *_ in removed} - known):
            raise ConfigError(
                f"The journal holds deletions of {controller_id}'s source {', '.join(unknown)},"
                " which is not configured. Cure: add it to config.toml again, then repeat."
            )
        added += removal.add_removals(connection, controller_id, removed)
    return added


def _list(connection: Connection, controller_id: str, notes: Notes, listed: Sequence[Note]) -> int:
    """Put opt-outs on the list, with what was said of them later; return how many were missing."""
    added = copying.put_missing(connection, table_of(Suppression), listed)
    for row in listed:
        _again(connection, controller_id, row["channel"], [row["digest"]], row["since"])
    for note in notes.get("suppressed_again", ()):
        _again(connection, controller_id, note["channel"], note["digests"], note["since"])
    for note in notes.get("person_outranked_bounce", ()):
        scope, reason = _scope(note["channel"]), OptOutReason(note["reason"])
        permission.let_person_outrank_bounce(
            connection, controller_id, scope, note["digests"], reason
        )
    return added


def _again(
    connection: Connection, controller_id: str, scope: str, digests: Sequence[str], since: str
) -> None:
    at = datetime.fromisoformat(since)
    permission.suppress_again(connection, controller_id, _scope(scope), digests, at)


def _scope(stored: str) -> Channel | None:
    return None if stored == EVERY_CHANNEL else Channel(stored)


def _is_known(connection: Connection, row: Note) -> bool:
    """Say whether an event's identifier is in the backup; one that came later is lost with it."""
    return person.is_identifier(connection, row["controller_id"], UUID(row["identifier_id"]))


def _event(row: Note) -> PermissionEvent:
    channel = Channel(row["channel"]) if row["channel"] else None
    at = datetime.fromisoformat(row["occurred_at"])
    return PermissionEvent(EventKind(row["kind"]), Purpose(row["purpose"]), channel, at)


def _untied(connection: Connection) -> Callable[[Note], Note]:
    """Let a refusal outlive a lead that is not in the backup."""

    def untied(row: Note) -> Note:
        lead = row["lead_id"]
        if lead and due.leads_by_keys(connection, row["controller_id"], [UUID(lead)]):
            return row
        return row | {"lead_id": None}

    return untied


def _kept_requests(connection: Connection, controller_id: str, asked: set[str]) -> set[str]:
    """Return those requests that were received before the backup."""
    return {row.subject_id for row in ledger.history(connection, controller_id, asked)}


def _delete(
    connection: Connection, controller_id: str, key: SuppressionKeys, notes: Notes, now: datetime
) -> int:
    details = {UUID(note["id"]): note["detail"] for note in notes.get("lead_deleted", ())}
    leads = due.leads_by_keys(connection, controller_id, list(details))
    doomed = [
        Doomed(
            lead,
            None,
            [RetentionReason(reason) for reason in details[lead.id]["reasons"]],
            [*details[lead.id]["rules"], RULE],
        )
        for lead in leads
    ]
    if doomed:
        delete_leads(connection, controller_id, key, doomed, ACTOR, now)
    return len(doomed)


def _drop_mails(connection: Connection, controller_id: str, now: datetime) -> int:
    """Drop the mails that waited when the backup was taken; return how many.

    Each may have been sent since. Its link works all the same, and who got none can ask again.
    """
    dropped = outbox.drop_all_mails(connection, controller_id)
    entries = [
        (
            LedgerKind.MAIL_DROPPED,
            row.subject_id.hex,
            {"mail": row.kind, "reason": "restored"},
        )
        for row in dropped
    ]
    ledger.append(connection, controller_id, ACTOR, entries, now)
    return len(dropped)


def _finish(
    settings: Settings,
    journal: Journal,
    now: Callable[[], datetime],
    found: Replayed,
    lost_because: str | None,
) -> None:
    """Delete what is due by now, write down what was done, and admit the store to use."""
    store = Store(settings.store_url, journal)
    try:
        expired = expire(store, settings.controllers, settings.suppression_key, now)
        for result in expired.values():
            found.expired.update(dict(named_counts(result)))
        with store.writing("schema") as connection:
            found.passwords_dropped = sign_out(connection, now(), has_journal=lost_because is None)
            detail = {
                "counts": dict(found.counts),
                "lost_requests": found.lost_requests,
                "passwords_dropped": found.passwords_dropped,
                "journal_lost": lost_because,
            }
            for controller in settings.controllers:
                entry = (LedgerKind.RESTORE_REPLAYED, None, detail)
                ledger.append(connection, controller.id, ACTOR, [entry], now())
            schema.set_restored(connection, is_restored=False)
    finally:
        store.close()


def _scrubbed(settings: Settings, now: Callable[[], datetime]) -> bool:
    """Let the bytes go of what was deleted again; where that fails, it stays due."""
    store = Store(settings.store_url)
    try:
        return scrub(store, now, is_full=settings.full_rewrite).is_clean
    except StoreUnavailable:
        return False
    finally:
        store.close()


def required_reason(reason: str) -> str:
    """Return a typed reason for going on without a journal.

    Raises:
        UsageError: it says too little.
    """
    if len(reason.split()) < 3:
        raise UsageError(
            "--journal-lost: say in a few words what happened to the journal, without names of"
            " people: it goes into the ledger."
        )
    return reason.strip()


def journals_of(settings: Settings, others: Sequence[Path], key: bytes) -> list[Journal]:
    """Return this machine's journal, and those of other machines that are named."""
    return [Journal(settings.journal_file, key), *(Journal(each, key) for each in others)]
