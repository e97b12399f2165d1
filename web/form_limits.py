"""Limit how much a network, a form and an address may send. Counted in this process alone."""

import hashlib
import math
import secrets

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from connectors._web_form_settings import WebFormSettings
from pipeline import wiring
from web.callers import network_of

_SHORTEST_WAIT_SECONDS = 60


class FormLimits:
    """The counts of one process. No address is kept: what is counted is a keyed digest."""

    def __init__(self) -> None:
        """Start with nothing counted, under a key that ends with the process."""
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._key = secrets.token_bytes(32)

    def wait_of(
        self, source_id: str, settings: WebFormSettings, host: str | None, email: str | None
    ) -> int | None:
        """Count one submission; return after how many seconds to come again if it is too much.

        What is refused counts nowhere else. `host` is the caller's address, `email` a normalised
        one; None for neither.
        """
        network = network_of(host)
        asked: list[tuple[RateLimitItem, str]] = [(parse(settings.rate_per_form), source_id)]
        if network:
            asked.append((parse(settings.rate_per_network), self._digest(source_id, network)))
        if email:
            asked.append((parse(settings.rate_per_email), self._digest(source_id, email)))
        for item, key in asked:
            if not self._limiter.test(item, key):
                free_at = self._limiter.get_window_stats(item, key).reset_time
                return max(_SHORTEST_WAIT_SECONDS, math.ceil(free_at - wiring.now().timestamp()))
        for item, key in asked:
            self._limiter.hit(item, key)
        return None

    def _digest(self, source_id: str, text: str) -> str:
        content = f"{source_id}\0{text}".encode()
        return hashlib.blake2b(content, key=self._key, digest_size=16).hexdigest()
