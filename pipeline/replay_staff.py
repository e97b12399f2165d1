"""Let nobody of the staff in by a restore who could not get in before it. Rule: STAFF-12."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import staff
from models.journal import Note
from policy.signing_in import password_counts_after_restore


def keep_out(
    connection: Connection, controller_id: str, notes: Mapping[str, Sequence[Note]]
) -> int:
    """Remove again who was removed, and let no password count that was changed since."""
    for note in notes.get("staff_password", ()):
        set_at = datetime.fromisoformat(note["at"])
        staff.drop_old_password(connection, UUID(note["id"]), set_at)
    return sum(
        staff.remove_person(
            connection,
            controller_id,
            UUID(note["id"]),
            note["by"],
            datetime.fromisoformat(note["at"]),
        )
        for note in notes.get("staff_removed", ())
    )


def sign_out(connection: Connection, now: datetime, *, has_journal: bool) -> int:
    """Let nobody be signed in; return of how many the password counts no more.

    A sign-in that was ended since the backup would count again, and so would, without the journal,
    the password of somebody who was removed.
    """
    staff.end_every_session(connection, now)
    if password_counts_after_restore(has_journal=has_journal):
        return 0
    return staff.drop_every_password(connection)
