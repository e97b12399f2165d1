"""The case of a request in the store: read it, and add steps to it, in a transaction that is open.

What a request has come to (status, day, whether it is known who asks) is computed from its steps
and kept beside them, so that lists and alarms need not count. Only this file writes it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import ledger, rights_request, rights_step
from models.controller import role_of
from models.ledger import Entry, LedgerKind
from models.rights_request import IdentityState
from models.store import Store
from pipeline.case_rows import detail_of, row_of, step_of
from pipeline.settings import ControllerSettings
from policy.errors import UsageError
from policy.rights.case import Case
from policy.rights.steps import CaseStep

KNOWN = frozenset({IdentityState.NOT_NEEDED, IdentityState.CONFIRMED})
"""The states in which it is established who asks, as far as it must be."""


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A request as it is kept, and what its steps add up to; `step_rows` say who noted them."""

    row: Row[Any]
    step_rows: Sequence[Row[Any]]
    case: Case

    def __repr__(self) -> str:
        """Say which one it is; the rest is somebody's."""
        return f"KeptCase({self.row.reference})"


def whose_case(
    store: Store, controllers: Sequence[ControllerSettings], reference: str
) -> ControllerSettings:
    """Return the controller that has a request with a reference.

    Raises:
        UsageError: none has, or (with several clients it may happen) more than one.
    """
    ids = [controller.id for controller in controllers]
    with store.reading() as connection:
        found = rights_request.owners_of_reference(connection, ids, reference)
    if len(found) > 1:
        raise UsageError(f"Several have this reference. Cure: add --controller, of {found}.")
    for controller in controllers:
        if controller.id in found:
            return controller
    raise UsageError(
        "There is no request with this reference. Cure: take it from `leadledger rights list"
        " --closed`."
    )


def kept_case(connection: Connection, controller_id: str, reference: str) -> KeptCase:
    """Return a request with all its steps.

    Raises:
        UsageError: the controller has none of this reference.
    """
    row = rights_request.request_of_reference(connection, controller_id, reference)
    if row is None:
        raise UsageError(
            f"{controller_id} has no request with this reference. Cure: take it from `leadledger"
            " rights list --closed`."
        )
    return case_of(connection, row)


def case_of(connection: Connection, row: Row[Any]) -> KeptCase:
    """Return what is kept of a request, by its row."""
    rows = rights_step.steps_of(connection, row.controller_id, [row.id])
    role = role_of(connection, row.controller_id)
    steps = [step_of(each) for each in rows]
    return KeptCase(row, rows, Case(row.right, row.received_at, role, row.identity in KNOWN, steps))


def add_steps(
    connection: Connection,
    kept: KeptCase,
    steps: Sequence[CaseStep],
    actor: str,
    now: datetime,
) -> Case:
    """Add steps to a case and keep its row beside them; return what they add up to.

    Whether a step may be taken is asked before, of `policy.rights.step_flaws`. Rule: CASE-1.
    """
    row, own = kept.row, kept.row.controller_id
    after = replace(kept.case, steps=[*kept.case.steps, *steps])
    first = len(kept.case.steps) + 1
    note_steps(connection, own, row.id, steps, (actor, now), first)
    keep_in_step(connection, row, after)
    entries = [_entry(row.id, step, after) for step in steps]
    ledger.append(connection, own, actor, entries, now)
    return after


def note_steps(
    connection: Connection,
    controller_id: str,
    request_id: UUID,
    steps: Sequence[CaseStep],
    made: tuple[str, datetime],
    first: int = 1,
) -> None:
    """Write steps down, the first of them under a number; the request's own row is the caller's."""
    whose = controller_id, request_id
    rows = [row_of(whose, number, step, made) for number, step in enumerate(steps, first)]
    rights_step.add_steps(connection, rows)


def keep_in_step(connection: Connection, row: Row[Any], case: Case) -> None:
    """Write down what the steps of a request add up to."""
    values: dict[str, Any] = {"status": case.status, "due_on": case.due_on}
    if row.identity not in KNOWN and case.is_identity_known:
        shown = case.shown_at
        values |= {"identity": IdentityState.CONFIRMED, "identity_confirmed_at": shown}
    rights_request.keep_in_step(connection, row.controller_id, row.id, values)


def _entry(request_id: UUID, step: CaseStep, after: Case) -> Entry:
    """Return the ledger's entry of a step: codes and days, never its words."""
    said = detail_of(step)
    due_on = after.due_on
    detail = {
        "step": step.kind,
        "on": step.at.isoformat(),
        "status": after.status,
        "due": due_on.isoformat() if due_on else None,
        "rules": list(after.deadline.rules),
        **said,
    }
    return LedgerKind.REQUEST_STEP, request_id.hex, detail
