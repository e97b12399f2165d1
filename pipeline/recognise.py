"""Recognise a submission that came by another way before: one lead, with two source records.

A platform may tell of the same submission by webhook, by its interface for programs and in a
downloaded file, under ids that need not be the same. The vendor's number decides; failing that, the
same click, in the same second, by the same address or number. Two copies that came the same way are
two submissions: their own ids tell them apart. Rule: EV-11.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from models import lead as leads
from models import mark as marks
from models.lead import KnownLead
from models.mark import Mark, mark_digest
from pipeline.prepare import Prepared
from policy.copies import marks_of_copy, the_same

COPY = "copy"
"""The way of a mark that says: the submission with this id was found to be a copy of the lead."""

MarkRow = tuple[str, str, str, str, str]


class Copies(NamedTuple):
    """The stored leads of copies, by the copies' own ids, and the rows that keep what was found."""

    known: dict[str, KnownLead]
    rows: list[MarkRow]


class Recogniser:
    """Knows the marks of one source's submissions."""

    def __init__(self, controller_id: str, source_id: str) -> None:
        """Say whose submissions these are."""
        self._controller_id = controller_id
        self._source_id = source_id

    def marks(self, prepared: Prepared) -> list[Mark]:
        """Return a submission's marks, the vendor's number first. A test lead has none."""
        own = prepared.submission.marks
        if own is None or prepared.submission.is_test:
            return []
        at = prepared.submission.submitted_at
        marks = marks_of_copy(own.number, own.click_id, at, prepared.identifiers)
        return [Mark(own.way, self._digest(mark)) for mark in marks]

    def rows(self, lead_id: str, prepared: Prepared) -> Iterator[MarkRow]:
        """Yield the rows that keep the marks of a lead (its key as hex digits)."""
        for way, digest in self.marks(prepared):
            yield self._controller_id, self._source_id, way, digest, lead_id

    def removals(self, batch: Sequence[Prepared]) -> dict[str, tuple[str, str]]:
        """Return by which digests a removed lead tells: the way that tells nothing, the own id."""
        found: dict[str, tuple[str, str]] = {}
        for each in batch:
            found |= {mark.digest: (mark.way, each.external_id) for mark in self.marks(each)}
            found |= {mark.digest: ("", each.external_id) for mark in self._own_id(each)}
        return found

    def copies(self, connection: Connection, batch: Sequence[Prepared]) -> Copies:
        """Return the stored lead of each submission that is a copy of one.

        All of them came the same way. What was found once is kept, so that the same copy is known
        however many leads bear its marks later.
        """
        controller_id, source_id = self._controller_id, self._source_id
        way = next((own.way for each in batch if (own := each.submission.marks)), None)
        if way is None or not marks.has_other_ways(connection, controller_id, source_id, way):
            return Copies({}, [])
        sought = {each.external_id: self._sought(each) for each in batch}
        digests = {digest for own in sought.values() for digest in own}
        found: dict[str, set[UUID]] = defaultdict(set)
        for digest, lead in marks.leads_with(connection, controller_id, source_id, way, digests):
            found[digest].add(lead)
        if not found:
            return Copies({}, [])
        bearers = {id_: [found.get(digest, set()) for digest in own] for id_, own in sought.items()}
        keys = {id_: key for id_, own in bearers.items() if (key := the_same(own))}
        known = leads.known_by_keys(connection, controller_id, set(keys.values()))
        rows = [
            (controller_id, source_id, COPY, sought[id_][0], key.hex)
            for id_, key in keys.items()
            if not bearers[id_][0]
        ]
        return Copies({id_: known[key] for id_, key in keys.items()}, rows)

    def _sought(self, prepared: Prepared) -> list[str]:
        return [mark.digest for mark in (*self._own_id(prepared), *self.marks(prepared))]

    def _own_id(self, prepared: Prepared) -> list[Mark]:
        if prepared.submission.marks is None or prepared.submission.is_test:
            return []
        return [Mark(COPY, self._digest(f"id\x1f{prepared.external_id}"))]

    def _digest(self, what: str) -> str:
        return mark_digest(self._controller_id, self._source_id, what)


def by_way(batch: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """Yield runs of submissions that came the same way, in order."""
    for _, run in groupby(batch, lambda each: each.submission.marks and each.submission.marks.way):
        yield list(run)
