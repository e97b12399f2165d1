"""What the children do that are killed in the middle of a mailbox."""

from datetime import UTC, datetime
from multiprocessing.connection import Connection

from models.store import Store
from pipeline import wiring
from pipeline.pull import pull
from pipeline.settings import ConfiguredSource
from tests.build import MARKETING_BY_EMAIL, SUPPRESSION_KEY, controller, declared
from tests.connectors import mailbox_rig as rig


def pull_and_tell(store_url: str, port: int, parent: Connection) -> None:
    """Say that the work begins, and pull once."""
    source = ConfiguredSource(
        "inbox",
        "email_inbox",
        controller(),
        "GB",
        (MARKETING_BY_EMAIL,),
        rig.settings(port),
        SUPPRESSION_KEY,
    )
    store = Store(store_url)
    declared(store, source)
    parent.send("begun")
    pull(store, source, wiring.build(source), lambda: datetime.now(UTC))  # noqa: TID251 - as in life
    store.close()
