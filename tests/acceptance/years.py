"""Two years and more of an installation, driven job by job on a clock that a test moves.

The pretend Meta is the judge of what must have arrived; whose record must be gone, and who may be
reached, is reckoned here from what was sent and said, without asking the program's own rules.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import event, select

from jobs.perform import perform
from jobs.schedule import schedule
from jobs.slots import next_slot
from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker
from models import scheduled_run as runs
from models.columns import table_of
from models.delivery import RunOutcome
from models.lead import Lead
from models.person import IdentifierRecord
from models.store import Store
from pipeline.declare import declare
from pipeline.gather import gather, wordings
from pipeline.hold import Order, place_hold, release_hold
from pipeline.settings import Settings
from pipeline.wiring import House
from policy.decision import Decision
from policy.permission import decide
from policy.uses import UseRequest
from policy.vocabulary import Channel, Identifier, IdentifierKind, Purpose
from simulator.graph_api import GraphServer
from tests.pipeline.stopping import stop

LONDON = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
KILL_RATE = 0.01
AGAIN_RATE = 0.15
TICK_RATE = 0.6
PULLED_WITHIN = timedelta(hours=36)
"""A lead that is older must have been pulled, whatever happened meanwhile."""


class Killed(BaseException):
    """The daemon died: no handler of the program's may catch it."""


@dataclass(slots=True)
class Person:
    """Somebody: when they last asked for news, and when they last had enough of them."""

    email: str
    consented_at: datetime | None = None
    opted_out_at: datetime | None = None

    @property
    def may_be_mailed(self) -> bool:
        """Say what a reader of the two times would say."""
        if self.consented_at is None:
            return False
        return self.opted_out_at is None or self.consented_at > self.opted_out_at


@dataclass(slots=True)
class Sent:
    """A lead as the platform has it."""

    person: Person
    at: datetime
    held_from: datetime | None = None
    held_to: datetime | None = None


def last_moment(sent_at: datetime) -> datetime:
    """Return when a record of that day must end: the same London day two years later begins."""
    day = sent_at.astimezone(LONDON).date()
    is_leap_day = (day.month, day.day) == (2, 29)
    day = day.replace(year=day.year + 2, day=28 if is_leap_day else day.day)
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


