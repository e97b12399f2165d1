"""Say what each lead that a platform lists is here: by sets of ids, whatever they are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from connectors.base import Connector, Delivery, ProblemCode, Submission
from connectors.listed import Listed
from connectors.pushed import Collects
from models import delivery as deliveries
from models import inbox, removal
from models import lead as leads
from pipeline.recognise import Marked, Recogniser, removals
from pipeline.settings import ConfiguredSource
from policy.completeness import Known, Standing, standing

AT_ONCE = 1_000
"""Listed leads that are looked up together: a few statements for all of them."""
_PAGE = 500


@dataclass(slots=True)
class Compared:
    """What listed leads are here, by their ids, and what is set aside that only announces one."""

    standings: dict[str, Standing] = field(default_factory=dict)
    announced: dict[str, list[UUID]] = field(default_factory=dict)

    def gaps(self) -> list[str]:
        """Return the ids of which nothing is here."""
        return [id_ for id_, found in self.standings.items() if found is Standing.GAP]


class Comparing:
    """Compares the leads of one source with what the store holds, some of them at a time."""

    def __init__(self, source: ConfiguredSource, connector: Connector) -> None:
        """Prepare; nothing is read yet."""
        self._owner, self._source_id = source.controller_id, source.id
        self._connector = connector
        self._recogniser = Recogniser(source.controller_id, source.id)
        self._waiting: set[str] | None = None

    def compare(self, connection: Connection, items: Sequence[Listed]) -> Compared:
        """Return what some leads are here; each id once."""
        found = Compared()
        for start in range(0, len(items), AT_ONCE):
            chunk = {each.external_id: each for each in items[start : start + AT_ONCE]}
            self._compare(connection, chunk, found)
        return found

    def _compare(
        self, connection: Connection, chunk: Mapping[str, Listed], found: Compared
    ) -> None:
        stored = self._stored(connection, chunk)
        left = [id_ for id_ in chunk if id_ not in stored]
        if not left:
            found.standings |= {id_: standing(known) for id_, known in stored.items()}
            return
        marked = self._marked(chunk, left)
        copies = self._recogniser.copies(connection, left, marked).known
        stored |= {id_: Known(is_stored=True, is_test=lead.is_test) for id_, lead in copies.items()}
        left = [id_ for id_ in left if id_ not in stored]
        gone = self._removed(connection, chunk, left, marked)
        shelf = deliveries.aside_with(connection, self._owner, self._source_id, left)
        waiting = self._in_inbox(connection)
        for id_ in left:
            own = shelf.get(id_, [])
            told = [row.id for row in own if row.reason == ProblemCode.NOT_FETCHED]
            stored[id_] = Known(
                is_removed=id_ in gone,
                is_aside=bool(own),
                is_announced=len(told) == len(own),
                is_waiting=not waiting.isdisjoint(_names(chunk[id_])),
            )
            if told:
                found.announced[id_] = told
        found.standings |= {id_: standing(known) for id_, known in stored.items()}

    def _stored(self, connection: Connection, chunk: Mapping[str, Listed]) -> dict[str, Known]:
        """Return which of some leads are stored, under whichever of their ids."""
        known = leads.known_leads(connection, self._owner, self._source_id, list(chunk))
        others = {
            other: id_ for id_, each in chunk.items() if id_ not in known for other in each.also
        }
        if others:
            found = leads.known_leads(connection, self._owner, self._source_id, list(others))
            known |= {others[id_]: lead for id_, lead in found.items()}
        return {id_: Known(is_stored=True, is_test=lead.is_test) for id_, lead in known.items()}

    def _removed(
        self,
        connection: Connection,
        chunk: Mapping[str, Listed],
        ids: Sequence[str],
        marked: Marked,
    ) -> set[str]:
        """Return which of some leads were deleted here, under whichever of their ids."""
        names = {id_: {id_, *chunk[id_].also} for id_ in ids}
        every = list(set().union(*names.values()))
        found = removal.removed_before(
            connection, self._owner, self._source_id, every, removals(ids, marked)
        )
        return {id_ for id_, own in names.items() if not found.isdisjoint(own)}

    def _marked(self, chunk: Mapping[str, Listed], ids: Sequence[str]) -> Marked:
        ways = {each.marks.way for each in chunk.values() if each.marks}
        if not ways:
            return Marked(None)
        numbers = {id_: marks.number for id_ in ids if (marks := chunk[id_].marks)}
        return self._recogniser.marked_by_number(numbers, ways.pop())

    def _in_inbox(self, connection: Connection) -> set[str]:
        """Return by what is known what waits in the inbox; looked up once, and only if it must."""
        if self._waiting is None:
            self._waiting, last = set(), None
            while rows := inbox.waiting_page(connection, self._owner, self._source_id, last, _PAGE):
                last = rows[-1].id
                for row in rows:
                    self._waiting |= self._told(row)
        return self._waiting

    def _told(self, row: Row[Any]) -> set[str]:
        """Return the ids, and the vendor's numbers, of what a push tells of."""
        push = Delivery(row.external_id, row.payload, row.media_type, row.received_at)
        names = {row.external_id} if row.external_id else set()
        if isinstance(self._connector, Collects):
            told = self._connector.announced(push)
            names |= {each.external_id for each in told} if isinstance(told, Sequence) else set()
            return names
        for said in self._connector.read(push):
            if isinstance(said, Submission):
                names |= {said.external_id, *filter(None, (said.marks and said.marks.number,))}
        return names


def _names(listed: Listed) -> set[str]:
    number = listed.marks.number if listed.marks else None
    return {listed.external_id, *listed.also, *filter(None, (number,))}
