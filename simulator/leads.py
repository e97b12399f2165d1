"""A lead as the pretend Graph API keeps it, ready to be sent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b


class Order(StrEnum):
    """In which order `/leads` gives its rows. Meta documents none."""

    NEWEST_FIRST = "newest_first"
    OLDEST_FIRST = "oldest_first"
    SHUFFLED = "shuffled"


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead as it is served: `json` holds every field that this lead has, `fields` names them.

    `created` is in Unix seconds.
    """

    id: str
    form_id: str
    created: int
    is_test: bool
    fields: frozenset[str]
    json: bytes = field(repr=False)

    def rank(self, order: Order) -> tuple[int, int]:
        """Return what the lead is sorted by."""
        if order is Order.NEWEST_FIRST:
            return -self.created, -int(self.id)
        if order is Order.OLDEST_FIRST:
            return self.created, int(self.id)
        return int.from_bytes(blake2b(self.id.encode(), digest_size=8).digest(), "big"), 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """The leads of one form in one order, as they stood when asked for. Never changes."""

    ranks: Sequence[tuple[int, int]]
    leads: Sequence[Lead]
