"""Make what is configured known to the store (controllers, sources, recipients), and record it."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection

from models import client_data, ledger
from models import controller as controllers
from models.audience import AudienceRecord, declare_audiences
from models.controller import Controller, SourceRecord
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.declare_contracts import declare_contract
from pipeline.declare_recipients import declared_recipients
from pipeline.settings import ConfiguredSource, Settings
from policy.client_contract import becomes_own
from policy.errors import ConfigError
from policy.vocabulary import BoxMeaning

ACTOR = "configuration"


def declare(store: Store, settings: Settings, now: datetime) -> list[str]:
    """Write controllers and sources down as configured. Return the sources that are new or changed.

    What a tick means is evidence too, and so is who may be handed data and what a client
    instructed: each change of them gets a place in the ledger.

    Raises:
        ConfigError: a client's data would become our own.
    """
    # two programs may start at the same time, and only one of them may find a source new
    with store.writing(ACTOR) as connection:
        _require_same_owner(connection, settings)
        changed = controllers.declare(
            connection,
            [
                Controller(
                    id=c.id,
                    name=c.name,
                    role=c.role,
                    privacy_contact=c.privacy_contact,
                    created_at=now,
                )
                for c in settings.controllers
            ],
            [
                SourceRecord(
                    controller_id=s.controller_id,
                    id=s.id,
                    kind=s.kind,
                    mapping_digest=mapping_digest(s.meanings),
                    created_at=now,
                )
                for s in settings.sources
            ],
        )
        for client in settings.controllers:
            declare_contract(connection, client, ACTOR, now)
        known = controllers.controller_ids(connection)
        declare_audiences(connection, known, _audiences(settings, now))
        entries: dict[str, list[Entry]] = defaultdict(list)
        for record in changed:
            configured = settings.source(record.id)
            if configured is not None:
                entries[record.controller_id].append(_entry(configured, record))
        declared = declared_recipients(connection, known, settings.recipients, now)
        for controller_id, entry in declared:
            entries[controller_id].append(entry)
        for controller_id, own in entries.items():
            ledger.append(connection, controller_id, ACTOR, own, now)
    return [record.id for record in changed]


def _require_same_owner(connection: Connection, settings: Settings) -> None:
    """Refuse to let a client's data become our own by another word in the configuration (CNT-7).

    Raises:
        ConfigError: that would happen; with the cure.
    """
    roles = controllers.roles(connection)
    wrong = [
        f"controllers[{each.id}].role: what is kept of {each.id} is held for a client, and is not"
        ' yours to use. Cure: set `role = "processor"` again; its contract ends with `leadledger'
        f" clients close {each.id}`, and leads of your own belong under another id."
        for each in settings.controllers
        if becomes_own(roles.get(each.id, each.role), each.role)
        and any(client_data.row_counts(connection, each.id).values())
    ]
    if wrong:
        raise ConfigError(wrong)


def _audiences(settings: Settings, now: datetime) -> list[AudienceRecord]:
    return [
        AudienceRecord(
            controller_id=each.controller.id,
            id=each.id,
            kind=each.kind,
            hash_rule=each.hash_rule,
            is_configured=True,
            created_at=now,
        )
        for each in settings.audiences
    ]


def _entry(source: ConfiguredSource, record: SourceRecord) -> Entry:
    detail = {
        "source": source.id,
        "source_kind": source.kind,
        "mapping": record.mapping_digest,
        "boxes": [asdict(meaning) for meaning in source.meanings],
    }
    return LedgerKind.SOURCE_CONFIGURED, None, detail


def mapping_digest(meanings: Sequence[BoxMeaning]) -> str:
    """Return the fingerprint of what the boxes of a source mean."""
    content = json.dumps([asdict(meaning) for meaning in meanings], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
