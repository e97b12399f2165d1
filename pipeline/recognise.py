"""Recognise a submission that came by another way before: one lead, with two source records.

A platform may tell of the same submission by webhook, by its interface for programs and in a
downloaded file, under ids that need not be the same. The vendor's number decides; failing that, the
same click, in the same second, by the same address or number. Two copies that came the same way are
two submissions: their own ids tell them apart. Rule: EV-11.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from models import lead as leads
from models import mark as marks
from models.lead import KnownLead
from models.mark import mark_digest
from pipeline.prepare import Prepared
from policy.copies import marks_of_copy, the_same

COPY = "copy"
"""The way of a mark that says: the submission with this id was found to be a copy of the lead."""

MarkRow = tuple[str, str, str, str, str]


class Copies(NamedTuple):
    """The stored leads of copies, by the copies' own ids, and the rows that keep what was found."""

    known: dict[str, KnownLead]
    rows: list[MarkRow]


@dataclass(frozen=True, slots=True)
class Marked:
    """Submissions that came the same way, with the digests by which they may be known.

    `way` is None where a source has one way only: then there are no digests. Of each submission, by
    its own id: the digest of that id, and those of its marks, the surest first.
    """

    way: str | None
    own_ids: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Recogniser:
    """Knows the marks of one source's submissions."""

    def __init__(self, controller_id: str, source_id: str) -> None:
        """Say whose submissions these are."""
        self._controller_id = controller_id
        self._source_id = source_id

    def marked(self, batch: Sequence[Prepared]) -> Marked:
        """Return submissions that came the same way with their digests. A test lead has none."""
        first = batch[0].submission.marks if batch else None
        if first is None:
            return Marked(None)
        own_ids: dict[str, str] = {}
        marks: dict[str, list[str]] = {}
        for each in batch:
            own = each.submission.marks
            if own is None or each.submission.is_test:
                continue
            at = each.submission.submitted_at
            told = marks_of_copy(own.number, own.click_id, at, each.identifiers)
            own_ids[each.external_id] = self._digest(f"id\x1f{each.external_id}")
            marks[each.external_id] = [self._digest(mark) for mark in told]
        return Marked(first.way, own_ids, marks)

    def marked_by_number(self, numbers: Mapping[str, str | None], way: str) -> Marked:
        """Return submissions that a platform only lists (own id → the vendor's number, if told)."""
        own_ids = {id_: self._digest(f"id\x1f{id_}") for id_ in numbers}
        marks = {
            id_: [self._digest(mark) for mark in marks_of_copy(number, None, None, ())]
            for id_, number in numbers.items()
        }
        return Marked(way, own_ids, marks)

    def rows(self, lead_id: str, external_id: str, marked: Marked) -> list[MarkRow]:
        """Return the rows that keep the marks of a lead (its key as hex digits)."""
        way = marked.way or ""
        return [
            (self._controller_id, self._source_id, way, digest, lead_id)
            for digest in marked.marks.get(external_id, ())
        ]

    def copies(self, connection: Connection, external_ids: Sequence[str], marked: Marked) -> Copies:
        """Return the stored lead of each submission (by its own id) that is a copy of one.

        What was found once is kept, so that the same copy is known however many leads bear its
        marks later.
        """
        controller_id, source_id, way = self._controller_id, self._source_id, marked.way
        if way is None or not marks.has_other_ways(connection, controller_id, source_id, way):
            return Copies({}, [])
        sought = {
            id_: [marked.own_ids[id_], *marked.marks[id_]]
            for id_ in external_ids
            if id_ in marked.marks
        }
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

    def _digest(self, what: str) -> str:
        return mark_digest(self._controller_id, self._source_id, what)


def removals(external_ids: Sequence[str], marked: Marked) -> dict[str, tuple[str, set[str]]]:
    """Return by which digests a removed lead tells: the way that tells nothing, the own ids.

    Two submissions of one click have a mark in common.
    """
    found: dict[str, tuple[str, set[str]]] = {}
    for id_ in external_ids:
        if id_ in marked.marks:
            for digest in marked.marks[id_]:
                found.setdefault(digest, (marked.way or "", set()))[1].add(id_)
            found[marked.own_ids[id_]] = ("", {id_})
    return found


def by_way(batch: Iterable[Prepared]) -> Iterator[list[Prepared]]:
    """Yield runs of submissions that came the same way, in order."""
    for _, run in groupby(batch, lambda each: each.submission.marks and each.submission.marks.way):
        yield list(run)
