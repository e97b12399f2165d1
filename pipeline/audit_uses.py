"""Uses by what permits them: calls, legitimate interests, soft opt-in, clients' instructions."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import audit_ledger, audit_uses, ledger
from models.ledger import LedgerKind
from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span
from pipeline.settings import ControllerSettings
from policy.vocabulary import Channel, ReasonCode, Role

BY_INTEREST = frozenset({ReasonCode.OK_LI_CORPORATE, ReasonCode.OK_LI_CALL, ReasonCode.OK_LI_POST})
BY_SOFT_OPT_IN = frozenset({ReasonCode.OK_SOFT_OPTIN, ReasonCode.OK_CHARITY_SOFT_OPTIN})
AS_INSTRUCTED = frozenset(
    {
        ReasonCode.OK_PROCESSOR_INSTRUCTION,
        ReasonCode.OK_PROCESSOR_EXIT,
        ReasonCode.OK_SUPPRESSION_CHECK,
        ReasonCode.OK_RIGHTS,
    }
)
"""What a processor may do with a client's data (UK GDPR Art. 28(3))."""
_RESTS_ON = ("ledger", "export", "disclosure")
_NO_CHECKS = "No check of the TPS or the CTPS is kept, so none can have permitted a call."
_NO_ASSESSMENTS = "No assessment of legitimate interests is kept, so no use can rest on one."
_NO_SALES = "No sale or negotiation is kept, so no use can rest on one."


def audit_screening(store: Store, controllers: Sequence[str], span: Span) -> AuditAnswer:
    """Return the lists for live calls of a time, by what let each number in. PECR reg. 21."""
    with store.reading() as connection:
        made = [
            each
            for each in _lists(connection, controllers, span)
            if each["channel"] == Channel.LIVE_CALL
        ]
    unchecked = _people(made, {ReasonCode.OK_LI_CALL})
    zero = {"numbers_called_without_a_check_of_the_registers": unchecked}
    facts = {
        "lists_for_live_calls": made,
        "numbers_by_own_consent_to_calls": _people(made) - unchecked,
    }
    question = "Were the telephone registers checked?"
    told = ("Calls themselves are made elsewhere.", _NO_CHECKS)
    return AuditAnswer(question, _asked(controllers, span), facts, _RESTS_ON, zero, told)


def audit_interests(store: Store, controllers: Sequence[str], span: Span) -> AuditAnswer:
    """Return the uses of a time that rest on legitimate interests, and objections. Art. 6(1)(f)."""
    with store.reading() as connection:
        made = _by_code(_lists(connection, controllers, span), BY_INTEREST)
        heard = audit_ledger.entries(connection, controllers, [LedgerKind.OPTED_OUT], *span)
        objections = sum(
            any(kind == "objected" for kind, *_ in json.loads(row.body)["detail"]["permissions"])
            for row in heard
        )
    uses = _people(made, BY_INTEREST)
    facts = {"uses": uses, "lists": made, "objections_to_marketing": objections}
    zero = {"uses_without_an_assessment": uses}
    question = "Which uses rest on legitimate interests?"
    return AuditAnswer(
        question, _asked(controllers, span), facts, _RESTS_ON, zero, (_NO_ASSESSMENTS,)
    )


def audit_soft_opt_in(store: Store, controllers: Sequence[str], span: Span) -> AuditAnswer:
    """Return the uses of a time that rest on an earlier sale, or on support. PECR reg. 22(3)."""
    with store.reading() as connection:
        made = _by_code(_lists(connection, controllers, span), BY_SOFT_OPT_IN)
    uses = _people(made, BY_SOFT_OPT_IN)
    facts = {"uses": uses, "lists": made}
    zero = {"uses_without_a_sale_on_record": uses}
    question = "Which uses rest on an earlier sale?"
    return AuditAnswer(question, _asked(controllers, span), facts, _RESTS_ON, zero, (_NO_SALES,))


def audit_segregation(
    store: Store, controllers: Sequence[ControllerSettings], span: Span
) -> AuditAnswer:
    """Return what was done with clients' data, and by which instruction. UK GDPR Art. 28."""
    clients = [each.id for each in controllers if each.role is Role.PROCESSOR]
    with store.reading() as connection:
        made = _lists(connection, clients, span)
        told = audit_ledger.entries_like(connection, clients, "client", *span)
        exits = [_entry(row) for row in told]
    instructed = _people(made, AS_INSTRUCTED)
    facts = {"clients": clients, "lists": made, "uses_as_instructed": instructed, "exits": exits}
    zero = {"uses_outside_instruction": _people(made) - instructed}
    return AuditAnswer(
        "Was clients' data used as they instructed?",
        _asked(clients, span),
        facts,
        _RESTS_ON,
        zero,
        ("Every key begins with the controller, so that no query, match or list crosses clients.",),
    )


def _asked(controllers: Sequence[str], span: Span) -> dict[str, object]:
    return {"since": span.since, "until": span.until, "controllers": list(controllers)}


def _lists(connection: Connection, controllers: Sequence[str], span: Span) -> list[dict[str, Any]]:
    """Return the lists of a time with how many were in each by which decision.

    The ledger says so of each list that was handed over; of older ones, and of those that were
    broken off, the record of the list does.
    """
    found: list[dict[str, Any]] = []
    for owner in controllers:
        rows = audit_uses.lists_made(connection, [owner], *span)
        codes = _codes(connection, owner, rows)
        found += [_list(row, codes[row.id]) for row in rows]
    return found


def _codes(
    connection: Connection, owner: str, rows: Sequence[Row[Any]]
) -> dict[UUID, Counter[str]]:
    known = {row.id: Counter[str](row.codes) for row in rows}
    subjects = [row.id.hex for row in rows]
    for entry in ledger.history(connection, owner, subjects) if subjects else ():
        codes = json.loads(entry.body)["detail"].get("codes")
        if entry.kind == LedgerKind.EXPORT_MADE and codes is not None:
            known[UUID(entry.subject_id)] = Counter(codes)
    return known


def _list(row: Row[Any], codes: Counter[str]) -> dict[str, Any]:
    return {
        "controller": row.controller_id,
        "export": str(row.id),
        "at": row.opened_at,
        "purpose": row.purpose,
        "channel": row.channel,
        "recipient": row.recipient,
        "by": row.actor,
        "broken_off": row.closed_at is None,
        "people_by_decision": dict(codes),
    }


def _by_code(made: Iterable[dict[str, Any]], codes: Collection[ReasonCode]) -> list[dict[str, Any]]:
    return [each for each in made if codes & each["people_by_decision"].keys()]


def _people(made: Iterable[dict[str, Any]], codes: Collection[ReasonCode] | None = None) -> int:
    return sum(
        count
        for each in made
        for code, count in each["people_by_decision"].items()
        if codes is None or code in codes
    )


def _entry(row: Row[Any]) -> dict[str, Any]:
    detail: dict[str, Any] = json.loads(row.body)["detail"]
    return {"at": row.recorded_at, "what": row.kind, "leaf_hash": row.leaf_hash.hex()} | detail
