"""Show somebody who holds a link how their permissions stand, as every list would decide now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import permission
from models.store import Store
from pipeline.client_facts import instructed
from pipeline.corrected_people import was_key_corrected
from pipeline.gather import Dossier, gather, require_own_key, wordings
from pipeline.link_holder import Holder, holder_of, identifiers_naming
from pipeline.unsubscribe_token import Link
from policy.facts import Facts
from policy.masked import masked
from policy.permission import decide
from policy.preferences import ALWAYS_SHOWN, Judged, Preference, agreed_to, preference
from policy.suppression import SuppressionKeys
from policy.uses import UseRequest
from policy.vocabulary import CHANNEL_IDENTIFIERS, Channel, Identifier, Purpose


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a link's page shows. `forms` are the names of the forms behind what is on, by lead.

    `address` is masked; None where no record has it any more. `has_other_details`: what is said
    counts for other addresses or numbers of the person too. `was_corrected`: it was put right
    since, so that it still stands in what came, and whoever holds the link may be somebody else.
    """

    address: str | None
    lines: Sequence[Preference]
    forms: Mapping[UUID | None, str]
    has_other_details: bool
    was_corrected: bool = False


def preferences(
    store: Store, key: SuppressionKeys, link: Link, now: datetime
) -> Preferences | None:
    """Return how things stand for whom a link names, None if nothing tells who that is.

    Raises:
        ConfigError: the suppression list was made with another key.
        StoreError: the store could not be read.
    """
    with store.reading() as connection:
        require_own_key(connection, link.controller.id, key)
        holder = holder_of(connection, key, link)
        if holder is None:
            return None
        if holder.row is None:
            return _of_nobody_known(connection, link, holder, now)
        return _of_person(connection, key, link, holder.row, now)


def masked_address(store: Store, key: SuppressionKeys, link: Link) -> str | None:
    """Return what a link's page may show of the address that it was sent to, None if it is gone.

    Raises:
        StoreError: the store could not be read.
    """
    with store.reading() as connection:
        holder = holder_of(connection, key, link)
    return masked(holder.identifier) if holder and holder.identifier else None


def _of_person(
    connection: Connection, key: SuppressionKeys, link: Link, row: Row[Any], now: datetime
) -> Preferences:
    rows = identifiers_naming(connection, link, row)
    shown = wordings(connection, link.controller.id)
    contract = instructed(connection, link.controller, now)
    dossiers = gather(
        connection, link.controller, key, rows, shown, link.channel, contract=contract
    )
    events = [event for dossier in dossiers for event in dossier.facts.events]
    wanted = [*ALWAYS_SHOWN, *agreed_to(events)]
    lines = [_line(dossiers, purpose, channel, now) for purpose, channel in wanted]
    forms: dict[UUID | None, str] = {
        id_: shown[lead.notice_id].form_name
        for dossier in dossiers
        for id_, lead in dossier.rows.items()
        if lead.notice_id in shown
    }
    address = masked(Identifier(row.kind, row.value))
    return Preferences(address, lines, forms, has_other_details=len(rows) > 1)


def _line(
    dossiers: Sequence[Dossier], purpose: Purpose, channel: Channel, now: datetime
) -> Preference:
    use = UseRequest(purpose, channel, now)
    judged = []
    for dossier in dossiers:
        fits = dossier.identifier.kind in CHANNEL_IDENTIFIERS[channel]
        facts = replace(dossier.facts, identifier_fits=fits)
        judged.append(Judged(facts, decide(use, facts)))
    return preference(purpose, channel, judged)


def _of_nobody_known(
    connection: Connection, link: Link, holder: Holder, now: datetime
) -> Preferences:
    """Return how things stand for an address that is known by its opt-outs alone, if at all."""
    listed = permission.suppressions(connection, link.controller.id, [holder.digest])
    stops = listed.get(holder.digest, ())
    facts = Facts(
        link.controller.role,
        leads=(),
        events=(),
        suppressed_since=stops,
        processor_contract=instructed(connection, link.controller, now),
    )
    lines = [
        preference(
            purpose, channel, [Judged(facts, decide(UseRequest(purpose, channel, now), facts))]
        )
        for purpose, channel in ALWAYS_SHOWN
    ]
    was_corrected = was_key_corrected(connection, link.controller.id, link.identifier_id)
    return Preferences(None, lines, {}, has_other_details=False, was_corrected=was_corrected)
