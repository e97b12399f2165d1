"""Client-made keys: UUID version 7, many at a time."""

import os
from datetime import datetime
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_COUNTER_BITS = 74
_FREE_HIGH_BITS = 1 << 73


def new_keys(count: int, now: datetime) -> list[UUID]:
    """Return keys that sort by their moment and, within one call, by their order (RFC 9562 6.2).

    The 74 bits after the time start at a random number (its top bit clear, so that the count never
    overflows) and are counted up: one draw of randomness for all. `now` is aware.
    """
    milliseconds = int(now.timestamp() * 1000) << 80
    start = int.from_bytes(os.urandom(10)) % _FREE_HIGH_BITS
    return [UUID(int=milliseconds | _spread(start + step)) for step in range(count)]


def _spread(counter: int) -> int:
    """Lay 74 bits around the version and the variant."""
    return _VERSION_7 | (counter >> 62) << 64 | _VARIANT | counter & ((1 << 62) - 1)
