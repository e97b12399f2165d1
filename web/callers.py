"""How often somebody may ask: counted by the network they come from, in memory, under no name."""

import os
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from fastapi import Request
from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_V4_PREFIX, _V6_PREFIX = 24, 64
_KEY_BYTES = 16


class Callers:
    """Counts the requests of each network. No address is kept: only a digest under a random key."""

    def __init__(self) -> None:
        """Start with nobody counted."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._key = os.urandom(_KEY_BYTES)

    def may(self, request: Request, limit: RateLimitItem, what: str) -> bool:
        """Count a request, and say whether it is within a limit."""
        network = network_of(request.client.host if request.client else "")
        digest = blake2b(network.encode(), key=self._key, digest_size=_KEY_BYTES).hexdigest()
        return self._limiter.hit(limit, what, digest)


def network_of(host: str) -> str:
    """Return the network that an address is in: /24, or /64 of IPv6."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    prefix = _V6_PREFIX if isinstance(address, IPv6Address) else _V4_PREFIX
    return str(ip_network(f"{address}/{prefix}", strict=False))
