"""Say whether the store can be used, is private and whole, and its suppression lists readable."""

from collections.abc import Iterator

from models import health, schema
from models.server import is_listening, server_facts
from models.store import Store, sqlite_path
from pipeline.disks import can_be_written
from pipeline.finding import Fault, Finding, Limits
from pipeline.gather import require_own_key
from pipeline.settings import Settings
from policy.errors import ConfigError, LeadsError, SchemaOutOfDate, StoreRestored

_RECOVER = "Cure: restore the last backup into a new folder, see docs/backup.md"


def check_store(store: Store, limits: Limits) -> Finding:
    """Say whether the store has the tables of this version and can be written."""
    try:
        schema.require_current(store)
        schema.require_writable(store)
    except SchemaOutOfDate as error:
        found = schema.current(store)
        is_ahead = found is not None and found > schema.HEAD
        fault = Fault.STORE_AHEAD if is_ahead else Fault.STORE_BEHIND
        return Finding("store", False, str(error), fault)
    except StoreRestored as error:
        return Finding("store", False, str(error), Fault.STORE_RESTORED)
    except LeadsError as error:
        return _unusable(store, error, limits)
    return Finding("store", True, f"{store.url.get_backend_name()}, revision {schema.HEAD}")


def _unusable(store: Store, error: LeadsError, limits: Limits) -> Finding:
    """Tell a server that is not there from one that does not let us in."""
    if store.is_sqlite:
        return Finding("store", False, str(error), Fault.STORE_UNUSABLE)
    if not is_listening(store, limits.wait):
        return Finding("store", False, str(error), Fault.STORE_UNREACHABLE)
    return Finding(
        "store",
        False,
        "the database server answers and refuses us. Cure: check user, password and database name"
        " of store.url, and that the server lets this machine in (pg_hba.conf).",
        Fault.STORE_REFUSES,
    )


def check_files(store: Store, limits: Limits) -> Iterator[Finding]:
    """Yield what is wrong with the files of an SQLite store, before anything is opened."""
    path = sqlite_path(store)
    if path is None:
        return
    if path.parent.is_dir() and not can_be_written(path.parent):
        yield Finding(
            "store.url",
            False,
            "its folder cannot be written, and SQLite makes files beside the database. Cure: give"
            " this user the right to write to the folder.",
            Fault.STORE_FOLDER_SHUT,
        )
    for file in health.files_of(store):
        if health.open_to_others(file):
            yield Finding(
                "store.url",
                False,
                f"{file.name} can be read by others. Cure: chmod 600 {file}",
                Fault.STORE_OPEN,
            )
    if (size := health.wal_bytes(store)) > limits.large_wal_bytes:
        yield Finding(
            "store.url",
            None,
            f"{path.name}-wal has grown to {size / 1e6:.0f} MB: a program has been reading for"
            " long. Cure: let backups and exports end, or end what hangs; it shrinks by itself.",
            Fault.STORE_WAL_LARGE,
        )


def check_database(store: Store, limits: Limits) -> Iterator[Finding]:
    """Yield what is wrong with an open database that would not show in its use at once."""
    if store.is_sqlite:
        yield from _mode(store)
        yield _damage(store, limits)
    else:
        yield from _server(store, limits)


def _mode(store: Store) -> Iterator[Finding]:
    if (mode := health.journal_mode(store)) != "wal":
        yield Finding(
            "store.url",
            False,
            f"the database is not in WAL mode but in {mode!r}: readers and writers stop each other."
            " Cure: put the file on a disk of this machine, no network drive, without `vfs`.",
            Fault.STORE_NOT_WAL,
        )


def _damage(store: Store, limits: Limits) -> Finding:
    try:
        found = health.damage(store, limits.damage)
    except LeadsError as error:
        return Finding("store file", False, str(error), Fault.STORE_DAMAGED)
    if not found.is_whole:
        told = f"the database file is damaged. {_RECOVER}; keep the file."
        return Finding("store file", False, told, Fault.STORE_DAMAGED)
    if found.broken_references:
        return Finding(
            "store file",
            False,
            f"{found.broken_references} row(s) name another that is not there: something else than"
            f" this program has written to it. {_RECOVER}, and compare.",
            Fault.STORE_REFERENCES,
        )
    if not found.is_finished:
        told = f"no damage found in {limits.damage:g} s; each backup reads all of it"
        return Finding("store file", True, told)
    return Finding("store file", True, "whole, and every row that is named is there")


def _server(store: Store, limits: Limits) -> Iterator[Finding]:
    facts = server_facts(store)
    if facts.major < limits.oldest_postgres:
        yield Finding(
            "store server",
            None if facts.major >= limits.needed_postgres else False,
            f"PostgreSQL {facts.major} gets no repairs any more. Cure: upgrade the server to"
            f" {limits.oldest_postgres} or newer.",
            Fault.STORE_SERVER_OLD,
        )
    if facts.encoding != "UTF8":
        yield Finding(
            "store server",
            False,
            f"the database is encoded in {facts.encoding}, which cannot hold every name. Cure: make"
            " one with ENCODING 'UTF8' TEMPLATE template0, and `leadledger db move` into it.",
            Fault.STORE_NOT_UTF8,
        )


def check_suppression_lists(store: Store, settings: Settings) -> Iterator[Finding]:
    """Name each suppression list that the key does not fit: none of its opt-outs would be seen."""
    for controller in settings.controllers:
        try:
            with store.reading() as connection:
                require_own_key(connection, controller.id, settings.suppression_key)
        except ConfigError as error:
            subject = f"controllers[{controller.id}]"
            yield Finding(subject, False, str(error), Fault.SUPPRESSION_KEY_OTHER)
