"""The store's tables over time: what revision it is at, and how to bring it up to this version."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from models.store import Store, sqlite_path, translated
from policy.errors import SchemaOutOfDate, StoreRestored

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0020"
"""The revision of this version, written down here so that a start need not load Alembic."""

RESTORED = "restored-"
"""Stands before the revision of a store that came out of a backup: no version, not even an older
one, takes that for its own, so none opens it before the replay."""
_NOT_REPLAYED = (
    "The store came out of a backup: erasures and opt-outs since then are missing, so it may not be"
    " used. Cure: run `leadledger restore --replay`."
)


def current(store: Store) -> str | None:
    """Return the revision of a store, None for one without tables.

    Raises:
        StoreUnavailable: the store cannot be reached.
    """
    path = sqlite_path(store)
    if path is not None and path.parent.is_dir() and not path.exists():
        return None  # to connect would make an empty file of that name
    with translated(), store.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar()
        return found


def require_current(store: Store) -> None:
    """Refuse a store whose tables are not those of this version.

    Raises:
        SchemaOutOfDate: with the command that mends it.
        StoreRestored: it came out of a backup, and may not be used yet.
    """
    found = current(store)
    if found == HEAD:
        return
    if found is not None and found.startswith(RESTORED):
        raise StoreRestored(_NOT_REPLAYED)
    if found is not None and found > HEAD:
        raise SchemaOutOfDate(
            f"The store is at revision {found}, newer than this version knows ({HEAD})."
            " Cure: run the newer leadledger that upgraded it."
        )
    state = "has no tables yet" if found is None else f"is at revision {found}, not {HEAD}"
    raise SchemaOutOfDate(f"The store {state}. Cure: run `leadledger db upgrade`.")


def require_writable(store: Store) -> None:
    """Refuse a store that can only be read.

    The update changes nothing but asks for the right to: SQLite begins a writing transaction on a
    read-only file without a word.

    Raises:
        StoreUnavailable: locked, full, read-only or out of reach.
    """
    with store.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = version_num"))


def upgrade(store: Store) -> tuple[str | None, str]:
    """Bring a store's tables up to this version. Return the revision before and after.

    Raises:
        StoreUnavailable: the store is locked or cannot be reached.
        StoreRestored: what happened since its backup must be replayed first.
    """
    from alembic import command  # noqa: PLC0415 - half a second that only migrations need

    before = current(store)
    if before is not None and before.startswith(RESTORED):
        raise StoreRestored(_NOT_REPLAYED)
    # two programs may be started at the same time: the second waits, and finds nothing to do
    with store.writing("schema") as connection:
        command.upgrade(config(connection), "head")
    return before, HEAD


def create_in(connection: Connection) -> None:
    """Make the tables of this version in an empty store, in the transaction that is given."""
    from alembic import command  # noqa: PLC0415 - as above

    command.upgrade(config(connection), "head")


def set_restored(connection: Connection, *, is_restored: bool) -> None:
    """Bar the store from use until what happened since its backup is replayed, or admit it."""
    revision = f"{RESTORED}{HEAD}" if is_restored else HEAD
    connection.execute(text("UPDATE alembic_version SET version_num = :now"), {"now": revision})


def config(connection: Connection) -> "Config":
    """Return Alembic's configuration for one open connection."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    settings = Config()
    settings.set_main_option("script_location", "models:migrations")
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings
