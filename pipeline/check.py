"""Look at an installation and say of each part whether it is right, and the cure if not."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfoNotFoundError

from connectors.base import Probes
from models import outbox, schema, usage
from models.store import Store, sqlite_path
from pipeline import wiring
from pipeline.check_alarms import check_alarms
from pipeline.check_backups import check_backups
from pipeline.finding import Finding
from pipeline.gather import require_own_key
from pipeline.mail_server import MailServer, ServerTrouble
from pipeline.settings import ConfiguredSource, Settings
from policy.errors import ConfigError, LeadsError
from policy.evidence import FormBoxes, notice_from
from policy.policy_gaps import GAPS
from policy.vocabulary import Role

LOW_DISK_BYTES = 1_000_000_000
SHORTEST_KEY = 32
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PLACEHOLDERS = (".example", "insert", "your-", "example.")


def check(settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Yield a finding for each part; the network is asked unless `offline`."""
    yield Finding("config", True, f"{len(settings.sources)} source(s), no mistakes")
    yield _key(settings)
    yield _links(settings)
    yield from check_backups(settings, wiring.now())
    yield from _web(settings)
    yield _time_zone()
    yield from _contacts(settings)
    yield from _policy_gaps(settings)
    store = Store(settings.store_url)
    opened = _store(store)
    yield opened
    if opened.is_ok:
        yield from _suppression_lists(store, settings)
        yield from _mail(store, settings, offline=offline)
        yield from check_alarms(store, settings)
    if (path := sqlite_path(store)) and path.parent.is_dir():
        yield _disk(path)
    for source in settings.sources:
        yield from _source(store if opened.is_ok else None, source, offline=offline)
    if not settings.sources:
        yield Finding("sources", None, "none configured. Cure: add [[sources]] to config.toml.")
    store.close()


def _key(settings: Settings) -> Finding:
    if len(settings.suppression_key) < SHORTEST_KEY:
        return Finding(
            "keys.suppression",
            False,
            f"shorter than {SHORTEST_KEY} characters. Cure: use the one `leadledger init` made.",
        )
    return Finding("keys.suppression", True, "present, long enough, readable by this user only")


def _links(settings: Settings) -> Finding:
    if not settings.links_keys:
        return Finding(
            "keys.links",
            None,
            "none, so `leadledger serve` cannot start. Cure: see docs/receiving.md, or leave it if"
            " nothing is received.",
        )
    return Finding("keys.links", True, f"{len(settings.links_keys)}, the last one signs")


def _web(settings: Settings) -> Iterator[Finding]:
    """Name an address that would stand in links and lead nowhere."""
    host = urlsplit(settings.web.public_url).hostname or ""
    if host in LOOPBACK:
        yield Finding(
            "web.public_url",
            None,
            f"{settings.web.public_url} is this machine: links and forms work here only. Cure: set"
            " the https address that people use.",
        )
    elif any(sign in host for sign in PLACEHOLDERS):
        yield Finding(
            "web.public_url",
            None,
            "looks like a placeholder. Cure: set the https address that people use.",
        )


def _suppression_lists(store: Store, settings: Settings) -> Iterator[Finding]:
    """Name each suppression list that the key does not fit: none of its opt-outs would be seen."""
    for controller in settings.controllers:
        try:
            with store.reading() as connection:
                require_own_key(connection, controller.id, settings.suppression_key)
        except ConfigError as error:
            yield Finding(f"controllers[{controller.id}]", False, str(error))


def _time_zone() -> Finding:
    from policy.london import LONDON  # noqa: PLC0415 - fails here, where it can be told

    try:
        return Finding("time zone", True, f"{LONDON.key} is known")
    except ZoneInfoNotFoundError:
        return Finding("time zone", False, "no time zone data. Cure: pip install tzdata")


