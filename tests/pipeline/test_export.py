"""Lists that leave: only who may be used, with the proof, recorded, and nothing half-made."""

import csv
import gc
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import pyarrow.parquet
import pytest

from models.disclosure import Disclosure, Listed
from models.export import Export
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.person import IdentifierRecord
from models.store import Store
from pipeline.export import COLUMNS, PARTIAL, ExportReport, ExportRequest, export
from pipeline.settings import ControllerSettings
from policy.errors import StoreUnavailable, UsageError
from policy.retention import EXPORT_VALID_DAYS
from policy.vocabulary import Channel, EventKind, Purpose, ReasonCode, Role
from tests import build
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    phone,
    suppress,
    take,
)
from tests.pipeline.asking import object_to_marketing

NO_BOX = {"email_updates": "", "call_updates": ""}


def exported(
    store: Store,
    out: Path | None,
    *,
    channel: Channel = Channel.EMAIL,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    of: ControllerSettings | None = None,
    at: datetime = NOW,
    progress: Callable[[int], None] = lambda _: None,
) -> ExportReport:
    request = ExportRequest(of or controller(), purpose, channel, build.recipient(), out, "sales")
    return export(store, request, SUPPRESSION_KEY, lambda: at, progress)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def filled(store: Store) -> Store:
    """Seven people: two may be mailed, one of these only by e-mail."""
    source = declared(store)
    take(
        store,
        source,
        delivery("1000001", fields("priya@mail.example", "+447700900001")),
        delivery(
            "1000002",
            fields("sian@mail.example", "+447700900002", "Siân Hughes"),
            boxes={"email_updates": "1", "call_updates": ""},
        ),
        delivery("1000003", fields("no@mail.example", "+447700900003", "No"), boxes=NO_BOX),
        delivery("1000004", fields("test@mail.example", None), listed_as_test=True),
        delivery("1000005", fields(None, "+447700900005", "Phone Only")),
        delivery("1000006", fields("objects@mail.example", None, "Objects")),
        delivery("1000007", fields("stopped@mail.example", None, "Stopped")),
    )
    object_to_marketing(store, email("objects@mail.example"))
    suppress(store, email("stopped@mail.example"))
    return store


