"""How often somebody may ask: counted by the network they come from, in memory, under no name."""

import os
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_NOWHERE = "nowhere"
_KEY_BYTES = 16


class Callers:
    """Counts the requests of each network. No address is kept: only a digest under a random key."""

    def __init__(self) -> None:
        """Start with nobody counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = os.urandom(_KEY_BYTES)

    def may(self, request: Request, limit: RateLimitItem, what: str) -> bool:
        """Count a request, and say whether it is within a limit."""
        network = network_of(request.client.host if request.client else None) or _NOWHERE
        digest = blake2b(network.encode(), key=self._key, digest_size=_KEY_BYTES).hexdigest()
        return self._limiter.hit(limit, what, digest)


def network_of(host: str | None, bits_4: int = 24, bits_6: int = 64) -> str | None:
    """Return the network that an address is in, cut off after some bits; None if it is none."""
    try:
        address = ip_address(host or "")
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped
        if inner is None:
            plain = IPv6Address(int(address))  # without the zone of a link
            return str(ip_network((plain, bits_6), strict=False))
        address = inner
    return str(ip_network((address, bits_4), strict=False))
