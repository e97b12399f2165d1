"""Who received this person: many lists of many people, and how long the answer takes."""

import gc
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import literal, select

from benchmarks.printed import against, heading
from models.columns import table_of
from models.disclosure import Disclosure, Listed, add_disclosures
from models.export import Export, add_export, close_export
from models.keys import new_keys
from models.person import IdentifierRecord, LeadIdentifier
from models.store import Store
from pipeline.audit_contact import audit_recipients
from policy.vocabulary import Channel, Identifier, IdentifierKind, Purpose, ReasonCode
from tests import build
from tests.conftest import migrate

BUDGET_RECIPIENTS = 50.0
CHUNK = 1_000
PEOPLE = 1_000
"""Of how many people the question is asked."""
MOST_WRITTEN = 20
"""So many lists are written as an export does, the last ones; those before by one statement each
`BLOCK`, since 100,000,000 rows would take hours."""
BLOCK = 50


@dataclass(frozen=True, slots=True)
class Figures:
    """What the lists took, and the answers. Times are in milliseconds."""

    rows: int
    rows_a_second: float
    bytes_a_row: float
    p50: float
    p99: float
    cpu_p50: float


def disclosed(exports: int, leads: int) -> None:
    """Make many lists of many people, and ask who received one of them."""
    heading(f"{exports:,} lists of {leads:,} people in SQLite: who received this person?")
    with tempfile.TemporaryDirectory(prefix="leadledger-bench-") as folder:
        found = disclosures(Path(folder), exports, leads)
    print(f"  {'rows of disclosures':<38} {found.rows:12,}")
    print(f"  {'written a second':<38} {found.rows_a_second:12,.0f}")
    print(f"  {'bytes a row, in the file':<38} {found.bytes_a_row:12,.1f}")
    print(f"  {'the answer, p50 of 1,000 people':<38} {found.p50:12,.1f} ms")
    print(f"  {'its CPU, p50':<38} {found.cpu_p50:12,.1f} ms")
    against("milliseconds of the answer, p99", found.p99, BUDGET_RECIPIENTS)


def disclosures(folder: Path, exports: int, leads: int) -> Figures:
    """Make lists of all leads as an export writes them, then ask who received some people."""
    path = folder / "leads.db"
    url = f"sqlite:///{path}"
    migrate(url)
    store = Store(url)
    people = _stock(store, leads)
    before = _size(store, path)
    _list(store, people, build.NOW)
    filled = max(1, exports - MOST_WRITTEN)
    for first in range(1, filled, BLOCK):
        _fill(store, len(people), range(first, min(first + BLOCK, filled)))
        _size(store, path)
    started = time.perf_counter()
    for number in range(filled, exports):
        _list(store, people, build.NOW + timedelta(hours=number))
    took = time.perf_counter() - started
    rows, written = exports * len(people), (exports - filled) * len(people)
    grown = _size(store, path) - before
    took_of = list(_waits(store, people))
    store.close()
    waits = sorted(wall for wall, _ in took_of)
    return Figures(
        rows,
        written / took,
        grown / rows,
        waits[len(waits) // 2],
        waits[int(len(waits) * 0.99)],
        sorted(cpu for _, cpu in took_of)[len(took_of) // 2],
    )


def _stock(store: Store, leads: int) -> list[tuple[UUID, UUID, str]]:
    """Take leads in; return identifier, lead and address of each, in the order of an export."""
    source = build.declared(store)
    for first in range(0, leads, CHUNK):
        build.take(
            store,
            source,
            *(
                build.delivery(f"{10**14 + number}", build.fields(f"p{number}@mail.example", None))
                for number in range(first, min(first + CHUNK, leads))
            ),
        )
    link, identifier = table_of(LeadIdentifier), table_of(IdentifierRecord)
    wanted = (
        select(identifier.c.id, link.c.lead_id, identifier.c.value)
        .join(link, link.c.identifier_id == identifier.c.id)
        .order_by(identifier.c.id)
    )
    with store.reading() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(wanted)]


def _list(store: Store, people: list[tuple[UUID, UUID, str]], at: datetime) -> None:
    export_id = new_keys(1, at)[0]
    with store.writing("nectra") as connection:
        add_export(connection, _opened(export_id, at))
        for start in range(0, len(people), CHUNK):
            rows = [
                {
                    "identifier_id": identifier_id,
                    "lead_id": lead_id,
                    "code": ReasonCode.OK_CONSENT,
                    "decided_at": at,
                    "valid_until": at + timedelta(days=7),
                }
                for identifier_id, lead_id, _ in people[start : start + CHUNK]
            ]
            add_disclosures(connection, "nectra", export_id, rows)
        close_export(connection, "nectra", export_id, {"closed_at": at, "row_count": len(people)})


def _fill(store: Store, people: int, hours: range) -> None:
    """Put everybody of the first list into more lists, in the order of the table's key."""
    at = [build.NOW + timedelta(hours=hour) for hour in hours]
    ids = [new_keys(1, each)[0] for each in at]
    export, listed, disclosure = table_of(Export), table_of(Listed), table_of(Disclosure)
    wanted = (
        select(
            listed.c.controller_id,
            listed.c.number.label("listed_number"),
            export.c.number.label("export_number"),
            literal(ReasonCode.OK_CONSENT, disclosure.c.code.type).label("code"),
            literal(at[0], disclosure.c.decided_at.type).label("decided_at"),
            literal(at[0] + timedelta(days=7), disclosure.c.valid_until.type).label("valid_until"),
        )
        .join(export, export.c.controller_id == listed.c.controller_id)
        .where(listed.c.controller_id == "nectra", export.c.id.in_(ids))
        .order_by(listed.c.number, export.c.number)
    )
    whole = {"row_count": people, "codes": {ReasonCode.OK_CONSENT.value: people}}
    with store.writing("nectra") as connection:
        for export_id, opened_at in zip(ids, at, strict=True):
            add_export(connection, _opened(export_id, opened_at))
            close_export(connection, "nectra", export_id, {"closed_at": opened_at, **whole})
        names = [column.name for column in disclosure.c]
        connection.execute(disclosure.insert().from_select(names, wanted))


def _opened(export_id: UUID, at: datetime) -> dict[str, object]:
    return {
        "controller_id": "nectra",
        "id": export_id,
        "purpose": Purpose.DIRECT_MARKETING,
        "channel": Channel.EMAIL,
        "recipient": "sales",
        "actor": "bench",
        "opened_at": at,
        "format": "csv",
        "path": None,
    }


def _waits(store: Store, people: list[tuple[UUID, UUID, str]]) -> Iterator[tuple[float, float]]:
    chosen = random.Random(7).choices(people, k=PEOPLE)  # noqa: S311 - a sample
    # the people of this bench are no part of the program, whose collector would walk through them
    gc.collect()
    gc.freeze()
    for _, _, address in chosen:
        started, began = time.perf_counter(), time.process_time()
        asked = Identifier(IdentifierKind.EMAIL, address)
        answer = audit_recipients(store, ["nectra"], asked)
        cpu = (time.process_time() - began) * 1000
        yield (time.perf_counter() - started) * 1000, cpu
        if not answer.facts["disclosures"]:
            raise RuntimeError("somebody was in no list")


def _size(store: Store, path: Path) -> int:
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size
