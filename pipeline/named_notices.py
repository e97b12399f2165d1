"""Find the wordings that stored deliveries name by their ids."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from models.notice import contents_of
from policy.evidence import notice_from
from policy.vocabulary import Notice


def named_notices(connection: Connection, rows: Sequence[Row[Any]]) -> dict[str, Notice]:
    """Return the wordings that some rows (`controller_id`, `notice_id`) name and the store has."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.notice_id:
            wanted[row.controller_id].add(row.notice_id)
    return {
        notice_id: notice_from(content)
        for controller_id, ids in wanted.items()
        for notice_id, content in contents_of(connection, controller_id, ids).items()
    }
