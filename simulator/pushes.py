"""What a platform has to tell an installation, and what a request that tells it is made of.

`push_bodies` writes the bodies, `push_platforms` proves that they are genuine, `push_plan` decides
what goes wrong on the way, `push_sender` sends.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class Wire(NamedTuple):
    """A request as it goes out: the body, byte for byte, and the headers that belong to it."""

    body: bytes
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        """Say how long it is."""
        return f"Wire({len(self.body)} bytes)"


@dataclass(frozen=True, slots=True)
class Push:
    """Something to be told. `tells_of` are the platform's ids of the leads that are in it."""

    body: bytes = field(repr=False)
    tells_of: tuple[str, ...]


class Manner(StrEnum):
    """How a request is sent.

    What is truncated or slow is the platform's own request that meets trouble, on its first way
    only. What is forged, outdated or huge is somebody else's, and nobody sends it again.
    """

    GENUINE = "genuine"
    TRUNCATED = "truncated"
    SLOW = "slow"
    FORGED = "forged"
    OUTDATED = "outdated"
    HUGE = "huge"

    @property
    def is_the_platforms(self) -> bool:
        """Say whether the platform itself sends it, and wants it to be taken."""
        return self in {Manner.GENUINE, Manner.TRUNCATED, Manner.SLOW}


class Platform(Protocol):
    """Who pushes."""

    @property
    def manners(self) -> frozenset[Manner]:
        """Return what can be done to its requests: without a signature nothing can be forged."""
        ...

    def wire(self, body: bytes, at: datetime, /) -> Wire:
        """Return a body as it is sent at an aware time, with what proves that it is genuine."""
        ...

    def forged(self, body: bytes, at: datetime, /) -> Wire:
        """Return the same from somebody who does not know the secret."""
        ...

    def sends_again(self, status: int | None, /) -> bool:
        """Say whether it tries again after an answer, None: after no answer at all."""
        ...
