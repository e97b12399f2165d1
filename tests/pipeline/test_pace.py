"""Whoever has much to write takes short turns where others write, and long ones where not."""

from itertools import pairwise

from models.store import Store
from pipeline.pace import FEWEST, GENTLE_TURNS, MOST, SHORTEST_REST_SECONDS, Pace
from tests import build


def _written_by_another(store: Store, number: int) -> None:
    other = Store(str(store.url))
    build.declared(other, build.source(f"meta-{number}"))
    other.close()


def test_alone_it_takes_long_turns_and_hardly_rests(sqlite_store: Store) -> None:
    rests: list[float] = []
    pace = Pace(sqlite_store, rests.append)
    sizes = []
    for _ in range(9):
        with pace.turn("nectra") as (_, most):
            sizes.append(most)
    assert sizes[0] == FEWEST
    assert sizes[-1] == MOST
    assert all(one <= two for one, two in pairwise(sizes))
    assert set(rests) == {SHORTEST_REST_SECONDS}


def test_beside_others_its_turns_become_short(sqlite_store: Store) -> None:
    rests: list[float] = []
    pace = Pace(sqlite_store, rests.append)
    pace.size = MOST
    for number in range(6):
        with pace.turn("nectra"):
            sum(range(4_000_000))  # as long as much work takes
        _written_by_another(sqlite_store, number)
    assert pace.size < MOST
    assert rests[-1] > SHORTEST_REST_SECONDS
    for _ in range(GENTLE_TURNS + 1):
        with pace.turn("nectra"):
            pass
    assert pace.size == MOST
    assert rests[-1] == SHORTEST_REST_SECONDS


def test_on_postgresql_nobody_is_kept_waiting(postgres_url: str) -> None:
    store, rests = Store(postgres_url), list[float]()
    pace = Pace(store, rests.append)
    with pace.turn("nectra") as (_, most):
        assert most == MOST
    assert rests == []
    store.close()
