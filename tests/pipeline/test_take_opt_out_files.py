"""A list of opt-outs that is dropped into the folder is heeded once, put away, and then deleted."""

import os
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from models.ledger import LedgerKind, LedgerRecord
from models.permission import PermissionRecord, Suppression
from models.store import Store
from pipeline import wiring
from pipeline.opt_out_folder import WORKING, claims
from pipeline.status import status
from pipeline.take_opt_out_files import TakenFiles, take_opt_out_files
from pipeline.wiring import House
from policy.vocabulary import Role
from tests import build
from tests.build import controller, declared, delivery, kept, source, take
from tests.pipeline.asking import may_email
from tests.pipeline.stopping import everything

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LISTED = "email\npriya.sharma@mail.example\n+447700900555\n"


def settled() -> datetime:
    """Return a time at which what was dropped just now counts as whole."""
    return wiring.now() + 2 * MINUTE


def house_in(folder: Path, store: Store, *controllers: str) -> House:
    """Return an installation with a folder for lists, and with some controllers."""
    own = [source(f"of-{id_}", owner=controller(id_, Role.CONTROLLER)) for id_ in controllers]
    declared(store, *(own or [source()]))
    (folder / "optouts").mkdir(exist_ok=True)
    settings = build.settings(str(store.url), *(own or [source()]), folder=folder)
    return House(settings, store)


def drop(folder: Path, text: str | bytes = LISTED, name: str = "list.csv") -> Path:
    """Drop a file."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def round_of(house: House, at: datetime | None = None) -> TakenFiles:
    moment = at or settled()
    return take_opt_out_files(house, lambda: moment)


def names_in(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []


def test_a_list_is_heeded_and_put_away_with_the_time(store: Store, tmp_path: Path) -> None:
    """Rule: DROP-1."""
    house, box = house_in(tmp_path, store), tmp_path / "optouts"
    take(store, source(), delivery())
    assert may_email(store).is_allowed
    drop(box)
    at = settled()
    [taken] = round_of(house, at).files
    assert taken.is_done
    assert (taken.counts["new"], taken.counts["people"], taken.controller_id) == (2, 1, "nectra")
    assert not may_email(store, at=at + MINUTE).is_allowed
    assert len(kept(store, Suppression)) == 2
    [name] = names_in(box / "done")
    assert name.startswith(f"{at:%Y%m%dT%H%M%S}")
    assert name.endswith("-list.csv")
    assert names_in(box / ".working") == []
    assert stat.S_IMODE((box / "done" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((box / "done").stat().st_mode) == 0o700
    assert round_of(house).files == []


def test_of_a_list_that_is_half_bad_the_good_lines_are_heeded_and_the_bad_ones_named(
    sqlite_store: Store, tmp_path: Path
) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, "email\na@mail.example\nnobody here\nb@mail.example\n\xff?\n")
    [taken] = round_of(house).files
    assert (taken.counts["new"], taken.unreadable, taken.is_done) == (2, 2, False)
    [list_, reason] = names_in(box / "failed")
    assert reason == f"{list_}.reason.txt"
    text = (box / "failed" / reason).read_text(encoding="utf-8")
    assert "line 3, 5" in text
    assert "Cure: " in text
    assert "mail.example" not in text
    assert stat.S_IMODE((box / "failed" / reason).stat().st_mode) == 0o600


def test_what_may_still_be_written_is_left_alone(sqlite_store: Store, tmp_path: Path) -> None:
    """Rule: DROP-1."""
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, name="list.csv.part")
    drop(box, name="LIST.TMP")
    drop(box, name=".list.csv")
    elsewhere = drop(tmp_path, name="elsewhere.csv")
    (box / "link.csv").symlink_to(elsewhere)
    assert round_of(house).files == []
    drop(box)
    report = round_of(house, wiring.now())
    assert (report.files, report.waiting) == ([], 4)
    assert names_in(box) == [".list.csv", "LIST.TMP", "link.csv", "list.csv", "list.csv.part"]
    assert len(round_of(house).files) == 1
    assert elsewhere.exists()


def test_each_organisation_has_a_folder_and_nothing_crosses(store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, store, "nectra", "client"), tmp_path / "optouts"
    drop(box / "client")
    [taken] = round_of(house).files
    assert taken.controller_id == "client"
    assert {row.controller_id for row in kept(store, Suppression)} == {"client"}
    assert len(names_in(box / "client" / "done")) == 1
    assert names_in(box) == ["client"]


@pytest.mark.parametrize("below", [".", "nobody"])
def test_a_list_of_nobody_is_refused_with_the_names_to_choose_from(
    sqlite_store: Store, tmp_path: Path, below: str
) -> None:
    house, box = house_in(tmp_path, sqlite_store, "nectra", "client"), tmp_path / "optouts"
    drop(box / below)
    [taken] = round_of(house).files
    assert taken.refused == "no_controller"
    assert kept(sqlite_store, Suppression) == []
    [_, reason] = names_in(box / below / "failed")
    text = (box / below / "failed" / reason).read_text(encoding="utf-8")
    assert "nectra, client" in text


@pytest.mark.parametrize("content", [b"PK\x03\x04workbook", b"a@mail.example\0\0\0"])
def test_what_is_no_text_is_refused_with_the_cure(
    sqlite_store: Store, tmp_path: Path, content: bytes
) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, content, "list.xlsx")
    [taken] = round_of(house).files
    assert taken.refused == "not_text"
    [_, reason] = names_in(box / "failed")
    assert "save the list as CSV" in (box / "failed" / reason).read_text(encoding="utf-8")


def test_a_list_of_another_encoding_is_read(sqlite_store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, LISTED.encode("utf-16"), "a.csv")
    drop(box, b"\xef\xbb\xbf" + LISTED.replace("priya", "asha").encode(), "b.csv")
    drop(box, b"", "empty.csv")
    assert [taken.counts["new"] for taken in round_of(house).files] == [2, 1, 0]


def test_done_files_go_after_thirty_days_and_failed_ones_wait_for_somebody(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Rule: DROP-3."""
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, name="good.csv")
    drop(box, "nobody here at all\nnor here\n", name="bad.csv")
    at = settled()
    round_of(house, at)
    drop(box / "done", name="of-somebody-else.csv")
    assert round_of(house, at + 30 * DAY - MINUTE).deleted == 0
    assert round_of(house, at + 30 * DAY).deleted == 1
    assert names_in(box / "done") == ["of-somebody-else.csv"]
    assert len(names_in(box / "failed")) == 2


