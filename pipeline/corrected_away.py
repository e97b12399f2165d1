"""Know again an address or number that was corrected away: no row has it, only its digest.

What else is kept under it, such as a record that could not be read, is the person's still, and
must go with them. Rules: COR-3, ERA-7.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection

from models import correction
from models.correction import wrong_digest
from models.person import known_identifiers
from pipeline.traces import found_in
from policy.erasure import was_theirs
from policy.identity import is_generic_mailbox
from policy.vocabulary import Identifier, IdentifierKind


class Sighting(NamedTuple):
    """One thing that holds an address or number that was corrected away, and when it came."""

    key: UUID
    source: str
    came_at: datetime
    identifier: Identifier
    corrected_at: datetime


@dataclass(frozen=True, slots=True)
class CorrectedAway:
    """What was corrected away of some people: salt, digest, and until when it was theirs.

    The newest come first.
    """

    digests: tuple[tuple[bytes, bytes, datetime], ...] = ()

    def __bool__(self) -> bool:
        """Say whether there is any."""
        return bool(self.digests)

    def __repr__(self) -> str:
        """Say how many; salts and digests tell who it was."""
        return f"CorrectedAway({len(self.digests)})"

    def until(self, identifier: Identifier) -> datetime | None:
        """Return until when an address or number was theirs, None: it never was.

        The mailbox of an office is nobody's.
        """
        if identifier.kind is IdentifierKind.EMAIL and is_generic_mailbox(identifier.value):
            return None
        for salt, digest, corrected_at in self.digests:
            if compare_digest(wrong_digest(salt, identifier), digest):
                return corrected_at
        return None

    def seen_in(
        self, key: UUID, source: str, came_at: datetime, given: Iterable[Identifier]
    ) -> Iterator[Sighting]:
        """Yield those of some addresses and numbers that something has which were theirs."""
        for each in given:
            if (until := self.until(each)) is not None:
                yield Sighting(key, source, came_at, each, until)

    def seen_in_bytes(
        self, key: UUID, source: str, came_at: datetime, content: bytes
    ) -> Iterator[Sighting]:
        """Yield the same of some bytes, however it is written there."""
        if self.digests:
            yield from self.seen_in(key, source, came_at, found_in(content))


def corrected_away_of(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> CorrectedAway:
    """Return what was corrected away of some people."""
    if not people:
        return CorrectedAway()
    rows = correction.corrected_away_of_people(connection, controller_id, people)
    return CorrectedAway(tuple((row.salt, row.wrong, row.corrected_at) for row in rows))


def theirs_and_doubtful(
    connection: Connection, controller_id: str, seen: Sequence[Sighting]
) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """Return what is the person's, and what came since, so that nobody can say: keys and sources.

    What somebody else carries by now is in neither: it is theirs.
    """
    named = {each.identifier for each in seen}
    elses = known_identifiers(connection, controller_id, list(named)) if named else {}
    theirs = {
        each.key: each.source
        for each in seen
        if was_theirs(each.came_at, each.corrected_at, is_elses=each.identifier in elses)
    }
    doubtful = {
        each.key: each.source
        for each in seen
        if each.key not in theirs and each.identifier not in elses
    }
    return theirs, doubtful
