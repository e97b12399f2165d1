"""Three daemons on one PostgreSQL, one of them killed every few seconds."""

from pathlib import Path

from tests.acceptance.daemons import Outcome, soak_daemons

SECONDS = 20.0
KILL_EVERY_SECONDS = 2.5
TRIES = 3
"""A machine that is busy with other tests may start a killed daemon too late for the next slot, and
what was missed is made up once. One of so many soaks must meet every slot."""


def test_no_run_is_done_twice_or_left_out_and_no_lead_is_lost(
    postgres_url: str, tmp_path: Path
) -> None:
    outcome = _soaked(postgres_url, tmp_path / "1")
    for number in range(2, TRIES + 1):
        if not outcome.skipped:
            break
        outcome = _soaked(postgres_url, tmp_path / str(number))
    assert outcome.skipped == []


def _soaked(url: str, folder: Path) -> Outcome:
    """Let them work; whatever the machine is busy with, nothing is done twice or lost."""
    folder.mkdir()
    outcome = soak_daemons(url, folder, SECONDS, KILL_EVERY_SECONDS)
    wrong = outcome.run_again, outcome.at_the_same_time, outcome.missing, outcome.doubled
    assert not any(wrong), outcome
    assert outcome.kills > 4
    assert outcome.slots > 15
    assert outcome.leads > 100
    return outcome
