"""Rewrite the store's files where something was deleted, so that no byte of it is left."""

from jobs.turn import Result, Turn
from models.delivery import RunOutcome
from pipeline.scrub import scrub, scrub_need


def run(turn: Turn) -> Result:
    """Take the step if something waits for it; what a reader keeps is said, and stays due."""
    house = turn.house
    if scrub_need(house.store).due_since is None:
        return Result()
    report = scrub(
        house.store, house.now, is_full=house.settings.full_rewrite, progress=turn.progress
    )
    counts = {"bytes_before": report.bytes_before, "bytes_after": report.bytes_after}
    if report.is_clean or not report.is_full:
        return Result(counts)
    left = ", ".join(report.left)
    message = f"bytes of what was deleted are left ({left}). Cure: see docs/erasure.md."
    return Result(counts, RunOutcome.UNAVAILABLE, message)
