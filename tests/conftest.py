"""What every test may use: a store of its own on SQLite and on PostgreSQL, and a clock."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from models import schema
from models.store import Store
from tests.build import NOW
from tests.postgres import NoPostgres, Server, running_server

DATABASES = ("sqlite", "postgresql")
TINY_DISK_BYTES = 2_000_000


def migrate(url: str) -> None:
    """Bring an empty database up to this version, as an operator's would be."""
    store = Store(url)
    schema.upgrade(store)
    store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this session (of this worker, when several run side by side)."""
    try:
        with running_server() as server:
            yield server
    except NoPostgres as reason:
        if os.environ.get("CI") == "true":
            pytest.fail(f"PostgreSQL is not tested: {reason}")
        pytest.skip(f"PostgreSQL IS NOT TESTED: {reason}")


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Server) -> Iterator[str]:
    """The name of a database that the real migrations have filled, to be copied for each test."""
    with postgres.template(migrate) as name:
        yield name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that the real migrations have filled, to be copied for each test."""
    path = tmp_path_factory.mktemp("template") / "leads.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    """The address of an SQLite store with all tables."""
    path = tmp_path / "leads.db"
    shutil.copyfile(migrated_sqlite, path)
    path.chmod(0o600)  # as `leadledger init` makes it
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres: Server, migrated_postgres: str) -> Iterator[str]:
    """The address of a PostgreSQL store with all tables."""
    with postgres.database(migrated_postgres) as url:
        yield url


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest) -> str:
    """The address of a store with all tables; the test runs once on each database."""
    url: str = request.getfixturevalue(
        "sqlite_url" if request.param == "sqlite" else "postgres_url"
    )
    return url


@pytest.fixture(params=DATABASES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without any table; the test runs once on each database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open store with all tables; the test runs once on each database."""
    opened = Store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """An open SQLite store with all tables, where the database makes no difference."""
    opened = Store(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes; making one takes a right that containers may lack."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if mount is None or umount is None or os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can make a disk")
    command = [mount, "-t", "tmpfs", "-o", f"size={TINY_DISK_BYTES}", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    yield folder
    subprocess.run([umount, "-l", folder], check=True)  # lazily: a file may still be open


@pytest.fixture
def now() -> datetime:
    """The time it is in the tests, aware UTC."""
    return NOW
