"""Platforms that are asked, contracts that end, and keys that are replaced."""

from collections.abc import Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from pipeline.key_history import remember_keys
from policy.client_contract import ExitChoice
from policy.rights.table import Right
from policy.suppression import SuppressionKeys
from policy.vocabulary import Channel, Role
from tests.acceptance.client_ends import agree_anew, end_the_contract
from tests.acceptance.clients import IDENTIFIERS, MINUTE, PEOPLE, SALES
from tests.acceptance.side_by_side import boxes, clients, has_big_steps_left, owners, people
from tests.acceptance.steps_of_people import Standing, Usual

NEXT_KEYS = (
    b"a-newer-key-of-the-tests-0123456789-0123",
    b"the-newest-key-of-the-tests-0123456789-0",
)
SIAN, TICKED = IDENTIFIERS[2], {"email_updates": "1", "call_updates": "1"}
has_contracts = precondition(lambda self: self.have_contracts)


class Platforms(Usual):
    """Forms that are pulled from a platform, and audiences that people leave there."""

    def prepare(self, owner: str) -> None:
        super().prepare(owner)
        self.opt_out(owner, SIAN, None)
        self.send_a_form(owner, PEOPLE[0], TICKED)

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


class Contracts(Usual):
    """Contracts that end and begin, and a new key for the lists of opt-outs."""

    standings: ClassVar[Sequence[Standing]] = ((Role.PROCESSOR, True),)

    def prepare(self, owner: str) -> None:
        super().prepare(owner)
        self.export(owner, Channel.EMAIL, SALES[0])
        self.opt_out(owner, SIAN, None)
        self.ask(owner, Right.ACCESS, IDENTIFIERS[0])

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
