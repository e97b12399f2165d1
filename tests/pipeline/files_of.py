"""Every file that a database keeps its rows in."""

from pathlib import Path

from sqlalchemy import text

from models.store import Store, sqlite_path


def files_of(store: Store) -> list[Path]:
    """Return SQLite's file, log and index, or the folder of a PostgreSQL database, on disk."""
    path = sqlite_path(store)
    if path is not None:
        return [file for file in path.parent.glob(f"{path.name}*") if file.is_file()]
    with store.engine.connect() as connection:
        connection.execute(text("CHECKPOINT"))  # what only memory has is in no file yet
        root = connection.execute(text("SHOW data_directory")).scalar_one()
        own = text("SELECT oid FROM pg_database WHERE datname = current_database()")
        oid = connection.execute(own).scalar_one()
    return [file for file in (Path(root) / "base" / str(oid)).rglob("*") if file.is_file()]
