"""Canaries: planted where people's data and secrets are, and looked for where they must not be."""

import hmac
import logging
import traceback
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from connectors.base import Batch
from models.columns import table_of
from models.delivery import Cursor, DeliveryRecord, JobRun
from models.disclosure import Disclosure, Listed
from models.export import Export
from models.lead import Lead
from models.ledger import LedgerRecord
from models.notice import NoticeRecord
from models.permission import PermissionRecord, Suppression
from models.person import IdentifierRecord
from models.store import Store
from pipeline import wiring
from pipeline.check import check
from pipeline.import_files import import_file
from pipeline.ingest import Ingest
from pipeline.load_settings import load_settings
from pipeline.provenance import of_identifier, of_lead
from pipeline.pull import pull
from pipeline.replay import replay
from pipeline.status import status
from pipeline.why import identifier_of
from policy.errors import LeadsError
from simulator.faults import Faults
from simulator.graph_api import APP_SECRET, TOKEN, GraphServer
from simulator.world import World
from tests import build
from tests.build import NOW, broken, connector, declared, delivery, kept, settings, suppress, take
from tests.pipeline.asking import may_email
from tests.pipeline.test_export import exported, rows_of
from tests.pulling import source_at

NAME = "Canaria Birdsong"
EMAIL = "canary.bird@mail.example"
PHONE = "+447700900987"
ANSWER = "canary-answer: my knee hurts"
PEOPLE = (NAME, "Birdsong", EMAIL, "canary.bird", PHONE, "7700900987", "07700 900987", ANSWER)
PROOF = hmac.digest(APP_SECRET.encode(), TOKEN.encode(), "sha256").hex()
SECRETS = (TOKEN, APP_SECRET, PROOF, build.SUPPRESSION_KEY.current.decode())
WITHOUT_PEOPLE = (
    *(LedgerRecord, JobRun, Cursor, NoticeRecord, Export, Listed, Disclosure),
    *(PermissionRecord, Suppression),
)
GIVEN = {"email": EMAIL, "phone_number": PHONE, "full_name": NAME, "how are you?": ANSWER}
BAD_ROWS = (
    "id,created_time,email,full_name,phone_number,how are you?\n"
    f"l:1000002,2026-11-21T13:00:00+01:00,{EMAIL},{NAME},p:{PHONE},{ANSWER}\n"
    f"1.05407E+15,2026-11-21T13:00:00+01:00,{EMAIL},{NAME},p:{PHONE},{ANSWER}\n"
    f"l:1000003,{EMAIL},{EMAIL},{NAME},p:{PHONE},{ANSWER}\n"
    f"l:1000004,,{EMAIL},{NAME},p:{PHONE},{ANSWER}\n"
    f"l:1000005,2026-11-21T13:00:00+01:00,{EMAIL},{NAME},p:{PHONE},{ANSWER},{EMAIL}\n"
    f"{EMAIL},{NAME}\n"
)


