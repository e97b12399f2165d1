"""The part of the contract that is about being told: what sources are sent, and what they fetch.

A push is found genuine by `receive` before anything else is believed, and is durable before it is
answered. Some only announce what is then fetched (`announced`, `collect`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol, runtime_checkable

from connectors.base import Delivery, Problem


class Push(NamedTuple):
    """A request that a platform sent us: its body as it came, its headers, when (aware UTC).

    The names of `headers` are in lower case. `url` is the public address that it was sent to, which
    some signatures cover.
    """

    body: bytes
    headers: Mapping[str, str]
    received_at: datetime
    url: str = ""

    def __repr__(self) -> str:
        """Say nothing: the body holds somebody's data, and maybe a secret."""
        return "Push(…)"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A push that is not taken in: the HTTP status to answer, and a sentence without its data."""

    status: int
    message: str


@runtime_checkable
class Receives(Protocol):
    """A source that tells us."""

    def receive(self, push: Push, /) -> Delivery | Refusal:
        """Say whether a push is what it claims to be, and return it as a delivery.

        What proves it genuine is compared in constant time and is no part of the delivery.
        """
        ...


@runtime_checkable
class Greets(Protocol):
    """A source that asks, before it tells us anything, whether the address is ours."""

    def greet(self, query: Mapping[str, str], /) -> str | Refusal:
        """Return what proves that it is, as the body of the answer to a GET."""
        ...


@runtime_checkable
class SharesAddress(Receives, Protocol):
    """A source whose platform knows one address only for several of the same kind."""

    def address_group(self) -> str | None:
        """Return what is the same for all sources that one address stands for."""
        ...

    def concerns(self, push: Push, /) -> bool:
        """Say whether a push that came to the address of another may be about this source."""
        ...


class Pointer(NamedTuple):
    """An item that a delivery announces, to be asked for by its id.

    `payload` is the announcement of this item alone: a delivery of its own, should it have to wait.
    """

    external_id: str
    payload: bytes

    def __repr__(self) -> str:
        """Say nothing: a platform's id of a submission is somebody's."""
        return "Pointer(…)"


@dataclass(frozen=True, slots=True)
class Missing:
    """An announced item that the platform does not have yet, or does not show us."""

    pointer: Pointer


@runtime_checkable
class Collects(Protocol):
    """A source whose pushes only announce: the items themselves are asked for."""

    def announced(self, delivery: Delivery, /) -> Sequence[Pointer] | Problem | None:
        """Return what a delivery announces, None if it is an item itself. Pure; never raises."""
        ...

    def collect(self, pointers: Sequence[Pointer], /) -> Iterator[Delivery | Missing]:
        """Yield each announced item as `poll` would give it, in few calls, in any order.

        Raises:
            SourceError: the platform refuses us or cannot be reached; what was yielded counts.
        """
        ...
