"""Let a restriction find its person again, whose leads a restored store has to pull anew.

The backup did not have them, and they come back under keys of their own. The journal kept keyed
digests of what they are known by. Rule: RST-5.
"""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from models import restriction
from models.keys import new_keys
from pipeline.restrict import write_restrictions
from policy.suppression import SuppressionKeys, suppression_digests
from policy.vocabulary import ControllerId, Identifier


def heed_restrictions(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    keys: Mapping[Identifier, str],
    actor: str,
    now: datetime,
) -> None:
    """Restrict whoever is waited for and has come, as of the day on which it was asked for.

    `keys` are the identifiers of some leads with their keys (hex digits). UK GDPR Art. 18.
    """
    if not keys or not restriction.has_restriction_marks(connection, controller_id):
        return
    owner = ControllerId(controller_id)
    digests = {
        digest: UUID(id_)
        for each, id_ in keys.items()
        for digest in suppression_digests(key, owner, each)
    }
    marked = restriction.restrictions_marked(connection, controller_id, digests)
    if not marked:
        return
    carriers: dict[UUID, set[UUID]] = defaultdict(set)
    wanted = {digests[digest] for _, digest in marked}
    for id_, person_id in restriction.carriers_of(connection, controller_id, wanted):
        carriers[id_].add(person_id)
    everybody = {each for people in carriers.values() for each in people}
    held = restriction.restrictions_of_people(connection, controller_id, everybody)
    known = {(row.person_id, row.ground, row.since) for own in held.values() for row in own}
    fresh: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row, digest in marked:
        for person_id in sorted(carriers[digests[digest]]):
            same = person_id, row.ground, row.since
            if same not in known:
                fresh[same] = {**row._mapping, "person_id": person_id}  # noqa: SLF001 - SQLAlchemy's public name for it
    rows = [
        row | {"id": id_}
        for id_, row in zip(new_keys(len(fresh), now), fresh.values(), strict=True)
    ]
    write_restrictions(connection, controller_id, key, rows, actor, now)
