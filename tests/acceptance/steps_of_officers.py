"""What people confirm, and what officers do about requests, restrictions and corrections.

Keys and references may be another controller's: these open nothing.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from models.trail import leads_page
from policy.restriction import ASKED_FOR
from policy.rights.packs import PackKind
from policy.rights.steps import StepKind
from policy.rights.table import Right
from tests.acceptance.client_cases import (
    CORRECTIONS,
    NOBODY,
    STEPS,
    answer_with_a_copy,
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
from tests.acceptance.clients import EVERYBODY, IDENTIFIERS, PEOPLE, Home
from tests.acceptance.side_by_side import (
    boxes,
    has_big_steps_left,
    identifiers,
    owners,
    people,
    places,
)
from tests.acceptance.steps_of_people import UNSURE_LEADS, Usual

UNKNOWN = "2222-2222-2222"
PREPARED = (Right.ACCESS, Right.ERASURE, Right.RESTRICTION)
whose = st.sampled_from((None, None, None, *EVERYBODY))
"""Whose key or reference is given; None: the controller's own."""
mostly_not = st.sampled_from((False, False, True))
corrections = st.sampled_from(CORRECTIONS)


class Confirming(Usual):
    """Ticks and requests that somebody confirms behind a link."""

    def one_of(
        self, home: Home, keys: Callable[[Home, str], list[UUID]], of: str, place: int
    ) -> UUID:
        """Return a key that some controller has, seen from one of the stores."""
        known = keys(self.home_of(home, of), of)
        return known[place % len(known)] if known else NOBODY

    @rule(owner=owners, who=people, lead=st.sampled_from(UNSURE_LEADS), ticked=boxes)
    def tick_what_must_be_confirmed(
        self, owner: str, who: Any, lead: str, ticked: dict[str, str]
    ) -> None:
        self.tick(owner, who, lead, ticked)

    @rule(owner=owners, of=whose, place=places)
    def confirm_a_tick(self, owner: str, of: str | None, place: int) -> None:
        def step(home: Home, on: str) -> Any:
            key = self.one_of(home, opt_ins_of, of or on, place)
            return press_the_button(home, on, key, self.at)

        self.both(owner, step)

    @rule(owner=owners, of=whose, place=places)
    def confirm_a_request(self, owner: str, of: str | None, place: int) -> None:
        def step(home: Home, on: str) -> Any:
            key = self.one_of(home, requests_of, of or on, place)
            return show_who_asks(home, on, key, self.at)

        self.both(owner, step)


class Cases(Usual):
    """Requests from step to step with their copies, restrictions and corrections."""

    def prepare(self, owner: str) -> None:
        super().prepare(owner)
        self.both(owner, lambda home, on: home.set_aside(on, PEOPLE[0], "1000000009", self.at))
        for right in PREPARED:
            self.ask(owner, right, IDENTIFIERS[0])
        for place in range(len(PREPARED)):
            self.both(
                owner,
                lambda home, on, place=place: show_who_asks(  # type: ignore[misc]
                    home, on, requests_of(home, on)[place], self.at
                ),
            )

    def request_of(self, home: Home, of: str, place: int) -> str:
        """Return the reference of a request of some controller, seen from one of the stores."""
        known = self.home_of(home, of).references(of)
        return known[place % len(known)] if known else UNKNOWN

    @rule(owner=owners, whom=identifiers, ground=st.sampled_from(ASKED_FOR),
          is_asked=mostly_not, of=whose, place=places)  # fmt: skip
    def restrict(
        self, owner: str, whom: Any, ground: Any, of: str | None, place: int, *, is_asked: bool
    ) -> None:
        def step(home: Home, on: str) -> Any:
            request = self.request_of(home, of or on, place) if is_asked else None
            return restrict_use(home, on, whom, ground, request, self.at)

        self.both(owner, step)

    @rule(owner=owners)
    def lift(self, owner: str) -> None:
        self.both(owner, lambda home, on: lift_restriction(home, on, self.at))

    @rule(owner=owners, whom=identifiers, right=corrections, is_asked=mostly_not, of=whose,
          place=places)  # fmt: skip
    def rectify(
        self, owner: str, whom: Any, right: Any, of: str | None, place: int, *, is_asked: bool
    ) -> None:
        def step(home: Home, on: str) -> Any:
            request = self.request_of(home, of or on, place) if is_asked else None
            return correct(home, on, whom, right, self.at, request=request, is_same_person=True)

        self.both(owner, step)

    @rule(owner=owners, of=whose, whom=identifiers, right=corrections, is_same=st.booleans())
    def rectify_one_lead(
        self, owner: str, of: str | None, whom: Any, right: Any, *, is_same: bool
    ) -> None:
        """Correct one lead of the controller's own, or try to correct one of another."""

        def step(home: Home, on: str) -> Any:
            whose_ = of or on
            with self.home_of(home, whose_).store.reading() as connection:
                newest = [row.id for row in leads_page(connection, [whose_], None, None, 1)]
            lead = newest[0] if newest else NOBODY
            return correct(home, on, whom, right, self.at, lead=lead, is_same_person=is_same)

        self.both(owner, step)

    @rule(owner=owners, of=whose, place=places, kind=st.sampled_from(list(STEPS)))
    def take_a_step(self, owner: str, of: str | None, place: int, kind: StepKind) -> None:
        """Take a step in a case of the controller's own, or try to in one of another."""

        def step(home: Home, on: str) -> Any:
            reference = self.request_of(home, of or on, place)
            return take_a_step(home, on, reference, kind, self.at)

        self.both(owner, step)

    @has_big_steps_left
    @rule(owner=owners, of=whose, place=places)
    def answer_with_a_copy(self, owner: str, of: str | None, place: int) -> None:
        self.big_steps_left -= 1

        def step(home: Home, on: str) -> Any:
            reference = self.request_of(home, of or on, place)
            return answer_with_a_copy(home, on, reference, self.at)

        self.both(owner, step)

    @has_big_steps_left
    @rule(owner=owners, whom=identifiers, kind=st.sampled_from(PackKind))
    def make_a_copy(self, owner: str, whom: Any, kind: PackKind) -> None:
        self.big_steps_left -= 1
        self.both(owner, lambda home, on: make_a_copy(home, on, whom, kind, self.at))
