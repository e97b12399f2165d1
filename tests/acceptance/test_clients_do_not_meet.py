"""Two clients and the agency share a store, and each finds in it what it would find in its own.

Whatever happens to one is done in the shared store and in a store of its own. If what belongs to
another could meet, suppress, decide, count or show anything of it, the two would differ.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule, run_state_machine_as_test

from models.trail import leads_page
from policy.rights.table import Right
from policy.vocabulary import Channel, Role
from tests.acceptance.clients import DAY, LEADS, MEANINGS, MINUTE, PEOPLE, SALES, Home
from tests.acceptance.side_by_side import (
    DEEP,
    Url,
    boxes,
    identifiers,
    lead_ids,
    owners,
    people,
    places,
)
from tests.acceptance.steps_of_officers import Officers, Outside
from tests.build import NOW
from tests.postgres import Server

scopes = st.sampled_from([None, Channel.EMAIL, Channel.LIVE_CALL])
words = st.sampled_from([
    "Please stop emailing me.",
    "Please send me a copy of everything that you hold about me.",
    "Thank you, that was all I wanted to know.",
])  # fmt: skip
rights = st.sampled_from(Right)
standings = st.sampled_from([
    (Role.CONTROLLER, False),
    (Role.PROCESSOR, False),
    (Role.PROCESSOR, True),
])  # fmt: skip
"""What the other two are: controllers of their own, clients without a contract, or with one."""
waits = st.sampled_from([timedelta(hours=3), DAY, 31 * DAY, 400 * DAY, 745 * DAY])


class Clients(Officers, Outside):
    """Does to the shared store and to a controller's own whatever may happen to a controller."""

    @initialize(standing=standings, ticked=boxes)
    def begin(self, standing: tuple[Role, bool], ticked: dict[str, str]) -> None:
        """Open the stores, and let the same people send the same forms to all three."""
        role, have_contracts = standing
        self.open_stores(role, have_contracts=have_contracts)
        for owner in self.alone:
            for lead, who in zip(LEADS, PEOPLE[::2], strict=False):
                self.poll(owner, who, lead, ticked)

    # what comes in

    @rule(owner=owners, who=people, lead=lead_ids, ticked=boxes)
    def poll(self, owner: str, who: Any, lead: str, ticked: dict[str, str]) -> None:
        self.both(owner, lambda home, on: home.poll(on, who, lead, ticked, self.at))

    @rule(owner=owners, who=people)
    def import_a_file(self, owner: str, who: Any) -> None:
        self.both(owner, lambda home, on: home.import_rows(on, who, self.at))

    @rule(owner=owners, who=people, lead=lead_ids)
    def push(self, owner: str, who: Any, lead: str) -> None:
        self.both(owner, lambda home, on: home.push(on, who, lead, self.at))

    @rule(owner=owners, who=people, said=words)
    def mail(self, owner: str, who: Any, said: str) -> None:
        self.both(owner, lambda home, on: home.mail(on, who, said, self.at))

    @rule(owner=owners, of=owners, who=people, whom=identifiers)
    def answer_a_message(self, owner: str, of: str, who: Any, whom: Any) -> None:
        """Let somebody answer with a link of the controller that they write to, or of another."""

        def step(home: Home, on: str) -> Any:
            token = self.home_of(home, of).token(of, whom)
            home.tokens.add(token)
            link = f"https://leads.my-agency.example/u/{token}"
            return home.mail(on, who, f"Take me off.\n\n> Unsubscribe: {link}", self.at)

        self.both(owner, step)

    @rule(owner=owners, who=people, lead=lead_ids)
    def set_aside(self, owner: str, who: Any, lead: str) -> None:
        self.both(owner, lambda home, on: home.set_aside(on, who, lead, self.at))

    @rule(owner=owners)
    def replay(self, owner: str) -> None:
        self.both(owner, lambda home, on: home.replay(on, self.at))

    @rule(owner=owners, meanings=st.sampled_from(MEANINGS))
    def give_meaning(self, owner: str, meanings: Any) -> None:
        self.both(owner, lambda home, on: home.give_meaning(on, meanings, self.at))

    # who leaves

    @rule(owner=owners, whom=identifiers, scope=scopes)
    def opt_out(self, owner: str, whom: Any, scope: Channel | None) -> None:
        self.both(owner, lambda home, on: home.opt_out(on, whom, scope, self.at))

    @rule(owner=owners, whom=identifiers)
    def drop_a_list(self, owner: str, whom: Any) -> None:
        self.both(owner, lambda home, on: home.drop_list(on, whom, self.at))

    @rule(owner=owners, whom=identifiers, is_stop=st.booleans())
    def follow_a_link(self, owner: str, whom: Any, *, is_stop: bool) -> None:
        def step(home: Home, on: str) -> Any:
            return home.follow(home.token(on, whom), self.at, is_stop=is_stop)

        self.both(owner, step)

    @rule(owner=owners, place=places, is_stop=st.booleans())
    def follow_an_old_link(self, owner: str, place: int, *, is_stop: bool) -> None:
        """Let somebody come by a link of earlier, whose key was replaced since, or whose lead."""

        def step(home: Home, on: str) -> Any:
            known = home.sent.get(on, ())
            token = known[place % len(known)] if known else None
            return token and home.follow(token, self.at, is_stop=is_stop)

        self.both(owner, step)

    @rule(owner=owners, whom=identifiers)
    def erase(self, owner: str, whom: Any) -> None:
        self.both(owner, lambda home, on: home.erase(on, whom, None, self.at))

    @rule(owner=owners, of=owners, whom=identifiers)
    def erase_by_a_request(self, owner: str, of: str, whom: Any) -> None:
        """Erase by a request that was made of the controller itself, or of another one."""

        def step(home: Home, on: str) -> Any:
            known = [*self.home_of(home, of).references(of), "2222-2222-2222"]
            return home.erase(on, whom, known[0], self.at)

        self.both(owner, step)

    @rule(owner=owners, right=rights, whom=identifiers)
    def ask(self, owner: str, right: Right, whom: Any) -> None:
        self.both(owner, lambda home, on: home.ask(on, right, whom, self.at))

    # what is kept, and what leaves

    @rule(owner=owners, whom=st.one_of(st.none(), identifiers))
    def hold(self, owner: str, whom: Any) -> None:
        self.both(owner, lambda home, on: home.hold(on, whom, self.at))

    @rule(owner=owners, of=owners)
    def hold_a_lead(self, owner: str, of: str) -> None:
        """Hold a lead of the controller's own, or try to hold one of another."""

        def step(home: Home, on: str) -> Any:
            with self.home_of(home, of).store.reading() as connection:
                newest = [row.id for row in leads_page(connection, [of], None, None, 1)]
            return home.hold(on, newest[0] if newest else UUID(int=0), self.at)

        self.both(owner, step)

    @rule(owner=owners)
    def release(self, owner: str) -> None:
        self.both(owner, lambda home, on: home.release(on, self.at))

    @rule(owner=owners, channel=st.sampled_from([Channel.EMAIL, Channel.LIVE_CALL]),
          recipient=st.sampled_from(SALES))  # fmt: skip
    def export(self, owner: str, channel: Channel, recipient: str) -> None:
        self.both(owner, lambda home, on: home.export(on, channel, recipient, self.at))

    @rule(owner=owners, recipient=st.sampled_from(SALES))
    def acknowledge(self, owner: str, recipient: str) -> None:
        self.both(owner, lambda home, on: home.acknowledge(on, recipient, self.at))

    # what the clock does

    @rule()
    def take_rounds(self) -> None:
        self.at += 3 * MINUTE
        for home in self.homes:
            home.rounds(self.at)
        self.learn()

    @precondition(lambda self: self.at < NOW + 1500 * DAY)
    @rule(wait=waits)
    def expire(self, wait: timedelta) -> None:
        self.at += wait
        self.all_at_once(lambda home: dict(home.expire(self.at)))


def chosen(examples: int, steps: int) -> settings:
    """Return how many sequences are tried, and of which length."""
    return settings(
        max_examples=DEEP or examples,
        stateful_step_count=40 if DEEP else steps,
        derandomize=not DEEP,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


def _try(template: Path, shared: Url, how: settings) -> None:
    class Machine(Clients):
        def __init__(self) -> None:
            super().__init__(template, shared)

    run_state_machine_as_test(Machine, settings=how)


def test_nothing_of_one_client_reaches_another_on_sqlite(migrated_sqlite: Path) -> None:
    @contextmanager
    def shared(path: Path) -> Iterator[str]:
        shutil.copyfile(migrated_sqlite, path)
        yield f"sqlite:///{path}"

    _try(migrated_sqlite, shared, chosen(6, 16))


def test_nothing_of_one_client_reaches_another_on_postgresql(
    migrated_sqlite: Path, postgres: Server, migrated_postgres: str
) -> None:
    @contextmanager
    def shared(_path: Path) -> Iterator[str]:
        with postgres.database(migrated_postgres) as url:
            yield url

    _try(migrated_sqlite, shared, chosen(3, 16))
