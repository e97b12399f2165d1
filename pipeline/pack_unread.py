"""Look for one person in what nobody could read yet: what is set aside, and the inbox.

Every payload must be read, in every way in which an address may be written, so the search goes from
the newest back and ends at a number. What it did not reach is said.
"""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Table

from models import erasure, held
from pipeline.pack_asked import PackAsked, Record, at
from pipeline.traces import Traces
from policy.vocabulary import Identifier

MOST_SEARCHED = 2_000
"""How many records of each place are read for one answer: some milliseconds each hundred."""
_AT_A_TIME = 200


@dataclass(slots=True)
class Mentions:
    """What mentions the person, by place; `unsearched` counts what was too much to be read."""

    found: list[tuple[Table, list[UUID]]] = field(default_factory=list)
    unsearched: int = 0

    @property
    def keys(self) -> list[UUID]:
        """Return the keys of all that was found."""
        return [key for _, keys in self.found for key in keys]


def find_mentions(
    connection: Connection, controller_id: str, wanted: frozenset[Identifier]
) -> Mentions:
    """Return what holds one of some identifiers, however it is written there."""
    mentions = Mentions()
    traces = Traces(wanted)
    for table in erasure.UNREAD if wanted else ():
        hits: list[UUID] = []
        read, before = 0, None
        while read < MOST_SEARCHED:
            page = held.newest_unread(connection, table, controller_id, before, _AT_A_TIME)
            hits += [row.id for row in page if traces.are_in(row.payload)]
            read += len(page)
            if len(page) < _AT_A_TIME:
                break
            before = page[-1].id
        else:
            mentions.unsearched += held.count_older(connection, table, controller_id, before)
        mentions.found.append((table, hits))
    return mentions


def unread_of(asked: PackAsked, mentions: Mentions) -> list[Record]:
    """Return what mentions the person, as far as nobody else stands in it. Rule: PACK-3."""
    found: list[Record] = []
    for table, keys in mentions.found:
        rows = (
            held.unread_of_keys(asked.connection, table, asked.controller_id, keys) if keys else []
        )
        for row in rows:
            kept = getattr(row, "delete_after", None)
            shown = asked.redactor.payload(row.payload, row.media_type, is_theirs=False)
            found.append(
                {
                    "place": "set aside" if kept else "inbox",
                    "source": row.source_id,
                    "received_at": at(row.received_at),
                    "kept_until": at(kept),
                    "reason": getattr(row, "reason", None),
                    "as_it_came": shown,
                }
            )
    return found
