"""Send our own mails until told to stop, and drop what nobody confirmed in time."""

import threading

import structlog

from pipeline.confirm_opt_in import drop_unconfirmed
from pipeline.send_mails import send_mails
from pipeline.wiring import House
from policy.errors import StoreError

IDLE_SECONDS = 10.0
TROUBLE_SECONDS = 60.0


def run(house: House, stop: threading.Event) -> None:
    """Send what is due, helping after helping; a helping in hand is finished.

    A server or a store that fails is waited for: what is not sent stays in the outbox.
    """
    log = structlog.get_logger().bind(job="mails")
    while not stop.is_set():
        try:
            drop_unconfirmed(house.store, house.now())
            report = send_mails(house, house.now, stop.is_set)
        except StoreError as error:
            log.warning("mails.store_failed", error=error.code)
            stop.wait(TROUBLE_SECONDS)
            continue
        if report.dropped:
            log.warning("mails.dropped", **report.dropped)
        if report.trouble:
            log.warning("mails.server_failed", reason=report.trouble)
            stop.wait(TROUBLE_SECONDS)
        elif report.is_idle:
            stop.wait(IDLE_SECONDS)
