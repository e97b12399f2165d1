"""What an installation holds for one controller, and would say of it, told without keys.

Keys, salts and references are made by chance and differ between two stores; who or what they name
does not. A key gets its name when it is first seen, and keeps it when its row is gone.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, is_dataclass
from datetime import datetime
from enum import Enum
from itertools import product
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Table, select

from models.columns import table_of
from models.disclosure import Listed
from models.export import Export
from models.lead import Lead
from models.person import IdentifierRecord
from models.tables import metadata
from pipeline.audit_answer import Span
from pipeline.audit_consent import audit_consent
from pipeline.audit_contact import audit_recipients
from pipeline.audit_opt_outs import audit_opt_outs
from pipeline.audit_retention import audit_retention
from pipeline.audit_rights import audit_complaints, audit_rights
from pipeline.find_alarms import Surroundings, find_alarms
from pipeline.list_audiences import list_audiences
from pipeline.list_clients import list_clients
from pipeline.list_recalls import list_recalls
from pipeline.list_requests import list_requests
from pipeline.provenance import of_identifier
from pipeline.restrict import list_restrictions
from pipeline.settings import ControllerSettings
from pipeline.source_status import source_statuses
from pipeline.why import why
from policy.alarms import INSTALLATION
from policy.uses import UseRequest
from policy.vocabulary import Channel, Purpose
from tests.acceptance.client_cases import count_a_copy, stands
from tests.acceptance.clients import IDENTIFIERS, Home
from tests.alarming import ROOMY

BY_CHANCE = frozenset({
    "salt", "commitment", "leaf_hash", "reference", "sha256", "manifest_sha256",
    "returned_digest",
})  # fmt: skip
"""Columns, and details in the ledger, that no two stores have in common."""
ONLY_WHETHER = frozenset({"request_id", "wrong"})
"""What a platform calls our request, and digests under salts: whether there is one is compared."""
_OF_THE_HOUSE = ("links-keys", "suppression-key")
"""Subjects of entries that the oldest controller's ledger has for all: fingerprints of keys."""
_KEY = re.compile(r"\b[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}\b")
_REFERENCE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b")
_THEIR_NUMBER = re.compile(r"\bpretend-\d+\b")
Plain = Callable[[Any], Any]
Use = tuple[Purpose, Channel]
EVERY_USE: Sequence[Use] = tuple(product(Purpose, Channel))
USUAL_USES: Sequence[Use] = (
    (Purpose.DIRECT_MARKETING, Channel.EMAIL),
    (Purpose.DIRECT_MARKETING, Channel.LIVE_CALL),
    (Purpose.ENQUIRY_RESPONSE, Channel.EMAIL),
)


_listed = table_of(Listed)


def learn_names(home: Home, owner: str) -> None:
    """Give a name to each key of a controller that is seen for the first time."""
    with home.store.reading() as connection:
        _learn(connection, home, owner)


def rows_of(home: Home, owner: str) -> dict[str, list[Any]]:
    """Return every row of a controller, by table."""
    plain = plain_in(home)
    with home.store.reading() as connection:
        return {
            str(table.name): sorted(map(plain, _rows(connection, table, owner)), key=repr)
            for table in metadata.sorted_tables
            if "controller_id" in table.c
        }


def answers_of(home: Home, owner: str, uses: Sequence[Use], at: datetime) -> dict[str, Any]:
    """Return what is said of a controller when somebody asks: decisions, time lines, the state."""
    own, plain = home.owner(owner), plain_in(home)
    sources = [each for each in home.settings.sources if each.controller_id == owner]
    with home.store.reading() as connection:
        statuses = source_statuses(connection, sources, at)
    lines = [of_identifier(home.store, each, [owner]) for each in IDENTIFIERS]
    return {
        "decisions": plain(list(_decisions(home, owner, uses, at))),
        "time lines": [sorted(plain(line), key=repr) for line in lines],
        "sources": plain(statuses),
        "recalls": plain(list_recalls(home.store, [own], at, is_open=False)),
        "audiences": plain([e for e in list_audiences(home.store) if e.controller == owner]),
        "lists": _lists(home, owner, plain),
        "requests": plain(list_requests(home.store, [owner], at, closed=True)),
        "cases": plain([stands(home, owner, each, at) for each in home.references(owner)]),
        "copies": plain([count_a_copy(home, owner, each, at) for each in IDENTIFIERS[::2]]),
        "restrictions": plain(list_restrictions(home.store, [own])),
        "contracts": plain(list_clients(home.store, [own], at)),
        "audits": plain(list(_audits(home, own, at))),
    }


