"""A rehearsal says what the import then does, and writes nothing."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Lead
from models.store import Store
from pipeline.rehearse_import import looking
from policy.errors import ConfigError
from policy.suppression import SuppressionKeys
from tests.build import declared, email, kept, settings, suppress
from tests.importing import OUTCOMES, bring, fair, rehearse, row, written
from tests.pipeline.stopping import everything, expire_at, stop


def _mixed(folder: Path) -> Path:
    rows = [row(number) for number in range(4)]
    rows += [row(1), row(5, **{"Signed up at": "17/05/2020 10:30"}), row(6, Phone="07700 900123")]
    return written(folder / "fair.csv", [*rows, row(7, Newsletter="no"), row(8, Newsletter="?")])


def test_a_rehearsal_counts_as_the_import_does_and_writes_nothing(
    store: Store, tmp_path: Path
) -> None:
    declared(store, fair())
    bring(store, written(tmp_path / "before.csv", [row(0)]))
    stop(store, email("p3@shop.example"))
    path, before = _mixed(tmp_path), everything(store)
    rehearsed = rehearse(store, path)
    assert everything(store) == before
    report = rehearsed.report
    assert report is not None
    done = bring(store, path)
    assert {name: report.counts[name] for name in (*OUTCOMES, "consents", "suppressed")} == {
        name: done.counts[name] for name in (*OUTCOMES, "consents", "suppressed")
    }
    assert (report.rows, report.reasons, report.grades) == (done.rows, done.reasons, done.grades)
    assert report.named == done.named
    assert rehearsed.boxes == {"email_updates": {"ticked": 6, "not_ticked": 1, "unclear": 1}}


def test_what_was_removed_before_is_foreseen(sqlite_store: Store, tmp_path: Path) -> None:
    path = written(tmp_path / "fair.csv", [row(1), row(2)])
    bring(sqlite_store, path)
    expire_at(sqlite_store, kept(sqlite_store, Lead)[0].expires_at + timedelta(hours=1))
    report = rehearse(sqlite_store, path).report
    assert report is not None
    assert report.counts == {"removed_before": 2}


def test_a_row_that_comes_again_far_behind_is_not_new_twice(
    sqlite_store: Store, tmp_path: Path
) -> None:
    declared(sqlite_store, fair())
    rows = [*(row(number) for number in range(2_100)), *(row(number) for number in range(50))]
    report = rehearse(sqlite_store, written(tmp_path / "fair.csv", rows)).report
    assert report is not None
    assert (report.rows, report.counts["stored"], report.counts["duplicates"]) == (2_150, 2_100, 50)


def test_the_columns_are_named_with_what_becomes_of_them(
    sqlite_store: Store, tmp_path: Path
) -> None:
    headings = ("Signed up at", "Name", "E-mail", "Phone", "Company", "Newsletter")
    path = written(tmp_path / "fair.csv", [row() | {"gclid": "", "Need": "", "Born": ""}],
                   (*headings, "gclid", "Need", "Born"))  # fmt: skip
    found = rehearse(sqlite_store, path, fair(ignore=["Born"]))
    assert found.configuration == ""
    assert found.format == "text with commas, utf-8"
    assert [guess.field for guess in found.columns] == [
        *("submitted_at", "full_name", "email", "phone", "company"),
        *("tick box email_updates", "origin", "answer", "ignored"),
    ]


def test_a_source_that_describes_nothing_gets_a_proposal_and_nothing_is_read(
    sqlite_store: Store, tmp_path: Path
) -> None:
    path = written(tmp_path / "fair.csv", [row()])
    found = rehearse(sqlite_store, path, fair(columns=None, tick_boxes=[]))
    assert found.report is None
    assert "[sources.columns]" in found.configuration


def test_a_rehearsal_with_another_suppression_key_is_refused(
    sqlite_store: Store, tmp_path: Path
) -> None:
    declared(sqlite_store, fair())
    suppress(sqlite_store, email())
    path = written(tmp_path / "fair.csv", [row()])
    other = replace(fair(), suppression_key=SuppressionKeys(b"another key of the tests 0123456789"))
    with pytest.raises(ConfigError, match="put the old key back"):
        rehearse(sqlite_store, path, other)


def test_looking_notes_not_even_the_configuration(sqlite_url: str) -> None:
    with looking(settings(sqlite_url, fair())) as store:
        found = everything(store)
    assert found["source"] == found["controller"] == found["ledger"] == []
