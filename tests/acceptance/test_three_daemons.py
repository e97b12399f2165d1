"""Three daemons on one PostgreSQL, one of them killed every few seconds."""

from pathlib import Path

from tests.acceptance.daemons import soak_daemons

SECONDS = 20.0
KILL_EVERY_SECONDS = 2.5


def test_no_run_is_done_twice_or_left_out_and_no_lead_is_lost(
    postgres_url: str, tmp_path: Path
) -> None:
    outcome = soak_daemons(postgres_url, tmp_path, SECONDS, KILL_EVERY_SECONDS)
    assert outcome.is_whole, outcome
    assert outcome.kills > 4
    assert outcome.slots > 15
    assert outcome.leads > 100
