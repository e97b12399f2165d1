"""Note that a client has the requests that came for it, when its contract ends."""

from datetime import datetime

from sqlalchemy import Connection

from models import client_data
from pipeline.case import add_steps, case_of
from policy.rights.steps import CaseStep, StepKind


def pass_requests_on(
    connection: Connection, controller_id: str, until: datetime, actor: str, now: datetime
) -> int:
    """Pass each request on that came until then and waits for it, and close it; return how many.

    The client answers its people itself (UK GDPR Art. 28(3)(e)). Rules: CNT-4, CASE-1.
    """
    waiting = [
        row
        for row in client_data.waiting_requests(connection, controller_id)
        if row.received_at <= until
    ]
    for row in waiting:
        # closed too: what is passed on while the contract runs keeps its leads for the client
        steps = [CaseStep(kind, now) for kind in (StepKind.PASSED_ON, StepKind.CLOSED)]
        add_steps(connection, case_of(connection, row), steps, actor, now)
    return len(waiting)
