"""Show the whole case of a request: steps, the count of its deadline, and what is owed next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from models.lead import names_of_people
from models.store import Store
from pipeline.case import KeptCase, kept_case
from pipeline.list_requests import OWED
from pipeline.people_named import Candidate, people_named
from pipeline.recipients_of_case import Recipients, recipients_of_case
from policy.london import london_date
from policy.rights.deadlines import Deadline
from policy.rights.owed import Owed, owed
from policy.rights.steps import CaseStep, RequestStatus
from policy.vocabulary import Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class ShownStep:
    """One step, who wrote it down and when."""

    step: CaseStep
    actor: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ShownCase:
    """One request with all that is known of its case.

    `deadline` is the count that binds. `people` are those whose leads carry what the person gave,
    masked: whether they are the person is for somebody to judge. `names` are those by which they
    and the request go, for whoever must not see them.
    """

    kept: KeptCase
    deadline: Deadline
    owed: tuple[Owed, ...]
    recipients: Recipients
    steps: Sequence[ShownStep]
    people: Sequence[Candidate]
    names: Sequence[str]
    is_late: bool

    def __repr__(self) -> str:
        """Say which one it is; the rest is somebody's."""
        return f"ShownCase({self.kept.row.reference})"

    @property
    def status(self) -> RequestStatus:
        """Return how far it is."""
        return self.kept.case.status


def show_case(store: Store, controller_id: str, reference: str, now: datetime) -> ShownCase:
    """Return the case of a request as it stands.

    Raises:
        UsageError: the controller has none of this reference.
    """
    with store.reading() as connection:
        return shown(connection, kept_case(connection, controller_id, reference), now)


def shown(connection: Connection, kept: KeptCase, now: datetime) -> ShownCase:
    """Return a case with what only the rest of the store says."""
    case, row = kept.case, kept.row
    recipients = recipients_of_case(connection, row.controller_id, case)
    given = ((IdentifierKind.EMAIL, row.email), (IdentifierKind.PHONE, row.phone))
    identifiers = [Identifier(kind, value) for kind, value in given if value]
    noted = zip(case.steps, kept.step_rows, strict=True)
    due_on = case.due_on
    people = people_named(connection, row.controller_id, identifiers)
    return ShownCase(
        kept,
        case.deadline,
        owed(case, recipients.to_tell, recipients.to_name),
        recipients,
        [ShownStep(step, each.actor, each.recorded_at) for step, each in noted],
        people,
        (row.name, *_names(connection, row.controller_id, people)),
        case.status in OWED and due_on is not None and due_on < london_date(now),
    )


def _names(
    connection: Connection, controller_id: str, people: Sequence[Candidate]
) -> Iterator[str]:
    keys = [each.person.hex for each in people]
    for names in names_of_people(connection, controller_id, keys).values():
        yield from names
