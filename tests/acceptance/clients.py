"""An installation that works for some controllers, and everything that may happen to one of them.

All of them meet the same people, with the same words, forms and numbers of leads, on purpose. Each
step is about one controller, and returns what whoever took it is told.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

from connectors.base import Problem, ProblemCode
from models.hold import holds_in_force
from models.rights_request import requests_of
from models.store import Store
from pipeline.confirm_opt_in import drop_unconfirmed
from pipeline.declare import declare
from pipeline.erase import ErasureOrder, erase
from pipeline.expire import expire
from pipeline.export import ExportReport, ExportRequest, export
from pipeline.hold import Order, place_hold, release_hold
from pipeline.import_files import import_file
from pipeline.ingest import Ingest, IngestReport
from pipeline.link_signer import LinkSigner
from pipeline.list_recalls import Told, acknowledge_recalls
from pipeline.opt_out import Said, opt_out
from pipeline.preferences import preferences
from pipeline.receive_request import Asked, receive_request
from pipeline.replay import replay
from pipeline.reread import reread
from pipeline.send_mails import send_mails
from pipeline.settings import ConfiguredAudience, ConfiguredSource, ControllerSettings, Settings
from pipeline.stop_by_link import stop_by_link, withdraw_by_link
from pipeline.take_opt_out_files import take_opt_out_files
from pipeline.tidy import tidy
from pipeline.unsubscribe_token import UnsubscribeTokens
from pipeline.wiring import House
from pipeline.work_inbox import Built, work_inbox
from policy.errors import UsageError
from policy.rights.steps import RequestStatus
from policy.rights.table import Right
from policy.suppression import SuppressionKeys
from policy.vocabulary import BoxMeaning, Channel, Identifier, Purpose, Role
from simulator.data_manager import AUDIENCE_IDS
from tests import build, importing, mailing
from tests.audiences import GOOGLE, META, configured, google_at, meta_settings
from tests.build import LINKS_KEY, MARKETING_BY_CALL, MARKETING_BY_EMAIL, NOW, SUPPRESSION_KEY
from tests.pipeline.links import token_to
from tests.web.pushing import google_body, google_source, push_into_inbox

YEARS_AGO = date(2025, 1, 1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
EVERYBODY = ("agency", "client-a", "client-b")
WAYS = ("meta", "file", "push", "mail")
MEANINGS = ((MARKETING_BY_EMAIL, MARKETING_BY_CALL), (MARKETING_BY_EMAIL,), ())
LEADS = ("1000000001", "1000000002", "1000000003", "1000000004")
SALES = ("sales", "agency-of-the-client")
LISTS = dict(zip(EVERYBODY[1:], AUDIENCE_IDS, strict=True))
"""Each client has one of the lists at Google; the agency has none there."""
NOWHERE = "http://127.0.0.1:9"


@dataclass(frozen=True)
class Someone:
    """Who sends a form: an address, a number, or both; some share one with somebody else."""

    email: str | None
    phone: str | None
    name: str

    @property
    def identifier(self) -> Identifier:
        return build.email(self.email) if self.email else build.phone(self.phone or "")


PRIYA = Someone("priya@mail.example", "+447700900001", "Priya Sharma")
PEOPLE = (
    PRIYA,
    Someone("priya@mail.example", None, "Priya Sharma"),
    Someone("priya@work.example", "+447700900001", "Priya Sharma"),
    Someone("sian@mail.example", "+447700900001", "Sian Jones"),
    Someone("sian@mail.example", "+447700900002", "Sian Jones"),
)
IDENTIFIERS = (
    build.email("priya@mail.example"),
    build.email("priya@work.example"),
    build.email("sian@mail.example"),
    build.phone("+447700900001"),
    build.phone("+447700900002"),
)


def controllers(role_of_clients: Role, *, have_contracts: bool = False) -> list[ControllerSettings]:
    """Return the agency and its two clients."""
    agency, *clients = EVERYBODY
    if have_contracts:
        return [build.controller(agency), *map(under_contract, clients)]
    return [build.controller(agency), *(build.controller(id_, role_of_clients) for id_ in clients)]


def under_contract(
    id_: str, reference: str = "DPA-1", since: date = YEARS_AGO
) -> ControllerSettings:
    """Return a client that instructed marketing, and has not said what it wants in the end."""
    instruction = {"channels": ["email", "live_call"], "recipients": [*SALES, id_]}
    agreed = {"reference": reference, "starts_on": since, "exit": None}
    return build.client(id_, instruction, **agreed)


@contextmanager
def keys_in_order() -> Iterator[None]:
    """Let keys that are made in the same millisecond sort as they were made, not by chance."""
    numbers, drawn = count(1), os.urandom

    def counted(size: int) -> bytes:
        return (next(numbers) << 36).to_bytes(size) if size == 10 else drawn(size)

    with patch("os.urandom", counted):
        yield


@dataclass
class Home:
    """One installation: its store, and the controllers that it works for.

    `nameless` are controllers of whose platforms nobody said who they are: they get no hashes.
    `sent` are the links to people, oldest first; `ended` has the last days of contracts that are
    over.
    """

    store: Store
    folder: Path
    owners: Sequence[ControllerSettings]
    meanings: dict[str, Sequence[BoxMeaning]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    sent: dict[str, list[str]] = field(default_factory=dict)
    keys: SuppressionKeys = SUPPRESSION_KEY
    nameless: set[str] = field(default_factory=set)
    ended: dict[str, date] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "optouts").mkdir()
        self.declare(NOW)

    def owner(self, id_: str) -> ControllerSettings:
        return next(each for each in self.owners if each.id == id_)

    def source(self, way: str, id_: str) -> ConfiguredSource:
        """Return the source of a controller by one of the ways that leads come."""
        owner, meanings = self.owner(id_), self.meanings.get(id_, MEANINGS[0])
        made: dict[str, Callable[[], ConfiguredSource]] = {
            "meta": build.source,
            "file": importing.fair,
            "push": google_source,
            "mail": mailing.inbox,
        }
        own = replace(made[way](), id=f"{way}-{id_}", controller=owner, meanings=meanings)
        return replace(own, suppression_key=self.keys)

    @property
    def settings(self) -> Settings:
        ids = [each.id for each in self.owners]
        return Settings(
            self.folder,
            str(self.store.url),
            self.keys,
            self.owners,
            [self.source(way, id_) for id_ in ids for way in WAYS],
            [LINKS_KEY],
            audiences=[each for id_ in ids for each in self._audiences(id_)],
        )

    def _audiences(self, id_: str) -> Iterator[ConfiguredAudience]:
        owner = self.owner(id_)
        found = [configured(META, meta_settings(NOWHERE), f"ads-{id_}", owner)]
        if id_ in LISTS:
            own = google_at(NOWHERE, NOWHERE, audience_ids=(LISTS[id_],))
            found.append(configured(GOOGLE, own, f"match-{id_}", owner))
        for each in found:
            yield replace(each, recipient=None) if id_ in self.nameless else each

    @property
    def house(self) -> House:
        return House(self.settings, self.store)

    def declare(self, at: datetime) -> None:
        declare(self.store, self.settings, at)

    # what comes in

    def poll(
        self, id_: str, who: Someone, lead: str, ticked: Mapping[str, str], at: datetime
    ) -> Any:
        given = build.fields(who.email, who.phone, who.name)
        came = build.delivery(lead, given, at=at - HOUR, boxes=ticked, received_at=at)
        return told(build.take(self.store, self.source("meta", id_), came, at=at))

    def import_rows(self, id_: str, who: Someone, at: datetime) -> Any:
        source = self.source("file", id_)
        row = importing.row(0, **{
            "Signed up at": f"{at - DAY:%d/%m/%Y %H:%M}",
            "Name": who.name,
            "E-mail": who.email or "",
            "Phone": who.phone or "",
        })  # fmt: skip
        path = importing.written(self.folder / "fair.csv", [row, row])
        connector = importing.connector_of(source, at)
        return told(import_file(self.store, source, connector, path, lambda: at))

    def push(self, id_: str, who: Someone, lead: str, at: datetime) -> Any:
        columns = {"FULL_NAME": who.name, "EMAIL": who.email, "PHONE_NUMBER": who.phone}
        body = google_body(
            lead,
            key=None,
            lead_submit_time=f"{at - HOUR:%Y-%m-%dT%H:%M:%SZ}",
            user_column_data=[
                {"column_id": name, "string_value": value}
                for name, value in columns.items()
                if value
            ],
        )
        push_into_inbox(self.store, self.source("push", id_), body, at=at)

    def mail(self, id_: str, who: Someone, words: str, at: datetime) -> Any:
        sender = who.email or "somebody@mail.example"
        came = mailing.says(words, at, sender=sender, subject=f"Hello at {at:%H:%M on %d %b %Y}")
        return told(mailing.arrive(self.store, self.source("mail", id_), came, at=at))

    def set_aside(self, id_: str, who: Someone, lead: str, at: datetime) -> Any:
        """Let a fault of the program keep something from being read."""
        source = self.source("meta", id_)
        given = build.fields(who.email, who.phone, who.name)
        came = build.delivery(lead, given, at=at - HOUR, received_at=at)
        problem = Problem(ProblemCode.FAULT, "A fault of the program.", lead)
        ingest = Ingest(self.store, source, build.connector(source, at), "pull")
        return told(ingest.set_aside(came, problem, at, lambda _: None))

    def replay(self, id_: str, at: datetime) -> Any:
        source = self.source("meta", id_)
        return told(replay(self.store, source, build.connector(source, at), lambda: at))

    def give_meaning(self, id_: str, meanings: Sequence[BoxMeaning], at: datetime) -> Any:
        """Change what boxes mean, and judge what is stored anew."""
        self.meanings[id_] = meanings
        self.declare(at)
        source = self.source("meta", id_)
        return reread(self.store, source, build.connector(source, at), lambda: at)

    # who leaves

    def opt_out(self, id_: str, who: Identifier, scope: Channel | None, at: datetime) -> Any:
        said = Said(scope, at, "test")
        report = opt_out(self.store, [self.owner(id_)], self.keys, [who], said)
        return report.counts[id_]

    def drop_list(self, id_: str, who: Identifier, at: datetime) -> None:
        folder = self.folder / "optouts" / id_
        folder.mkdir(exist_ok=True)
        path = folder / f"{at:%Y%m%d%H%M}.csv"
        path.write_text(f"address\n{who.value}\n")
        os.utime(path, (at.timestamp(), at.timestamp()))

    def token(self, id_: str, who: Identifier) -> str:
        made_by = UnsubscribeTokens(LinkSigner([LINKS_KEY]), self.owners, self.keys)
        token = token_to(self.store, who, controller_id=id_, made_by=made_by)
        self.tokens.add(token)
        self.sent.setdefault(id_, []).append(token)
        return token

    def follow(self, token: str, at: datetime, *, is_stop: bool) -> Any:
        """Let somebody press the button behind a link, or take one consent back there."""
        link = UnsubscribeTokens(LinkSigner([LINKS_KEY]), self.owners, self.keys).read(token)
        assert link is not None
        said = Said(Channel.EMAIL, at, "link")
        if is_stop:
            stop_by_link(self.store, self.keys, link, said)
        else:
            use = (Purpose.DIRECT_MARKETING, Channel.EMAIL)
            withdraw_by_link(self.store, self.keys, link, *use, said)
        return preferences(self.store, self.keys, link, at)

    def erase(self, id_: str, who: Identifier, request: str | None, at: datetime) -> Any:
        order = ErasureOrder(who, "test", request=request)
        try:
            return erase(self.store, self.owner(id_), self.keys, order, at)
        except UsageError as refusal:
            return str(refusal)

    def ask(self, id_: str, right: Right, who: Identifier, at: datetime) -> Any:
        email, phone = (who.value, None) if "@" in who.value else (None, who.value)
        asked = Asked(right, "Somebody", email, phone, f"Asked at {at}")
        return receive_request(self.store, self.owner(id_), self.keys, asked, at)

    def references(self, id_: str) -> list[str]:
        with self.store.reading() as connection:
            rows = requests_of(connection, [id_], list(RequestStatus))
        return [row.reference for row in rows]

    # what is kept, and what leaves

    def hold(self, id_: str, who: Identifier | UUID | None, at: datetime) -> Any:
        review = (at + 90 * DAY).date()
        order = Order(self.owner(id_), "A matter", "A. Counsel", review, who)
        try:
            return len(place_hold(self.store, order, "test", at))
        except UsageError as refusal:
            return str(refusal)

    def release(self, id_: str, at: datetime) -> Any:
        with self.store.reading() as connection:
            keys = [row.id for row in holds_in_force(connection, id_)]
        return [release_hold(self.store, key, "test", at) for key in keys[:1]]

    def export(self, id_: str, channel: Channel, recipient: str, at: datetime) -> ExportReport:
        out = self.folder / f"{id_}-{at:%Y%m%d%H%M}.csv"
        purpose = Purpose.DIRECT_MARKETING
        sales = build.recipient(recipient, controller=id_)
        request = ExportRequest(self.owner(id_), purpose, channel, sales, out, "test")
        return export(self.store, request, self.keys, lambda: at)

    def acknowledge(self, id_: str, recipient: str, at: datetime) -> Any:
        try:
            told_at = Told(recipient, at)
            return acknowledge_recalls(self.store, self.owner(id_), told_at, "test", at)
        except UsageError as refusal:
            return str(refusal)

    # what the clock does, for all of them at once

    def rounds(self, at: datetime) -> None:
        """Take each round that the daemon takes, but those that ask somebody outside."""
        work_inbox(self.store, self._built(at), lambda: at)
        take_opt_out_files(self.house, lambda: at)
        send_mails(self.house, lambda: at)
        drop_unconfirmed(self.store, at)

    def expire(self, at: datetime) -> Mapping[str, Any]:
        """Delete what is due, and what was remembered of the house's own work."""
        found = expire(self.store, self.owners, self.keys, lambda: at)
        tidy(self.store, at)
        return found

    def _built(self, at: datetime) -> list[Built]:
        sources = [self.source("push", each.id) for each in self.owners]
        return [Built(each, importing.connector_of(each, at)) for each in sources]


def told(report: IngestReport) -> tuple[Any, ...]:
    """Return what an ingest says, without what it named."""
    return report.rows, +report.counts, +report.reasons, +report.grades
