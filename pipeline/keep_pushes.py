"""Make pushes durable: one thread writes, and all who wait at a moment share its commit.

A commit waits for the disk, so that one of its own for each request would allow a few hundred a
second. What comes while one commit is under way goes into the next.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from connectors.base import Delivery
from models import inbox
from models.keys import new_hex_keys
from models.refused_push import count_refused
from models.store import Store
from pipeline.settings import ConfiguredSource
from policy.errors import StoreError, StoreUnavailable
from policy.evidence import notice_id
from policy.london import london_date

MOST_WAITING = 10_000
"""Pushes that may wait in memory, unanswered; whoever comes then is asked to try again."""
_MOST_IN_A_COMMIT = 2_000
_COUNTS_EVERY_SECONDS = 2.0
_LONGEST_ID = 255


class Waiting(NamedTuple):
    """A push that is not durable yet, and the ticket of whoever waits for it."""

    source: ConfiguredSource
    delivery: Delivery
    ticket: object


Told = Callable[[Sequence[object], StoreError | None], None]
"""Hears, in the writing thread, which tickets are durable, or what kept them from being so."""


class PushKeeper:
    """Writes pushes into the inbox, in order, and what was refused into the day's counts."""

    def __init__(
        self, store: Store, now: Callable[[], datetime], told: Told, wake: Callable[[], None]
    ) -> None:
        """Prepare; `wake` is called after each commit, so that a worker near by need not wait."""
        self._store = store
        self._now = now
        self._told = told
        self._wake = wake
        self._queue: SimpleQueue[Waiting | None] = SimpleQueue()
        self._refused: Counter[tuple[str, str, int]] = Counter()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="push-keeper", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is waiting, then end."""
        self._queue.put(None)
        self._thread.join()

    @property
    def is_alive(self) -> bool:
        """Say whether there is somebody who writes."""
        return self._thread.is_alive()

    def put(self, waiting: Waiting) -> None:
        """Hand a push over; its ticket is told of.

        Raises:
            StoreUnavailable: too many wait already.
        """
        if self._queue.qsize() >= MOST_WAITING:
            raise StoreUnavailable("Too many pushes wait to be written. Cure: try later.")
        self._queue.put(waiting)

    def refused(self, source: ConfiguredSource, status: int) -> None:
        """Count a request that was refused; nothing else of it is kept."""
        with self._lock:
            self._refused[source.controller_id, source.id, status] += 1

    def _run(self) -> None:
        is_over = False
        while not is_over:
            batch: list[Waiting] = []
            is_over = self._gather(batch)
            if batch:
                self._write(batch)
                self._wake()
            else:
                self._write_counts()
        self._write_counts()

    def _gather(self, batch: list[Waiting]) -> bool:
        """Fill a batch with what waits; say whether the end was among it."""
        try:
            item = self._queue.get(timeout=_COUNTS_EVERY_SECONDS)
            while item is not None:
                batch.append(item)
                if len(batch) >= _MOST_IN_A_COMMIT:
                    return False
                item = self._queue.get_nowait()
        except Empty:
            return False
        return True

    def _write(self, batch: Sequence[Waiting]) -> None:
        """Write a batch; where it is refused as a whole, each push by itself."""
        try:
            self._add(batch)
        except StoreUnavailable as error:
            self._told([each.ticket for each in batch], error)
        except StoreError as error:
            if len(batch) == 1:
                self._told([batch[0].ticket], error)
                return
            for each in batch:
                self._write([each])
        except Exception as fault:  # noqa: BLE001 - whoever waits must be told, whatever happened
            failed = StoreError(f"The push could not be written ({type(fault).__name__}).")
            self._told([each.ticket for each in batch], failed)
        else:
            self._told([each.ticket for each in batch], None)

    def _add(self, batch: Sequence[Waiting]) -> None:
        keys = new_hex_keys(len(batch), self._now())
        rows = [_row(key, each) for key, each in zip(keys, batch, strict=True)]
        with self._store.writing() as connection:
            inbox.add_pushes(connection, rows)

    def _write_counts(self) -> None:
        with self._lock:
            counted, self._refused = self._refused, Counter()
        if not counted:
            return
        at = self._now()
        try:
            with self._store.writing() as connection:
                count_refused(connection, counted, london_date(at).isoformat(), at)
        except StoreError:
            with self._lock:
                self._refused += counted


def _row(key: str, waiting: Waiting) -> tuple[Any, ...]:
    source, delivery = waiting.source, waiting.delivery
    return inbox_row(source, delivery, key, delivery.received_at, attempts=0)


def inbox_row(
    source: ConfiguredSource, delivery: Delivery, key: str, due_at: datetime, *, attempts: int
) -> tuple[Any, ...]:
    """Return a delivery as a row of the inbox."""
    shown = delivery.notice_id
    if shown is None and delivery.notice is not None:
        shown = notice_id(delivery.notice)
    return (
        source.controller_id,
        key,
        source.id,
        _storable(delivery.external_id),
        shown,
        delivery.media_type,
        delivery.received_at,
        due_at,
        attempts,
        delivery.payload,
    )


def _storable(external_id: str | None) -> str | None:
    """Return an id that every database takes; reading the bytes finds the id again in any case."""
    if external_id is None or len(external_id) > _LONGEST_ID or "\0" in external_id:
        return None
    try:
        external_id.encode()
    except UnicodeEncodeError:
        return None
    return external_id
