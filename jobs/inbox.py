"""Work on the inbox until told to stop: at once when something came, else every half second."""

import threading

import structlog

from pipeline import wiring
from pipeline.note_work import WorkNotes
from pipeline.wiring import House
from pipeline.work_inbox import Built, work_inbox
from policy.errors import StoreError

IDLE_SECONDS = 0.5
TROUBLE_SECONDS = 5.0


def run(house: House, stop: threading.Event, wake: threading.Event) -> None:
    """Take what is pushed in, helping after helping; a helping in hand is finished.

    A store that fails is waited for: what was pushed lies in it, and nothing of it is lost.
    """
    log = structlog.get_logger().bind(job="inbox")
    built = [Built(source, wiring.build(source, house.signer)) for source in house.settings.sources]
    notes = WorkNotes()
    while not stop.is_set():
        wake.clear()
        started_at = house.now()
        try:
            report = work_inbox(house.store, built, house.now)
            notes.note(house.store, built, report, started_at, house.now())
        except StoreError as error:
            log.warning("inbox.store_failed", error=error.code)
            stop.wait(TROUBLE_SECONDS)
            continue
        for source_id, failure in report.errors.items():
            log.warning("inbox.source_failed", source=source_id, error=failure.code)
        if report.is_idle:
            wake.wait(IDLE_SECONDS)
