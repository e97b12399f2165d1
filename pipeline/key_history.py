"""Remember which keys were in use, so that one that goes missing is missed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection

from models import ledger
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.settings import Settings
from policy.suppression import key_fingerprint

ACTOR = "configuration"
_LINKS, _SUPPRESSION = "links-keys", "suppression-key"


def remember_keys(store: Store, settings: Settings, now: datetime) -> None:
    """Write into the ledger, once for each key, that it is used from now on.

    What is written is a fingerprint: it tells keys apart and gives none away. The first key of the
    suppression list needs no word: every entry names its key.
    """
    links = set(map(fingerprint, settings.links_keys))
    _remember(store, settings, now, (LedgerKind.LINKS_KEY_SET, _LINKS), links)
    if settings.suppression_key.former:
        current = {key_fingerprint(settings.suppression_key)}
        _remember(store, settings, now, (LedgerKind.SUPPRESSION_KEY_SET, _SUPPRESSION), current)


def _remember(
    store: Store, settings: Settings, now: datetime, what: tuple[LedgerKind, str], used: set[str]
) -> None:
    kind, subject = what
    with store.reading() as connection:
        if used <= _known(connection, settings, subject):
            return
    owner = settings.controllers[0].id
    with store.writing(owner) as connection:
        # asked once more: two programs may start at the same time
        new = sorted(used - _known(connection, settings, subject))
        entries: list[Entry] = [(kind, subject, {"key": each}) for each in new]
        ledger.append(connection, owner, ACTOR, entries, now)


def lost_links_keys(store: Store, settings: Settings) -> Sequence[str]:
    """Return the fingerprints of keys that have signed links and are not configured any more."""
    with store.reading() as connection:
        known = _known(connection, settings, _LINKS)
    return sorted(known - set(map(fingerprint, settings.links_keys)))


def fingerprint(key: bytes) -> str:
    """Return the name of a key that signs links."""
    return hashlib.sha256(b"leadledger links key\0" + key).hexdigest()[:16]


def _known(connection: Connection, settings: Settings, subject: str) -> set[str]:
    controllers = [controller.id for controller in settings.controllers]
    rows = ledger.about(connection, controllers, subject)
    return {orjson.loads(row.body)["detail"]["key"] for row in rows}
