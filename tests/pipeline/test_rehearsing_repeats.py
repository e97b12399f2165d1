"""A rehearsal tells the numbers of the import also where a file brings the same lead far behind."""

from pathlib import Path

from models.store import Store
from pipeline.pull import UNIT_OF_WORK
from tests.build import declared, email
from tests.importing import bring, fair, rehearse, row, written
from tests.pipeline.stopping import stop


def test_what_comes_again_far_behind_adds_neither_consents_nor_opt_outs_nor_grades(
    sqlite_store: Store, tmp_path: Path
) -> None:
    declared(sqlite_store, fair())
    stop(sqlite_store, email("p3@shop.example"))
    fresh = [row(number) for number in range(UNIT_OF_WORK + 10)]
    path = written(tmp_path / "fair.csv", [*fresh, *fresh[:20]])
    report = rehearse(sqlite_store, path).report
    assert report is not None
    done = bring(sqlite_store, path)
    assert done.counts["duplicates"] == 20
    assert done.counts["suppressed"] == 1
    assert (report.rows, report.counts, report.grades) == (done.rows, done.counts, done.grades)