class Killed(BaseException):
    """Stands for the end of the process."""


def dying(at: datetime, after: int) -> Callable[[], datetime]:
    """Return a clock during whose use the process ends."""
    left = after

    def now() -> datetime:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed
        return at

    return now


def test_who_is_killed_between_the_stop_and_the_move_does_no_harm(
    store: Store, tmp_path: Path
) -> None:
    """Rule: DROP-2."""
    house, box = house_in(tmp_path, store), tmp_path / "optouts"
    take(store, source(), delivery())
    drop(box)
    at = settled()
    with pytest.raises(Killed):
        take_opt_out_files(house, dying(at, 2))
    said = kept(store, PermissionRecord), kept(store, Suppression)
    assert len(said[1]) == 2
    assert round_of(house, wiring.now() + 2 * MINUTE).files == []
    [taken] = round_of(house, wiring.now() + 6 * MINUTE).files
    assert taken.is_done
    assert (kept(store, PermissionRecord), kept(store, Suppression)) == said
    assert len(names_in(box / "done")) == 1
    assert names_in(box / ".working") == []


def test_two_programs_share_a_folder(store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, store), tmp_path / "optouts"
    for number in range(20):
        drop(box, f"person{number}@mail.example\n", f"{number}.csv")
    at = settled()
    with ThreadPoolExecutor(2) as pool:
        reports = list(pool.map(lambda _: round_of(house, at), range(2)))
    assert [report.troubles for report in reports] == [[], []]
    assert sum(len(report.files) for report in reports) == 20
    assert len(names_in(box / "done")) == len(kept(store, Suppression)) == 20


@contextmanager
def growing(store: Store, path: Callable[[], Path]) -> Iterator[None]:
    """Let a file grow while it is worked on."""
    grown: list[bool] = []

    def grow(*_: Any) -> None:
        if not grown and path().exists():
            grown.append(True)
            with path().open("a") as file:
                file.write("late@mail.example\n")

    event.listen(store.engine, "before_cursor_execute", grow)
    yield
    event.remove(store.engine, "before_cursor_execute", grow)
    assert grown


