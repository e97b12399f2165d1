"""Two clients and the agency share a store, and each finds in it what it would find in its own.

Whatever happens to one is done in the shared store and in a store of its own. If what belongs to
another could meet, suppress, decide, count or show anything of it, the two would differ.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.store import Store
from models.trail import leads_page
from policy.alarms import INSTALLATION
from policy.rights.table import Right
from policy.vocabulary import Channel, Role
from tests.acceptance.client_views import (
    EVERY_USE,
    USUAL_USES,
    about_sources_of,
    alarms_of,
    answers_of,
    learn_names,
    plain_in,
    rows_of,
)
from tests.acceptance.clients import (
    DAY,
    EVERYBODY,
    IDENTIFIERS,
    MEANINGS,
    MINUTE,
    PEOPLE,
    SALES,
    Home,
    controllers,
    keys_in_order,
)
from tests.build import NOW
from tests.postgres import Server

DEEP = int(os.environ.get("CLIENTS_EXAMPLES", "0"))
"""How many sequences to try, chosen anew each time; 0: the few that are always the same."""
LEADS = ("1000000001", "1000000002", "1000000003", "1000000004")
Url = Callable[[Path], AbstractContextManager[str]]

owners = st.sampled_from(EVERYBODY)
people = st.sampled_from(PEOPLE)
identifiers = st.sampled_from(IDENTIFIERS)
lead_ids = st.sampled_from(LEADS)
boxes = st.fixed_dictionaries(
    dict.fromkeys(("email_updates", "call_updates"), st.sampled_from("10"))
)
scopes = st.sampled_from([None, Channel.EMAIL, Channel.LIVE_CALL])
words = st.sampled_from([
    "Please stop emailing me.",
    "Please send me a copy of everything that you hold about me.",
    "Thank you, that was all I wanted to know.",
])  # fmt: skip
rights = st.sampled_from(
    [Right.ACCESS, Right.ERASURE, Right.OBJECTION_TO_MARKETING, Right.COMPLAINT]
)
waits = st.sampled_from([timedelta(hours=3), DAY, 31 * DAY, 400 * DAY, 745 * DAY])


class Clients(RuleBasedStateMachine):
    """Does to the shared store and to a controller's own whatever may happen to a controller."""

    def __init__(self, template: Path, shared: Url) -> None:
        super().__init__()
        self.at = NOW
        self._template = template
        self._shared = shared
        self._stack = ExitStack()
        self._copies = count(1)
        self.together: Home
        self.alone: dict[str, Home] = {}

    @initialize(role=st.sampled_from([Role.CONTROLLER, Role.PROCESSOR]), ticked=boxes)
    def begin(self, role: Role, ticked: dict[str, str]) -> None:
        """Open the stores, and let the same people send the same forms to all three."""
        self._stack.enter_context(keys_in_order())
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        everybody = controllers(role)
        url = self._stack.enter_context(self._shared(folder / "together.db"))
        self.together = Home(self._opened(url), folder / "together", everybody)
        for each in everybody:
            path = folder / f"{each.id}.db"
            shutil.copyfile(self._template, path)
            self.alone[each.id] = Home(self._opened(f"sqlite:///{path}"), folder / each.id, [each])
        for each in everybody:
            for lead, who in zip(LEADS, PEOPLE[::2], strict=False):
                self.poll(each.id, who, lead, ticked)

    def _opened(self, url: str) -> Store:
        store = Store(url)
        self._stack.callback(store.close)
        return store

    def both(self, owner: str, step: Callable[[Home, str], Any]) -> None:
        """Take a step about one controller in both stores; whoever took it is told the same."""
        self.at += MINUTE
        own = self.alone[owner]
        here, there = step(self.together, owner), step(own, owner)
        learn_names(self.together, owner)
        learn_names(own, owner)
        assert plain_in(self.together)(here) == plain_in(own)(there)

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
            token = self._home_of(home, of).token(of, whom)
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
        self.both(owner, lambda home, on: home.follow(on, whom, self.at, is_stop=is_stop))

    @rule(owner=owners, whom=identifiers)
    def erase(self, owner: str, whom: Any) -> None:
        self.both(owner, lambda home, on: home.erase(on, whom, None, self.at))

    @rule(owner=owners, of=owners, whom=identifiers)
    def erase_by_a_request(self, owner: str, of: str, whom: Any) -> None:
        """Erase by a request that was made of the controller itself, or of another one."""

        def step(home: Home, on: str) -> Any:
            known = [*self._home_of(home, of).references(of), "2222-2222-2222"]
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
            with self._home_of(home, of).store.reading() as connection:
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
        for home in (self.together, *self.alone.values()):
            home.rounds(self.at)
        self._learn()

    @precondition(lambda self: self.at < NOW + 1500 * DAY)
    @rule(wait=waits)
    def expire(self, wait: timedelta) -> None:
        self.at += wait
        found = plain_in(self.together)(dict(self.together.expire(self.at)))
        for owner, home in self.alone.items():
            assert found[owner] == plain_in(home)(home.expire(self.at)[owner])

    def _home_of(self, home: Home, of: str) -> Home:
        """Return where something of a controller is found, seen from one of the stores."""
        return home if home is self.together else self.alone[of]

    def _learn(self) -> None:
        for owner, home in self.alone.items():
            learn_names(self.together, owner)
            learn_names(home, owner)

    def teardown(self) -> None:
        try:
            if self.alone:
                self._compare()
        finally:
            self._stack.close()

    def _compare(self) -> None:
        others = Random(self.at.isoformat()).sample(EVERY_USE, 6 if DEEP else 1)
        uses = [*USUAL_USES, *others]
        for owner, home in self.alone.items():
            here, there = rows_of(self.together, owner), rows_of(home, owner)
            for table, rows in there.items():
                assert here[table] == rows, f"{table} of {owner}"
            said = answers_of(self.together, owner, uses, self.at)
            assert said == answers_of(home, owner, uses, self.at)
        self._compare_alarms()

    def _compare_alarms(self) -> None:
        together = alarms_of(self.together, self.at)
        alone = {owner: alarms_of(home, self.at) for owner, home in self.alone.items()}
        for owner, own in alone.items():
            assert about_sources_of(together, owner) == about_sources_of(own, owner)
        assert not {key for key in together if key[1] == INSTALLATION}


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
