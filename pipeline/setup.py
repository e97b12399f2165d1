"""Make a new installation in a folder: configuration, key and store."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from models import schema
from models.store import Store
from pipeline.example import starting_configuration
from pipeline.settings import Settings
from policy.errors import UsageError

CONFIG_NAME = "config.toml"
DATABASE_NAME = "leads.db"
KEY_NAME = Path("secrets/suppression.key")
LINKS_KEY_NAME = Path("secrets/links.key")
BACKUP_KEY_NAME = Path("secrets/backup.key")
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Installed:
    """What was made; what stood there already was left alone."""

    config: Path
    key: Path
    links_key: Path
    backup_key: Path
    database: str


def initialise(folder: Path, config: str | None = None) -> Installed:
    """Make configuration, keys and database in a folder, each with mode 0600.

    Raises:
        UsageError: there is an installation already, or the folder cannot be written.
    """
    path = folder / CONFIG_NAME
    if path.exists():
        raise UsageError(
            f"{path} exists already. Cure: `leadledger check` looks at it;"
            " to start anew, choose another folder."
        )
    try:
        key = _new_key(folder / KEY_NAME)
        links_key = _new_key(folder / LINKS_KEY_NAME)
        backup_key = _new_key(folder / BACKUP_KEY_NAME)
        _write_private(path, config or starting_configuration())
        database = folder / DATABASE_NAME
        if not database.exists():
            # SQLite gives its other files the mode of this one
            _write_private(database, "")
    except OSError as error:
        raise UsageError(
            f"{folder} cannot be written: {error.strerror}. Cure: check the folder and its rights."
        ) from error
    url = f"sqlite:///{database.as_posix()}"
    store = Store(url)
    schema.upgrade(store)
    store.close()
    return Installed(path, key, links_key, backup_key, url)


def _new_key(key: Path) -> Path:
    """Make a random key; one that exists is never replaced."""
    key.parent.parent.mkdir(parents=True, exist_ok=True)
    key.parent.mkdir(mode=0o700, exist_ok=True)
    if not key.exists():
        _write_private(key, secrets.token_hex(KEY_BYTES) + "\n")
    return key


def _write_private(path: Path, text: str) -> None:
    """Write a file that only this user can read, from its first moment on."""
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def upgrade_store(settings: Settings) -> tuple[str | None, str]:
    """Bring the store's tables up to this version. Return the revision before and after."""
    store = Store(settings.store_url)
    try:
        return schema.upgrade(store)
    finally:
        store.close()


def revisions(settings: Settings) -> tuple[str | None, str]:
    """Return the revision of the store's tables, None without any, and the one of this version."""
    store = Store(settings.store_url)
    try:
        return schema.current(store), schema.HEAD
    finally:
        store.close()
