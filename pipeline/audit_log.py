"""Check the ledger: each row's hash and form, its times, and what the store has without a row."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import Row

from models import audit_ledger
from models.ledger import BODY_VERSION, leaf_hash
from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span

QUESTION = "Is the ledger whole?"
SHOWN = 100
"""Broken rows that are named; all are counted."""
_NOT_CHAINED = (
    "The rows are not chained and not signed yet: somebody with full rights to the database could"
    " change a row together with its hash, or remove one of something that is gone as well."
)
_AHEAD = timedelta(minutes=5)
_HASH, _FORM = "rows_with_a_wrong_hash", "rows_of_a_wrong_form"
_COLUMNS, _KEY = "rows_that_contradict_their_columns", "rows_with_a_key_of_another_time"
_AHEAD_OF_CLOCK = "rows_ahead_of_the_clock"
_FLAWS = (_HASH, _FORM, _COLUMNS, _KEY, _AHEAD_OF_CLOCK)
_KEYS = {"actor", "at", "controller", "detail", "id", "kind", "subject", "v"}


def audit_log(store: Store, controllers: Sequence[str], span: Span, now: datetime) -> AuditAnswer:
    """Read every row of the ledger that was written in a time, and check it by itself.

    A row is read whatever time it claims; only rows whose key lies outside the time are left out.
    """
    kinds: Counter[str] = Counter()
    flaws: Counter[str] = Counter(dict.fromkeys(_FLAWS, 0))
    named: list[dict[str, Any]] = []
    first: datetime | None = None
    last: datetime | None = None
    with store.reading() as connection:
        for row in audit_ledger.keyed_entries(connection, controllers, *span):
            kinds[row.kind] += 1
            first = min(first or row.recorded_at, row.recorded_at)
            last = max(last or row.recorded_at, row.recorded_at)
            found = list(flaws_of(row, now))
            flaws.update(found)
            if found and len(named) < SHOWN:
                named.append({"row": str(row.id), "kind": row.kind, "flaws": found})
        missing = audit_ledger.unexplained(connection, controllers)
    facts = {
        "rows": kinds.total(),
        "kinds": dict(sorted(kinds.items())),
        "first_row": first,
        "last_row": last,
        "broken_rows": named,
    }
    return AuditAnswer(
        QUESTION,
        {"since": span.since, "until": span.until, "controllers": list(controllers)},
        facts,
        ("ledger", "lead", "export", "rights_request", "hold"),
        dict(flaws) | missing,
        (_NOT_CHAINED,),
        is_integrity=True,
    )


def flaws_of(row: Row[Any], now: datetime) -> Iterator[str]:
    """Yield what is wrong with one row of the ledger, taken by itself."""
    body = row.body.encode()
    if leaf_hash(body) != row.leaf_hash:
        yield _HASH
    try:
        entry = orjson.loads(body)
        is_canonical = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS) == body
    except orjson.JSONDecodeError:
        entry, is_canonical = None, False
    if not is_canonical or not isinstance(entry, dict) or set(entry) != _KEYS:
        yield _FORM
        return
    said = (entry["controller"], entry["id"], entry["kind"], entry["subject"], entry["v"])
    kept = (row.controller_id, row.id.hex, row.kind, row.subject_id, BODY_VERSION)
    recorded_at = row.recorded_at.astimezone(UTC)
    if said != kept or entry["at"] != recorded_at.isoformat(timespec="microseconds"):
        yield _COLUMNS
    # a key begins with the milliseconds of the moment at which it was made
    if row.id.int >> 80 != int(row.recorded_at.timestamp() * 1000):
        yield _KEY
    if row.recorded_at > now + _AHEAD:
        yield _AHEAD_OF_CLOCK
