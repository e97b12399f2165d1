"""The part of the contract that is about sources that can be waited on: news are known at once.

Waiting is for speed only. What came is found by asking, whether or not anybody waited.
"""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from pydantic import Field

from connectors.base import SourceSettings


class WatchedSettings(SourceSettings):
    """How often a source is looked at by `leadledger run`, and when that is too long ago."""

    poll_minutes: float = Field(
        5, ge=0.01, le=60, description="How many minutes pass between two looks, at most."
    )
    alarm_after_minutes: float = Field(
        30,
        ge=1,
        le=24 * 60,
        description="After how many minutes without a complete look `leadledger status` says so.",
    )


@runtime_checkable
class Watches(Protocol):
    """A source that tells at once that something came."""

    def wait_for_news(self, longest_seconds: float, is_stopping: Callable[[], bool], /) -> bool:
        """Return True as soon as something came, False when the time is over or it must stop.

        Raises:
            SourceError: it cannot be waited on now; asking may work all the same.
        """
        ...
