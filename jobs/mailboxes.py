"""Look into a mailbox again and again until told to stop: at once when something came."""

import threading

import structlog

from connectors.watched import WatchedSettings, Watches
from pipeline import wiring
from pipeline.note_watch import WatchNotes
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from pipeline.wiring import House
from policy.errors import SourceError, StoreError

FIRST_PAUSE_SECONDS = 15.0
TROUBLE_SECONDS = 60.0


def run(house: House, source: ConfiguredSource, stop: threading.Event) -> None:
    """Pull, wait for news or for the time of the next look, and pull again.

    What fails is tried again after growing pauses, never longer than between two looks. A line that
    is dead is noticed by its time-out; each look opens its own.
    """
    log = structlog.get_logger().bind(job="mailbox", source=source.id)
    connector = wiring.build(source, house.signer)
    assert isinstance(source.own, WatchedSettings)  # noqa: S101 - as the daemon chose it
    between = source.own.poll_minutes * 60
    notes = WatchNotes(house.store, source)
    pause = FIRST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            report = pull(house.store, source, connector, wiring.now)
            if report.errors:
                log.warning("mailbox.failed", errors=[error.code for error in report.errors])
                stop.wait(min(pause, between))
                pause *= 2
                continue
            pause = FIRST_PAUSE_SECONDS
            if isinstance(connector, Watches):
                _wait(connector, notes, between, stop)
            else:
                stop.wait(between)
        except StoreError as error:
            log.warning("mailbox.store_failed", error=error.code)
            stop.wait(TROUBLE_SECONDS)


def _wait(connector: Watches, notes: WatchNotes, between: float, stop: threading.Event) -> None:
    """Wait for news; where that cannot be done, wait for the next look, and say so in the status.

    Raises:
        StoreError: the store failed.
    """
    error = None
    try:
        connector.wait_for_news(between, stop.is_set)
    except SourceError as failure:
        error = failure
    notes.note(error, wiring.now())
    if error is not None:
        stop.wait(min(TROUBLE_SECONDS, between))
