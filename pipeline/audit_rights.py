"""The log of requests and of complaints: when each came, was due, and what was done."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from models import ledger, rights_request
from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span, pages
from pipeline.list_requests import OWED
from policy.london import london_date
from policy.rights.table import Right

_RESTS_ON = ("rights_request", "ledger")
_AT_A_TIME = 500
_REPLIES = frozenset({"acknowledged", "answered", "refused"})
"""The words of a case's steps by which the person is told something: one reply may do both."""


def audit_rights(
    store: Store, controllers: Sequence[str], span: Span, now: datetime
) -> AuditAnswer:
    """Return the requests that came in a time, with every step that the ledger has of each.

    Names, addresses and words stay out. UK GDPR Art. 12, 12A.
    """
    requests = _requests(store, controllers, span, now)
    by_right = Counter(each["right"] for each in requests)
    facts = {"requests": requests, "by_right": dict(sorted(by_right.items()))}
    zero = {"overdue": sum(each["overdue"] for each in requests)}
    asked = {"since": span.since, "until": span.until, "controllers": list(controllers)}
    return AuditAnswer(
        "What did people ask, and were they answered?", asked, facts, _RESTS_ON, zero
    )


def audit_complaints(
    store: Store, controllers: Sequence[str], span: Span, now: datetime
) -> AuditAnswer:
    """Return the complaints that came in a time: acknowledged, outcome, days. DPA s. 164A, 164B."""
    found = [
        each
        for each in _requests(store, controllers, span, now)
        if each["right"] == Right.COMPLAINT
    ]
    zero = {
        "overdue": sum(each["overdue"] for each in found),
        "acknowledged_late_or_not_at_all": sum(each["acknowledged_late"] for each in found),
    }
    asked = {"since": span.since, "until": span.until, "controllers": list(controllers)}
    return AuditAnswer("Which complaints came?", asked, {"complaints": found}, _RESTS_ON, zero)


def _requests(
    store: Store, controllers: Sequence[str], span: Span, now: datetime
) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found: list[dict[str, Any]] = []
        for owner in controllers:
            rows = rights_request.received_between(connection, owner, *span)
            steps = _steps(connection, owner, rows)
            found += [_told(row, steps.get(row.id.hex, []), now) for row in rows]
    return found


def _steps(
    connection: Connection, owner: str, rows: Sequence[Row[Any]]
) -> Mapping[str, list[dict[str, Any]]]:
    """Return what the ledger has of each request, by its key: steps hold no word of the person."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for some in pages(iter(rows), _AT_A_TIME):
        for entry in ledger.history(connection, owner, [row.id.hex for row in some]):
            detail = json.loads(entry.body)["detail"]
            step = {
                "at": entry.recorded_at,
                "what": entry.kind,
                "by": json.loads(entry.body)["actor"],
            }
            found[entry.subject_id].append(step | {"detail": detail})
    return found


def _what(step: dict[str, Any]) -> str:
    """Return what a step was: its own word, where its entry has one."""
    word: str = step["detail"].get("step", step["what"])
    return word


def _when(step: dict[str, Any]) -> datetime:
    """Return when a step happened, which may be before it was written down."""
    on: str | None = step["detail"].get("on")
    return datetime.fromisoformat(on) if on else step["at"]


def _told(row: Row[Any], steps: list[dict[str, Any]], now: datetime) -> dict[str, Any]:
    today = london_date(now)
    is_owed = row.status in OWED
    replied = [_when(step) for step in steps if _what(step) in _REPLIES]
    first_reply = london_date(min(replied)) if replied else None
    return {
        "reference": row.reference,
        "controller": row.controller_id,
        "right": row.right,
        "received_at": row.received_at,
        "due_on": row.due_on,
        "status": row.status,
        "identity": row.identity,
        "identity_confirmed_at": row.identity_confirmed_at,
        "days_open": (today - london_date(row.received_at)).days if is_owed else None,
        "overdue": is_owed and row.due_on is not None and row.due_on < today,
        "acknowledge_by": row.acknowledge_by,
        "first_reply_on": first_reply,
        "acknowledged_late": row.acknowledge_by is not None
        and row.acknowledge_by < (first_reply or today),
        "done": dict(Counter(map(_what, steps))),
        "steps": steps,
    }
