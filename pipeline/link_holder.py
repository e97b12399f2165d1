"""Find out whom an unsubscribe link names, from what the store still has and what the link says."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from models import person as people
from pipeline.unsubscribe_token import Link
from policy.opt_out import digest_to_stop
from policy.suppression import SuppressionKeys, suppression_digest
from policy.vocabulary import CHANNEL_IDENTIFIERS, ControllerId, Identifier


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a link names: the digest for the suppression list, and the record, None if it is gone.

    `row` has `id`, `kind`, `value` and `person_id`. `keys` have the one in front that the digest
    was made with.
    """

    digest: str
    row: Row[Any] | None
    keys: SuppressionKeys

    @property
    def identifier(self) -> Identifier | None:
        """Return the address or number, as far as it is still known."""
        return Identifier(self.row.kind, self.row.value) if self.row else None


def holder_of(connection: Connection, key: SuppressionKeys, link: Link) -> Holder | None:
    """Return whom a link names, None if nothing tells it any more. Rule: OUT-4."""
    owner = ControllerId(link.controller.id)
    row = people.identifier_of_key(connection, owner, link.identifier_id)
    made_with = key.of_fingerprint(link.made_with) if link.made_with else key
    present = suppression_digest(made_with, owner, Identifier(row.kind, row.value)) if row else None
    digest = digest_to_stop(link.digest, present)
    if digest is None:
        return None
    return Holder(digest, row if present == digest else None, made_with)


def come_again(connection: Connection, link: Link, holder: Holder) -> str | None:
    """Return the key (hex digits) of an address that has come again since its record was deleted.

    The store cannot be asked for a digest, so its addresses are gone through: ten seconds for a
    million of them, and needed after an erasure or the loss of a database only.
    """
    owner = ControllerId(link.controller.id)
    for kind in CHANNEL_IDENTIFIERS[link.channel]:
        with closing(people.values_of_kind(connection, owner, kind)) as values:
            named = (Identifier(kind, value) for value in values)
            found = next((each for each in named if _is_of(holder, owner, each)), None)
        if found is not None:
            return people.known_identifiers(connection, owner, [found])[found][0]
    return None


def _is_of(holder: Holder, owner: ControllerId, identifier: Identifier) -> bool:
    return suppression_digest(holder.keys, owner, identifier) == holder.digest


def identifiers_naming(connection: Connection, link: Link, row: Row[Any]) -> Sequence[Row[Any]]:
    """Return an identifier with the others that name its person, and nobody else."""
    if row.person_id is None:
        return [row]
    owned = people.owned_identifiers(connection, link.controller.id, row.person_id)
    return [row, *(each for each in owned if each.id != row.id)]
