"""What the child does that the acceptance test starts and kills: it imports one file."""

from multiprocessing.connection import Connection
from pathlib import Path

from models.store import Store
from tests.importing import bring


def import_and_tell(store_url: str, path: Path, parent: Connection) -> None:
    """Say that the work begins, import, and say how many rows were accounted for."""
    store = Store(store_url)
    parent.send("begun")
    parent.send(bring(store, path).rows)
    store.close()
