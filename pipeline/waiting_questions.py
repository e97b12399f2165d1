"""Find the requests whose time stands still, as what a person was asked has no answer."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from itertools import groupby

from sqlalchemy import Connection

from models import alarm_facts, rights_step
from models.controller import role_of
from pipeline.case import KNOWN
from pipeline.case_rows import step_of
from pipeline.list_requests import OWED
from policy.london import london_date
from policy.rights.case import Case


def waiting_questions(
    connection: Connection, controllers: Collection[str]
) -> dict[str, list[tuple[str, date]]]:
    """Return by controller the key of each such request, and the London date since when it waits.

    A few queries for each controller that has any, however many they are. Rules: CASE-1, ALM-9.
    """
    found: dict[str, list[tuple[str, date]]] = defaultdict(list)
    undated = alarm_facts.requests_without_day(connection, controllers, OWED)
    for owner, rows in groupby(undated, lambda row: row.controller_id):
        requests = {row.id: row for row in rows}
        role = role_of(connection, owner)
        noted = rights_step.steps_of(connection, owner, requests)
        for id_, steps in groupby(noted, lambda row: row.request_id):
            row = requests[id_]
            is_known = row.identity in KNOWN
            case = Case(row.right, row.received_at, role, is_known, [step_of(s) for s in steps])
            if case.waiting_since is not None:
                found[owner].append((id_.hex, london_date(case.waiting_since)))
    return found
