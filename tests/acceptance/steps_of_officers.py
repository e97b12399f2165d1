"""What may happen to a controller by way of requests, officers, platforms and contracts."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from models.trail import leads_page
from pipeline.key_history import remember_keys
from policy.client_contract import ExitChoice
from policy.restriction import ASKED_FOR
from policy.rights.packs import PackKind
from policy.rights.steps import StepKind
from policy.suppression import SuppressionKeys
from tests.acceptance.client_cases import (
    CORRECTIONS,
    NOBODY,
    STEPS,
    answer_with_a_copy,
    ask_to_confirm,
    correct,
    lift_restriction,
    make_a_copy,
    opt_ins_of,
    press_the_button,
    requests_of,
    restrict_use,
    show_who_asks,
    take_a_step,
)
from tests.acceptance.client_ends import agree_anew, end_the_contract
from tests.acceptance.clients import MINUTE, Home
from tests.acceptance.side_by_side import (
    SideBySide,
    boxes,
    clients,
    identifiers,
    owners,
    people,
    places,
)

UNSURE_LEADS = ("3000000001", "3000000002", "3000000003")
"""Leads whose ticks must be confirmed."""
NEXT_KEYS = (
    b"a-newer-key-of-the-tests-0123456789-0123",
    b"the-newest-key-of-the-tests-0123456789-0",
)
UNKNOWN = "2222-2222-2222"
has_big_steps_left = precondition(lambda self: self.big_steps_left > 0)
has_contracts = precondition(lambda self: self.have_contracts)


class Officers(SideBySide):
    """Confirmations, restrictions, corrections and cases; keys and references may be another's."""

    def of_request(self, home: Home, of: str | None, place: int) -> str | None:
        """Return the reference of a request of some controller, None if none is to be named."""
        if of is None:
            return None
        known = self.home_of(home, of).references(of)
        return known[place % len(known)] if known else UNKNOWN

    def _of(self, home: Home, keys: Callable[[Home, str], list[UUID]], of: str, place: int) -> UUID:
        known = keys(self.home_of(home, of), of)
        return known[place % len(known)] if known else NOBODY

    @rule(owner=owners, who=people, lead=st.sampled_from(UNSURE_LEADS), ticked=boxes)
    def tick_what_must_be_confirmed(
        self, owner: str, who: Any, lead: str, ticked: dict[str, str]
    ) -> None:
        self.both(owner, lambda home, on: ask_to_confirm(home, on, who, lead, ticked, self.at))

    @rule(owner=owners, of=owners, place=places)
    def confirm_a_tick(self, owner: str, of: str, place: int) -> None:
        def step(home: Home, on: str) -> Any:
            return press_the_button(home, on, self._of(home, opt_ins_of, of, place), self.at)

        self.both(owner, step)

    @rule(owner=owners, of=owners, place=places)
    def confirm_a_request(self, owner: str, of: str, place: int) -> None:
        def step(home: Home, on: str) -> Any:
            return show_who_asks(home, on, self._of(home, requests_of, of, place), self.at)

        self.both(owner, step)

    @rule(owner=owners, whom=identifiers, ground=st.sampled_from(ASKED_FOR),
          of=st.none() | owners, place=places)  # fmt: skip
    def restrict(self, owner: str, whom: Any, ground: Any, of: str | None, place: int) -> None:
        """Restrict use, by a request of the controller's own, of another one, or by none."""

        def step(home: Home, on: str) -> Any:
            request = self.of_request(home, of, place)
            return restrict_use(home, on, whom, ground, request, self.at)

        self.both(owner, step)

    @rule(owner=owners)
    def lift(self, owner: str) -> None:
        self.both(owner, lambda home, on: lift_restriction(home, on, self.at))

    @rule(owner=owners, whom=identifiers, right=st.sampled_from(CORRECTIONS),
          of=st.none() | owners, place=places, is_same=st.booleans())  # fmt: skip
    def rectify(
        self, owner: str, whom: Any, right: Any, of: str | None, place: int, *, is_same: bool
    ) -> None:
        def step(home: Home, on: str) -> Any:
            more = {"request": self.of_request(home, of, place), "is_same_person": is_same}
            return correct(home, on, whom, right, self.at, **more)

        self.both(owner, step)

    @rule(owner=owners, of=owners, whom=identifiers, right=st.sampled_from(CORRECTIONS))
    def rectify_one_lead(self, owner: str, of: str, whom: Any, right: Any) -> None:
        """Correct one lead of the controller's own, or try to correct one of another."""

        def step(home: Home, on: str) -> Any:
            with self.home_of(home, of).store.reading() as connection:
                newest = [row.id for row in leads_page(connection, [of], None, None, 1)]
            lead = newest[0] if newest else NOBODY
            return correct(home, on, whom, right, self.at, lead=lead, is_same_person=True)

        self.both(owner, step)

    @rule(owner=owners, of=owners, place=places, kind=st.sampled_from(list(STEPS)))
    def take_a_step(self, owner: str, of: str, place: int, kind: StepKind) -> None:
        """Take a step in a case of the controller's own, or try to in one of another."""

        def step(home: Home, on: str) -> Any:
            reference = self.of_request(home, of, place) or UNKNOWN
            return take_a_step(home, on, reference, kind, self.at)

        self.both(owner, step)

    @has_big_steps_left
    @rule(owner=owners, of=owners, place=places)
    def answer_with_a_copy(self, owner: str, of: str, place: int) -> None:
        self.big_steps_left -= 1

        def step(home: Home, on: str) -> Any:
            reference = self.of_request(home, of, place) or UNKNOWN
            return answer_with_a_copy(home, on, reference, self.at)

        self.both(owner, step)

    @has_big_steps_left
    @rule(owner=owners, whom=identifiers, kind=st.sampled_from(PackKind))
    def make_a_copy(self, owner: str, whom: Any, kind: PackKind) -> None:
        self.big_steps_left -= 1
        self.both(owner, lambda home, on: make_a_copy(home, on, whom, kind, self.at))


