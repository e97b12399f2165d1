"""What goes wrong on the way of pushes follows from the seed, and is known afterwards."""

from collections import Counter
from dataclasses import replace
from random import Random

from simulator.push_plan import Weather, plan
from simulator.pushes import Manner, Push

PUSHES = [Push(b"{}", (f"lead-{n}",)) for n in range(1_000)]
EVERY_WAY = frozenset(Manner)
STORM = Weather(
    drop=0.4,
    double=0.2,
    truncate=0.1,
    slow=0.1,
    forge=0.1,
    outdate=0.1,
    huge=0.05,
    delay=0.5,
    is_shuffled=True,
)


def test_in_fair_weather_every_push_is_sent_once_and_in_order() -> None:
    made = plan(PUSHES, Weather(), Random(7), EVERY_WAY)
    assert [each.push for each in made.requests] == PUSHES
    assert {(each.manner, each.wait) for each in made.requests} == {(Manner.GENUINE, 0.0)}
    assert not made.dropped


def test_the_same_seed_gives_the_same_storm() -> None:
    assert plan(PUSHES, STORM, Random(7), EVERY_WAY) == plan(PUSHES, STORM, Random(7), EVERY_WAY)
    assert plan(PUSHES, STORM, Random(7), EVERY_WAY) != plan(PUSHES, STORM, Random(8), EVERY_WAY)


def test_a_push_is_either_dropped_or_told_of_and_shares_are_kept() -> None:
    made = plan(PUSHES, STORM, Random(7), EVERY_WAY)
    lost = {lead_id for push in made.dropped for lead_id in push.tells_of}
    assert made.told.isdisjoint(lost)
    assert made.told | lost == {lead_id for push in PUSHES for lead_id in push.tells_of}
    assert 350 < len(lost) < 450
    times = Counter(e.push.tells_of for e in made.requests if e.manner.is_the_platforms)
    doubled = sum(count == 2 for count in times.values())
    assert set(times.values()) == {1, 2}
    assert 0.15 < doubled / len(times) < 0.25
    manners = Counter(each.manner for each in made.requests)
    assert 70 < manners[Manner.FORGED] < 130
    assert 25 < manners[Manner.HUGE] < 80
    assert all(0 <= each.wait <= STORM.delay for each in made.requests)
    order = [each.push.tells_of for each in made.requests]
    assert order != sorted(order, key=lambda ids: int(ids[0].removeprefix("lead-")))


def test_one_share_does_not_change_what_another_meets() -> None:
    calm, windy = (replace(Weather(drop=0.4), double=share) for share in (0.0, 0.5))
    dropped = [plan(PUSHES, w, Random(7), EVERY_WAY).dropped for w in (calm, windy)]
    assert dropped[0] == dropped[1]


def test_nothing_is_done_to_a_platform_that_it_does_not_allow() -> None:
    allowed = EVERY_WAY - {Manner.FORGED, Manner.OUTDATED}
    made = plan(PUSHES, STORM, Random(7), allowed)
    assert {each.manner for each in made.requests} == allowed
