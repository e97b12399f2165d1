"""Restrict again, in a restored store, whose data was restricted or corrected since its backup.

A correction itself cannot be done again: no journal holds a person's details. So the person who has
the wrong ones again is restricted until somebody has asked them (decision 28).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import correction, due, ledger, restriction
from models.columns import table_of
from models.copying import put_missing
from models.journal import Note
from models.ledger import Entry, LedgerKind
from models.restriction import RestrictionRecord
from pipeline.leave_audiences import identifiers_leave
from policy.restriction import RestrictionGround
from policy.suppression import SuppressionKeys

ACTOR = "restore"


def restrict_again(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    notes: Mapping[str, Sequence[Note]],
    now: datetime,
) -> int:
    """Do the journal's restrictions and their ends again; return how many were missing.

    To do it twice changes nothing. Who was erased since is not waited for. Rules: RST-5, COR-5,
    RET-17.
    """
    count = 0
    gone = {UUID(key_) for note in notes.get("erased", ()) for key_ in note["scopes"]}
    gone |= {UUID(note["id"]) for note in notes.get("lead_deleted", ())}
    for note in notes.get("restriction", ()):
        is_gone = UUID(note["row"]["person_id"]) in gone
        known_by = () if is_gone else note["digests"]
        count += _put(connection, controller_id, note["row"], known_by)
    for note in notes.get("corrected", ()):
        leads = {UUID(key_) for key_ in note["leads"]}
        if UUID(note["person"]) not in gone and not leads <= gone:
            count += _lost(connection, controller_id, note, now)
    for note in notes.get("restriction_lifted", ()):
        told_at, lifted_at = (datetime.fromisoformat(note[at]) for at in ("told_at", "lifted_at"))
        id_ = UUID(note["id"])
        restriction.lift_restriction(connection, controller_id, id_, told_at, lifted_at)
    in_force = restriction.restrictions_in_force(connection, controller_id)
    people = {row.person_id for row in in_force}
    carried = due.identifiers_of_people(connection, controller_id, people) if people else []
    identifiers_leave(connection, controller_id, key, {row.id for row in carried}, now)
    return count


def _put(
    connection: Connection, controller_id: str, row: dict[str, Any], digests: Sequence[str]
) -> int:
    """Put a restriction that is missing, and wait for its person.

    Also for one whom the backup has: what it has of them may end before the rest comes again, which
    makes a new person then.
    """
    count = put_missing(connection, table_of(RestrictionRecord), [row])
    restriction.add_restriction_marks(connection, controller_id, UUID(row["id"]), digests)
    return count


def _lost(connection: Connection, controller_id: str, note: Note, now: datetime) -> int:
    """Restrict whoever has the uncorrected details again, or will have once they are pulled."""
    ids = [UUID(id_) for id_ in note["ids"]]
    if correction.is_corrected(connection, controller_id, ids):
        return 0
    leads = due.leads_by_keys(connection, controller_id, [UUID(id_) for id_ in note["leads"]])
    people = sorted({lead.person_id for lead in leads if lead.person_id is not None})
    entries: list[Entry] = []
    for id_, person_id in zip(ids, people or [UUID(note["person"])], strict=False):
        ground = RestrictionGround.CORRECTION_LOST
        row = {
            "controller_id": controller_id,
            "id": id_.hex,
            "person_id": person_id.hex,
            "ground": ground.value,
            "since": note["at"],
        }
        if _put(connection, controller_id, row, note["digests"]):
            detail = {"restriction": id_.hex, "ground": ground, "request": None}
            entries.append((LedgerKind.RESTRICTION_SET, person_id.hex, detail))
    ledger.append(connection, controller_id, ACTOR, entries, now)
    return len(entries)
