"""Hand pushes over to the thread that writes, and wait without holding anybody else up."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, cast

from connectors.base import Delivery
from models.store import Store
from pipeline import wiring
from pipeline.keep_pushes import PushKeeper, Waiting
from pipeline.settings import ConfiguredSource
from policy.errors import StoreError

if TYPE_CHECKING:
    from web.parts import Parts


class Intake:
    """What the web process puts pushes into. `begin` and `end` belong to its event loop."""

    def __init__(self, store: Store, wake: Callable[[], None] = lambda: None) -> None:
        """Prepare; `wake` is called, in another thread, whenever something new is durable."""
        self._store = store
        self._wake = wake
        self._loop: asyncio.AbstractEventLoop | None = None
        self._keeper: PushKeeper | None = None

    def begin(self) -> None:
        """Start the writing thread."""
        self._loop = asyncio.get_running_loop()
        self._keeper = PushKeeper(self._store, wiring.now, self._told, self._wake)
        self._keeper.start()

    async def end(self) -> None:
        """Write what is waiting, and stop."""
        if self._keeper is not None:
            await asyncio.to_thread(self._keeper.stop)

    @property
    def is_alive(self) -> bool:
        """Say whether pushes are written."""
        return self._keeper is not None and self._keeper.is_alive

    async def keep(self, source: ConfiguredSource, delivery: Delivery) -> None:
        """Return once a delivery is on disk.

        Raises:
            StoreError: it is not; the sender must try again.
        """
        assert self._loop is not None  # noqa: S101 - for the type checker: `begin` was called
        assert self._keeper is not None  # noqa: S101 - the same
        durable = self._loop.create_future()
        self._keeper.put(Waiting(source, delivery, durable))
        await durable

    def refused(self, source: ConfiguredSource, status: int) -> None:
        """Count a request that was refused."""
        if self._keeper is not None:
            self._keeper.refused(source, status)

    def _told(self, tickets: Sequence[object], error: StoreError | None) -> None:
        assert self._loop is not None  # noqa: S101 - as above
        waiting = cast("Sequence[asyncio.Future[None]]", tickets)
        self._loop.call_soon_threadsafe(_resolve, waiting, error)


def _resolve(waiting: Sequence["asyncio.Future[None]"], error: StoreError | None) -> None:
    for durable in waiting:
        if durable.done():
            continue  # the sender went away
        if error is None:
            durable.set_result(None)
        else:
            durable.set_exception(error)


async def keep(parts: "Parts", source: ConfiguredSource, delivery: Delivery) -> None:
    """Return once a delivery is on disk, to be read and stored right after.

    Raises:
        StoreError: it is not; the sender must try again.
    """
    await parts.intake.keep(source, delivery)
