"""What an auditor gets for a question: the facts, what must be 0, and what the answer rests on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

Item = TypeVar("Item")


class Span(NamedTuple):
    """A time that is asked about: from `since` (None: ever) up to `until`, not included. Aware."""

    since: datetime | None
    until: datetime


@dataclass(frozen=True, slots=True)
class AuditAnswer:
    """The answer to one question of an auditor.

    `facts` are counts and rows by what they are called. `must_be_zero` counts what no answer may
    show. `rests_on` names the tables that were read, `not_recorded` says in sentences what nobody
    wrote down. `is_integrity`: what is not 0 means that the records do not add up.
    """

    question: str
    asked: Mapping[str, object]
    facts: Mapping[str, Any]
    rests_on: Sequence[str]
    must_be_zero: Mapping[str, int]
    not_recorded: Sequence[str] = ()
    is_integrity: bool = False

    @property
    def is_clean(self) -> bool:
        """Say whether all is 0 that must be."""
        return not any(self.must_be_zero.values())

    @property
    def data(self) -> dict[str, Any]:
        """Return the answer as one JSON document has it."""
        return {
            "question": self.question,
            "asked": dict(self.asked),
            "facts": dict(self.facts),
            "must_be_zero": dict(self.must_be_zero),
            "clean": self.is_clean,
            "rests_on": list(self.rests_on),
            "not_recorded": list(self.not_recorded),
        }


def pages(items: Iterator[Item], size: int) -> Iterator[list[Item]]:
    """Yield some items in lists of one size, the last one shorter."""
    while page := list(islice(items, size)):
        yield page
