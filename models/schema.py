"""The store's tables over time: what revision it is at, and how to bring it up to this version."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from models.store import Store, sqlite_path, translated
from policy.errors import SchemaOutOfDate

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0006"
"""The revision of this version, written down here so that a start need not load Alembic."""


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
    """
    found = current(store)
    if found == HEAD:
        return
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
    """
    from alembic import command  # noqa: PLC0415 - half a second that only migrations need

    before = current(store)
    # two programs may be started at the same time: the second waits, and finds nothing to do
    with store.writing("schema") as connection:
        command.upgrade(config(connection), "head")
    return before, HEAD


def config(connection: Connection) -> "Config":
    """Return Alembic's configuration for one open connection."""
    from alembic.config import Config  # noqa: PLC0415 - as above

    settings = Config()
    settings.set_main_option("script_location", "models:migrations")
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings
