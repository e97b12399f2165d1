"""Look at an installation and say of each part whether it is right, and the cure if not."""

from collections.abc import Iterator

from models.store import Store
from pipeline import wiring
from pipeline.check_backups import check_backups
from pipeline.check_controllers import check_controllers
from pipeline.check_keys import check_keys
from pipeline.check_machine import check_disk, check_time_zone
from pipeline.check_mail import check_mail
from pipeline.check_sources import check_sources
from pipeline.check_store import check_store, check_suppression_lists
from pipeline.check_web import check_web
from pipeline.finding import Finding
from pipeline.settings import Settings


def check(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield a finding for each part; the network is asked unless `offline`."""
    yield Finding("config", True, f"{len(settings.sources)} source(s), no mistakes")
    yield from check_keys(settings)
    yield from check_backups(settings, wiring.now())
    yield from check_web(settings)
    yield check_time_zone()
    yield from check_controllers(settings)
    store = Store(settings.store_url)
    opened = check_store(store)
    yield opened
    if opened.is_ok:
        yield from check_suppression_lists(store, settings)
        yield from check_mail(store, settings, offline=offline)
    yield from check_disk(store)
    yield from check_sources(store if opened.is_ok else None, settings, offline=offline)
    store.close()
