"""Keep the wordings of our own forms before anybody sees them, so that an id always means one."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from connectors.base import Connector, Publishes
from models import ledger
from models.store import Store
from pipeline.keep_notices import keep_notices
from pipeline.settings import ConfiguredSource
from policy.evidence import notice_id


def publish_notices(
    store: Store,
    sources: Iterable[ConfiguredSource],
    connectors: Mapping[str, Connector],
    actor: str,
    now: datetime,
) -> int:
    """Keep the wordings that sources show today; return how many were new.

    Raises:
        StoreError: they are not kept, so nothing may show them.
    """
    captured = 0
    for source in sources:
        connector = connectors[source.id]
        if not isinstance(connector, Publishes):
            continue
        seen = {notice_id(notice): notice for notice in connector.published()}
        with store.writing(source.controller_id) as connection:
            entries = keep_notices(connection, source, seen, now)
            ledger.append(connection, source.controller_id, actor, entries, now)
        captured += len(entries)
    return captured