def test_a_file_that_grows_while_it_is_read_is_taken_again_as_a_whole(
    sqlite_store: Store, tmp_path: Path
) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box)

    def claimed() -> Path:
        return next((box / ".working").glob("*/list.csv"), box / "none")

    with growing(sqlite_store, claimed):
        assert round_of(house).files == []
    assert names_in(box) == [".working", "list.csv"]
    [taken] = round_of(house).files
    assert taken.is_done
    assert len(kept(sqlite_store, Suppression)) == 3


def test_neither_logs_nor_the_ledger_name_a_file_or_somebody_in_it(
    store: Store, tmp_path: Path
) -> None:
    house, box = house_in(tmp_path, store), tmp_path / "optouts"
    drop(box, "canary.bird@mail.example\nnobody\nor here\n", "canary.bird of the choir.csv")
    drop(box, "canary.other@mail.example\n", "canary.other.csv")
    with capture_logs() as logs:
        report = round_of(house)
    entries = [row.body for row in kept(store, LedgerRecord)]
    own = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.OPT_OUT_FILE_TAKEN]
    assert (len(own), len(logs)) == (2, 2)
    assert not any("canary" in text for text in (*entries, str(logs), str(report)))
    assert {taken.digest for taken in report.files} <= {log["digest"] for log in logs}


def test_an_endless_line_spoils_itself_alone(sqlite_store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    endless = f"first@mail.example,{'x' * 50_000}"
    drop(box, f"email\n{endless}\n{'y' * 50_000}\nlast@mail.example\n")
    [taken] = round_of(house).files
    assert (taken.counts["new"], taken.unreadable) == (2, 1)


def test_the_status_counts_the_lists_that_somebody_must_look_at(
    sqlite_store: Store, tmp_path: Path
) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, "a@mail.example\nnobody here\n")
    drop(box / "nobody")
    round_of(house)
    assert status(sqlite_store, house.settings, settled()).lists_failed == 2


def test_the_same_list_again_says_nothing_new(sqlite_store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box)
    [first] = round_of(house).files
    drop(box)
    [second] = round_of(house).files
    assert (second.digest, second.counts["new"]) == (first.digest, 0)
    assert len(names_in(box / "done")) == 2


def test_a_long_name_is_put_away_too(sqlite_store: Store, tmp_path: Path) -> None:
    house, box = house_in(tmp_path, sqlite_store), tmp_path / "optouts"
    drop(box, name="ü" * 120 + "-done.csv")
    drop(box, "nobody here\nnor here\n", name="ü" * 120 + "-failed.csv")
    assert len(round_of(house).files) == 2
    assert (len(names_in(box / "done")), len(names_in(box / "failed"))) == (1, 2)


def test_where_there_is_no_folder_nothing_happens(sqlite_store: Store, tmp_path: Path) -> None:
    house = house_in(tmp_path, sqlite_store)
    (tmp_path / "optouts").rmdir()
    before = everything(sqlite_store)
    assert round_of(house) == TakenFiles()
    assert everything(sqlite_store) == before


def test_a_folder_that_cannot_be_worked_on_stops_no_other(
    sqlite_store: Store, tmp_path: Path
) -> None:
    house, box = house_in(tmp_path, sqlite_store, "nectra", "client"), tmp_path / "optouts"
    drop(box / "client")
    drop(box / "nectra", "x", ".working")
    drop(box / "nectra")
    report = round_of(house)
    assert [taken.controller_id for taken in report.files] == ["client"]
    [trouble] = report.troubles
    assert trouble.startswith("optouts: the folder of nectra cannot be worked on: ")
    assert os.fspath(tmp_path) not in trouble


def test_a_list_that_cannot_be_moved_keeps_no_other_from_being_heeded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("maya@mail.example\n")
    rename = Path.rename

    def as_in_a_sticky_folder(path: Path, target: Path) -> Path:
        if path.name == "a.txt":
            raise PermissionError(1, "Operation not permitted")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", as_in_a_sticky_folder)
    claimed = claims(tmp_path, wiring.now() + timedelta(hours=1))
    assert next(claimed).path.name == "b.txt"
    with pytest.raises(PermissionError):
        next(claimed)
    assert len(list((tmp_path / WORKING).iterdir())) == 1
