"""Open the store: SQLite by default, PostgreSQL by its URL. The only place that opens a session."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from policy.errors import ConfigError, StoreError, StoreUnavailable

WAIT_SECONDS = 30
POSTGRES_EXTRA = "pip install 'leadledger[postgres]'"


class Store:
    """One database. `writing` and `reading` are its units of work: all or nothing.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """

    def __init__(self, url: str) -> None:
        """Prepare the engine; nothing is opened yet."""
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()

    def _engine(self) -> Engine:
        arguments: dict[str, Any] = {}
        if self.is_sqlite:
            seconds = float(str(self.url.query.get("timeout", WAIT_SECONDS)))
            arguments = {"connect_args": {"timeout": seconds}, "poolclass": NullPool}
        try:
            engine = create_engine(
                self.url,
                json_serializer=lambda value: orjson.dumps(value).decode(),
                json_deserializer=orjson.loads,
                # what a statement was given is people's data, and errors must not repeat it
                hide_parameters=True,
                **arguments,
            )
        except ModuleNotFoundError as error:
            raise ConfigError(
                f"store.url: PostgreSQL needs an extra that is missing. Cure: {POSTGRES_EXTRA}"
            ) from error
        if self.is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        return engine

    @contextmanager
    def writing(self, controller_id: str | None = None) -> Iterator[Connection]:
        """Open a transaction that writes; it is undone unless the block ends well.

        There is one writer at a time: for the whole store on SQLite, for each controller on
        PostgreSQL, so that two arrivals of the same person can never become two people.

        Raises:
            StoreUnavailable: locked, full, read-only or out of reach.
        """
        with translated(), self.engine.connect() as opened:
            connection = opened.execution_options(leadledger_writes=True)
            with connection.begin():
                if controller_id is not None and not self.is_sqlite:
                    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:controller, 0))")
                    connection.execute(lock, {"controller": controller_id})
                yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of the store from its beginning to its end.

        Raises:
            StoreUnavailable: out of reach.
        """
        options: dict[str, Any] = {}
        if not self.is_sqlite:
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with translated(), self.engine.connect() as opened:
            connection = opened.execution_options(**options)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _checked(url: str) -> Any:  # noqa: ANN401 - SQLAlchemy's URL
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(_BAD_URL) from error
    except ModuleNotFoundError:
        return parsed
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError(_BAD_URL)
    return parsed


_BAD_URL = (
    "store.url: not an address of a store. Cure: write sqlite:///leads.db or"
    " postgresql://user@host/database"
)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite forgets with each connection (foreign keys, waiting, journal)."""
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where rows will be written: a read alone would not hold it."""
    writes = connection.get_execution_options().get("leadledger_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours: fact and cure, without any value of a row."""
    try:
        yield
    except DBAPIError as error:
        raise _as_store_error(error) from error
    except sqlite3.Error as error:
        raise StoreError(f"The database reports: {error}") from error


_CURES = {
    "locked": "Another program holds the database. Cure: wait until it is done, then try again.",
    "busy": "Another program holds the database. Cure: wait until it is done, then try again.",
    "full": "The disk of the database is full. Cure: make room, then run the same command again;"
    " nothing was half-written.",
    "unable to open": "The database file cannot be opened. Cure: check store.url, the folder and"
    " its permissions, or run `leadledger init`.",
    "readonly": "The database file is read-only. Cure: give this user the right to write to the"
    " file and its folder.",
    "not a database": "The file that store.url names is no database. Cure: check store.url.",
    "malformed": "The database file is damaged. Cure: restore the last backup.",
}


def _as_store_error(error: DBAPIError) -> StoreError:
    said = str(error.orig).lower()
    for sign, cure in _CURES.items():
        if sign in said:
            return StoreUnavailable(cure)
    if error.connection_invalidated or "connect" in said:
        return StoreUnavailable(
            "The database server cannot be reached. Cure: check store.url and that it runs."
        )
    if "space left" in said:
        return StoreUnavailable(_CURES["full"])
    return StoreError(f"The database refused a statement ({type(error.orig).__name__}).")


def sqlite_path(store: Store) -> Path | None:
    """Return the file of an SQLite store, None for any other."""
    name = store.url.database
    return Path(name) if store.is_sqlite and name and name != ":memory:" else None
