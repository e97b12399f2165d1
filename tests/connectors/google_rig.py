"""What the tests of the Google connector share: the real client against the simulator, over TLS."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from connectors.base import Batch, ConnectorIO, Delivery, ProbeResult, StreamFailed, Submission
from connectors.google_lead_forms import GoogleLeadForms, PulledGoogleLeadForms, source
from policy.errors import SourceError
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_certificate import ROOTS_VARIABLE
from simulator.google_faults import GoogleFaults
from simulator.google_forms import OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES
from simulator.google_world import GoogleWorld

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SEED = 7
SUBMISSIONS = "lead_form_submission_data"
OPT_IN: dict[str, Any] = {
    "key": "email_updates",
    "question": OPT_IN_QUESTION,
    "yes": [OPT_IN_YES],
    "no": [OPT_IN_NO],
}


@dataclass
class Pulled:
    """What one poll brought: in order, and the error that ended it, if one did."""

    batches: list[Batch] = field(default_factory=list)
    failures: list[StreamFailed] = field(default_factory=list)
    error: SourceError | None = None

    @property
    def deliveries(self) -> list[Delivery]:
        return [delivery for batch in self.batches for delivery in batch.deliveries]

    @property
    def ids(self) -> list[str | None]:
        return [delivery.external_id for delivery in self.deliveries]

    @property
    def cursors(self) -> dict[str, str]:
        return {batch.stream: batch.cursor for batch in self.batches if batch.cursor}

    @property
    def failed(self) -> dict[str, SourceError]:
        return {failure.stream: failure.error for failure in self.failures}


@dataclass
class Rig:
    """One connector, the clock it sees, and the waits it was told to make."""

    connector: GoogleLeadForms
    sleeps: list[float]

    def poll(self, cursors: Mapping[str, str] | None = None) -> Pulled:
        assert isinstance(self.connector, PulledGoogleLeadForms)
        pulled = Pulled()
        try:
            for item in self.connector.poll(cursors or {}):
                if isinstance(item, Batch):
                    pulled.batches.append(item)
                else:
                    pulled.failures.append(item)
        except SourceError as error:
            pulled.error = error
        return pulled

    def probe(self) -> dict[str, ProbeResult]:
        assert isinstance(self.connector, PulledGoogleLeadForms)
        return {result.subject: result for result in self.connector.probe()}

    def read(self, delivery: Delivery) -> Submission:
        [found] = self.connector.read(delivery)
        assert isinstance(found, Submission)
        return found


@contextmanager
def served(
    leads: int = 120, *, faults: GoogleFaults | None = None, chunk: int = 50, **world: int
) -> Iterator[GoogleAdsServer]:
    """Serve a seeded world whose clock stands at NOW, in chunks so small that there are many."""
    made = GoogleWorld.seeded(SEED, leads, NOW, **world)
    with GoogleAdsServer(made, faults=faults, chunk=chunk) as server:
        # read by gRPC once a process, and the same for all servers of one
        os.environ[ROOTS_VARIABLE] = str(server.roots)
        yield server


def settings_of(server: GoogleAdsServer, **own: Any) -> dict[str, Any]:
    """Return the settings that reach a server."""
    return {
        "manager_id": server.world.manager_id,
        "service_account_key": server.service_account_key(),
        "endpoint": server.endpoint,
        "form_language": "en-GB",
        "opt_in_questions": [OPT_IN],
        "max_wait_minutes": 5,
    } | own


def rig(server: GoogleAdsServer, *, now: datetime = NOW, **own: Any) -> Rig:
    sleeps: list[float] = []
    io = ConnectorIO(now=lambda: now, sleep=sleeps.append, log=structlog.get_logger())
    given = {name: value for name, value in settings_of(server, **own).items() if value is not None}
    connector = source.build(source.settings.model_validate(given), io)
    assert isinstance(connector, GoogleLeadForms)
    return Rig(connector, sleeps)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def fullest(world: GoogleWorld) -> str:
    """Return the client account with the most submissions."""
    return max(world.client_ids, key=lambda one: len(world.resource_names(one)))


def asked(server: GoogleAdsServer, resource: str, account: str | None = None) -> list[str]:
    """Return the queries FROM a resource so far, in order; of one account if it is named."""
    return [
        call.query
        for call in server.calls
        if call.query.split(" FROM ")[1].split()[0] == resource
        and account in {None, call.account_id}
    ]


def unpolled(**own: Any) -> GoogleLeadForms:
    """Return a connector of which nothing is pulled: it reads, receives and opens files."""
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    connector = source.build(source.settings.model_validate(own), io)
    assert isinstance(connector, GoogleLeadForms)
    assert not isinstance(connector, PulledGoogleLeadForms)
    return connector


def failing(kind: str, **options: float | str) -> tuple[Pulled, GoogleAdsServer, str, list[float]]:
    """Poll where one account always fails at its submissions."""
    with served() as server:
        account = fullest(server.world)
        server.faults.always(kind, account, resource=SUBMISSIONS, **options)
        one = rig(server)
        return one.poll(), server, account, one.sleeps


def assert_the_others_went_on(pulled: Pulled, server: GoogleAdsServer, account: str) -> None:
    """One account failed: its cursor stays, and the others are whole, with their cursors."""
    assert pulled.error is None
    assert [failure.stream for failure in pulled.failures] == [account]
    assert account not in pulled.cursors
    others = set(server.world.client_ids) - {account}
    assert others <= set(pulled.cursors)
    expected = server.world.resource_names() - server.world.resource_names(account)
    assert expected <= set(pulled.ids)


def only_failure(pulled: Pulled) -> SourceError:
    [failed] = pulled.failures
    assert isinstance(failed, StreamFailed)
    return failed.error
