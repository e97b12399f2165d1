"""Keep Python's cycle collector out of long runs over rows that hold no cycles."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = (100_000, 5, 5)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Let the cycle collector run rarely while the block runs.

    Rows, facts and events are freed by their reference counts as soon as a unit of work ends. The
    collector only walks over them, again and again, and over every imported module: half the time
    of a pull. What exists now is set aside from its walks for good (gc.freeze).
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
