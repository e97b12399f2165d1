"""The end of a client's contract is told a week before its deadline, until all of it is done."""

from pathlib import Path

from models.store import Store
from policy.alarms import AlarmKind
from policy.client_contract import ExitChoice
from tests import build
from tests.alarming import watchman
from tests.build import NOW
from tests.clients import DUE, closed, leaving, stocked


def test_an_exit_is_told_before_its_deadline_and_until_it_is_done(
    sqlite_store: Store, tmp_path: Path
) -> None:
    """Rule: CNT-6."""
    owner = leaving(exit=None)
    stocked(sqlite_store, owner, tmp_path)
    one = watchman(sqlite_store, build.source(owner=owner))
    alarm = (AlarmKind.CLIENT_EXIT_DUE, "shop")
    one.round()
    assert alarm not in one.standing()
    one.clock.wait(days=(DUE - NOW).days - 6)
    one.round()
    assert alarm in one.standing()
    assert "mail.example" not in one.row(AlarmKind.CLIENT_EXIT_DUE).fact
    closed(sqlite_store, owner, choice=ExitChoice.DELETE, at=one.clock())
    one.round()
    assert alarm not in one.standing()
