"""A listed lead is known under each of its ids, also after it was deleted."""

from datetime import timedelta

from connectors.listed import Listed
from models.store import Store
from pipeline.compare_listed import Comparing
from pipeline.erase_at_source import erase_at_source
from policy.completeness import Standing
from tests.build import FORM_ID, NOW, connector, declared, delivery, take

STORED, OTHER = "100000000000001", "100000000000002"
DAY = timedelta(days=1)


def listed(id_: str, *also: str) -> Listed:
    return Listed(id_, FORM_ID, NOW - DAY, also=also)


def standings(store: Store, *items: Listed) -> dict[str, Standing]:
    source = declared(store)
    with store.reading() as connection:
        return Comparing(source, connector(source)).compare(connection, items).standings


def test_a_lead_is_known_under_each_of_its_ids_and_after_its_deletion(store: Store) -> None:
    source = declared(store)
    take(store, source, delivery(STORED))
    found = standings(store, listed("9", STORED), listed("8", OTHER), listed(STORED))
    assert found == {"9": Standing.STORED, "8": Standing.GAP, STORED: Standing.STORED}
    with store.writing("nectra") as connection:
        erase_at_source(connection, source, [STORED], "test", NOW)
    found = standings(store, listed("9", STORED), listed("8", OTHER), listed(STORED))
    assert found == {"9": Standing.REMOVED, "8": Standing.GAP, STORED: Standing.REMOVED}
    assert STORED not in repr(listed(STORED))
