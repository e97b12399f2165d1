"""Work through much in turns, short ones where others write too, so that nobody waits for long.

SQLite has one writer at a time: who takes turn after turn without a rest keeps everybody else out.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from models.store import Store, state_seen

FEWEST, MOST = 10, 2_000
"""Records in one transaction."""
SHORT_TURN_SECONDS, LONG_TURN_SECONDS = 0.015, 0.6
"""How long a turn shall take: whoever comes in the middle of it waits for its end."""
SHORTEST_REST_SECONDS = 0.005
REST_SHARE = 0.25
GENTLE_TURNS = 20
"""For so many turns after another's writing this one goes on gently."""


class Pace:
    """How many records the next transaction takes, and how long a rest comes after it.

    On PostgreSQL nobody is kept waiting: each takes the most, and there is no rest.
    """

    def __init__(self, store: Store, sleep: Callable[[float], None] = time.sleep) -> None:
        """Begin with few, to see how long they take."""
        self._store = store
        self._sleep = sleep
        self._seen: object = None
        self._gentle_turns = 0
        self.size = FEWEST if store.is_sqlite else MOST

    @contextmanager
    def turn(self, controller_id: str) -> Iterator[tuple[Connection, int]]:
        """Open a transaction for so many records; after it, let others have theirs.

        Raises:
            StoreError: the store failed; nothing of this turn was written.
        """
        if not self._store.is_sqlite:
            with self._store.writing(controller_id) as connection:
                yield connection, self.size
            return
        with self._store.writing(controller_id) as connection:
            began = time.perf_counter()
            self._heed_others(connection)
            yield connection, self.size
        self._go_on(time.perf_counter() - began)

    def _heed_others(self, connection: Connection) -> None:
        """Notice whether somebody else has written since the turn before."""
        seen, before = state_seen(connection), self._seen
        is_another = before is not None and seen != before
        self._gentle_turns = GENTLE_TURNS if is_another else max(0, self._gentle_turns - 1)
        self._seen = seen

    def _go_on(self, took: float) -> None:
        """Set the size of the next turn by what this one took, and rest."""
        longest = SHORT_TURN_SECONDS if self._gentle_turns else LONG_TURN_SECONDS
        # one slow turn, such as one that brought the log into the database, is no reason to crawl
        change = min(2.0, max(0.5, longest / took))
        self.size = min(MOST, max(FEWEST, int(self.size * change)))
        rest = took * REST_SHARE if self._gentle_turns else 0.0
        self._sleep(max(SHORTEST_REST_SECONDS, rest))
