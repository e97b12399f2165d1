"""Say where the program failed, without what it was working on: that is people's data."""

import traceback
from types import TracebackType


def place_of(trace: TracebackType | None) -> str:
    """Return the file and line in which a fault arose, as it may be logged."""
    frames = traceback.extract_tb(trace)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "an unknown place"
