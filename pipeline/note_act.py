"""Note in the case of a request what was done in the store about it, in the same transaction."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from pipeline.case import KeptCase, add_steps, kept_case
from policy.london import london_date
from policy.rights.case import Case
from policy.rights.step_flaws import require_step
from policy.rights.steps import Act, CaseStep, StepKind, happened_at


@dataclass(frozen=True, slots=True)
class Done:
    """What was done: the act, the leads that it was about, and whether that was all of it."""

    act: Act
    leads: Collection[UUID] = ()
    is_whole: bool = True


def require_actable(
    connection: Connection, controller_id: str, reference: str, act: Act, now: datetime
) -> KeptCase:
    """Return the case of a request in which an act may be noted; to be asked before it is done.

    Raises:
        UsageError: there is none of this reference, or it is closed.
    """
    kept = kept_case(connection, controller_id, reference)
    require_step(kept.case, _step(kept, Done(act), now))
    return kept


def note_act(
    connection: Connection,
    controller_id: str,
    reference: str,
    done: Done,
    made: tuple[str, datetime],
) -> Case:
    """Note an act in the transaction that does it; return what the case has come to.

    `made` is who did it, and when (aware). Rules: CASE-1, T-15.

    Raises:
        UsageError: as `require_actable`.
    """
    actor, now = made
    kept = require_actable(connection, controller_id, reference, done.act, now)
    return add_steps(connection, kept, [_step(kept, done, now)], actor, now)


def _step(kept: KeptCase, done: Done, now: datetime) -> CaseStep:
    at = happened_at(london_date(now), kept.case.times, now)
    leads = tuple(sorted(done.leads))
    return CaseStep(StepKind.ACTED, at, act=done.act, is_whole=done.is_whole, leads=leads)
