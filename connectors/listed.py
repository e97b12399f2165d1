"""The part of the contract that is about being asked: which leads a platform says it has.

Pulls follow cursors and pushes come when they come; a platform's own list shows what neither of
them brought.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from connectors.base import Delivery, Marks, StreamFailed


class Listed(NamedTuple):
    """A lead that the platform says it has: only what tells it apart, and when it was made.

    `form_id` is the form that it came through, and `created_at` (aware UTC) the platform's time of
    it. `marks` tell it from copies that came by another way; `also` are further ids under which the
    store may have it.
    """

    external_id: str
    form_id: str
    created_at: datetime
    marks: Marks | None = None
    also: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Say which form it came through: a platform's id of a submission is somebody's."""
        return f"Listed(form {self.form_id})"


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A bounded run of leads that one stream lists; with the last one the stream is whole.

    Every stream that could be asked has a last one, also where it lists nothing.
    """

    stream: str
    items: Sequence[Listed]
    is_last: bool


@runtime_checkable
class Lists(Protocol):
    """A source whose platform can be asked which leads it has, without asking for each of them."""

    def listed(self, since: datetime, until: datetime, /) -> Iterator[ListedBatch | StreamFailed]:
        """Yield every lead made in a time (`since` included, `until` not; aware), in any order.

        As cheaply as the platform allows, and never from our own cursors: what they passed over is
        what is looked for. A lead may be listed twice.

        Raises:
            SourceError: the whole source cannot be asked.
        """
        ...

    def fetch(
        self, wanted: Mapping[str, Sequence[Listed]], cursors: Mapping[str, str], /
    ) -> Iterator[Delivery | StreamFailed]:
        """Yield listed leads (stream → leads) as `poll` would give them, in any order.

        What is not yielded the platform does not show. `cursors` are those of `poll`: they may hold
        what forms are known to have shown, and are not moved.

        Raises:
            SourceError: the whole source cannot be asked; what was yielded counts.
        """
        ...
