"""The platforms that controllers have accounts with: people send forms there, and leave audiences.

Each controller has a page and an ad account of its own, with the same forms and numbers of leads as
the others'. They are outside of every store, so that the shared one and a controller's own ask the
same servers.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import orjson

from pipeline.pull import pull
from pipeline.reconcile import reconcile
from pipeline.remove_from_audiences import remove_from_audiences
from pipeline.settings import ConfiguredAudience, ConfiguredSource
from pipeline.wiring import House
from simulator.data_manager import DataManagerServer
from simulator.graph_api import GraphServer
from simulator.world import World
from tests import build
from tests.acceptance.clients import EVERYBODY, LISTS, Home, Someone, told
from tests.audiences import META, configured, google_settings, meta_settings
from tests.build import NOW

DAYS = 90


class Platforms:
    """The servers, started when they are first asked, until the stack is closed."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._graphs: dict[str, GraphServer] = {}
        self._numbers = {owner: count(4_000_000_001) for owner in EVERYBODY}
        self._google: DataManagerServer | None = None

    def graph(self, owner: str) -> GraphServer:
        """Return what answers for the page and the ad account of a controller."""
        if owner not in self._graphs:
            server = GraphServer(World.seeded(7, 0, NOW, forms=1))
            self._graphs[owner] = self._stack.enter_context(server)
        return self._graphs[owner]

    def google(self) -> DataManagerServer:
        """Return what answers for the lists of both clients."""
        if self._google is None:
            self._google = self._stack.enter_context(DataManagerServer())
        return self._google

    def send(self, owner: str, who: Someone, ticked: Mapping[str, str], at: datetime) -> None:
        """Let somebody send the form of a controller's page."""
        world = self.graph(owner).world
        given = build.fields(who.email, who.phone, who.name)
        world.add_lead(
            world.forms[0].id,
            {name: [value] for name, value in given.items()},
            created_at=at,
            boxes=ticked,
            lead_id=str(next(self._numbers[owner])),
        )

    def pull(self, home: Home, owner: str, at: datetime) -> Any:
        """Pull what is new from a controller's page, and compare the store with its list."""
        source = self._source(home, owner, at)
        connector = build.connector(source, at)
        pulled = pull(home.store, source, connector, lambda: at)
        compared = reconcile(home.store, source, connector, lambda: at, DAYS)
        days = [(place, +counts) for place, counts in compared.days.items()]
        errors = [str(error) for error in pulled.errors]
        return told(pulled.taken), pulled.outcome, errors, days, +compared.unlisted

    def _source(self, home: Home, owner: str, at: datetime) -> ConfiguredSource:
        server = self.graph(owner)
        server.world.now = at
        own = build.source(graph_url=server.url, connections=1, max_wait_minutes=0).own
        return replace(home.source("meta", owner), own=own)

    def round(self, home: Home, at: datetime) -> dict[str, Any]:
        """Take people out of all audiences of an installation; return what each controller sees.

        That is how its rounds went, and which hashes left the house for it.
        """
        owners = [each.id for each in home.owners]
        for owner in owners:
            self.graph(owner).calls.clear()
        google = self.google().answers
        google.removed.clear()
        audiences = [self._asked(each) for each in home.settings.audiences]
        house = House(replace(home.settings, audiences=audiences), home.store)
        rounds = remove_from_audiences(house, lambda: at).rounds
        return {
            owner: (
                [
                    (each.audience_id, each.counts, str(each.error))
                    for each in rounds
                    if each.controller_id == owner
                ],
                sorted(_handed_over(self.graph(owner))),
                sorted(google.removed.get(LISTS.get(owner, ""), ())),
            )
            for owner in owners
        }

    def _asked(self, audience: ConfiguredAudience) -> ConfiguredAudience:
        """Return an audience of which the platform can be asked."""
        owner = audience.controller
        if audience.kind == META:
            own = meta_settings(self.graph(owner.id).url)
        else:
            own = google_settings(self.google(), audience_ids=(LISTS[owner.id],))
        found = configured(audience.kind, own, audience.id, owner)
        return replace(found, recipient=audience.recipient)


def _handed_over(server: GraphServer) -> Iterator[tuple[str, str]]:
    """Yield what Meta was told to take out: the key, and the hash."""
    for call in server.calls_to("usersofanyaudience"):
        payload = orjson.loads(call.params["payload"])
        for each in payload["data"]:
            yield payload["schema"], each
