"""Run several iterators in a few threads and hand their items on as one bounded iterator."""

import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Generic, TypeVar

Job = TypeVar("Job")
Item = TypeVar("Item")


class Stopped(Exception):  # noqa: N818 - not an error: the answer to a request to stop
    """Raised by a job that notices the stop event while it waits; it ends the job, and no more."""


class _Channel(Generic[Item]):
    """Items on their way from many threads to one reader, never more than `room` of them."""

    def __init__(self, room: int, writers: int) -> None:
        self._items: deque[Item] = deque()
        self._room = room
        self._writers = writers
        self._is_closed = False
        self._changed = threading.Condition()

    def put(self, item: Item) -> bool:
        """Wait for room and add the item; False when the reader is gone and nothing is wanted."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or len(self._items) < self._room)
            if self._is_closed:
                return False
            self._items.append(item)
            self._changed.notify_all()
            return True

    def leave(self) -> None:
        """Say that one writer has finished."""
        with self._changed:
            self._writers -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """Say that the reader is gone, and throw away what is on its way."""
        with self._changed:
            self._is_closed = True
            self._items.clear()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Item]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or not self._writers)
                if not self._items:
                    return
                item = self._items.popleft()
                self._changed.notify_all()
            yield item


def side_by_side(
    jobs: Iterable[Job],
    open_worker: Callable[
        [threading.Event], AbstractContextManager[Callable[[Job], Iterator[Item]]]
    ],
    *,
    threads: int,
    room: int,
) -> Generator[Item, None, None]:
    """Yield the items of every job, each job's in its own order, at most `room` waiting.

    Each thread opens one worker, which turns a job into an iterator of items and may keep what is
    not safe to share (a connection). The event is set as soon as the rest is not wanted: a worker
    that waits should watch it and raise `Stopped`. When this iterator is closed early it returns
    only after every thread has ended.

    Raises:
        BaseException: what a job raised, after the items that were made before were yielded; the
            other jobs end at their next item.
    """
    waiting = deque(jobs)
    count = min(threads, len(waiting))
    channel: _Channel[Item] = _Channel(room, count)
    stopping = threading.Event()

    def work() -> None:
        try:
            with open_worker(stopping) as run:
                # popping from a deque is atomic, so the threads need no lock of their own
                while waiting and not stopping.is_set():
                    try:
                        job = waiting.popleft()
                    except IndexError:
                        return
                    for item in run(job):
                        if not channel.put(item) or stopping.is_set():
                            return
        except Stopped:
            return
        except BaseException:
            stopping.set()
            raise
        finally:
            channel.leave()

    if not count:
        return
    with ThreadPoolExecutor(count, thread_name_prefix="side-by-side") as pool:
        runs = [pool.submit(work) for _ in range(count)]
        try:
            yield from channel
        finally:
            stopping.set()
            channel.close()
    for run in runs:
        run.result()
