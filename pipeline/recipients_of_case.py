"""Who must be told of what was done about a request, and who the person asked about."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from models import recall
from models.disclosure import exports_with
from policy.rights.case import Case
from policy.rights.duties_to_tell import (
    Disclosed,
    RecipientNotice,
    recipients_to_name,
    recipients_to_tell,
)
from policy.rights.steps import CaseStep, StepKind
from policy.rights.told_by import is_told_by


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who received the data of a case, by name.

    `to_tell` have not been told of what was done since. `to_name` the person asked about, and was
    not told who they are.
    """

    received: tuple[str, ...] = ()
    to_tell: tuple[str, ...] = ()
    to_name: tuple[str, ...] = ()


def recipients_of_case(connection: Connection, controller_id: str, case: Case) -> Recipients:
    """Return who received the data that was acted on, and who must hear of it. Rule: T-15.

    Told is who acknowledged the recall that the act opened, or of whom it is on record why not. Of
    what could not be done yet nobody can be told: only recalls that are open count then.
    """
    received: set[str] = set()
    to_tell: set[str] = set()
    to_name: set[str] = set()
    asked_at = min((step.at for step in case.of(StepKind.ASKED_RECIPIENTS)), default=None)
    named = [step.at for step in case.of(StepKind.ANSWERED) if step.names_recipients]
    for act in case.of(StepKind.ACTED):
        if not act.leads:
            continue
        exports = exports_with(connection, controller_id, act.leads)
        disclosed = [Disclosed(row.recipient, row.opened_at) for row in exports]
        own = _recalls(connection, controller_id, act)
        received |= {each.recipient_id for each in disclosed}
        completed_at = act.at if act.is_whole else None
        to_tell |= {*recipients_to_tell(case.right, completed_at, disclosed, _notices(own))}
        to_tell |= _open(own)
        ended = max(named, default=None)
        to_name |= {*recipients_to_name(case.right, act.at, disclosed, asked_at, ended)}
    return Recipients(*(tuple(sorted(each)) for each in (received, to_tell, to_name)))


def _recalls(connection: Connection, controller_id: str, act: CaseStep) -> list[Row[Any]]:
    """Return the recalls that tell of an act."""
    rows = recall.recalls_about(connection, controller_id, act.leads)
    return [row for row in rows if is_told_by(act.act, row.reason)]


def _notices(recalls: Sequence[Row[Any]]) -> list[RecipientNotice]:
    return [
        RecipientNotice(row.recipient, row.acknowledged_at, row.outcome, row.why)
        for row in recalls
        if row.acknowledged_at is not None
    ]


def _open(recalls: Sequence[Row[Any]]) -> set[str]:
    return {row.recipient for row in recalls if row.acknowledged_at is None}
