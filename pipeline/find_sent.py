"""Find what came before under the number that a sender gave, so that nothing is taken twice."""

from collections.abc import Sequence

from models.sent_before import SentBefore, sent_before
from models.store import Store
from pipeline.settings import ConfiguredSource


def find_sent(
    store: Store, source: ConfiguredSource, external_ids: Sequence[str]
) -> list[SentBefore]:
    """Return what a source was sent under some ids.

    Raises:
        StoreUnavailable: the store cannot be asked.
    """
    with store.reading() as connection:
        return sent_before(connection, source.controller_id, source.id, external_ids)
