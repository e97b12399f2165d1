"""The end of a client's contract: given back, deleted, certified, each step once."""

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from models import client_data
from models.client_exit import ClientExit
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.permission import Suppression
from models.store import Store
from pipeline.close_client import Closing, close_client
from pipeline.delete_client import Deletion, delete_client
from pipeline.expire import expire
from pipeline.list_clients import ListedClient, list_clients
from pipeline.scrub import scrub_due_since
from pipeline.settings import ControllerSettings
from pipeline.why import why
from policy.client_contract import ExitChoice
from policy.errors import UsageError
from policy.retention_duties import ExitDuty
from policy.retention_rules import RetentionReason
from policy.uses import UseRequest
from policy.vocabulary import Channel, Purpose, ReasonCode
from tests import build
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    client,
    controller,
    declared,
    delivery,
    email,
    kept,
    take,
)
from tests.clients import BEFORE, DUE, OVER, closed, leaving, left, stocked, told

DAY = timedelta(days=1)


def one_listed(store: Store, owner: ControllerSettings, *, at: Any = NOW) -> ListedClient:
    [found] = list_clients(store, [owner, controller()], at)
    return found


def test_a_client_gets_its_data_back_and_nothing_but_the_ledger_stays(
    store: Store, tmp_path: Path
) -> None:
    """Rules: CNT-4, CNT-5, RET-19."""
    owner = leaving()
    stocked(store, owner, tmp_path)
    take(store, declared(store), delivery("9000001"))
    found = closed(store, owner, out=tmp_path / "back")
    assert left(store) == {}
    assert not (tmp_path / "list.csv").exists()
    assert found.deleted.leads == {RetentionReason.CLIENT_SERVED: 3}
    assert found.exit.certified_at == NOW
    assert found.exit.certificate is not None
    assert found.exit.certificate["deleted"]["leads"] == 3
    assert [row.controller_id for row in kept(store, Lead)] == ["nectra"]
    with store.reading() as connection:
        assert scrub_due_since(connection) is not None
    listed = one_listed(store, owner)
    assert (listed.leads, listed.duties, listed.deleted_at) == (0, (), NOW)


def test_the_package_has_every_record_with_its_hash_for_this_user_only(
    store: Store, tmp_path: Path
) -> None:
    owner = leaving()
    stocked(store, owner, tmp_path)
    closed(store, owner, out=tmp_path / "back")
    folder = tmp_path / "back"
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {path.name for path in folder.iterdir()} == {*manifest["files"], "manifest.json"}
    counts = {name: manifest["files"][f"{name}.jsonl"]["rows"] for name in client_data.RETURNED}
    assert counts["leads"] == counts["disclosures"] == counts["leads_in_lists"] == 3
    assert (counts["suppressions"], counts["set_aside"], counts["exports"]) == (2, 1, 1)
    lines = (folder / "leads.jsonl").read_text().splitlines()
    assert {json.loads(line)["external_id"] for line in lines} == {
        "1000001",
        "1000002",
        "1000003",
    }
    assert len((folder / "leads.csv").read_text().splitlines()) == 4
    assert "unknown@mail.example" not in (folder / "suppressions.jsonl").read_text()
    if os.name == "posix":
        assert folder.stat().st_mode & 0o777 == 0o700
        assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    [entry] = told(store, LedgerKind.CLIENT_DATA_RETURNED)
    assert entry["counts"]["leads"] == 3


