"""By what two copies of one submission are known, however they came."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from policy.vocabulary import Identifier

K = TypeVar("K")


def marks_of_copy(
    number: str | None,
    click_id: str | None,
    submitted_at: datetime | None,
    identifiers: Sequence[Identifier],
) -> Iterator[str]:
    """Yield by what a copy of a submission is known, the surest first.

    The vendor's own number of it; failing that the same click, at the same second (aware), by the
    same address or telephone number. A click alone is not enough, since one click may lead to
    several submissions, nor is a time. Rule: EV-11. UK GDPR Art. 5(1)(d).
    """
    if number:
        yield f"number\x1f{number}"
    if click_id and submitted_at is not None:
        second = submitted_at.astimezone(UTC).isoformat(timespec="seconds")
        for kind, value in identifiers:
            yield f"click\x1f{click_id}\x1f{second}\x1f{kind}\x1f{value}"


def the_same(found: Sequence[set[K]]) -> K | None:
    """Return whom a copy belongs to, given who bears each of its marks, the surest first.

    The first mark that anybody bears decides. If several bear it, it says nothing: one record too
    many is better than two people made one. Rule: EV-11.
    """
    bearers = next(filter(None, found), set())
    return next(iter(bearers)) if len(bearers) == 1 else None