def alarms_of(home: Home, at: datetime) -> set[tuple[str, str]]:
    """Return what is wrong, by kind and subject; the house's own alarms have no owner."""
    return {each.key for each in find_alarms(home.house, at, Surroundings(free_bytes=ROOMY))}


def about_sources_of(alarms: set[tuple[str, str]], owner: str) -> set[tuple[str, str]]:
    """Return the alarms about what is a controller's."""
    return {key for key in alarms if key[1] != INSTALLATION and key[1].endswith(owner)}


def plain_in(home: Home) -> Plain:
    """Return what tells a value of a store so that it can be compared with another store's."""

    def of_text(text: str) -> str:
        for token in home.tokens:
            text = text.replace(token, "a token")
        text = text.replace(str(home.folder), "")
        text = _REFERENCE.sub("a reference", text)
        text = _THEIR_NUMBER.sub("a request", text)
        return _KEY.sub(lambda found: home.names.get(found[0].replace("-", ""), "a key"), text)

    def plain(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return plain(asdict(value))
        if isinstance(value, dict):
            return {str(plain(name)): part(name, each) for name, each in value.items()
                    if name not in BY_CHANCE}  # fmt: skip
        if isinstance(value, list | tuple | set | frozenset):
            return [plain(each) for each in value]
        if isinstance(value, UUID):
            return home.names.get(value.hex, "a key")
        if isinstance(value, bytes):
            return of_text(value.decode("utf-8", "backslashreplace"))
        return of_text(value) if isinstance(value, str) and not isinstance(value, Enum) else value

    def part(name: object, value: Any) -> Any:
        return value is not None if name in ONLY_WHETHER else plain(value)

    return plain


def _rows(connection: Connection, table: Table, owner: str) -> Iterator[dict[str, Any]]:
    own = select(table).where(table.c.controller_id == owner)
    of_pairs = select(_listed).where(_listed.c.controller_id == owner)
    pairs = {row.number: (row.identifier_id, row.lead_id) for row in connection.execute(of_pairs)}
    for row in connection.execute(own):
        values = dict(row._mapping)
        if table.name == "ledger" and values["subject_id"] in _OF_THE_HOUSE:
            continue
        if table.name == "ledger":
            values["body"] = orjson.loads(values["body"])
        if table.name == "delivery":
            del values["digest"]  # of bytes that may hold a token
        if table.name == "listed":
            del values["number"]  # is given in the order of keys
        if table.name == "disclosure":
            values["listed_number"] = pairs[values["listed_number"]]
        yield values


def _learn(connection: Connection, home: Home, owner: str) -> None:
    lead, identifier = table_of(Lead), table_of(IdentifierRecord)
    names = home.names
    for row in connection.execute(select(identifier).where(identifier.c.controller_id == owner)):
        names.setdefault(row.id.hex, f"{row.kind} {row.value}")
    columns = (lead.c.id, lead.c.source_id, lead.c.external_id, lead.c.person_id)
    own = select(*columns).where(lead.c.controller_id == owner).order_by(lead.c.id)
    for row in connection.execute(own):
        names.setdefault(row.id.hex, f"lead {row.source_id} {row.external_id}")
        if row.person_id:
            names.setdefault(row.person_id.hex, f"person of {names[row.id.hex]}")
    lists = table_of(Export)
    for row in connection.execute(select(lists).where(lists.c.controller_id == owner)):
        names.setdefault(row.id.hex, f"list of {row.opened_at}")


def _decisions(home: Home, owner: str, uses: Sequence[Use], at: datetime) -> Iterator[Any]:
    for identifier, (purpose, channel) in product(IDENTIFIERS, uses):
        use = UseRequest(purpose, channel, at)
        [answer] = why(home.store, [home.owner(owner)], home.keys, identifier, use)
        yield answer.decision, answer.is_known, len(answer.events), answer.findings


def _audits(home: Home, own: ControllerSettings, at: datetime) -> Iterator[Any]:
    """Yield what an auditor is told who asks about one controller."""
    store, ids, span = home.store, [own.id], Span(None, at)
    yield audit_consent(store, ids, IDENTIFIERS[0], at)
    yield audit_recipients(store, ids, IDENTIFIERS[0])
    yield audit_opt_outs(store, ids, span)
    yield audit_retention(store, ids, at, at)
    yield audit_rights(store, ids, span, at)
    yield audit_complaints(store, ids, span, at)


def _lists(home: Home, owner: str, plain: Plain) -> dict[str, Any]:
    found = {}
    for path in sorted(home.folder.glob(f"{owner}-*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            found[path.name] = plain(list(csv.DictReader(file)))
    return found