class Witness:
    """Hears everything that a screen or a log would show, and every error with its causes."""

    def __init__(self, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> None:
        self._capfd, self._caplog = capfd, caplog
        self._heard: list[str] = []
        self.errors = 0

    def expect_failure(self, step: Callable[[], object]) -> None:
        """Let a step fail as it must, and log that as a careless program would."""
        try:
            step()
        except LeadsError as error:
            logging.getLogger("careless").exception("it failed")
            self.hear("".join(traceback.format_exception(error)))
            cause: BaseException | None = error
            while cause is not None:
                self.hear(f"{cause} {cause!r} {cause.args}")
                cause = cause.__cause__
            self.errors += 1
            return
        pytest.fail(f"{step} was to fail")

    def hear(self, text: object) -> None:
        self._heard.append(str(text))

    def everything(self) -> str:
        shown = self._capfd.readouterr()
        self._heard += [shown.out, shown.err, self._caplog.text]
        return "\n".join(self._heard)


@pytest.fixture
def witness(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Witness:
    caplog.set_level(logging.DEBUG)
    return Witness(capfd, caplog)


def assert_silent(text: str, canaries: tuple[str, ...] = (*PEOPLE, *SECRETS)) -> None:
    lowered = text.lower()
    for canary in canaries:
        found = lowered.find(canary.lower())
        assert found < 0, f"{canary} in: …{text[max(0, found - 200) : found + 200]}…"


def dumped(store: Store, *models: Any) -> str:
    return "\n".join(repr(row) for model in models for row in kept(store, model))


def assert_store_keeps_people_in_their_place(store: Store) -> None:
    assert_silent(dumped(store, *WITHOUT_PEOPLE))
    kept_aside = [
        (row.reason, row.detail, row.position, row.stream) for row in kept(store, DeliveryRecord)
    ]
    assert_silent(repr(kept_aside))


@pytest.fixture
def world() -> World:
    made = World.seeded(3, 20, NOW, forms=2)
    boxes = {"email_updates": "1", "call_updates": "1"}
    at = NOW - timedelta(days=1)
    values = {key: [value] for key, value in GIVEN.items()}
    for lead_id in ("8100001", "8100002"):
        made.add_lead(made.forms[0].id, values, created_at=at, boxes=boxes, lead_id=lead_id)
    return made


def test_a_pull_an_import_an_export_and_all_questions_tell_nobody_anything(
    store: Store, world: World, tmp_path: Path, witness: Witness
) -> None:
    with GraphServer(world, is_proof_required=True) as server:
        source = source_at(server)
        declared(store, source)
        report = pull(store, source, connector(source), lambda: NOW)
        witness.hear(report)
        list(check(settings(str(store.url), source), offline=False))
        path = tmp_path / "leads.csv"
        path.write_text(BAD_ROWS, encoding="utf-8")
        imported = import_file(store, source, connector(source), path, lambda: NOW)
        assert imported.counts["set_aside"] == 5
        witness.hear(imported)
        take(store, source, broken(f'{{"id": "{EMAIL}", {NAME} {PHONE} {ANSWER}'.encode()))
        witness.hear(replay(store, source, connector(source), lambda: NOW))
        suppress(store, build.email("someone.else@mail.example"))
        out = tmp_path / "list.csv"
        witness.hear(exported(store, out))
        assert EMAIL in {row["identifier"] for row in rows_of(out)}
        witness.hear(may_email(store, build.email(EMAIL)))
        witness.hear(of_identifier(store, build.email(EMAIL), ["nectra"]))
        witness.hear(of_lead(store, kept(store, Lead)[0].id))
        witness.hear(status(store, settings(str(store.url), source), NOW))
        for call in server.calls:
            assert_silent(repr(call.path), PEOPLE + SECRETS)
    assert_silent(witness.everything())
    assert_store_keeps_people_in_their_place(store)
    # and the canaries are where they belong, so that looking for them means something
    people = dumped(store, Lead, IdentifierRecord)
    assert all(canary in people for canary in (NAME, EMAIL, PHONE, ANSWER))


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("expired_token", ""),
        ("permission_lost", "leads"),
        ("lead_access_lost", "leads"),
        ("throttle", "leads"),
        ("html_502", "leads"),
        ("truncated_body", "leads"),
        ("truncated_json", "leads"),
        ("dropped_connection", "leadgen_forms"),
        ("repeated_cursor", "leads"),
        ("next_leads_nowhere", "leads"),
        ("too_much_data", "leads"),
    ],
)
def test_a_pull_that_fails_tells_nothing_of_anybody_and_no_secret(
    sqlite_store: Store, world: World, witness: Witness, kind: str, path: str
) -> None:
    faults = Faults()
    faults.always(kind, path, **({"above": 1} if kind == "too_much_data" else {}))
    with GraphServer(world, faults=faults) as server:
        source = source_at(server, page_size=5)
        declared(sqlite_store, source)
        report = pull(sqlite_store, source, connector(source), lambda: NOW)
        assert report.errors
        for error in report.errors:
            witness.hear("".join(traceback.format_exception(error)))
    assert_silent(witness.everything())
    assert_store_keeps_people_in_their_place(sqlite_store)


