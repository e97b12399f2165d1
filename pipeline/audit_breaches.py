"""The log of breaches: when we became aware, effects, action, who was told or why not."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span
from pipeline.list_breaches import list_breaches


def audit_breaches(
    store: Store, controllers: Sequence[str], span: Span, now: datetime
) -> AuditAnswer:
    """Return the breaches of which we became aware in a time. UK GDPR Art. 33(5)."""
    found = [
        each
        for each in list_breaches(store, controllers, now)
        if each.aware_at < span.until and (span.since is None or each.aware_at >= span.since)
    ]
    late = sum(owed.is_late for each in found for owed in each.owed)
    lacking = sum(bool(owed.missing) and owed.is_late for each in found for owed in each.owed)
    return AuditAnswer(
        "Which breaches were there?",
        {"since": span.since, "until": span.until, "controllers": list(controllers)},
        {"breaches": [{**asdict(each), "id": str(each.id)} for each in found]},
        ("breach", "breach_notice", "ledger"),
        {"notices_late_or_not_given": late, "late_reports_that_lack_something": lacking},
    )
