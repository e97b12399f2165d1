"""Look into a mailbox again and again until told to stop: at once when something came."""

import structlog

from connectors.watched import WatchedSettings, Watches
from jobs.slots import EPOCH
from jobs.turn import Turn
from jobs.worker import Worker
from models import scheduled_run as runs
from models.scheduled_run import Claim
from pipeline import wiring
from pipeline.note_watch import WatchNotes
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from policy.errors import SourceError, StoreError

FIRST_PAUSE_SECONDS = 15.0
TROUBLE_SECONDS = 60.0
ACTOR = "mailbox"


def run(worker: Worker, source: ConfiguredSource) -> None:
    """Watch a mailbox until told to stop, unless another daemon does; then wait to take over.

    A store that fails is waited for: what lies in the mailbox stays there.
    """
    log = structlog.get_logger().bind(job="mailbox", source=source.id)
    while not worker.stop.is_set():
        try:
            _take(worker, source)
        except StoreError as error:
            log.warning("mailbox.store_failed", error=error.code)
            worker.stop.wait(TROUBLE_SECONDS)


def _take(worker: Worker, source: ConfiguredSource) -> None:
    """Watch a mailbox if nobody else does; else wait for a moment.

    Raises:
        StoreError: the store failed.
    """
    first = Claim(ACTOR, source.id, EPOCH, worker.holder, attempts=1)
    now = worker.house.now()
    claim = runs.claim(worker.house.store, first, now, now + worker.lease)
    if claim is None:
        worker.stop.wait(worker.look_seconds)
        return
    turn = Turn(worker.house, worker.stop)
    with worker.holding(claim, turn):
        _watch(turn, source)
    runs.release(worker.house.store, claim, worker.house.now())


def _watch(turn: Turn, source: ConfiguredSource) -> None:
    """Pull, wait for news or for the time of the next look, and pull again.

    What fails is tried again after growing pauses, never longer than between two looks. A line that
    is dead is noticed by its time-out; each look opens its own.
    """
    house, stop = turn.house, turn.stop
    log = structlog.get_logger().bind(job="mailbox", source=source.id)
    connector = wiring.build(source, house.signer, house.now)
    assert isinstance(source.own, WatchedSettings)  # noqa: S101 - as the daemon chose it
    between = source.own.poll_minutes * 60
    notes = WatchNotes(house.store, source)
    pause = FIRST_PAUSE_SECONDS
    while not turn.is_stopping():
        try:
            report = pull(
                house.store, source, connector, house.now, turn.progress, turn.is_stopping
            )
            if report.errors:
                log.warning("mailbox.failed", errors=[error.code for error in report.errors])
                stop.wait(min(pause, between))
                pause *= 2
                continue
            pause = FIRST_PAUSE_SECONDS
            if isinstance(connector, Watches):
                _wait(connector, notes, between, turn)
            else:
                stop.wait(between)
        except StoreError as error:
            log.warning("mailbox.store_failed", error=error.code)
            stop.wait(TROUBLE_SECONDS)


def _wait(connector: Watches, notes: WatchNotes, between: float, turn: Turn) -> None:
    """Wait for news; where that cannot be done, wait for the next look, and say so in the status.

    Raises:
        StoreError: the store failed.
    """
    error = None
    try:
        connector.wait_for_news(between, turn.is_stopping)
    except SourceError as failure:
        error = failure
    notes.note(error, turn.house.now())
    if error is not None:
        turn.stop.wait(min(TROUBLE_SECONDS, between))
