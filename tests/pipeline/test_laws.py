"""Laws that hold whatever happens in whatever order it becomes known."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from models.store import Store
from policy.vocabulary import Channel, EventKind
from tests.build import NOW, declared, delivery, email, fields, suppress, take
from tests.pipeline.asking import may_email, object_to_marketing
from tests.pipeline.test_export import exported, rows_of
from tests.postgres import Server

ADDRESSES = ("priya@mail.example", "sian@mail.example")
START = NOW - timedelta(days=1)
HOWS = ("objected", "objected by e-mail", "withdrawn", "suppressed", "suppressed by e-mail")


@dataclass(frozen=True)
class Act:
    """Somebody ticks the box (`how` None) or opts out, some minutes after the start."""

    address: str
    minute: int
    how: str | None

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)


acts = st.lists(
    st.builds(Act, st.sampled_from(ADDRESSES), st.integers(0, 9), st.sampled_from([None, *HOWS])),
    max_size=8,
)


def _play(store: Store, known: Sequence[Act]) -> None:
    """Let the acts become known in the order given, whenever they happened."""
    source = declared(store)
    for number, address in enumerate(ADDRESSES):
        asked = fields(address, None, address)
        earlier = START - timedelta(hours=1)
        take(store, source, delivery(str(1000000 + number), asked, at=earlier, boxes={}))
    suppressed = set()
    for number, act in enumerate(known):
        channel = Channel.EMAIL if (act.how or "").endswith("e-mail") else None
        if act.how is None:
            asked = fields(act.address, None, act.address)
            take(store, source, delivery(str(2000000 + number), asked, at=act.at))
        elif not act.how.startswith("suppressed"):
            kind = EventKind.WITHDRAWN if act.how == "withdrawn" else EventKind.OBJECTED
            object_to_marketing(store, email(act.address), at=act.at, kind=kind, channel=channel)
        elif (act.address, channel) not in suppressed:
            suppressed.add((act.address, channel))
            suppress(store, email(act.address), since=act.at, channel=channel)


def _may_be_mailed(address: str, known: Sequence[Act]) -> bool:
    """Say it in the simplest words: a tick counts if no opt-out is as late or later."""
    ticks = [act.minute for act in known if act.address == address and act.how is None]
    stops: dict[str, int] = {}
    for act in known:
        if act.address == address and act.how:
            # the suppression list keeps the first entry of a scope
            first = act.how.startswith("suppressed") and act.how in stops
            stops[act.how] = stops[act.how] if first else max(act.minute, stops.get(act.how, -1))
    return bool(ticks) and max(ticks) > max(stops.values(), default=-1)


def _check(store: Store, known: Sequence[Act], folder: Path) -> None:
    _play(store, known)
    out = folder / "list.csv"
    exported(store, out)
    listed = {row["identifier"] for row in rows_of(out)}
    assert listed == {address for address in ADDRESSES if _may_be_mailed(address, known)}
    told = {address for address in ADDRESSES if may_email(store, email(address)).is_allowed}
    assert told == listed


@settings(max_examples=60, deadline=None)
@given(known=acts)
def test_who_opted_out_after_the_last_tick_is_in_no_list_on_sqlite(
    migrated_sqlite: Path, known: list[Act]
) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "leads.db").write_bytes(migrated_sqlite.read_bytes())
        store = Store(f"sqlite:///{folder}/leads.db")
        _check(store, known, folder)
        store.close()


@settings(max_examples=15, deadline=None)
@given(known=acts)
def test_who_opted_out_after_the_last_tick_is_in_no_list_on_postgresql(
    postgres: Server, migrated_postgres: str, known: list[Act]
) -> None:
    with tempfile.TemporaryDirectory() as made, postgres.database(migrated_postgres) as url:
        store = Store(url)
        _check(store, known, Path(made))
        store.close()