@dataclass
class Years:
    """The installation, the world around it, and the clock over both."""

    settings: Settings
    graph: GraphServer
    at: datetime
    rng: Random
    people: list[Person] = field(default_factory=list)
    sent: dict[str, Sent] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    holds: list[tuple[datetime, Any]] = field(default_factory=list)
    started: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)
    ended: Counter[tuple[str, str, datetime]] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    worker: Worker | None = None
    entries: list[Entry] = field(default_factory=list)
    _statements_left: int = -1

    def now(self) -> datetime:
        return self.at

    def boot(self) -> None:
        """Start a daemon: with a store of its own, and nothing remembered but what is kept."""
        store = Store(self.settings.store_url)
        event.listen(store.engine, "before_cursor_execute", self._maybe_die)
        declare(store, self.settings, self.at)
        house = House(self.settings, store, self.now)
        self.worker = Worker(house, f"daemon-{self.seen['boots']}", threading.Event())
        self.entries = [self._watched(entry) for entry in schedule(house)]
        self.seen["boots"] += 1

    @property
    def store(self) -> Store:
        assert self.worker is not None
        return self.worker.house.store

    def _maybe_die(self, *_: object) -> None:
        if self._statements_left == 0:
            self._statements_left = -1
            raise Killed
        self._statements_left -= self._statements_left > 0

    def _watched(self, entry: Entry) -> Entry:
        """Return a line of the schedule whose runs are counted."""

        def run(turn: Turn) -> Result:
            assert self.worker is not None
            [claim] = self.worker.held
            key = (entry.job, entry.subject, claim.slot)
            self.started[key] += 1
            result = entry.run(turn)
            is_over = result.outcome in (RunOutcome.DONE, RunOutcome.REFUSED)
            self.ended[key] += is_over
            self.seen["failed"] += not is_over
            return result

        return Entry(entry.job, entry.subject, entry.timing, run)

    def next_moment(self) -> datetime:
        """Return when something of the schedule is due next: a slot, or what waits for its turn."""
        slots = [next_slot(entry.timing, self.at) for entry in self.entries]
        with self.store.reading() as connection:
            newest = runs.newest_runs(connection, self.at).values()
        waiting = [row.due_at for row in newest if row.finished_at is None]
        moments: list[datetime] = [*filter(None, slots), *waiting]
        return max(min(moments), self.at)

    def work(self) -> None:
        """Do what is due, until a kill comes in between; then be down for a while."""
        assert self.worker is not None
        for entry in self.entries:
            if self.rng.random() < KILL_RATE:
                self._statements_left = self.rng.randrange(60)
            try:
                perform(self.worker, entry)
            except Killed:
                self.seen["kills"] += 1
                self.store.close()
                self.at += timedelta(minutes=self.rng.randrange(2, 240))
                self._tell_the_world()
                self.boot()
                return
            finally:
                self._statements_left = -1

    def _tell_the_world(self) -> None:
        self.graph.world.now = self.at

    def until(self, moment: datetime) -> None:
        """Let the daemon work until a moment."""
        while (due := self.next_moment()) <= moment:
            self.at = due
            self._tell_the_world()
            self.work()
            if self.at > moment:
                return
        self.at = moment
        self._tell_the_world()

    def send(self, form_id: str) -> None:
        """Let somebody, new or known, send the form."""
        if self.people and self.rng.random() < AGAIN_RATE:
            person = self.rng.choice(self.people)
        else:
            person = Person(f"person{len(self.people)}@people.example")
            self.people.append(person)
        is_ticked = self.rng.random() < TICK_RATE
        values = {"full_name": ["Somebody"], "email": [person.email]}
        boxes = {"email_updates": "1" if is_ticked else "0", "call_updates": "0"}
        # the platform counts whole seconds
        at = self.at.replace(microsecond=0)
        lead_id = self.graph.world.add_lead(form_id, values, created_at=at, boxes=boxes)
        self.sent[lead_id] = Sent(person, at)
        if is_ticked:
            person.consented_at = at

    def opt_out(self) -> None:
        """Let somebody have enough."""
        person = self.rng.choice(self.people)
        person.opted_out_at = self.at
        stop(self.store, Identifier(IdentifierKind.EMAIL, person.email), at=self.at)
        self.seen["opt_outs"] += 1

    def hold(self) -> None:
        """Let a lawyer ask for one lead to be kept, for up to a year."""
        with self.store.reading() as connection:
            table = table_of(Lead)
            soon = select(table.c.id, table.c.external_id).order_by(table.c.expires_at).limit(60)
            rows = list(connection.execute(soon))
        free = [row for row in rows if self.sent[row.external_id].held_from is None]
        if not free:
            return
        row = self.rng.choice(free)
        review = (self.at + DAY * 40).astimezone(LONDON).date()
        order = Order(self.settings.controllers[0], "A matter", "A. Counsel", review, row.id)
        [key] = place_hold(self.store, order, "test", self.at)
        release_at = self.at + DAY * self.rng.randrange(5, 200)
        self.holds.append((release_at, (key, row.external_id)))
        self.sent[row.external_id].held_from = self.at
        self.seen["holds"] += 1

    def release_holds(self) -> None:
        for release_at, (key, external_id) in list(self.holds):
            if release_at <= self.at:
                release_hold(self.store, key, "test", self.at)
                self.sent[external_id].held_to = self.at
                self.holds.remove((release_at, (key, external_id)))

    def judge(self) -> None:
        """Compare what is kept with what must be, may be, and must not be."""
        with self.store.reading() as connection:
            stored = list(connection.execute(select(table_of(Lead).c.external_id)).scalars())
        assert len(stored) == len(set(stored)), "a lead is there twice"
        kept = set(stored)
        assert kept <= set(self.sent)
        assert not kept & self.gone, "a deleted lead came back"
        for lead_id, lead in self.sent.items():
            self._judge_lead(lead_id, lead, is_kept=lead_id in kept)
        self._judge_people({self.sent[lead_id].person.email for lead_id in kept})
        self.seen["days"] += 1

    def _judge_lead(self, lead_id: str, lead: Sent, *, is_kept: bool) -> None:
        ends = last_moment(lead.at)
        if is_kept:
            is_held = lead.held_from is not None and lead.held_to is None
            must_go = max(ends, lead.held_to or ends) + DAY
            assert is_held or self.at <= must_go, f"{lead_id} lives {self.at - must_go} too long"
            self.seen["held beyond its day"] += is_held and self.at > ends
            return
        if lead_id in self.gone or lead.at > self.at - PULLED_WITHIN:
            return
        out = lead.person.opted_out_at
        assert ends <= self.at or (out is not None), f"{lead_id} of {lead.at} is missing"
        self.gone.add(lead_id)
        self.seen["expired" if ends <= self.at else "left after an opt-out"] += 1

    def _judge_people(self, here: set[str]) -> None:
        stopped = [p for p in self.people if p.opted_out_at and p.email in here]
        others = [p for p in self.people if not p.opted_out_at and p.email in here]
        asked = {p.email: p for p in [*stopped, *self.rng.sample(others, min(20, len(others)))]}
        for email, decision in self._decisions(list(asked)):
            assert not decision.is_allowed or asked[email].may_be_mailed, f"{email} may be mailed"
            self.seen["allowed" if decision.is_allowed else "denied"] += 1

    def _decisions(self, emails: Sequence[str]) -> Iterator[tuple[str, Decision]]:
        """Yield whether each may be mailed now, as an export would decide."""
        [owner] = self.settings.controllers
        use = UseRequest(Purpose.DIRECT_MARKETING, Channel.EMAIL, self.at)
        key = self.settings.suppression_key
        table = table_of(IdentifierRecord)
        with self.store.reading() as connection:
            shown = wordings(connection, owner.id)
            rows = list(connection.execute(select(table).where(table.c.value.in_(emails))))
            for each in gather(connection, owner, key, rows, shown, Channel.EMAIL):
                yield each.identifier.value, decide(use, each.facts)
