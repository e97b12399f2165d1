"""Remember which keys have signed links, so that one that goes missing is missed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson
from sqlalchemy import Connection

from models import ledger
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.settings import Settings

ACTOR = "configuration"
_SUBJECT = "links-keys"


def remember_links_keys(store: Store, settings: Settings, now: datetime) -> None:
    """Write into the ledger, once for each key, that it signs links from now on.

    What is written is a fingerprint: it tells keys apart and gives none away.
    """
    configured = set(map(fingerprint, settings.links_keys))
    with store.reading() as connection:
        if configured <= _known(connection, settings):
            return
    owner = settings.controllers[0].id
    with store.writing(owner) as connection:
        # asked once more: two programs may start at the same time
        new = sorted(configured - _known(connection, settings))
        entries: list[Entry] = [(LedgerKind.LINKS_KEY_SET, _SUBJECT, {"key": each}) for each in new]
        ledger.append(connection, owner, ACTOR, entries, now)


def lost_links_keys(store: Store, settings: Settings) -> Sequence[str]:
    """Return the fingerprints of keys that have signed links and are not configured any more."""
    with store.reading() as connection:
        known = _known(connection, settings)
    return sorted(known - set(map(fingerprint, settings.links_keys)))


def fingerprint(key: bytes) -> str:
    """Return the name of a key that signs links."""
    return hashlib.sha256(b"leadledger links key\0" + key).hexdigest()[:16]


def _known(connection: Connection, settings: Settings) -> set[str]:
    controllers = [controller.id for controller in settings.controllers]
    rows = ledger.about(connection, controllers, _SUBJECT)
    return {orjson.loads(row.body)["detail"]["key"] for row in rows}
