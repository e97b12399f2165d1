"""Remember which keys have signed links, so that one that goes missing is missed."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson

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
    known = _known(store, settings)
    new = [each for each in map(fingerprint, settings.links_keys) if each not in known]
    if new:
        owner = settings.controllers[0].id
        entries: list[Entry] = [(LedgerKind.LINKS_KEY_SET, _SUBJECT, {"key": each}) for each in new]
        with store.writing(owner) as connection:
            ledger.append(connection, owner, ACTOR, entries, now)


def lost_links_keys(store: Store, settings: Settings) -> Sequence[str]:
    """Return the fingerprints of keys that have signed links and are not configured any more."""
    return sorted(_known(store, settings) - set(map(fingerprint, settings.links_keys)))


def fingerprint(key: bytes) -> str:
    """Return the name of a key that signs links."""
    return hashlib.sha256(b"leadledger links key\0" + key).hexdigest()[:16]


def _known(store: Store, settings: Settings) -> set[str]:
    controllers = [controller.id for controller in settings.controllers]
    with store.reading() as connection:
        rows = ledger.about(connection, controllers, _SUBJECT)
    return {orjson.loads(row.body)["detail"]["key"] for row in rows}
