"""Take the next steps in the case of a request: what may not be is refused before it is written."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from models.store import Store
from pipeline.case import KeptCase, add_steps, kept_case
from pipeline.recipients_of_case import recipients_of_case
from pipeline.settings import ControllerSettings
from policy.london import london_date
from policy.rights.case import Case
from policy.rights.owed import Owed, owed
from policy.rights.step_flaws import require_step
from policy.rights.steps import CaseStep, StepKind, happened_at
from policy.rights.words import require_nameless

Steps = Callable[[datetime], Sequence[CaseStep]]
"""What is to be added to a case, given the instant at which it happened."""


def take_steps(
    store: Store,
    controller: ControllerSettings,
    reference: str,
    steps: Steps,
    on: date | None,
    made: tuple[str, datetime],
) -> Case:
    """Add steps to a case, all of them or none; return what it has come to.

    Args:
        store: an open store.
        controller: whose request it is.
        reference: of the request.
        steps: what is to be added.
        on: the London date on which it happened, None: today.
        made: who writes it down, and when (aware).

    Raises:
        UsageError: a step makes no sense, or its words name somebody; nothing was written.
        StoreError: nothing was written.
    """
    actor, now = made
    with store.writing(controller.id) as connection:
        kept = kept_case(connection, controller.id, reference)
        at = happened_at(on or london_date(now), kept.case.times, now)
        taken = steps(at)
        require_steps(connection, kept, taken)
        return add_steps(connection, kept, taken, actor, now)


def require_steps(connection: Connection, kept: KeptCase, steps: Sequence[CaseStep]) -> None:
    """Refuse steps that make no sense one after the other, or whose words name somebody.

    Raises:
        UsageError: with the cure.
    """
    for step in steps:
        require_nameless(step.text)
        require_step(kept.case, step, _left(connection, kept, step))
        kept = replace(kept, case=replace(kept.case, steps=[*kept.case.steps, step]))


def _left(connection: Connection, kept: KeptCase, step: CaseStep) -> tuple[Owed, ...]:
    """Return what is owed still, which only closing asks for."""
    if step.kind is not StepKind.CLOSED:
        return ()
    told = recipients_of_case(connection, kept.row.controller_id, kept.case)
    return owed(kept.case, told.to_tell, told.to_name)
