"""Take the run of a job that is due, if nobody else has it; do it, and write down how it went."""

from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from jobs.slots import newest_slot, next_slot, slots_between
from jobs.turn import Entry, Result, Turn
from jobs.worker import Worker
from models import scheduled_run as runs
from models.delivery import RunOutcome
from models.scheduled_run import Claim
from pipeline.fault_place import place_of
from pipeline.pull import outcome_of
from policy.errors import LeadsError, SourceError, StoreError, StoreUnavailable

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 6
"""So often a run is begun, if its daemon dies of it or it fails and the next slot is far."""
_FAILURES = frozenset({RunOutcome.FAILED, RunOutcome.UNAVAILABLE})


def perform(worker: Worker, entry: Entry) -> bool:
    """Do the run that is due, if there is one and nobody else has it; say whether it was done.

    A run that was missed is made up once, with the newest slot. One that was broken off, by a crash
    or the end of a daemon, is taken up again, before any newer one.

    Raises:
        StoreError: the store failed; the run is taken again when its claim has run out.
    """
    claim = _claimed(worker, entry)
    if claim is None:
        return False
    turn = Turn(worker.house, worker.stop)
    log = structlog.get_logger().bind(job=entry.job, source=entry.subject or None)
    now = worker.house.now
    if claim.attempts > MOST_ATTEMPTS:
        message = f"begun {MOST_ATTEMPTS} times, and never ended. Cure: see the log of the daemon."
        log.error("job.given_up")
        return runs.finish(worker.house.store, claim, now(), RunOutcome.FAILED, {}, message)
    if _is_too_late(entry, claim, now()):
        message = "could not begin in time. Cure: see whether `leadledger run` was running."
        return runs.finish(worker.house.store, claim, now(), RunOutcome.MISSED, {}, message)
    with worker.holding(claim, turn):
        result = _result(entry, turn)
    if result.outcome is not RunOutcome.DONE and not turn.is_broken_off:
        log.warning("job.ended", outcome=result.outcome)
    _end(worker, entry, claim, turn, result)
    return True


def _claimed(worker: Worker, entry: Entry) -> Claim | None:
    """Take the newest run that is due, or the one before it that was broken off."""
    house, now = worker.house, worker.house.now()
    slot = newest_slot(entry.timing, now, entry.name)
    if slot is None:
        return None
    with house.store.reading() as connection:
        newest = runs.newest_run(connection, entry.job, entry.subject, now)
        waits_for = entry.after if newest is None else None
        if waits_for is not None and not runs.has_ended(connection, *waits_for):
            return None
    if not runs.is_free(newest, slot, now):
        return None
    missed = slots_between(entry.timing, newest.slot, slot) if newest is not None else 0
    wanted = Claim(entry.job, entry.subject, slot, worker.holder, attempts=1)
    return runs.claim(house.store, wanted, now, now + worker.lease, missed)


def _is_too_late(entry: Entry, claim: Claim, now: datetime) -> bool:
    most = entry.timing.too_late_minutes
    return most is not None and claim.attempts == 1 and now - claim.slot > timedelta(minutes=most)


def _result(entry: Entry, turn: Turn) -> Result:
    """Run a job. Whatever it raises is how it went, and never the end of the daemon."""
    try:
        return entry.run(turn)
    except SourceError as error:
        return Result({}, outcome_of(error), str(error))
    except StoreUnavailable as error:
        return Result({}, RunOutcome.UNAVAILABLE, str(error))
    except LeadsError as error:
        return Result({}, RunOutcome.FAILED, str(error))
    except Exception as fault:  # noqa: BLE001 - whatever it is, the daemon must go on
        place = place_of(fault.__traceback__)
        log = structlog.get_logger().bind(job=entry.job, source=entry.subject or None)
        # without its text, which may hold somebody's data
        log.error("job.fault", kind=type(fault).__name__, place=place)  # noqa: TRY400
        message = f"a fault of the program ({type(fault).__name__}). Cure: report the log's line."
        return Result({}, RunOutcome.FAILED, message)


def _end(worker: Worker, entry: Entry, claim: Claim, turn: Turn, result: Result) -> None:
    """Write down that a run is over, or leave it to be taken up again."""
    store, now = worker.house.store, worker.house.now()
    if turn.is_broken_off:
        # a store that fails now lets the claim run out, which is as good
        # to be told to stop is no failure: a daemon may be started anew ever so often
        attempts = max(1, claim.attempts - 1)
        with suppress(StoreError):
            runs.release(store, claim, now, attempts=attempts)
        return
    if result.outcome in _FAILURES and claim.attempts < MOST_ATTEMPTS:
        again = now + min(FIRST_PAUSE * 2 ** (claim.attempts - 1), LONGEST_PAUSE)
        following = next_slot(entry.timing, now)
        if following is None or again < following:
            runs.release(store, claim, again, result.message)
            return
    runs.finish(store, claim, now, result.outcome, result.counts, result.message)
