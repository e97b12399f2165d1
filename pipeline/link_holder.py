"""Find out whom an unsubscribe link names, from what the store still has and what the link says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import person as people
from models import usage
from pipeline.unsubscribe_token import Link
from policy.opt_out import digest_to_stop
from policy.suppression import suppression_digest
from policy.vocabulary import CHANNEL_IDENTIFIERS, ControllerId, Identifier

_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a link names: the digest for the suppression list, and the record, None if it is gone.

    `row` has `id`, `kind`, `value` and `person_id`.
    """

    digest: str
    row: Row[Any] | None

    @property
    def identifier(self) -> Identifier | None:
        """Return the address or number, as far as it is still known."""
        return Identifier(self.row.kind, self.row.value) if self.row else None


def holder_of(connection: Connection, key: bytes, link: Link) -> Holder | None:
    """Return whom a link names, None if nothing tells it any more. Rule: OUT-4."""
    owner = ControllerId(link.controller.id)
    row = people.identifier_of_key(connection, owner, link.identifier_id)
    present = suppression_digest(key, owner, Identifier(row.kind, row.value)) if row else None
    digest = digest_to_stop(link.digest, present)
    if digest is None:
        return None
    return Holder(digest, row if present == digest else None)


def come_again(connection: Connection, key: bytes, link: Link, digest: str) -> UUID | None:
    """Return the key under which an address has come again since its first record was deleted.

    The store cannot be asked for a digest, so its addresses are gone through: about a second for
    400,000 of them, and needed after an erasure or the loss of a database only.
    """
    owner = ControllerId(link.controller.id)
    after: UUID | None = None
    kinds = CHANNEL_IDENTIFIERS[link.channel]
    while page := usage.identifiers_page(connection, owner, kinds, after, _PAGE):
        for row in page:
            if suppression_digest(key, owner, Identifier(row.kind, row.value)) == digest:
                found: UUID = row.id
                return found
        after = page[-1].id
    return None


def identifiers_naming(connection: Connection, link: Link, row: Row[Any]) -> Sequence[Row[Any]]:
    """Return an identifier with the others that name its person, and nobody else."""
    if row.person_id is None:
        return [row]
    owned = people.owned_identifiers(connection, link.controller.id, row.person_id)
    return [row, *(each for each in owned if each.id != row.id)]
