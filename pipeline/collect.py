"""Fetch what pushes announce, except what the store has already or must never have again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Delivery, Problem
from connectors.pushed import Collects, Missing, Pointer
from models import lead as leads
from models import removal
from models.store import Store
from pipeline.settings import ConfiguredSource
from policy.errors import SourceError


@dataclass(frozen=True, slots=True)
class Collected:
    """What came of some announcements.

    `deliveries` are the items, and what announces nothing that could be fetched: reading it says
    what it is. `missing` are announced ids that the platform does not show. `error` is what ended
    the fetching early; then what is neither delivered nor missing was not asked for.
    """

    deliveries: Sequence[Delivery]
    announced: Mapping[int, Sequence[Pointer]]
    missing: frozenset[str]
    unasked: frozenset[str]
    error: SourceError | None

    def is_settled(self, delivery: Delivery) -> bool:
        """Say whether everything that a delivery announces was asked for."""
        told = self.announced.get(id(delivery), ())
        return self.unasked.isdisjoint(pointer.external_id for pointer in told)

    def missing_of(self, delivery: Delivery) -> list[Pointer]:
        """Return what a delivery announces and the platform does not show."""
        told = self.announced.get(id(delivery), ())
        return [pointer for pointer in told if pointer.external_id in self.missing]


def collect(
    store: Store,
    source: ConfiguredSource,
    connector: Collects,
    deliveries: Sequence[Delivery],
) -> Collected:
    """Fetch each announced item once, in as few calls as the platform allows.

    Raises:
        StoreError: the store failed.
    """
    announced: dict[int, Sequence[Pointer]] = {}
    items: list[Delivery] = []
    for delivery in deliveries:
        told = connector.announced(delivery)
        if told is None or isinstance(told, Problem):
            items.append(delivery)
        else:
            announced[id(delivery)] = told
    pointers = {each.external_id: each for told in announced.values() for each in told}
    wanted = [pointers[id_] for id_ in _unknown(store, source, list(pointers))]
    unasked = {pointer.external_id for pointer in wanted}
    missing: set[str] = set()
    error: SourceError | None = None
    try:
        for found in connector.collect(wanted) if wanted else ():
            if isinstance(found, Missing):
                missing.add(found.pointer.external_id)
                unasked.discard(found.pointer.external_id)
            else:
                items.append(found)
                unasked.discard(found.external_id or "")
    except SourceError as cause:
        error = cause
    return Collected(items, announced, frozenset(missing), frozenset(unasked), error)


def _unknown(store: Store, source: ConfiguredSource, ids: Sequence[str]) -> list[str]:
    """Return the ids that are neither stored nor to stay out."""
    if not ids:
        return []
    owner = source.controller_id
    with store.reading() as connection:
        known = leads.known_leads(connection, owner, source.id, ids)
        gone = removal.removed_before(connection, owner, source.id, ids, {})
    return [id_ for id_ in ids if id_ not in known and id_ not in gone]
