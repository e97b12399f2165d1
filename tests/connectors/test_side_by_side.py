import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connectors._side_by_side import Stopped, side_by_side

Run = Callable[[int], Iterator[tuple[int, int]]]


def numbered(job: int) -> Iterator[tuple[int, int]]:
    for number in range(50):
        yield job, number


@contextmanager
def counting(_stopping: threading.Event) -> Iterator[Run]:
    yield numbered


def test_every_item_of_every_job_comes_once_and_in_its_jobs_order() -> None:
    got = list(side_by_side(range(20), counting, threads=4, room=3))
    assert sorted(got) == [(job, number) for job in range(20) for number in range(50)]
    for job in range(20):
        assert [number for one, number in got if one == job] == list(range(50))


def test_no_job_is_no_item_and_no_thread() -> None:
    before = set(threading.enumerate())
    assert list(side_by_side([], counting, threads=4, room=3)) == []
    assert set(threading.enumerate()) <= before


def test_jobs_really_run_at_the_same_time() -> None:
    meeting = threading.Barrier(3, timeout=10)

    @contextmanager
    def meet(_stopping: threading.Event) -> Iterator[Callable[[int], Iterator[int]]]:
        def run(job: int) -> Iterator[int]:
            meeting.wait()
            yield job

        yield run

    assert sorted(side_by_side(range(3), meet, threads=3, room=1)) == [0, 1, 2]


def test_a_slow_reader_holds_the_jobs_back() -> None:
    made: list[int] = []

    @contextmanager
    def recording(_stopping: threading.Event) -> Iterator[Callable[[int], Iterator[int]]]:
        def run(_job: int) -> Iterator[int]:
            for number in range(1000):
                made.append(number)
                yield number

        yield run

    items = side_by_side(range(2), recording, threads=2, room=3)
    next(items)
    # one was read, three wait, and each of the two threads holds one in its hand
    assert len(made) <= 1 + 3 + 2
    items.close()


def test_closing_early_ends_every_thread_and_worker() -> None:
    before, closed = set(threading.enumerate()), list[str]()

    @contextmanager
    def worker(_stopping: threading.Event) -> Iterator[Run]:
        try:
            yield numbered
        finally:
            closed.append(threading.current_thread().name)

    items = side_by_side(range(100), worker, threads=4, room=2)
    next(items)
    items.close()
    assert len(closed) == 4
    assert set(threading.enumerate()) <= before


def test_a_job_that_waits_hears_that_the_reader_is_gone() -> None:
    @contextmanager
    def waiting(stopping: threading.Event) -> Iterator[Callable[[int], Iterator[int]]]:
        def run(job: int) -> Iterator[int]:
            yield job
            assert stopping.wait(timeout=10)
            raise Stopped

        yield run

    items = side_by_side(range(2), waiting, threads=2, room=5)
    next(items)
    items.close()


def test_an_error_comes_after_the_items_that_were_made_before_it() -> None:
    @contextmanager
    def failing(_stopping: threading.Event) -> Iterator[Callable[[int], Iterator[int]]]:
        def run(_job: int) -> Iterator[int]:
            yield from range(5)
            raise ZeroDivisionError

        yield run

    got: list[int] = []
    with pytest.raises(ZeroDivisionError):
        got.extend(side_by_side([0], failing, threads=1, room=10))
    assert got == [0, 1, 2, 3, 4]


def test_after_an_error_no_further_job_is_started() -> None:
    started: list[int] = []

    @contextmanager
    def failing(_stopping: threading.Event) -> Iterator[Callable[[int], Iterator[int]]]:
        def run(job: int) -> Iterator[int]:
            started.append(job)
            yield job
            raise ZeroDivisionError

        yield run

    with pytest.raises(ZeroDivisionError):
        list(side_by_side(range(100), failing, threads=2, room=10))
    assert len(started) <= 2


def test_a_worker_that_cannot_be_opened_is_an_error_of_the_whole() -> None:
    @contextmanager
    def broken(_stopping: threading.Event) -> Iterator[Run]:
        raise ConnectionError
        yield numbered  # type: ignore[unreachable]

    with pytest.raises(ConnectionError):
        list(side_by_side(range(5), broken, threads=3, room=2))


def test_items_that_were_handed_on_are_not_held() -> None:
    class Page:
        pass

    @contextmanager
    def making(_stopping: threading.Event) -> Iterator[Callable[[int], Iterator[Page]]]:
        yield lambda _job: (Page() for _ in range(200))

    seen: list[weakref.ref[Page]] = []
    most_alive = 0
    for page in side_by_side(range(2), making, threads=2, room=3):
        seen.append(weakref.ref(page))
        del page
        most_alive = max(most_alive, sum(one() is not None for one in seen))
    gc.collect()
    assert len(seen) == 400
    assert most_alive <= 2