def test_a_store_that_refuses_the_leads_tells_nothing_of_them(
    store: Store, witness: Witness
) -> None:
    source = declared(store)
    come = delivery("1000001", GIVEN)
    ingest = Ingest(store, build.source("undeclared"), connector(source), "pull")
    witness.expect_failure(lambda: ingest.take([Batch("f", [come, broken(EMAIL.encode())])], NOW))
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE identifier RENAME TO elsewhere")
    witness.expect_failure(lambda: take(store, source, come))
    with store.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO identifier")
        index = f"CREATE UNIQUE INDEX only_one ON {table_of(Lead).name} (full_name)"
        connection.exec_driver_sql(index)
    again = delivery("1000002", GIVEN)
    witness.expect_failure(lambda: take(store, source, come, again))
    assert witness.errors == 3
    assert_silent(witness.everything())
    assert_store_keeps_people_in_their_place(store)


def test_a_store_that_is_locked_or_full_tells_nothing(
    sqlite_url: str, tmp_path: Path, witness: Witness
) -> None:
    store, holder = Store(f"{sqlite_url}?timeout=0.05"), Store(sqlite_url)
    source = declared(store)
    with holder.writing():
        witness.expect_failure(lambda: take(store, source, delivery("1000001", GIVEN)))
        witness.expect_failure(lambda: exported(store, tmp_path / "list.csv"))
    holder.close()
    store.close()
    event.listen(
        store.engine, "connect", lambda c, _: c.execute("PRAGMA max_page_count = 1").fetchall()
    )
    many = [delivery(str(1000000 + n), GIVEN) for n in range(300)]
    witness.expect_failure(lambda: take(store, source, *many))
    assert_silent(witness.everything())
    store.close()


def test_steps_that_are_asked_for_in_vain_repeat_nothing(
    sqlite_store: Store, tmp_path: Path, witness: Witness
) -> None:
    source = declared(sqlite_store)
    read = connector(source)
    take(sqlite_store, source, delivery("1000001", GIVEN))
    listing = tmp_path / "list.csv"
    listing.write_text(EMAIL)
    letter = tmp_path / "letter.csv"
    letter.write_text(f"{NAME},{EMAIL}\n{ANSWER},{PHONE}\n")
    binary = tmp_path / "binary.json"
    binary.write_bytes(b"\xff\xfe\x00" + EMAIL.encode())
    witness.expect_failure(lambda: exported(sqlite_store, listing))
    witness.expect_failure(lambda: exported(sqlite_store, tmp_path / "missing" / "list.csv"))
    witness.expect_failure(lambda: exported(sqlite_store, tmp_path / "list.pdf"))
    for path in (letter, binary, tmp_path / "missing.csv"):
        witness.expect_failure(
            partial(import_file, sqlite_store, source, read, path, lambda: NOW),
        )
    witness.expect_failure(lambda: identifier_of(f"{NAME} at {ANSWER}", "GB"))
    assert_silent(witness.everything())
    assert_store_keeps_people_in_their_place(sqlite_store)


def test_a_configuration_with_a_secret_in_it_is_refused_without_repeating_it(
    tmp_path: Path, witness: Witness
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
        [store]
        url = "mysql://user:{TOKEN}@host/name"
        [keys]
        suppression = "{APP_SECRET}"
        [[controllers]]
        id = "nectra"
        name = "Nectra"
        privacy_contact = "privacy@nectra.example"
        [[sources]]
        id = "meta-main"
        kind = "meta_lead_ads"
        controller = "nectra"
        page_id = "1"
        access_token = "{TOKEN}"
        app_secret = {{ env = "SECRET", token = "{TOKEN}" }}
        """
    )
    witness.expect_failure(lambda: load_settings(config, {}))
    witness.expect_failure(lambda: Store(f"mysql://user:{TOKEN}@host/name"))
    unreachable = f"postgresql://user:{TOKEN}@127.0.0.1:9/name"
    witness.expect_failure(lambda: wiring.open_house(settings(unreachable, build.source())))
    assert_silent(witness.everything())


def test_printing_what_passes_through_shows_nobody() -> None:
    come = delivery("1000001", GIVEN)
    [read] = connector(build.source()).read(come)
    assert_silent(repr([come, read, build.email(EMAIL), build.source()]))
