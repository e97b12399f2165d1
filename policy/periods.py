"""A stretch of time, the same everywhere: the start belongs to it, the end does not."""

from datetime import datetime
from typing import NamedTuple


class Period(NamedTuple):
    """From `start` on, until `end` (None: open). Both aware."""

    start: datetime
    end: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Say whether an instant lies within."""
        return self.start <= at and not self.is_over(at)

    def is_over(self, at: datetime) -> bool:
        """Say whether the end has come."""
        return self.end is not None and at >= self.end
