"""Look at an installation and say of each part whether it is right, and the cure if not."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from models.server import is_elsewhere
from models.store import POSTGRES_EXTRA, Store
from pipeline import wiring
from pipeline.ask_side_by_side import Question, ask_side_by_side, told
from pipeline.check_alarms import check_alarms
from pipeline.check_audiences import audience_questions, unasked_audiences
from pipeline.check_backups import check_backups
from pipeline.check_config import check_file, check_placeholders, check_secret_folders
from pipeline.check_controllers import check_controllers
from pipeline.check_daemon import check_daemon
from pipeline.check_keys import check_keys, check_known_links
from pipeline.check_machine import check_descriptors, check_disks
from pipeline.check_mail import check_mail, mail_questions
from pipeline.check_sources import check_sources, source_questions
from pipeline.check_store import (
    check_database,
    check_files,
    check_store,
    check_suppression_lists,
)
from pipeline.check_url import Resolve, look_up, url_questions
from pipeline.check_web import check_web
from pipeline.finding import LIMITS, Fault, Finding, Limits
from pipeline.load_settings import load_settings, overridden, read_tree
from pipeline.settings import Settings
from policy.errors import ConfigError


def check_installation(
    path: Path, environment: Mapping[str, str], *, offline: bool
) -> Iterator[Finding]:
    """Yield a finding for each part of the installation that a configuration file describes.

    A file that cannot be used ends it: each of its mistakes is a finding.
    """
    try:
        written = read_tree(path)
        yield from check_file(path, written)
        tree = overridden(written, environment)
        yield from check_secret_folders(tree, path.resolve().parent)
        yield from check_placeholders(tree)
        settings = load_settings(path, environment)
    except ConfigError as error:
        for mistake in error.mistakes:
            yield Finding("config", False, mistake, Fault.CONFIG_MISTAKE)
        return
    yield from check(settings, offline=offline)


def check(
    settings: Settings,
    *,
    offline: bool,
    now: Callable[[], datetime] = wiring.now,
    limits: Limits = LIMITS,
    resolve: Resolve = look_up,
) -> Iterator[Finding]:
    """Yield a finding for each part; nothing leaves this machine if `offline`.

    Args:
        settings: the configuration.
        offline: whether the network stays unasked.
        now: the clock.
        limits: from when on something is worth a word.
        resolve: asks DNS for a host; raises OSError if there is none.
    """
    yield Finding("config", True, f"{len(settings.sources)} source(s), no mistakes")
    for part in (
        Question("keys", lambda: check_keys(settings)),
        Question("web", lambda: check_web(settings)),
        Question("open files", lambda: check_descriptors(limits)),
        Question("controllers", lambda: check_controllers(settings, now())),
        Question("store", lambda: _store(settings, now(), limits, offline=offline)),
    ):
        yield from told(part)
    if offline:
        yield from unasked_audiences(settings)
    else:
        questions = _questions(settings, resolve, now(), limits)
        yield from ask_side_by_side(questions, limits)


def _store(
    settings: Settings, now: datetime, limits: Limits, *, offline: bool
) -> Iterator[Finding]:
    try:
        store = Store(settings.store_url, patience=limits.wait)
    except ConfigError as error:
        is_package = POSTGRES_EXTRA in str(error)
        fault = Fault.PACKAGE_MISSING if is_package else Fault.STORE_UNUSABLE
        yield Finding("store", False, str(error), fault)
        yield from check_sources(None, settings, offline=offline)
        return
    try:
        yield from _around(store, settings, now, limits)
        if offline and is_elsewhere(store):
            yield Finding("store", True, "on another machine, not asked")
            yield from check_sources(None, settings, offline=offline)
            return
        opened = check_store(store, limits)
        yield opened
        if opened.is_ok:
            yield from _within(store, settings, now, limits, offline=offline)
        usable = store if opened.is_ok else None
        yield from told(
            Question("sources", lambda: check_sources(usable, settings, offline=offline))
        )
    finally:
        store.close()


def _around(store: Store, settings: Settings, now: datetime, limits: Limits) -> Iterator[Finding]:
    """Yield what lies beside the store: backups, its files, its disk."""
    for part in (
        Question("backups", lambda: check_backups(settings, store, now)),
        Question("store.url", lambda: check_files(store, limits)),
        Question("disk", lambda: check_disks(store, settings.backup_folder, limits)),
    ):
        yield from told(part)


def _within(
    store: Store, settings: Settings, now: datetime, limits: Limits, *, offline: bool
) -> Iterator[Finding]:
    """Yield what needs a store that can be used."""
    for part in (
        Question("store file", lambda: check_database(store, limits)),
        Question("suppression list", lambda: check_suppression_lists(store, settings)),
        Question("keys.links", lambda: check_known_links(store, settings)),
        Question("mail", lambda: check_mail(store, settings, offline=offline)),
        Question("alarms", lambda: check_alarms(store, settings)),
        Question("daemon", lambda: check_daemon(store, settings, now)),
    ):
        yield from told(part)


def _questions(
    settings: Settings, resolve: Resolve, now: datetime, limits: Limits
) -> Iterator[Question]:
    """Yield all that is asked of the network, at the same time."""
    yield from mail_questions(settings, limits)
    yield from url_questions(settings, resolve, now, limits)
    yield from source_questions(settings, limits)
    yield from audience_questions(settings)