class Outside(SideBySide):
    """Platforms that are asked, contracts that end, and keys that are replaced."""

    @rule(owner=owners, who=people, ticked=boxes)
    def send_a_form(self, owner: str, who: Any, ticked: dict[str, str]) -> None:
        self.platforms.send(owner, who, ticked, self.at)

    @has_big_steps_left
    @rule(owner=owners)
    def pull(self, owner: str) -> None:
        self.big_steps_left -= 1
        self.both(owner, lambda home, on: self.platforms.pull(home, on, self.at))

    @has_big_steps_left
    @rule()
    def leave_audiences(self) -> None:
        self.big_steps_left -= 1
        self.at += 6 * MINUTE
        self.all_at_once(lambda home: self.platforms.round(home, self.at))

    @rule(owner=owners, is_named=st.booleans())
    def name_the_platform(self, owner: str, *, is_named: bool) -> None:
        """Say who a controller's platforms are, or no more: they are handed nothing then."""
        for home in (self.together, self.alone[owner]):
            home.nameless = home.nameless - {owner} if is_named else home.nameless | {owner}

    @has_contracts
    @has_big_steps_left
    @rule(owner=clients, choice=st.sampled_from([None, *ExitChoice]), are_passed_on=st.booleans())
    def end_a_contract(self, owner: str, choice: ExitChoice | None, *, are_passed_on: bool) -> None:
        self.big_steps_left -= 1
        self.both(
            owner,
            lambda home, on: end_the_contract(
                home, on, choice, self.at, are_passed_on=are_passed_on
            ),
        )

    @has_contracts
    @rule(owner=clients)
    def agree_anew(self, owner: str) -> None:
        self.both(owner, lambda home, on: agree_anew(home, on, self.at))

    @precondition(lambda self: len(self.together.keys.former) < len(NEXT_KEYS))
    @rule()
    def replace_the_suppression_key(self) -> None:
        self.at += MINUTE
        for home in self.homes:
            before = home.keys.every
            home.keys = SuppressionKeys(NEXT_KEYS[len(before) - 1], before)
            remember_keys(home.store, home.settings, self.at)
