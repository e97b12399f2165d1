"""A receiver that is killed at any moment loses nothing that it answered, and doubles nothing."""

from pathlib import Path

from benchmarks.soak import soak
from models.delivery import DeliveryRecord
from models.inbox import InboxRecord
from models.store import Store
from pipeline import wiring
from tests.acceptance.daemon import installed
from tests.build import kept

SECONDS = 8.0
KILLS = 4


def test_every_push_that_was_answered_with_success_is_one_lead_whatever_was_killed_when(
    store: Store, store_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "installation"
    folder.mkdir()
    shell = installed(folder, store_url)
    found = soak(shell, store, seconds=SECONDS, kills=KILLS, seed=2026, released_at=wiring.now())
    assert found.lost == frozenset()
    assert found.doubled == frozenset()
    # the kills came in the middle of the work, and the load went on between them
    assert found.answers.unanswered > 0
    assert len(found.taken) > 50
    assert kept(store, InboxRecord) == []
    assert kept(store, DeliveryRecord) == []
