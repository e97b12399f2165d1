"""The contract between an advertising platform's audiences and the rest of the house.

Nothing comes in by this door: people who opted out, or whose data is erased, are taken out of the
lists that were uploaded to a platform. A new platform is one file that ends with
`audience = Audience(...)` and a line in `connectors/registry.py`.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, NamedTuple, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

from connectors.base import ConnectorIO, ProbeResult
from policy.audience_hashes import HashRule
from policy.vocabulary import IdentifierKind

MOST_MEMBERS = 10_000
"""How many people one call may name, at Meta and at Google alike."""
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/=-]{1,200}")


class AudienceSettings(BaseModel):
    """The settings that only one platform understands. Unknown keys are refused."""

    # a mistyped token must not be printed back
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    def places(self) -> frozenset[str]:
        """Return which lists people are taken out of, as the platform names them."""
        return frozenset()


class Members(NamedTuple):
    """Whom to remove: of one kind of identifier, and of each person every form of the hash."""

    kind: IdentifierKind
    hashes: Sequence[Sequence[str]]

    def __repr__(self) -> str:
        """Say how many: a hash of an address is somebody's."""
        return f"Members({len(self.hashes)} of {self.kind.value})"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a platform answered. `is_done`: it has removed them; else it works on `request_id`.

    `received` is how many it says that it took in, None if it does not say.
    """

    request_id: str | None
    received: int | None
    is_done: bool

    def __post_init__(self) -> None:
        """Refuse what could never be confirmed."""
        if not self.is_done and self.request_id is None:
            raise ValueError("a request that is not done yet must have an id")


class RemovalState(StrEnum):
    """How far a platform has come with a request."""

    PROCESSING = "processing"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a request; `reason` is the platform's code for a failure, if it gave one."""

    state: RemovalState
    reason: str | None = None


class Removes(Protocol):
    """What the connector of a platform can do. To remove somebody again is harmless."""

    def remove(self, members: Members, /) -> Receipt:
        """Ask the platform to remove up to `MOST_MEMBERS` people.

        Raises:
            SourceRefused: a person must act: token, permission, terms, a wrong id.
            SourceUnavailable: not now; with the time to wait if the platform named one.
            SourceChanged: the answer is in no known shape, so nobody counts as removed.
        """
        ...

    def follow(self, request_id: str, /) -> Followed:
        """Ask how far the platform has come with a request. Raises as `remove`."""
        ...

    def probe(self) -> Iterator[ProbeResult]:
        """Yield a line for each thing that must be right, and change nothing."""
        ...


S = TypeVar("S", bound=AudienceSettings)


@dataclass(frozen=True, slots=True)
class Audience(Generic[S]):
    """How a file declares a platform: `hash_rule` is how the platform writes people down."""

    name: str
    settings: type[S]
    hash_rule: HashRule
    build: Callable[[S, ConnectorIO], Removes]


def request_id_of(value: object) -> str | None:
    """Return a platform's id of a request as text, None for what cannot be one."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return text if isinstance(text, str) and _REQUEST_ID.fullmatch(text) else None
