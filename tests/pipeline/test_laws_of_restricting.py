"""Whatever happens in whatever order, nobody restricted is in a list, and joining permits nothing.

The journal, the backups and the stores are real; only the order is drawn.
"""

import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.journal import Journal
from models.person import Person
from models.store import Store
from pipeline.backup import MadeBackup, make_backup
from pipeline.replay_journal import replay
from pipeline.restore import restore
from pipeline.restrict import list_restrictions
from policy.correction import CorrectedField
from policy.vocabulary import EventKind
from tests import build
from tests.build import NOW, controller, declared, delivery, email, fields, kept, take
from tests.pipeline.asking import object_to_marketing
from tests.pipeline.restricting import decided, lifted, restricted
from tests.pipeline.test_export import exported, rows_of
from tests.pipeline.test_rectify import corrected
from tests.postgres import Server

KEY = b"a-key-for-backups-of-the-tests-0123456789"
ONE, OTHER = "priya@mail.example", "sian@mail.example"
EARLIER = NOW - timedelta(days=3)
STEPS = ("restrict one", "restrict other", "lift", "join", "pull", "back up", "restore")


@dataclass
class House:
    """A store with its journal and backups, and what must be so, said in the simplest words."""

    store: Store
    folder: Path
    at: datetime = NOW
    stopped: set[str] = field(default_factory=set)
    is_joined: bool = False
    made: tuple[MadeBackup, bool] | None = None

    def take_step(self, step: str) -> None:
        """Take one step, a minute after the last one."""
        self.at += timedelta(minutes=1)
        if step.startswith("restrict"):
            self._restrict(ONE if step.endswith("one") and not self.is_joined else OTHER)
        elif step == "lift":
            for each in list_restrictions(self.store, [controller()]):
                lifted(self.store, each.id, at=self.at)
            self.stopped.clear()
        elif step == "join" and not self.is_joined:
            right = {CorrectedField.EMAIL: OTHER}
            corrected(self.store, email(ONE), right, at=self.at, is_same_person=True)
            self.is_joined = True
            self._spread()
        elif step == "pull":
            self.pull()
        elif step == "back up":
            self.made = make_backup(self.store, self.folder / "b", KEY, self.at), self.is_joined
        elif step == "restore" and self.made is not None:
            self._restore(*self.made)

    def pull(self) -> None:
        """Take in what each of them sent long ago, as often as it is offered."""
        for number, address in enumerate((ONE, OTHER)):
            asked = fields(address, None, address)
            old = delivery(f"{1000000 + number}", asked, at=EARLIER)
            take(self.store, declared(self.store), old, at=self.at)

    def _restrict(self, address: str) -> None:
        restricted(self.store, email(address), at=self.at)
        self.stopped.add(address)
        self._spread()

    def _spread(self) -> None:
        if self.is_joined and self.stopped:
            self.stopped |= {ONE, OTHER}

    def _restore(self, made: MadeBackup, was_joined: bool) -> None:  # noqa: FBT001 - as it was kept
        self.store.close()
        into = self.folder / f"{self.at:%H%M}"
        url, _, _ = restore(made.path, str(into), KEY, self.at)
        journal = Journal(self.folder / "journal", KEY)
        house = build.settings(url, build.source(), folder=self.folder)
        replay(replace(house, backup_key=KEY), [journal], lambda: self.at)
        self.store = Store(url, journal)
        if self.is_joined and not was_joined:
            self.stopped.add(ONE)  # the correction is lost
        self.is_joined = was_joined


def _check(store: Store, folder: Path, steps: list[str]) -> None:
    store.journal = Journal(folder / "journal", KEY)
    house = House(store, folder)
    house.pull()
    for step in steps:
        house.take_step(step)
    exported(house.store, folder / "list.csv", at=house.at)
    listed = {row["identifier"] for row in rows_of(folder / "list.csv")}
    house.store.close()
    assert not listed & house.stopped
    assert OTHER in listed | house.stopped


@settings(max_examples=10, deadline=None)
@example(["back up", "join", "restrict other", "restore", "pull"])
@example(["restrict one", "join", "back up", "lift", "restrict one", "restore"])
@given(steps=st.lists(st.sampled_from(STEPS), min_size=2, max_size=7))
def test_in_no_order_is_a_restricted_person_in_a_list(
    migrated_sqlite: Path, steps: list[str]
) -> None:
    """RST-1 to RST-5, COR-5."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "leads.db").write_bytes(migrated_sqlite.read_bytes())
        _check(Store(f"sqlite:///{folder}/leads.db"), folder, steps)


WITHOUT_RESTORE = [step for step in STEPS if step not in ("back up", "restore")]


@settings(max_examples=5, deadline=None)
@given(steps=st.lists(st.sampled_from(WITHOUT_RESTORE), min_size=2, max_size=7))
def test_in_no_order_is_a_restricted_person_in_a_list_on_postgresql(
    postgres: Server, migrated_postgres: str, steps: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as made, postgres.database(migrated_postgres) as url:
        _check(Store(url), Path(made), steps)


SAID = st.sampled_from([None, EventKind.OBJECTED, EventKind.WITHDRAWN])
ACTS = st.lists(st.tuples(st.sampled_from([ONE, OTHER]), SAID, st.integers(1, 9)), max_size=6)


def _play(store: Store, acts: list[tuple[str, EventKind | None, int]]) -> None:
    """Let both tick or opt out, some minutes after they first came."""
    for number, address in enumerate((ONE, OTHER)):
        asked = fields(address, f"+44770090010{number}", address)
        take(store, declared(store), delivery(f"{3000000 + number}", asked, at=EARLIER, boxes={}))
    for number, (address, said, minute) in enumerate(acts):
        at = EARLIER + timedelta(minutes=minute)
        if said is None:
            asked = fields(address, None, address)
            take(store, declared(store), delivery(f"{2000000 + number}", asked, at=at))
        else:
            object_to_marketing(store, email(address), at=at, kind=said)


@settings(max_examples=15, deadline=None)
@given(acts=ACTS)
def test_to_join_two_people_permits_nothing_that_was_not_permitted(
    migrated_sqlite: Path, acts: list[tuple[str, EventKind | None, int]]
) -> None:
    """CON-5, COR-3, COR-4."""
    with tempfile.TemporaryDirectory() as made:
        (Path(made) / "leads.db").write_bytes(migrated_sqlite.read_bytes())
        store = Store(f"sqlite:///{made}/leads.db")
        _play(store, acts)
        known = [(each, decided(store, email(each)).is_allowed) for each in (ONE, OTHER)]
        right = {CorrectedField.EMAIL: OTHER}
        corrected(store, email(ONE), right, is_same_person=True)
        for address, was_allowed in known:
            assert was_allowed or not decided(store, email(address)).is_allowed
        assert len(kept(store, Person)) == 1
        store.close()
