"""Add the steps of requests again that a restored store lacks, and what they add up to."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from models import copying, rights_request
from models.columns import table_of
from models.journal import Note
from models.rights_step import RightsStep
from pipeline.case import case_of, keep_in_step

_WORDS_LOST = ""
"""The journal has none of the words that somebody typed: they could name people."""


def steps_again(connection: Connection, controller_id: str, notes: Iterable[Note]) -> int:
    """Add steps that the journal has; return how many the store lacked.

    A request that came after the backup is lost with its steps: the ledger's count of lost requests
    says so. To do it twice changes nothing. Rules: RET-17, CASE-1.
    """
    count = 0
    rows = [note["row"] | {"text": _WORDS_LOST} for note in notes]
    for id_ in dict.fromkeys(row["request_id"] for row in rows):
        request = rights_request.request_row(connection, controller_id, UUID(id_))
        if request is None:
            continue
        own = [row for row in rows if row["request_id"] == id_]
        count += copying.put_missing(connection, table_of(RightsStep), own)
        keep_in_step(connection, request, case_of(connection, request).case)
    return count
