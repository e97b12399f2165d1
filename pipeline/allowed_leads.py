"""The leads that sales may see: of people who may be reached now, and only what reaches them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import trail
from models.store import Store
from pipeline.client_facts import instructed
from pipeline.gather import gather, require_own_key, wordings
from pipeline.settings import ControllerSettings, Settings
from pipeline.show import PAGE, Shown, in_short
from policy.access import SALES_USES
from policy.errors import UsageError
from policy.facts import Facts
from policy.permission import decide
from policy.suppression import SuppressionKeys
from policy.uses import UseRequest
from policy.vocabulary import CHANNEL_IDENTIFIERS, Channel, IdentifierKind

Way = dict[str, str]
_CHANNEL_OF = {IdentifierKind.EMAIL: Channel.EMAIL, IdentifierKind.PHONE: Channel.SMS}


def newest_allowed_leads(
    store: Store, settings: Settings, source_id: str | None, limit: int, now: datetime
) -> list[Shown]:
    """Return the newest leads of people who may be reached now, each with the ways. Rule: STAFF-2.

    Each is decided at this moment, as for a list. What is only kept, for whatever reason, is not
    shown: tests, what is over, people whom no use allows.
    """
    found: list[Shown] = []
    after = None
    whose = [each.id for each in settings.controllers]
    with store.reading() as connection:
        while len(found) < limit:
            rows = trail.leads_page(connection, whose, source_id, after, PAGE)
            if not rows:
                break
            after = rows[-1].id
            ways = _ways(connection, settings, rows, now)
            found += [_shown(row, ways[row.id]) for row in rows if row.id in ways]
    return found[:limit]


def one_allowed_lead(store: Store, settings: Settings, lead_id: UUID, now: datetime) -> Shown:
    """Return one lead as `newest_allowed_leads` does.

    Raises:
        UsageError: there is none, or nobody may reach its person now: the answer is the same.
    """
    whose = [each.id for each in settings.controllers]
    with store.reading() as connection:
        row = trail.lead_by_id(connection, whose, lead_id)
        ways = _ways(connection, settings, [row], now) if row is not None else {}
    if row is None or row.id not in ways:
        raise UsageError(
            f"There is no lead {lead_id} whose person may be reached now. Cure: take an id from"
            " `leadledger leads list`, or ask `leadledger why` about the address or number."
        )
    return _shown(row, ways[row.id])


def _shown(row: Row[Any], ways: Sequence[Way]) -> Shown:
    return {
        **in_short(row),
        "company": row.company,
        "job_title": row.job_title,
        "reachable_by": list(ways),
    }


def _ways(
    connection: Connection, settings: Settings, rows: Sequence[Row[Any]], now: datetime
) -> Mapping[UUID, list[Way]]:
    """Return by which identifiers, for what, the people of some leads may be reached now."""
    found: dict[UUID, list[Way]] = {}
    for controller in settings.controllers:
        own = [
            row.id
            for row in rows
            if row.controller_id == controller.id and not row.is_test and now < row.expires_at
        ]
        if not own:
            continue
        carried = trail.identifiers_by_lead(connection, controller.id, own)
        ways = _ways_of_identifiers(connection, controller, settings.suppression_key, carried, now)
        for row in carried:
            if ways.get(row.id):
                found.setdefault(row.lead_id, []).extend(ways[row.id])
    return found


def _ways_of_identifiers(
    connection: Connection,
    controller: ControllerSettings,
    key: SuppressionKeys,
    carried: Sequence[Row[Any]],
    now: datetime,
) -> dict[UUID, list[Way]]:
    require_own_key(connection, controller.id, key)
    shown = wordings(connection, controller.id)
    contract = instructed(connection, controller, now)
    found: dict[UUID, list[Way]] = {}
    for kind, channel in _CHANNEL_OF.items():
        rows = list({row.id: row for row in carried if row.kind is kind}.values())
        if not rows:
            continue
        for dossier in gather(connection, controller, key, rows, shown, channel, contract=contract):
            found[dossier.identifier_id] = [
                way | {"identifier": dossier.identifier.value}
                for way in _allowed(kind, dossier.facts, now)
            ]
    return found


def _allowed(kind: IdentifierKind, facts: Facts, now: datetime) -> list[Way]:
    """Return for what, and by which channels, an identifier may be used; deny by default."""
    ways = []
    for purpose, channel in SALES_USES:
        fitting = replace(facts, identifier_fits=kind in CHANNEL_IDENTIFIERS[channel])
        decision = decide(UseRequest(purpose, channel, now), fitting)
        if decision.is_allowed:
            ways.append({"purpose": purpose.value, "channel": channel.value})
    return ways
