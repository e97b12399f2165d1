"""What goes wrong on the way of pushes: everything follows from the seed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from simulator.pushes import Manner, Push


@dataclass(frozen=True, slots=True)
class Weather:
    """How bad the way is. Every figure but `delay` is a share of the pushes, 0 to 1.

    `drop` is never sent, `double` once more; `truncate` breaks off and `slow` trickles on the first
    way; beside the genuine request come `forge` with a wrong signature or key, `outdate` with an
    old time, `huge` far too large. `delay` is the most seconds that a request waits, so that
    others overtake it.
    """

    drop: float = 0.0
    double: float = 0.0
    truncate: float = 0.0
    slow: float = 0.0
    forge: float = 0.0
    outdate: float = 0.0
    huge: float = 0.0
    delay: float = 0.0
    is_shuffled: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One request to be made, after waiting some seconds."""

    push: Push
    manner: Manner
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """The requests in the order in which they set out, and what gets lost."""

    requests: Sequence[Planned]
    dropped: Sequence[Push]

    @property
    def told(self) -> frozenset[str]:
        """Return the ids that the platform itself tells of in some request."""
        own = (each.push for each in self.requests if each.manner.is_the_platforms)
        return frozenset(lead_id for push in own for lead_id in push.tells_of)


def plan(pushes: Sequence[Push], weather: Weather, rng: Random, manners: frozenset[Manner]) -> Plan:
    """Return what becomes of pushes; `manners` are those that the platform's requests allow."""
    requests: list[Planned] = []
    dropped: list[Push] = []
    for push in pushes:
        ways = list(_ways(weather, rng, manners))
        requests += [Planned(push, manner) for manner in ways]
        if not any(way.is_the_platforms for way in ways):
            dropped.append(push)
    if weather.is_shuffled:
        rng.shuffle(requests)
    return Plan([replace(each, wait=rng.uniform(0, weather.delay)) for each in requests], dropped)


def _ways(weather: Weather, rng: Random, manners: frozenset[Manner]) -> Iterator[Manner]:
    """Yield how one push is sent, each time that it is."""
    # every chance is taken whether it counts or not, so that one share never changes another's luck
    is_lost, is_doubled = rng.random() < weather.drop, rng.random() < weather.double
    is_cut, is_slow = rng.random() < weather.truncate, rng.random() < weather.slow
    beside = [
        manner
        for manner, share in (
            (Manner.FORGED, weather.forge),
            (Manner.OUTDATED, weather.outdate),
            (Manner.HUGE, weather.huge),
        )
        if rng.random() < share and manner in manners
    ]
    if not is_lost:
        yield Manner.TRUNCATED if is_cut else Manner.SLOW if is_slow else Manner.GENUINE
        if is_doubled:
            yield Manner.GENUINE
    yield from beside