def _contacts(settings: Settings) -> Iterator[Finding]:
    """A published address that is a placeholder promises what nobody keeps (policy clause 9)."""
    for controller in settings.controllers:
        contact = controller.privacy_contact.lower()
        if any(sign in contact for sign in PLACEHOLDERS):
            yield Finding(
                f"controllers[{controller.id}].privacy_contact",
                None,
                "looks like a placeholder. Cure: put in the address that people may write to.",
            )


def _policy_gaps(settings: Settings) -> Iterator[Finding]:
    """Name what the published policy leaves open, for each whose policy it is (docs/rules.md)."""
    for controller in settings.controllers:
        if controller.role is not Role.CONTROLLER:
            continue
        for gap in GAPS:
            if gap.name not in controller.closed_policy_gaps:
                yield Finding(
                    f"controllers[{controller.id}] policy gap {gap.name}",
                    None,
                    f"clause {gap.clause} {gap.fact} ({gap.law}). Cure: {gap.cure}; then add"
                    f' "{gap.name}" to closed_policy_gaps.',
                )


def _store(store: Store) -> Finding:
    try:
        schema.require_current(store)
        schema.require_writable(store)
    except LeadsError as error:
        return Finding("store", False, str(error))
    return Finding("store", True, f"{store.url.get_backend_name()}, revision {schema.HEAD}")


def _mail(store: Store, settings: Settings, *, offline: bool) -> Iterator[Finding]:
    """Say whether our own mails can leave: those that ask people to confirm something."""
    with store.reading() as connection:
        waiting = sum(count for count, _ in outbox.mails_waiting(connection).values())
    if settings.mail is None:
        fact = f"no server is configured, and {waiting} mail(s) wait"
        cure = ". Cure: add [mail]; after 7 days they are dropped." if waiting else ""
        yield Finding("mail", None if waiting else True, fact + cure)
        return
    if not settings.links_keys:
        yield Finding("mail", False, "no key for the links in mails. Cure: set keys.links.")
        return
    if offline:
        yield Finding("mail", True, f"{settings.mail.host}, not asked; {waiting} mail(s) wait")
        return
    try:
        with MailServer(settings.mail) as server:
            server.connect()
    except ServerTrouble as trouble:
        cure = "check [mail] and the server; mails wait until then"
        yield Finding("mail", False, f"{settings.mail.host}: {trouble}. Cure: {cure}.")
        return
    yield Finding("mail", True, f"{settings.mail.host} takes mails; {waiting} wait")


def _disk(path: Path) -> Finding:
    free = shutil.disk_usage(path.parent).free
    room = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        return Finding("disk", False, f"{room}. Cure: make room, or leads cannot be stored.")
    return Finding("disk", True, room)


def _source(store: Store | None, source: ConfiguredSource, *, offline: bool) -> Iterator[Finding]:
    place = f"sources[{source.id}]"
    if not source.meanings:
        yield Finding(
            place,
            None,
            "no box is given a meaning, so leads are enquiries only. Cure: add [[sources.boxes]].",
        )
    if store is not None:
        yield from _unmapped_boxes(store, source)
    connector = wiring.build(source)
    if offline or not isinstance(connector, Probes):
        yield Finding(place, True, f"{source.kind}, not asked")
        return
    try:
        for probe in connector.probe():
            yield Finding(f"{place} {probe.subject}", probe.is_ok, probe.message)
    except LeadsError as error:
        yield Finding(place, False, str(error))


def _unmapped_boxes(store: Store, source: ConfiguredSource) -> Iterator[Finding]:
    """Name optional boxes that people were offered and that nothing gives a meaning."""
    with store.reading() as connection:
        contents = usage.notices_of_source(connection, source.controller_id, source.id)
    for content in contents:
        shown = notice_from(content)
        boxes = FormBoxes.of(shown, source.meanings)
        for key, box in boxes.shown.items():
            if boxes.meanings[key] is None and not box.is_required:
                yield Finding(
                    f"sources[{source.id}] form {shown.form_id}",
                    None,
                    f"box {key!r} is offered, but nothing says what it means."
                    " Cure: add [[sources.boxes]] and run `leadledger deliveries reread`, or leave"
                    " it without effect.",
                )
