"""Three stores of one controller each beside one that they share, and how both are compared.

Whatever happens to a controller is done in the shared store and in its own, where the others did
nothing. Whoever took the step must be told the same, and what is left must be the same.
"""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition

from models.store import Store
from policy.alarms import INSTALLATION
from policy.vocabulary import Role
from tests.acceptance.client_platforms import Platforms
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
    EVERYBODY,
    IDENTIFIERS,
    LEADS,
    MINUTE,
    PEOPLE,
    Home,
    controllers,
    keys_in_order,
)
from tests.build import NOW

DEEP = int(os.environ.get("CLIENTS_EXAMPLES", "0"))
"""How many sequences to try, chosen anew each time; 0: the few that are always the same."""
MOST_BIG = 24 if DEEP else 8
"""How many of the steps that take long a sequence has: those that ask platforms or write files."""
Url = Callable[[Path], AbstractContextManager[str]]

owners = st.sampled_from(EVERYBODY)
clients = st.sampled_from(EVERYBODY[1:])
people = st.sampled_from(PEOPLE)
identifiers = st.sampled_from(IDENTIFIERS)
lead_ids = st.sampled_from(LEADS)
places = st.integers(0, 3)
boxes = st.fixed_dictionaries(
    dict.fromkeys(("email_updates", "call_updates"), st.sampled_from("10"))
)
has_big_steps_left = precondition(lambda self: self.big_steps_left > 0)


class SideBySide(RuleBasedStateMachine):
    """The stores, the clock, and the judge; what may happen is said in the classes above it."""

    def __init__(self, template: Path, shared: Url) -> None:
        super().__init__()
        self.at = NOW
        self.big_steps_left = MOST_BIG
        self.have_contracts = False
        self._template = template
        self._shared = shared
        self._stack = ExitStack()
        self.together: Home
        self.alone: dict[str, Home] = {}
        self.platforms: Platforms

    def open_stores(self, role: Role, *, have_contracts: bool) -> None:
        """Open the shared store and three of their own."""
        self._stack.enter_context(keys_in_order())
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.have_contracts = have_contracts
        everybody = controllers(role, have_contracts=have_contracts)
        self.platforms = Platforms(self._stack)
        url = self._stack.enter_context(self._shared(folder / "together.db"))
        self.together = Home(self._opened(url), folder / "together", everybody)
        for each in everybody:
            path = folder / f"{each.id}.db"
            shutil.copyfile(self._template, path)
            self.alone[each.id] = Home(self._opened(f"sqlite:///{path}"), folder / each.id, [each])

    def _opened(self, url: str) -> Store:
        store = Store(url)
        self._stack.callback(store.close)
        return store

    @property
    def homes(self) -> tuple[Home, ...]:
        """Return every installation."""
        return self.together, *self.alone.values()

    def both(self, owner: str, step: Callable[[Home, str], Any]) -> None:
        """Take a step about one controller in both stores; whoever took it is told the same."""
        self.at += MINUTE
        own = self.alone[owner]
        here, there = step(self.together, owner), step(own, owner)
        learn_names(self.together, owner)
        learn_names(own, owner)
        assert plain_in(self.together)(here) == plain_in(own)(there)

    def all_at_once(self, step: Callable[[Home], dict[str, Any]]) -> None:
        """Take a step about all controllers; each of them is told the same as in its own store."""
        here = step(self.together)
        there = {owner: step(home) for owner, home in self.alone.items()}
        self.learn()
        for owner, home in self.alone.items():
            assert plain_in(self.together)(here[owner]) == plain_in(home)(there[owner][owner])

    def home_of(self, home: Home, of: str) -> Home:
        """Return where something of a controller is found, seen from one of the stores."""
        return home if home is self.together else self.alone[of]

    def learn(self) -> None:
        """Give names to all that is new."""
        for owner, home in self.alone.items():
            learn_names(self.together, owner)
            learn_names(home, owner)

    def teardown(self) -> None:
        try:
            if self.alone:
                self.compare()
        finally:
            self._stack.close()

    def compare(self) -> None:
        """Compare all that is kept of each controller, and all that is said of it."""
        others = Random(self.at.isoformat()).sample(EVERY_USE, 3 if DEEP else 0)
        uses = [*USUAL_USES, *others]
        for owner, home in self.alone.items():
            here, there = rows_of(self.together, owner), rows_of(home, owner)
            for table, rows in there.items():
                assert here[table] == rows, f"{table} of {owner}"
            said = answers_of(self.together, owner, uses, self.at)
            own = answers_of(home, owner, uses, self.at)
            for question, answer in own.items():
                assert said[question] == answer, f"{question} of {owner}"
        self._compare_alarms()

    def _compare_alarms(self) -> None:
        together = alarms_of(self.together, self.at)
        alone = {owner: alarms_of(home, self.at) for owner, home in self.alone.items()}
        for owner, own in alone.items():
            assert about_sources_of(together, owner) == about_sources_of(own, owner)
        assert not {key for key in together if key[1] == INSTALLATION}
