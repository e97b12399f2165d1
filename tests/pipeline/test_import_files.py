"""An import accounts for every row; importing again takes nothing back and adds nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.base import Delivery, Reading
from models.lead import Arrival, Lead
from models.permission import PermissionRecord
from models.store import Store
from pipeline.import_files import import_file
from pipeline.replay import replay
from pipeline.reread import reread
from policy.errors import UsageError
from policy.vocabulary import EventKind, Grade, Purpose
from tests.build import NOW, declared, email, kept, source
from tests.connectors.lead_files_corpus import OWN, ROOT, SETTINGS
from tests.importing import HEADINGS, bring, connector_of, fair, rehearse, row, written
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import everything, expire_at, stop

NEW_EACH_TIME = {"ledger", "job_run"}
COLUMNS: dict[str, str] = SETTINGS["columns"]


def test_each_row_is_accounted_for_by_what_became_of_it(store: Store, tmp_path: Path) -> None:
    declared(store, fair())
    stop(store, email("p3@shop.example"))
    path = written(
        tmp_path / "fair.csv",
        [
            *(row(number) for number in range(4)),
            row(1),
            row(2, Company="Other"),
            row(5, **{"Signed up at": "17/05/2020 10:30"}),
            row(6, **{"Signed up at": "soon"}),
            row(7, Phone="07700 900123"),
            row(8, Phone="4.47E+11"),
        ],
    )
    report = bring(store, path)
    assert report.rows == 10
    assert {name: report.counts[name] for name in ("stored", "suppressed", "duplicates")} == {
        "stored": 4,
        "suppressed": 1,
        "duplicates": 1,
    }
    assert (report.counts["arrived_again"], report.counts["too_old"]) == (1, 1)
    assert report.reasons == {"time_unreadable": 1, "phone_ambiguous": 2}
    assert [item.position for item in report.named] == ["row 9", "row 10", "row 11"]


def test_importing_the_same_file_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "fair.csv", [row(1), row(2, Newsletter="no"), row(3, Phone="07")])
    bring(store, path)
    before = everything(store)
    again = bring(store, path, at=NOW + timedelta(days=3))
    assert (again.counts["duplicates"], again.counts["stored"]) == (2, 0)
    after = everything(store)
    assert {k: v for k, v in after.items() if k not in NEW_EACH_TIME} == {
        k: v for k, v in before.items() if k not in NEW_EACH_TIME
    }
    assert len(after["ledger"]) == len(before["ledger"])


def test_a_ticked_row_allows_what_its_box_says_and_an_unclear_one_nothing(
    store: Store, tmp_path: Path
) -> None:
    bring(store, written(tmp_path / "fair.csv", [row(1), row(2, Newsletter="perhaps")]))
    assert may_email(store, email("p1@shop.example")).is_allowed
    assert not may_email(store, email("p2@shop.example")).is_allowed
    assert [lead.grade for lead in kept(store, Lead)] == [Grade.A, Grade.B]


@pytest.mark.parametrize("changes", [{}, {"Company": "Other"}, {"Newsletter": "YES"}])
def test_importing_never_undoes_an_opt_out(
    store: Store, tmp_path: Path, changes: dict[str, str]
) -> None:
    address = email("p1@shop.example")
    bring(store, written(tmp_path / "fair.csv", [row(1)]))
    stop(store, address, at=NOW + timedelta(hours=1))
    again = written(tmp_path / "again.csv", [row(1, **changes), row(1, Name="Also Me")])
    bring(store, again, at=NOW + timedelta(hours=2))
    assert not may_email(store, address, at=NOW + timedelta(hours=3)).is_allowed


def test_importing_after_an_opt_out_that_came_first_is_denied_and_said(
    store: Store, tmp_path: Path
) -> None:
    declared(store, fair())
    stop(store, email("p1@shop.example"), at=NOW - timedelta(days=1))
    report = bring(store, written(tmp_path / "fair.csv", [row(1), row(2)]))
    assert (report.counts["stored"], report.counts["suppressed"]) == (2, 1)
    assert not may_email(store, email("p1@shop.example")).is_allowed


def test_importing_never_resets_a_clock(store: Store, tmp_path: Path) -> None:
    source_of_ids = fair(columns=SETTINGS["columns"] | {"id": "No"})
    headings = (*HEADINGS, "No")
    first = written(tmp_path / "fair.csv", [row(1, No="7")], headings)
    bring(store, first, source_of_ids)
    [before] = kept(store, Lead)
    later = row(1, No="7", **{"Signed up at": "20/11/2026 10:00"})
    again = bring(store, written(tmp_path / "later.csv", [later], headings), source_of_ids)
    assert again.counts["arrived_again"] == 1
    [after] = kept(store, Lead)
    assert (after.expires_at, after.submitted_at) == (before.expires_at, before.submitted_at)


def test_a_lead_that_expired_stays_out_when_its_file_is_imported_again(
    store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path / "fair.csv", [row(1)])
    bring(store, path)
    [lead] = kept(store, Lead)
    expire_at(store, lead.expires_at + timedelta(hours=1))
    assert kept(store, Lead) == []
    # before its end it is known as removed, after it as too old: never as new
    assert bring(store, path).counts["removed_before"] == 1


def test_more_ticks_under_a_known_id_widen_nothing(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path / "fair.csv", [row(1, Newsletter="no")]))
    again = bring(store, written(tmp_path / "edited.csv", [row(1, Newsletter="yes")]))
    assert again.counts["arrived_again"] == 1
    assert not may_email(store, email("p1@shop.example")).is_allowed
    kinds = {event.kind for event in kept(store, PermissionRecord)}
    assert EventKind.GIVEN not in {
        event.kind
        for event in kept(store, PermissionRecord)
        if event.purpose is Purpose.DIRECT_MARKETING
    }, kinds


def test_a_refusal_under_a_known_id_is_heeded(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path / "fair.csv", [row(1)]))
    bring(store, written(tmp_path / "edited.csv", [row(1, Newsletter="no")]))
    assert len(kept(store, Arrival)) == 1
    assert not may_email(store, email("p1@shop.example")).is_allowed


def test_rows_that_were_set_aside_become_leads_once_the_source_is_mended(
    store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path / "fair.csv", [row(1, Phone="07700 900123")])
    bring(store, path)
    mended = fair(national_numbers=True)
    report = replay(store, mended, connector_of(mended), lambda: NOW)
    assert report.counts["stored"] == 1
    assert bring(store, path, mended).counts["duplicates"] == 1


@pytest.mark.parametrize(
    ("name", "stored", "aside"),
    [("workbook.xlsx", 2, 2), ("nested_items.json", 3, 2), ("clicks_and_cookies.csv", 1, 0)],
)
def test_every_format_is_taken_in_and_accounted_for(
    store: Store, name: str, stored: int, aside: int
) -> None:
    configured = fair(**OWN.get(name.partition(".")[0], {}))
    report = bring(store, ROOT / "files" / name, configured)
    assert (report.counts["stored"], report.counts["set_aside"]) == (stored, aside)
    again = bring(store, ROOT / "files" / name, configured)
    assert (again.counts["duplicates"], again.counts["set_aside"]) == (stored, aside)


def test_a_meaning_that_is_given_later_lets_stored_rows_count(store: Store, tmp_path: Path) -> None:
    meant = fair()
    bring(store, written(tmp_path / "fair.csv", [row(1)]), replace(meant, meanings=()))
    assert not may_email(store, email("p1@shop.example")).is_allowed
    reread(store, meant, connector_of(meant), lambda: NOW)
    assert may_email(store, email("p1@shop.example")).is_allowed


def test_a_choice_about_cookies_permits_nothing(store: Store) -> None:
    path = ROOT / "files" / "clicks_and_cookies.csv"
    bring(store, path, fair(tick_boxes=[]))
    [lead] = kept(store, Lead)
    assert lead.origin["ad_storage"] == "granted"
    assert lead.findings == []
    assert not may_email(store, email("priya@shop.example")).is_allowed


def test_a_source_without_files_says_so(sqlite_store: Store, tmp_path: Path) -> None:
    class NoFiles:
        def read(self, _: Delivery, /) -> Sequence[Reading]:
            return ()

    with pytest.raises(UsageError, match="has no files that could be imported"):
        import_file(sqlite_store, source(), NoFiles(), tmp_path / "x.csv", lambda: NOW)


def test_sensitive_answers_of_a_file_are_masked(store: Store, tmp_path: Path) -> None:
    headings = (*HEADINGS, "Anything else?")
    told = row(1, **{"Anything else?": "I have diabetes"})
    report = bring(store, written(tmp_path / "fair.csv", [told], headings))
    assert report.counts["masked"] == 1
    [lead] = kept(store, Lead)
    assert b"diabetes" not in lead.payload
    assert b"shop.example" in lead.payload


def test_another_recipe_of_ids_is_refused_since_every_lead_would_come_twice(
    store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path / "fair.csv", [row(1), row(2)])
    bring(store, path)
    columns = {key: value for key, value in COLUMNS.items() if key != "full_name"}
    other = fair(columns=columns)
    declared(store, other)
    before = everything(store)
    with pytest.raises(UsageError, match=r"second time.*Cure: map those columns as before"):
        import_file(store, other, connector_of(other), path, lambda: NOW)
    with pytest.raises(UsageError, match="second time"):
        rehearse(store, path, other)
    assert everything(store) == before
    # dates may be mended: what was set aside for them must be readable then
    mended = fair(date_format=["%d/%m/%Y %H:%M", "%d.%m.%Y"])
    assert bring(store, path, mended).counts["duplicates"] == 2


def test_a_renamed_heading_is_the_same_recipe(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path / "fair.csv", [row(1)]))
    renamed = {**COLUMNS, "email": "Mail"}
    cells = {("Mail" if name == "E-mail" else name): cell for name, cell in row(1).items()}
    path = written(tmp_path / "later.csv", [cells], list(cells))
    report = bring(store, path, fair(columns=renamed))
    assert report.counts["arrived_again"] == 1


def test_the_column_of_ids_is_a_recipe_too(store: Store, tmp_path: Path) -> None:
    bring(store, written(tmp_path / "fair.csv", [row(1)]))
    others = {key: value for key, value in COLUMNS.items() if key != "company"}
    with_ids = fair(columns={**others, "id": "Company"})
    path = written(tmp_path / "ids.csv", [row(1, Company="7")])
    with pytest.raises(UsageError, match="another source"):
        bring(store, path, with_ids)
