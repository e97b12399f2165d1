"""Restrict use the moment that somebody objects to it, until our grounds have been weighed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import due, erasure
from models.person import known_identifiers
from models.rights_request import request_row
from pipeline.case import add_steps, case_of
from pipeline.corrected_people import right_ones
from pipeline.restrict import RestrictionOrder, already_restricted, restrict_people
from policy.restriction import RestrictionGround
from policy.rights.steps import Act, CaseStep, StepKind
from policy.suppression import SuppressionKeys
from policy.vocabulary import Identifier

_WEIGHED = RestrictionGround.OBJECTION_WEIGHED


def restrict_while_weighed(
    connection: Connection,
    key: SuppressionKeys,
    whose: tuple[str, UUID],
    identifiers: Sequence[Identifier],
    made: tuple[str, datetime],
) -> None:
    """Restrict use of whoever some identifiers belong to, and note it in the request's case.

    Whoever typed an address is believed that far: to restrict permits nothing, and what is claimed
    in somebody else's name is lifted when it is found out. Of whom nothing is held nothing happens.
    Rules: T-10, RST-1. UK GDPR Art. 18(1)(d), 21(1).

    Args:
        connection: the transaction in which the request is written down.
        key: of the suppression list.
        whose: the controller and the request.
        identifiers: what the person gave.
        made: who writes it down, and when (aware).
    """
    controller_id, request_id = whose
    given = [*identifiers, *right_ones(connection, controller_id, identifiers)]
    known = known_identifiers(connection, controller_id, given) if given else {}
    keys = [UUID(found) for found, _ in known.values()]
    people = due.people_carrying(connection, controller_id, keys) if keys else []
    request = request_row(connection, controller_id, request_id)
    if not people or request is None:
        return
    actor, now = made
    order = RestrictionOrder(identifiers[0], _WEIGHED, actor, request.reference)
    already = already_restricted(connection, controller_id, people, _WEIGHED)
    fresh = [person for person in people if person not in already]
    restrict_people(connection, controller_id, key, fresh, order, now)
    leads = erasure.leads_of_people(connection, controller_id, fresh, ())
    ids = tuple(sorted(lead.id for lead in leads))
    at = max(now, request.received_at)
    act = CaseStep(StepKind.ACTED, at, act=Act.RESTRICTED, leads=ids)
    add_steps(connection, case_of(connection, request), [act], actor, now)
