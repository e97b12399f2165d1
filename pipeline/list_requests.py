"""List what people asked by law and what is still owed, so that nothing is recorded unseen."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from models import rights_request
from models.rights_request import IdentityState
from models.store import Store
from policy.london import london_date
from policy.rights.steps import RequestStatus
from policy.rights.table import Right

OWED = frozenset({RequestStatus.OPEN, RequestStatus.FOR_CLIENT, RequestStatus.ACKNOWLEDGED})
"""The states in which somebody still waits."""


@dataclass(frozen=True, slots=True)
class ListedRequest:
    """One request. `is_late`: its day has passed in London, and somebody still waits.

    `due_on` is None while a question to the person waits for its answer, and for the outcome of a
    complaint that was acknowledged: no date can be said, which is not the same as having time.
    """

    controller: str
    reference: str
    right: Right
    received_at: datetime
    due_on: date | None
    acknowledge_by: date | None
    status: RequestStatus
    identity: IdentityState
    identity_confirmed_at: datetime | None
    is_doubtful: bool
    is_late: bool
    name: str
    email: str | None
    phone: str | None
    text: str

    def __repr__(self) -> str:
        """Say which one it is; the rest is somebody's."""
        return f"ListedRequest({self.reference})"


def list_requests(
    store: Store, controllers: Iterable[str], now: datetime, *, closed: bool = False
) -> Sequence[ListedRequest]:
    """Return the requests of some controllers, what is due first coming first."""
    wanted = set(RequestStatus) if closed else set(RequestStatus) - {RequestStatus.CLOSED}
    today = london_date(now)
    with store.reading() as connection:
        rows = rights_request.requests_of(connection, list(controllers), wanted)
    return [
        ListedRequest(
            row.controller_id,
            row.reference,
            row.right,
            row.received_at,
            row.due_on,
            row.acknowledge_by,
            row.status,
            row.identity,
            row.identity_confirmed_at,
            row.is_doubtful,
            row.status in OWED and row.due_on is not None and row.due_on < today,
            row.name,
            row.email,
            row.phone,
            row.text,
        )
        for row in rows
    ]
