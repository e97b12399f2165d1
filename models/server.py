"""Look at the PostgreSQL server of a store: is it there, new enough, and in UTF-8?"""

import socket
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import text

from models.store import Store

_PORT = 5432
_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})
_PER_MAJOR = 10_000


class ServerFacts(NamedTuple):
    """What a server says of itself and of the database."""

    major: int
    encoding: str


def server_facts(store: Store) -> ServerFacts:
    """Ask a PostgreSQL server for its version and the encoding of the database.

    Raises:
        StoreUnavailable: it cannot be reached, or refuses us.
    """
    with store.reading() as connection:
        number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
        encoding = str(connection.execute(text("SHOW server_encoding")).scalar_one())
    return ServerFacts(number // _PER_MAJOR, encoding)


def is_elsewhere(store: Store) -> bool:
    """Say whether to ask a store means to leave this machine."""
    host = _host(store)
    is_socket = host is None or host.startswith("/")
    return not store.is_sqlite and not is_socket and host not in _THIS_MACHINE


def is_listening(store: Store, seconds: float) -> bool:
    """Say whether anything listens where the server should be."""
    host, port = _host(store), store.url.port or _PORT
    try:
        if host is None or host.startswith("/"):
            folder = Path(host or "/var/run/postgresql")
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(seconds)
                line.connect(str(folder / f".s.PGSQL.{port}"))
        else:
            socket.create_connection((host, port), seconds).close()
    except OSError:
        return False
    return True


def _host(store: Store) -> str | None:
    """Return the host that a URL names, in either of its places; None: the driver's own choice."""
    named = store.url.host or store.url.query.get("host")
    return named if isinstance(named, str) or named is None else named[0]
