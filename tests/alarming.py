"""What the tests of alarms share: an installation with a clock, and somebody who is told."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from connectors._form_webhook_settings import Tool
from connectors._form_webhook_signatures import refusal_of
from connectors.pushed import Push
from models.alarm import open_alarms
from models.delivery import record_run
from models.keys import new_keys
from models.store import Store
from pipeline.alarm_settings import AlarmSettings
from pipeline.find_alarms import Surroundings
from pipeline.raise_alarms import AlarmReport, raise_alarms
from pipeline.settings import ConfiguredSource, MailSettings
from pipeline.wiring import House
from policy.alarms import AlarmKind
from tests.build import NOW, declared, settings

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OTHER_SECRET = "whsec_" + "ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="
OPERATOR = "operator@my-agency.example"
ROOMY = 500_000_000_000
"""The free bytes of a disk that is no worry."""


@dataclass
class Clock:
    """A clock that goes when it is told to."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **span: float) -> datetime:
        self.at += timedelta(**span)
        return self.at


@dataclass
class Watchman:
    """An installation and its rounds of alarms."""

    house: House
    clock: Clock
    around: Surroundings

    def round(self, **changes: Any) -> AlarmReport:
        return raise_alarms(self.house, self.clock, replace(self.around, **changes))

    def standing(self) -> set[tuple[str, str]]:
        with self.house.store.reading() as connection:
            return {(row.kind, row.subject) for row in open_alarms(connection)}

    def row(self, kind: AlarmKind) -> Any:
        with self.house.store.reading() as connection:
            [found] = [row for row in open_alarms(connection) if row.kind == kind]
        return found

    def ran(self, job: str, outcome: str = "done", **given: Any) -> None:
        """Write down that a job ran just now, and took a second."""
        at = self.clock.wait(seconds=1)
        row = {
            "controller_id": "nectra",
            "id": new_keys(1, at)[0],
            "job": job,
            "source_id": None,
            "started_at": at,
            "finished_at": at,
            "outcome": outcome,
            "counts": {},
            "message": None,
        }
        with self.house.store.writing() as connection:
            record_run(connection, row | given)


def watchman(
    store: Store,
    *sources: ConfiguredSource,
    mail: MailSettings | None = None,
    folder: Path | None = None,
    **alarms: Any,
) -> Watchman:
    """Return an installation whose alarms are set as given; with a folder it makes backups."""
    declared(store, *sources)
    given = settings(str(store.url), *sources)
    chosen = replace(given, mail=mail, alarms=AlarmSettings.model_validate(alarms))
    if folder is not None:
        chosen = replace(
            chosen, folder=folder, backup_key=b"a-key-for-backups-of-the-tests-0123456"
        )
    return Watchman(House(chosen, store), Clock(), Surroundings(free_bytes=ROOMY))


@dataclass
class Receiver:
    """A program that is told of alarms: it takes only what is signed with its secret.

    `answers` are given instead of what it would say, each used up from the left.
    """

    clock: Clock
    secret: str = SECRET
    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    answers: deque[int] = field(default_factory=deque)

    def take(self, headers: Mapping[str, str], body: bytes) -> int:
        if self.answers:
            return self.answers.popleft()
        lowered = {name.lower(): value for name, value in headers.items()}
        push = Push(body, lowered, self.clock(), self.url)
        if refusal_of(push, Tool.STANDARD, [self.secret], ""):
            return 401
        self.taken.append(orjson.loads(body))
        self.ids.append(lowered["webhook-id"])
        return 204

    @property
    def alarms(self) -> list[tuple[str, str, str]]:
        """Return all that was told: what changed, the kind, what it is about."""
        return [
            (each["change"], each["kind"], each["subject"])
            for message in self.taken
            for each in message["data"]["alarms"]
        ]


@contextmanager
def receiver(clock: Clock | None = None, secret: str = SECRET) -> Iterator[Receiver]:
    """Listen on loopback."""
    own = Receiver(clock or Clock(), secret)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            self.send_response_only(own.take(dict(self.headers.items()), body))
            self.send_header("content-length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    own.url = f"http://127.0.0.1:{server.server_address[1]}/alarms"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield own
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def in_utc(text: str) -> datetime:
    """Return a time as JSON has it."""
    return datetime.fromisoformat(text).astimezone(UTC)
