"""What people and the clock do to a controller, as far as every sequence has it, and the rest."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from models.trail import leads_page
from policy.rights.table import Right
from policy.vocabulary import Channel, Role
from tests.acceptance.client_cases import ask_to_confirm
from tests.acceptance.clients import DAY, LEADS, MEANINGS, MINUTE, PEOPLE, SALES, Home
from tests.acceptance.side_by_side import (
    SideBySide,
    boxes,
    identifiers,
    lead_ids,
    owners,
    people,
    places,
)
from tests.build import NOW

Standing = tuple[Role, bool]
"""What both clients are, and whether they have contracts."""
EVERY_STANDING: Sequence[Standing] = (
    (Role.CONTROLLER, False),
    (Role.PROCESSOR, False),
    (Role.PROCESSOR, True),
)
UNSURE_LEADS = ("3000000001", "3000000002", "3000000003")
"""Leads whose ticks must be confirmed."""
scopes = st.sampled_from([None, Channel.EMAIL, Channel.LIVE_CALL])
words = st.sampled_from([
    "Please stop emailing me.",
    "Please send me a copy of everything that you hold about me.",
    "Thank you, that was all I wanted to know.",
])  # fmt: skip
rights = st.sampled_from(Right)
waits = st.sampled_from([timedelta(hours=3), DAY, 8 * DAY, 31 * DAY, 400 * DAY, 745 * DAY])


class Usual(SideBySide):
    """What each sequence begins with, and what may always happen."""

    standings: ClassVar[Sequence[Standing]] = EVERY_STANDING

    @initialize(place=places, ticked=boxes)
    def begin(self, place: int, ticked: dict[str, str]) -> None:
        """Open the stores, and let the same people send the same forms to all three."""
        role, have_contracts = self.standings[place % len(self.standings)]
        self.open_stores(role, have_contracts=have_contracts)
        for owner in self.alone:
            for lead, who in zip(LEADS, PEOPLE[::2], strict=False):
                self.poll(owner, who, lead, ticked)
            self.tick(owner, PEOPLE[0], UNSURE_LEADS[0], ticked)
            self.prepare(owner)

    def prepare(self, owner: str) -> None:
        """Do what else a controller needs, so that the steps find something to work on."""

    def tick(self, owner: str, who: Any, lead: str, ticked: dict[str, str]) -> None:
        """Let somebody tick what counts once they have confirmed it."""
        self.both(owner, lambda home, on: ask_to_confirm(home, on, who, lead, ticked, self.at))

    @rule(owner=owners, who=people, lead=lead_ids, ticked=boxes)
    def poll(self, owner: str, who: Any, lead: str, ticked: dict[str, str]) -> None:
        self.both(owner, lambda home, on: home.poll(on, who, lead, ticked, self.at))

    @rule(owner=owners, whom=identifiers, scope=scopes)
    def opt_out(self, owner: str, whom: Any, scope: Channel | None) -> None:
        self.both(owner, lambda home, on: home.opt_out(on, whom, scope, self.at))

    @rule(owner=owners, whom=identifiers)
    def erase(self, owner: str, whom: Any) -> None:
        self.both(owner, lambda home, on: home.erase(on, whom, None, self.at))

    @rule(owner=owners, right=rights, whom=identifiers)
    def ask(self, owner: str, right: Right, whom: Any) -> None:
        self.both(owner, lambda home, on: home.ask(on, right, whom, self.at))

    @rule(owner=owners, channel=st.sampled_from([Channel.EMAIL, Channel.LIVE_CALL]),
          recipient=st.sampled_from(SALES))  # fmt: skip
    def export(self, owner: str, channel: Channel, recipient: str) -> None:
        self.both(owner, lambda home, on: home.export(on, channel, recipient, self.at))

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


class Everyday(Usual):
    """What comes in by other ways, who leaves by them, and what is kept."""

    # what comes in

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

    @rule(owner=owners, of=owners, whom=identifiers)
    def erase_by_a_request(self, owner: str, of: str, whom: Any) -> None:
        """Erase by a request that was made of the controller itself, or of another one."""

        def step(home: Home, on: str) -> Any:
            known = [*self.home_of(home, of).references(of), "2222-2222-2222"]
            return home.erase(on, whom, known[0], self.at)

        self.both(owner, step)

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

    @rule(owner=owners, recipient=st.sampled_from(SALES))
    def acknowledge(self, owner: str, recipient: str) -> None:
        self.both(owner, lambda home, on: home.acknowledge(on, recipient, self.at))
