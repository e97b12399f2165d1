"""Open the store: SQLite by default, PostgreSQL by its URL. The only place that opens a session."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

from models.journal import NOTED, Journal, Note
from policy.errors import ConfigError, StoreError, StoreUnavailable

WAIT_SECONDS = 30
LOOK_AGAIN_SECONDS = 0.001
POSTGRES_EXTRA = "pip install 'leadledger[postgres]'"


class Store:
    """One database. `writing` and `reading` are its units of work: all or nothing.

    Raises:
        ConfigError: the URL is none, or its driver is not installed.
    """

    def __init__(
        self, url: str, journal: Journal | None = None, *, patience: float | None = None
    ) -> None:
        """Prepare the engine; nothing is opened yet. What a restore must not undo is journaled.

        `patience` is for how many seconds another writer or the server is waited for at most.
        """
        self.journal = journal
        self._patience = patience
        self.url = _checked(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = self._engine()

    def _engine(self) -> Engine:
        arguments: dict[str, Any] = {}
        if self.is_sqlite:
            longest = self._patience if self._patience is not None else WAIT_SECONDS
            arguments = {"connect_args": {"timeout": min(_wait(self.url), longest)}}
        elif self._patience is not None:
            arguments = {"connect_args": {"connect_timeout": max(2, int(self._patience))}}
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
            noted: list[Note] = []
            connection = opened.execution_options(leadledger_writes=True, **{NOTED: noted})
            with connection.begin():
                if controller_id is not None and not self.is_sqlite:
                    lock = text("SELECT pg_advisory_xact_lock(hashtextextended(:controller, 0))")
                    connection.execute(lock, {"controller": controller_id})
                yield connection
                if noted and self.journal is not None:
                    self.journal.append(noted)  # before the commit: see the journal's own words

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


def state_seen(connection: Connection) -> tuple[int, int]:
    """Return what changes when somebody else has written to an SQLite store meanwhile.

    It counts on one connection only, and does not change by what is written there.
    """
    driver = connection.connection.dbapi_connection
    version = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
    return id(driver), version


def _checked(url: str) -> Any:  # noqa: ANN401 - SQLAlchemy's URL
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError):
        # a URL may hold a password: what is wrong with it is not repeated
        raise ConfigError(_BAD_URL) from None
    except ModuleNotFoundError:
        return parsed
    if backend not in ("sqlite", "postgresql"):
        raise ConfigError(_BAD_URL)
    return parsed


def _wait(url: Any) -> float:  # noqa: ANN401 - as above
    """Return for how many seconds SQLite waits for another writer."""
    try:
        return float(str(url.query.get("timeout", WAIT_SECONDS)))
    except ValueError:
        raise ConfigError("store.url: timeout must be a number of seconds.") from None


_BAD_URL = (
    "store.url: not an address of a store. Cure: write sqlite:///leads.db or"
    " postgresql://user@host/database"
)


SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "secure_delete=ON",
    # 8 MB of log. Whoever writes while it is brought into the database waits for the same disk:
    # beside a deletion from a large store that is often with SQLite's 4 MB, and long with 16
    "wal_autocheckpoint=2000",
)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite forgets with each connection (foreign keys, waiting, journal).

    The first program that opens a new file changes its journal, and SQLite refuses this at once to
    another one that does the same; so here it waits.
    """
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        _insist(connection, f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once where rows will be written: a read alone would not hold it."""
    if not connection.get_execution_options().get("leadledger_writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.dbapi_connection
    _insist(driver, "BEGIN IMMEDIATE")


def _insist(driver: sqlite3.Connection, statement: str) -> None:
    """Run a statement as soon as others let it, waiting for as long as the connection may.

    SQLite's own waiting looks again after a tenth of a second at last, and so misses the moments
    between the turns of whoever has much to write; here it looks every millisecond.
    """
    wait = driver.execute("PRAGMA busy_timeout").fetchone()[0] / 1000
    ends = time.monotonic() + wait
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _is_run(driver, statement, is_last=time.monotonic() >= ends):
            time.sleep(LOOK_AGAIN_SECONDS)
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")


def _is_run(driver: sqlite3.Connection, statement: str, *, is_last: bool) -> bool:
    """Try a statement; whatever else fails than that others hold it, or the last try, is raised."""
    try:
        driver.execute(statement)
    except sqlite3.OperationalError as error:
        if is_last or error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours: fact and cure, without any value of a row.

    PostgreSQL quotes the values of a row in its own words, so those words end here: neither the
    message nor the chain of causes repeats them.
    """
    try:
        yield
    except DBAPIError as error:
        raise _as_store_error(error.orig) from None
    except sqlite3.Error as error:
        # what is met while a connection is prepared comes without SQLAlchemy's wrapping
        raise _as_store_error(error) from None
    except NoConnectionLeft:
        # everybody in this program waits for the database already
        raise StoreUnavailable(_BUSY) from None


_HELD = "Another program holds the database. Cure: wait until it is done, then try again."
_BUSY = (
    "Too much in this program waits for the database. Cure: try later; if it lasts, see what holds"
    " the database."
)
_FULL = (
    "The disk of the database is full. Cure: make room, then run the same command again; nothing"
    " was half-written."
)
_READ_ONLY = (
    "The database is read-only. Cure: give this user the right to write to the file and its folder."
)
_UNREACHABLE = "The database server cannot be reached. Cure: check store.url and that it runs."
_SQLITE_CURES = {
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: "The database file cannot be opened. Cure: check store.url, the folder"
    " and its permissions, or run `leadledger init`.",
    sqlite3.SQLITE_NOTADB: "The file that store.url names is no database. Cure: check store.url.",
    sqlite3.SQLITE_CORRUPT: "The database file is damaged. Cure: restore the last backup.",
    sqlite3.SQLITE_IOERR: "The disk of the database fails or is full. Cure: check the disk and its"
    " quota, then run the same command again; nothing was half-written.",
}
_PRIMARY_CODE = 0xFF
_POSTGRES_CURES = {
    "53100": _FULL,
    "25006": _READ_ONLY,
    "55P03": _HELD,
    "40001": _HELD,
    "40P01": _HELD,
    "53300": "The database server has no connection left. Cure: try later.",
}
_CONNECTION_LOST = ("08", "57P")
"""The classes of SQLSTATE for a connection that broke or was ended (PostgreSQL appendix A)."""


def _as_store_error(error: BaseException | None) -> StoreError:
    """Tell the cure by the error's code, never by its words: those hold names that may mislead."""
    if isinstance(error, sqlite3.Error):
        # an error that the module itself raised has no code
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        cure = _SQLITE_CURES.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY_CODE)
    else:
        name, cure = _of_postgres(error)
    if cure:
        return StoreUnavailable(cure)
    return StoreError(
        f"The database refused a statement ({name}); nothing of it was written."
        " Cure: report this line."
    )


def _of_postgres(error: Any) -> tuple[str, str | None]:  # noqa: ANN401 - psycopg may be missing
    """Return what PostgreSQL calls an error, and the cure if one is known."""
    state: str | None = getattr(error, "sqlstate", None)
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    name = " ".join(filter(None, (type(error).__name__, state, constraint)))
    if state is None:
        # libpq itself fails, and not the server, only where there is no connection
        is_lost = type(error).__name__ == "OperationalError"
        return name, _UNREACHABLE if is_lost else None
    is_lost = state.startswith(_CONNECTION_LOST)
    return name, _UNREACHABLE if is_lost else _POSTGRES_CURES.get(state)


def sqlite_path(store: Store) -> Path | None:
    """Return the file of an SQLite store, None for any other."""
    name = store.url.database or ":memory:"
    return Path(name) if store.is_sqlite and not name.startswith((":memory:", "file:")) else None