def test_only_who_may_be_used_is_in_the_file(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    report = exported(filled, out)
    assert [row["identifier"] for row in rows_of(out)] == [
        "priya@mail.example",
        "sian@mail.example",
    ]
    assert report.allowed == 2


def test_the_others_are_counted_by_the_reason_that_keeps_them_out(
    filled: Store, tmp_path: Path
) -> None:
    report = exported(filled, tmp_path / "list.csv")
    assert report.withheld == {
        ReasonCode.TEST_LEAD: 1,
        ReasonCode.NO_IDENTIFIER: 1,
        ReasonCode.CONSENT_REFUSED: 1,
        ReasonCode.OBJECTED: 1,
        ReasonCode.SUPPRESSED: 1,
    }


def test_each_row_carries_its_own_proof(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    exported(filled, out)
    row = rows_of(out)[0]
    [lead] = [lead for lead in kept(filled, Lead) if lead.external_id == "1000001"]
    assert tuple(row) == COLUMNS
    assert row == {
        "identifier": "priya@mail.example",
        "full_name": "Priya Sharma",
        "first_name": "",
        "last_name": "",
        "company": "",
        "job_title": "",
        "purpose": "direct_marketing",
        "channel": "email",
        "decision": "OK_CONSENT",
        "lawful_basis": "a",
        "permission_time": "2026-11-21T12:00:00+00:00",
        "source": "meta-main",
        "form": "Newsletter 2026",
        "notice_version": lead.notice_id,
        "evidence_grade": "A",
        "decision_time": "2026-11-22T12:00:00+00:00",
        "valid_until": (NOW + timedelta(days=EXPORT_VALID_DAYS)).isoformat(),
        "lead_id": str(lead.id),
    }


def test_another_channel_gives_another_list(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "calls.csv"
    exported(filled, out, channel=Channel.LIVE_CALL)
    assert [row["identifier"] for row in rows_of(out)] == ["+447700900001", "+447700900005"]


def test_an_enquiry_may_be_answered_without_any_consent(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "answers.csv"
    exported(filled, out, purpose=Purpose.ENQUIRY_RESPONSE)
    found = {row["identifier"]: row["decision"] for row in rows_of(out)}
    assert found["no@mail.example"] == "OK_SERVICE"
    assert "test@mail.example" not in found


def test_the_file_is_recorded_with_its_hash_and_who_was_in_it(
    filled: Store, tmp_path: Path
) -> None:
    out = tmp_path / "list.csv"
    report = exported(filled, out)
    digest = hashlib.sha256(out.read_bytes()).hexdigest()
    [record] = kept(filled, Export)
    assert record.id == report.export_id
    assert record.sha256 == report.sha256 == digest
    assert record.row_count == 2
    assert record.withheld == {code.value: n for code, n in report.withheld.items()}
    assert (record.recipient, record.actor, record.format) == ("mail-house", "sales", "csv")
    assert record.closed_at == NOW
    identifiers = {row.id: row.value for row in kept(filled, IdentifierRecord)}
    listed, disclosed = kept(filled, Listed), kept(filled, Disclosure)
    assert [row.number for row in listed] == [row.listed_number for row in disclosed] == [1, 2]
    assert {(row.export_number, row.decided_at) for row in disclosed} == {(record.number, NOW)}
    assert record.codes == {"OK_CONSENT": 2}
    assert sorted(identifiers[row.identifier_id] for row in listed) == sorted(
        row["identifier"] for row in rows_of(out)
    )
    assert sorted(str(row.lead_id) for row in listed) == sorted(
        row["lead_id"] for row in rows_of(out)
    )
    [entry] = [r for r in kept(filled, LedgerRecord) if r.kind is LedgerKind.EXPORT_MADE]
    detail = json.loads(entry.body)["detail"]
    assert (entry.subject_id, detail["sha256"]) == (record.id.hex, digest)
    assert "mail.example" not in entry.body


def test_a_dry_run_counts_the_same_and_writes_nothing(filled: Store, tmp_path: Path) -> None:
    counted = exported(filled, None)
    assert kept(filled, Export) == kept(filled, Disclosure) == []
    ledger = len(kept(filled, LedgerRecord))
    made = exported(filled, tmp_path / "list.csv")
    assert (counted.allowed, counted.withheld) == (made.allowed, made.withheld)
    assert counted.sha256 is None
    assert counted.export_id is None
    assert len(kept(filled, LedgerRecord)) == ledger + 1


def test_a_file_that_exists_is_never_written_over(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    out.write_text("precious")
    with pytest.raises(UsageError, match=r"exists already. Cure: choose another name"):
        exported(filled, out)
    assert out.read_text() == "precious"
    assert kept(filled, Export) == []


def test_a_folder_that_is_missing_hands_nothing_over(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot be written: No such file.* nothing was handed"):
        exported(filled, tmp_path / "missing" / "list.csv")
    assert kept(filled, Disclosure) == []


@pytest.mark.skipif(os.name != "posix", reason="modes are a thing of POSIX")
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_the_file_can_be_read_by_this_user_only(filled: Store, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"list{ending}"
    exported(filled, out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix == PARTIAL] == []


def test_a_processor_has_no_instruction_and_gets_nobody(store: Store, tmp_path: Path) -> None:
    client = controller("client", Role.PROCESSOR)
    take(store, declared(store, build.source(owner=client)), delivery())
    report = exported(store, tmp_path / "list.csv", of=client)
    assert report.allowed == 0
    assert report.withheld == {ReasonCode.PROCESSOR_NO_INSTRUCTION: 1}


def test_people_of_another_controller_are_in_no_list(store: Store, tmp_path: Path) -> None:
    ours, theirs = build.source(), build.source("theirs", owner=controller("client"))
    declared(store, ours, theirs)
    take(store, theirs, delivery())
    assert exported(store, tmp_path / "list.csv").allowed == 0


def test_nobody_is_in_a_list_after_the_time_of_keeping(filled: Store, tmp_path: Path) -> None:
    report = exported(filled, tmp_path / "list.csv", at=NOW + timedelta(days=735))
    assert report.allowed == 0
    assert report.withheld[ReasonCode.EXPIRED_RETENTION] == 3


FORMULA = '=HYPERLINK("https://bad.example";"win")'


@pytest.fixture
def with_formula(store: Store) -> Store:
    given = fields("priya@mail.example", "+447700900001", FORMULA, company_name="-1+1")
    take(store, declared(store), delivery("1000001", given))
    return store


def test_a_name_that_is_a_formula_is_harmless_in_a_csv(with_formula: Store, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    exported(with_formula, out, channel=Channel.LIVE_CALL)
    [row] = rows_of(out)
    assert row["full_name"] == f"'{FORMULA}"
    assert row["company"] == "'-1+1"
    assert row["identifier"] == "+447700900001"


def test_a_name_that_is_a_formula_is_harmless_in_a_workbook(
    with_formula: Store, tmp_path: Path
) -> None:
    out = tmp_path / "list.xlsx"
    exported(with_formula, out, channel=Channel.LIVE_CALL)
    book = openpyxl.load_workbook(out)
    cells = {c.value: r for c, r in zip(book["Leads"][1], book["Leads"][2], strict=True)}
    assert cells["full_name"].data_type == "s"
    assert cells["full_name"].value == FORMULA
    assert cells["identifier"].data_type == "s"
    assert cells["identifier"].value == "+447700900001"
    book.close()


def test_a_parquet_list_has_the_same_rows(with_formula: Store, tmp_path: Path) -> None:
    out = tmp_path / "list.parquet"
    exported(with_formula, out, channel=Channel.LIVE_CALL)
    [row] = pyarrow.parquet.read_table(out).to_pylist()
    assert tuple(row) == COLUMNS
    assert (row["identifier"], row["full_name"]) == ("+447700900001", FORMULA)


def _crowd(store: Store, size: int) -> None:
    source = declared(store)
    take(
        store,
        source,
        *(
            delivery(str(2000000 + n), fields(f"p{n:05d}@mail.example", None, f"P {n}"))
            for n in range(size)
        ),
    )


@pytest.mark.parametrize("how", ["objection", "withdrawal", "suppression"])
def test_an_opt_out_while_the_list_is_made_is_honoured(
    store: Store, tmp_path: Path, how: str
) -> None:
    _crowd(store, 1_500)
    late = email("p01499@mail.example")

    def opt_out(_count: int) -> None:
        if not opted:
            opted.append(late.value)
            if how == "suppression":
                suppress(store, late)
            else:
                kind = EventKind.OBJECTED if how == "objection" else EventKind.WITHDRAWN
                object_to_marketing(store, late, kind=kind, at=NOW)

    opted: list[str] = []
    out = tmp_path / "list.csv"
    report = exported(store, out, progress=opt_out)
    found = [row["identifier"] for row in rows_of(out)]
    assert opted == [late.value]
    assert late.value not in found
    assert len(found) == len(set(found)) == report.allowed == 1_499
    assert len(kept(store, Disclosure)) == 1_499


def test_a_list_that_breaks_off_is_not_handed_over_but_its_disclosures_stay(
    store: Store, tmp_path: Path
) -> None:
    _crowd(store, 1_500)

    def fail(_count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        exported(store, tmp_path / "list.csv", progress=fail)
    assert list(tmp_path.glob("list*")) == []
    [record] = kept(store, Export)
    assert record.closed_at is None
    assert record.sha256 is None
    assert len(kept(store, Disclosure)) == 1_000
    assert record.codes == {"OK_CONSENT": 1_000}
    assert LedgerKind.EXPORT_MADE not in {row.kind for row in kept(store, LedgerRecord)}


def test_a_store_that_fails_hands_nothing_over(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(f"{sqlite_url}?timeout=0.05")
    take(store, declared(store), delivery())
    holder = Store(sqlite_url)
    with holder.writing(), pytest.raises(StoreUnavailable):
        exported(store, tmp_path / "list.csv")
    assert list(tmp_path.glob("list*")) == []
    holder.close()
    store.close()


# the workbook library leaves its archive open, which once more finds no room when it is dropped
@pytest.mark.filterwarnings("ignore:Exception ignored in. <function ZipFile:pytest.PytestWarning")
@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
def test_a_disk_without_room_hands_nothing_over(
    sqlite_store: Store, tiny_disk: Path, ending: str
) -> None:
    _crowd(sqlite_store, 500)
    filler = tiny_disk / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(tiny_disk).free - 8_192))
    with pytest.raises(StoreUnavailable, match=r"cannot be written: .* nothing was handed over"):
        exported(sqlite_store, tiny_disk / f"list{ending}")
    gc.collect()
    assert [path.name for path in tiny_disk.iterdir()] == ["filler"]
    [record] = kept(sqlite_store, Export)
    assert record.closed_at is None


def test_a_shared_number_carries_the_consent_of_the_lead_that_gave_it(
    store: Store, tmp_path: Path
) -> None:
    source = declared(store)
    take(store, source, delivery("1000001", fields("a@mail.example"), boxes=NO_BOX))
    take(
        store,
        source,
        delivery("1000002", fields("b@mail.example", name="B"), at=NOW - timedelta(hours=1)),
    )
    out = tmp_path / "calls.csv"
    exported(store, out, channel=Channel.LIVE_CALL)
    [row] = rows_of(out)
    assert row["identifier"] == phone().value
    assert row["full_name"] == "B"


@pytest.mark.parametrize("is_rehearsal", [True, False])
def test_no_list_is_made_for_looking_opt_outs_up(
    store: Store, tmp_path: Path, *, is_rehearsal: bool
) -> None:
    """Rule: EXP-2. To look somebody up is allowed for whoever said no, too."""
    take(store, declared(store), delivery("1000001"))
    suppress(store, email("priya.sharma@mail.example"))
    out = None if is_rehearsal else tmp_path / "all.csv"
    with pytest.raises(UsageError, match="those too who opted out"):
        exported(store, out, purpose=Purpose.SUPPRESSION_CHECK)
    assert kept(store, Export) == []
    assert not list(tmp_path.glob("*.csv*"))
