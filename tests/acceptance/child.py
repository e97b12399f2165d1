"""What the children do that the acceptance tests start, kill and race against each other."""

from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier

from models.store import Store
from pipeline.pull import pull
from tests import build
from tests.build import NOW, connector, declared
from tests.pipeline.stopping import expire_at


def _pull(store_url: str, graph_url: str) -> str:
    store = Store(store_url)
    source = build.source(graph_url=graph_url, page_size=100, connections=3, max_wait_minutes=0)
    declared(store, source)
    report = pull(store, source, connector(source), lambda: NOW)
    store.close()
    return report.outcome.value


def pull_and_tell(store_url: str, graph_url: str, parent: Connection) -> None:
    """Say that the work begins, pull once, and say how it went."""
    parent.send("begun")
    parent.send(_pull(store_url, graph_url))


def pull_at_the_same_time(
    store_url: str, graph_url: str, together: Barrier, parent: Connection
) -> None:
    """Wait until every other child is ready too, then pull."""
    together.wait(timeout=60)
    parent.send(_pull(store_url, graph_url))


def expire_and_tell(store_url: str, at: datetime, parent: Connection) -> None:
    """Say that the work begins, and delete what is due."""
    store = Store(store_url)
    parent.send("begun")
    expire_at(store, at)
    store.close()
