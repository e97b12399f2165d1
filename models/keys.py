"""Client-made keys: UUID version 7, many at a time."""

import os
from datetime import datetime
from uuid import UUID

_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_RANDOM_HIGH = (1 << 12) - 1
_COUNTER_START = (1 << 61) - 1


def new_keys(count: int, now: datetime) -> list[UUID]:
    """Return keys that sort by their moment and, within one call, by their order (RFC 9562 6.2).

    `now` is aware.
    """
    return [UUID(int=number) for number in _numbers(count, now)]


def new_hex_keys(count: int, now: datetime) -> list[str]:
    """Return such keys as 32 hex digits, as they are written in bulk: half the cost of objects."""
    return ["%032x" % number for number in _numbers(count, now)]  # noqa: UP031 - the fastest way


def first_key(at: datetime) -> UUID:
    """Return a key that sorts before every one that is made at a moment or later."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def _numbers(count: int, now: datetime) -> range:
    """Return the keys as whole numbers.

    Behind the time stand 12 random bits, the same for all of one call, and a 62-bit counter that
    starts at a random number with its top bit clear, so that it never overflows.
    """
    milliseconds = int(now.timestamp() * 1000) << 80
    drawn = int.from_bytes(os.urandom(10))
    high = (drawn & _RANDOM_HIGH) << 64
    first = milliseconds | _VERSION_7 | high | _VARIANT | (drawn >> 12 & _COUNTER_START)
    return range(first, first + count)
