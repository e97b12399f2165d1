"""Keep the wordings that leads refer to: each once, however many leads saw it."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from models import notice
from models.ledger import Entry, LedgerKind
from pipeline.settings import ConfiguredSource
from policy.evidence import notice_content
from policy.vocabulary import Notice, NoticeId


def keep_notices(
    connection: Connection, source: ConfiguredSource, seen: Mapping[NoticeId, Notice], now: datetime
) -> list[Entry]:
    """Write the wordings that the store does not have yet; return the ledger's entries."""
    if not seen:
        return []
    controller_id = source.controller_id
    fresh = sorted(notice.unknown_notices(connection, controller_id, seen.keys()))
    rows = [
        {
            "controller_id": controller_id,
            "id": id_,
            "source_id": source.id,
            "form_id": seen[NoticeId(id_)].form_id,
            "content": notice_content(seen[NoticeId(id_)]),
            "captured_at": now,
        }
        for id_ in fresh
    ]
    notice.add_notices(connection, rows)
    return [(LedgerKind.NOTICE_CAPTURED, id_, {"source": source.id}) for id_ in fresh]