def test_who_chose_deletion_gets_nothing_and_nothing_stays(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    found = closed(store, owner)
    assert left(store) == {}
    assert found.package is None
    assert found.exit.certified_at == NOW


def test_what_was_only_returned_goes_at_the_deadline_by_itself(
    store: Store, tmp_path: Path
) -> None:
    owner = leaving(exit="return")
    stocked(store, owner, tmp_path)
    found = closed(store, owner, out=tmp_path / "back")
    assert (len(kept(store, Lead)), found.exit.certified_at) == (3, None)
    assert one_listed(store, owner).duties == (
        ExitDuty.CHOICE_CARRIED_OUT,
        ExitDuty.CERTIFICATE_ISSUED,
    )
    expire(store, [owner], SUPPRESSION_KEY, lambda: DUE - timedelta(seconds=1))
    assert len(kept(store, Lead)) == 3
    expired = expire(store, [owner], SUPPRESSION_KEY, lambda: DUE)["shop"]
    assert expired.deleted == {RetentionReason.CONTRACT_ENDED: 3}
    assert left(store) == {}
    [row] = kept(store, ClientExit)
    assert row.certified_at == DUE


def test_the_job_deletes_at_the_deadline_and_never_what_the_client_wants_back(
    store: Store, tmp_path: Path
) -> None:
    """Rule: CNT-5."""
    owner = leaving()
    stocked(store, owner, tmp_path)
    expire(store, [owner], SUPPRESSION_KEY, lambda: DUE)
    assert len(kept(store, Lead)) == 3
    chosen = leaving(exit="delete")
    build.declared(store, build.source(owner=chosen))
    rehearsed = expire(store, [chosen], SUPPRESSION_KEY, lambda: DUE, is_rehearsal=True)
    assert rehearsed["shop"].deleted == {RetentionReason.CONTRACT_ENDED: 3}
    for at in (DUE - timedelta(seconds=1), DUE, DUE + DAY):
        expire(store, [chosen], SUPPRESSION_KEY, lambda at=at: at)  # type: ignore[misc]
        assert len(kept(store, Lead)) == (3 if at < DUE else 0)
    assert left(store) == {}
    assert len(told(store, LedgerKind.CLIENT_DATA_DELETED)) == 1


def test_while_the_client_has_not_chosen_nothing_is_done(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit=None)
    stocked(store, owner, tmp_path)
    closed(store, owner)
    expire(store, [owner], SUPPRESSION_KEY, lambda: DUE + DAY)
    assert len(kept(store, Lead)) == 3
    assert one_listed(store, owner).duties[0] is ExitDuty.CHOICE_RECORDED
    closed(store, owner, choice=ExitChoice.DELETE, at=DUE + DAY)
    assert left(store) == {}


@pytest.mark.parametrize("ends_on", ["2026-11-21", None])
def test_a_word_of_a_command_deletes_nothing_that_the_contract_gives_back(
    store: Store, tmp_path: Path, ends_on: str | None
) -> None:
    """Rule: CNT-5."""
    owner = leaving(ends_on=ends_on)
    stocked(store, owner, tmp_path)
    on = None if ends_on else date(2026, 11, 21)
    for is_rehearsal in (True, False):
        with pytest.raises(UsageError, match="says return_and_delete: its data goes back"):
            closed(store, owner, on=on, choice=ExitChoice.DELETE, is_rehearsal=is_rehearsal)
    assert len(kept(store, Lead)) == 3
    decided = leaving(ends_on=ends_on, exit="delete")
    build.declared(store, build.source(owner=decided))
    closed(store, decided, on=on, choice=ExitChoice.DELETE)
    assert kept(store, Lead) == []


def test_an_end_is_recorded_and_stops_use_by_its_day(store: Store, tmp_path: Path) -> None:
    owner = client(exit=None)
    stocked(store, owner, tmp_path)
    found = closed(store, owner, on=date(2026, 11, 30), choice=ExitChoice.DELETE)
    assert found.deleted.leads == {}
    over = OVER + 9 * DAY
    for at, code in (
        (over - DAY, ReasonCode.OK_PROCESSOR_INSTRUCTION),
        (over, ReasonCode.PROCESSOR_CONTRACT_ENDED),
    ):
        use = UseRequest(Purpose.DIRECT_MARKETING, Channel.EMAIL, at)
        [answer] = why(store, [owner], SUPPRESSION_KEY, email("p1@mail.example"), use)
        assert answer.decision.reasons == (code,)
    assert one_listed(store, owner).days_left == 9
    closed(store, owner, at=over)
    assert left(store) == {}


@pytest.mark.parametrize(
    ("order", "cure"),
    [
        ({}, "Cure: add --on with its last day"),
        ({"on": date(2024, 1, 1)}, "begins on 2025-01-01. Cure: mend --on"),
        ({"on": date(2026, 11, 21)}, "Cure: add --out with a new folder"),
    ],
)
def test_what_is_missing_in_an_order_is_told_and_nothing_is_done(
    store: Store, tmp_path: Path, order: dict[str, Any], cure: str
) -> None:
    owner = client()
    stocked(store, owner, tmp_path)
    with pytest.raises(UsageError, match=cure):
        closed(store, owner, **order)
    assert kept(store, ClientExit) == []
    assert len(kept(store, Lead)) == 3


def test_an_end_that_has_come_is_not_moved_and_an_own_controller_is_no_client(
    store: Store, tmp_path: Path
) -> None:
    owner = leaving()
    stocked(store, owner, tmp_path)
    with pytest.raises(UsageError, match="The contract ends on 2026-11-21"):
        closed(store, owner, on=date(2026, 12, 31))
    with pytest.raises(UsageError, match="its role is controller"):
        closed(store, controller())


def test_sub_processors_must_have_deleted_too(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete", sub_processors=["Mailer Ltd"])
    stocked(store, owner, tmp_path)
    assert closed(store, owner).exit.certified_at is None
    assert one_listed(store, owner).duties == (
        ExitDuty.SUB_PROCESSORS_DONE,
        ExitDuty.CERTIFICATE_ISSUED,
    )
    found = closed(store, owner, are_sub_processors_done=True, at=NOW + DAY)
    assert found.exit.certificate is not None
    assert found.exit.certificate["sub_processors"] == ["Mailer Ltd"]


def test_to_close_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    owner = leaving()
    stocked(store, owner, tmp_path)
    first = closed(store, owner, out=tmp_path / "back").exit
    rows = len(kept(store, LedgerRecord))
    assert closed(store, owner, out=tmp_path / "back", at=NOW + DAY).exit == first
    assert len(kept(store, LedgerRecord)) == rows


def test_a_rehearsal_counts_and_writes_nothing(store: Store, tmp_path: Path) -> None:
    owner = leaving()
    stocked(store, owner, tmp_path)
    rows = len(kept(store, LedgerRecord))
    found = closed(store, owner, is_rehearsal=True, out=tmp_path / "back")
    assert found.deleted.leads.total() == 3
    assert not (tmp_path / "back").exists()
    assert (len(kept(store, Lead)), len(kept(store, LedgerRecord))) == (3, rows)


def test_a_run_that_was_broken_off_is_finished_by_the_next(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    ended = closed(store, owner, is_rehearsal=True).exit
    run = Deletion(
        store=store, exit=ended, key=SUPPRESSION_KEY, actor="test", now=NOW, ordered_at=NOW
    )
    delete_client(replace(run, is_stopping=lambda: True))
    assert kept(store, Lead) == []
    assert left(store)["suppressions"] == 2
    found = closed(store, owner)
    assert left(store) == {}
    assert found.exit.certificate is not None
    assert found.exit.certificate["deleted"]["leads"] == 3


def test_a_whole_package_is_taken_as_it_is_and_a_broken_one_made_anew(
    store: Store, tmp_path: Path
) -> None:
    owner = leaving(exit="return")
    stocked(store, owner, tmp_path)
    (tmp_path / ".back.part").mkdir()
    (tmp_path / ".back.part" / "leads.csv").write_text("half of it")
    out = tmp_path / "back"
    first = closed(store, owner, out=out)
    assert not (tmp_path / ".back.part").exists()
    again = closed(store, owner, out=out, at=NOW + DAY)
    assert again.exit.returned_digest == first.exit.returned_digest
    other = client("other", ends_on="2026-11-21")
    stocked(store, other, tmp_path / "back", leads=0)
    with pytest.raises(UsageError, match=r"exists already\. Cure: choose another name"):
        closed(store, other, out=out)


def test_nothing_comes_in_again_for_a_client_who_has_left(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    closed(store, owner)
    report = take(store, build.source(owner=owner), delivery("1000001"), at=NOW + DAY)
    assert report.counts == {"client_left": 1}
    assert kept(store, Lead) == []
    back = client("shop", reference="DPA-2", starts_on="2026-11-23")
    build.declared(store, build.source(owner=back))
    assert take(store, build.source(owner=back), delivery("1000001")).counts["stored"] == 1


def test_no_list_of_the_opted_out_stays_of_a_client_alone(store: Store, tmp_path: Path) -> None:
    owner = leaving(exit="delete")
    stocked(store, owner, tmp_path)
    declared(store)
    build.suppress(store, email("ours@mail.example"), since=BEFORE)
    closed(store, owner)
    assert [row.controller_id for row in kept(store, Suppression)] == ["nectra"]


class Killed(BaseException):
    """What ends a program between two of its steps."""


def test_killed_anywhere_it_ends_the_same(sqlite_store: Store, tmp_path: Path) -> None:
    owner = leaving()
    stocked(sqlite_store, owner, tmp_path)
    for after in range(1, 1_000):
        calls = iter(range(after))

        def dying(_: int, calls: Iterator[int] = calls) -> None:
            if next(calls, None) is None:
                raise Killed

        order = Closing(out=tmp_path / "back")
        try:
            ended = close_client(
                sqlite_store, owner, SUPPRESSION_KEY, order, lambda: NOW, dying
            ).exit
        except Killed:
            continue
        break
    assert after > 20
    assert left(sqlite_store) == {}
    assert ended.certificate is not None
    assert ended.certificate["deleted"]["leads"] == 3
    assert len(told(sqlite_store, LedgerKind.CLIENT_DATA_DELETED)) == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".part")] == []
