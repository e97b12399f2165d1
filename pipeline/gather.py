"""Gather the facts that decisions about some identifiers rest on, in a few queries."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import permission, usage
from models.hold import holds_of
from models.restriction import restrictions_of_people
from pipeline.settings import ControllerSettings
from policy.errors import ConfigError
from policy.facts import Facts, LeadFacts, ProcessorContract, Restriction
from policy.london import london_date
from policy.missing import Missing
from policy.periods import Period
from policy.restriction import keeps_data
from policy.suppression import SuppressionKeys, key_fingerprints, suppression_digests
from policy.vocabulary import (
    CHANNEL_IDENTIFIERS,
    Channel,
    ControllerId,
    Identifier,
    IdentifierKind,
    PermissionEvent,
)

NOTHING_MISSING: frozenset[Missing] = frozenset()


@dataclass(frozen=True, slots=True)
class Wording:
    """What a decision must know of a notice, and what a list shows of it."""

    form_name: str
    is_known: bool
    has_privacy_link: bool
    missing: frozenset[Missing]


@dataclass(frozen=True, slots=True)
class Dossier:
    """One identifier with its facts; `rows` are its leads as the store has them, by key."""

    identifier_id: UUID
    identifier: Identifier
    facts: Facts
    rows: Mapping[UUID, Row[Any]]


@dataclass(frozen=True, slots=True)
class Held:
    """A legal hold: when it was in force, and the key of what it keeps (None: everything)."""

    period: Period
    scope_id: UUID | None

    @classmethod
    def of(cls, row: Row[Any]) -> "Held":
        """Return a stored hold, released or not."""
        return cls(Period(row.opened_at, row.released_at), row.scope_id)

    def keeps(self, leads: Sequence[Row[Any]]) -> bool:
        """Say whether it keeps one of some leads, by itself or with its person."""
        return self.scope_id is None or any(self.scope_id in (r.id, r.person_id) for r in leads)


def unknown(
    connection: Connection,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    identifier: Identifier,
    channel: Channel,
    contract: ProcessorContract | None = None,
) -> Facts:
    """Return the facts of an identifier of which nothing is held but, maybe, its opt-out."""
    key = UUID(int=0)
    stops = _suppressions(connection, controller, suppression_key, {key: identifier})
    return Facts(
        controller.role,
        leads=(),
        events=(),
        suppressed_since=stops.get(key, ()),
        line_refused_since=_line_refused_since(identifier, stops.get(key, ())),
        identifier_fits=identifier.kind in CHANNEL_IDENTIFIERS[channel],
        processor_contract=contract,
    )


def wordings(connection: Connection, controller_id: str) -> dict[str, Wording]:
    """Return what every notice of a controller means for decisions."""
    found = {}
    for notice_id, content in usage.notices(connection, controller_id).items():
        shown = json.loads(content)
        found[notice_id] = Wording(
            shown["name"],
            bool(shown["wording_known"]),
            bool(shown["privacy_url"]),
            NOTHING_MISSING if shown["locale"] else frozenset({Missing.LANGUAGE}),
        )
    return found


def require_own_key(connection: Connection, controller_id: str, key: SuppressionKeys) -> None:
    """Refuse to decide with a key that the suppression list was not made with.

    Raises:
        ConfigError: every opt-out on the list would be overlooked; with the cure.
    """
    if permission.has_other_keys(connection, controller_id, key_fingerprints(key)):
        raise ConfigError(
            f"keys.suppression: the suppression list of {controller_id} was made with another key,"
            " so no opt-out on it can be seen. Cure: put the old key back; if it was replaced by a"
            " new one, into keys.former_suppression."
        )


def gather(  # noqa: PLR0913 - whose, of whom, and for what
    connection: Connection,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    identifiers: Sequence[Row[Any]],
    shown: Mapping[str, Wording],
    channel: Channel,
    *,
    contract: ProcessorContract | None = None,
) -> list[Dossier]:
    """Return the facts of some identifiers of one controller, in the order given.

    `contract` is what a client had instructed at the time that is asked about; without it each use
    of a client's data is denied.
    """
    ids = [row.id for row in identifiers]
    leads = _by_identifier(usage.leads_of(connection, controller.id, ids))
    events = _by_identifier(usage.events_of(connection, controller.id, ids))
    elsewhere = _objections_elsewhere(connection, controller.id, leads)
    people = {row.person_id for rows in leads.values() for row in rows if row.person_id}
    said = usage.under_age_of_people(connection, controller.id, people)
    named = {row.id: Identifier(row.kind, row.value) for row in identifiers}
    stops = _suppressions(connection, controller, suppression_key, named)
    holds = [Held.of(row) for row in holds_of(connection, [controller.id])]
    restricted = restrictions_of_people(connection, controller.id, people)
    dossiers = []
    for id_, identifier in named.items():
        own = leads.get(id_, [])
        objections = [event for row in own for event in elsewhere.get(row.person_id, ())]
        stopped = [each for id_ in {r.person_id for r in own} for each in restricted.get(id_, ())]
        facts = Facts(
            role=controller.role,
            leads=[lead_facts(row, shown) for row in own],
            events=[*map(event_of, events.get(id_, ())), *objections],
            suppressed_since=stops.get(id_, ()),
            restrictions=[restriction_of(row) for row in stopped],
            holds=[*(held.period for held in holds if held.keeps(own)), *_claims(stopped)],
            line_refused_since=_line_refused_since(identifier, stops.get(id_, ())),
            born_on=_born_on(own, said),
            identifier_fits=identifier.kind in CHANNEL_IDENTIFIERS[channel],
            processor_contract=contract,
        )
        dossiers.append(Dossier(id_, identifier, facts, {row.id: row for row in own}))
    return dossiers


def restriction_of(row: Row[Any]) -> Restriction:
    """Return a stored restriction, lifted or not, as the policy sees it."""
    return Restriction(row.since, row.lifted_at, row.told_at)


def _claims(rows: Sequence[Row[Any]]) -> list[Period]:
    """Return when data was kept because the person needs it for a claim (rule RST-3)."""
    return [Period(row.since, row.lifted_at) for row in rows if keeps_data(row.ground)]


def _born_on(rows: Sequence[Row[Any]], said: Mapping[UUID, datetime]) -> date | None:
    """Return the latest day of birth that fits: somebody under age may be of any age below it.

    `said` is when people last said so, on whichever lead: age is the person's, not the address's.
    """
    times = [row.submitted_at for row in rows if row.is_minor]
    times += [said[row.person_id] for row in rows if row.person_id in said]
    return max(map(london_date, times), default=None)


def _line_refused_since(
    identifier: Identifier, stops: Sequence[tuple[Channel | None, datetime]]
) -> datetime | None:
    """Who had a number put on the list spoke for the line, whoever answers it (rule PERM-67)."""
    if identifier.kind is not IdentifierKind.PHONE:
        return None
    return min((at for c, at in stops if c in (None, Channel.LIVE_CALL)), default=None)


def lead_facts(row: Row[Any], shown: Mapping[str, Wording]) -> LeadFacts:
    """Return a stored lead as the policy sees it."""
    wording = shown.get(row.notice_id) if row.notice_id else None
    return LeadFacts(
        id=row.id,
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        expires_at=row.expires_at,
        is_test=row.is_test,
        has_identity_conflict=row.has_identity_conflict,
        has_source_time=row.has_source_time,
        is_wording_known=wording is not None and wording.is_known,
        has_privacy_link=wording is not None and wording.has_privacy_link,
        missing_evidence=wording.missing if wording is not None else NOTHING_MISSING,
    )


def event_of(row: Row[Any]) -> PermissionEvent:
    """Return a stored permission event as the policy sees it."""
    return PermissionEvent(
        row.kind,
        row.purpose,
        row.channel,
        row.occurred_at,
        row.lead_id,
        row.basis,
        row.defect,
        row.box_key,
        row.valid_until,
    )


def _by_identifier(rows: Sequence[Row[Any]]) -> dict[UUID, list[Row[Any]]]:
    found: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.identifier_id].append(row)
    return found


def _objections_elsewhere(
    connection: Connection, controller_id: str, leads: Mapping[UUID, Sequence[Row[Any]]]
) -> dict[UUID, list[PermissionEvent]]:
    """Return objections by person: they spread to every identifier of the person (rule CON-3)."""
    people = {row.person_id for rows in leads.values() for row in rows if row.person_id}
    found: dict[UUID, list[PermissionEvent]] = defaultdict(list)
    for person_id, row in usage.objections_of_people(connection, controller_id, people):
        found[person_id].append(event_of(row))
    return found


def _suppressions(
    connection: Connection,
    controller: ControllerSettings,
    key: SuppressionKeys,
    named: Mapping[UUID, Identifier],
) -> dict[UUID, list[tuple[Channel | None, datetime]]]:
    if not permission.has_suppressions(connection, controller.id):
        return {}
    digests = {
        digest: id_
        for id_, identifier in named.items()
        for digest in suppression_digests(key, ControllerId(controller.id), identifier)
    }
    found: dict[UUID, list[tuple[Channel | None, datetime]]] = defaultdict(list)
    for digest, scopes in permission.suppressions(connection, controller.id, digests).items():
        found[digests[digest]] += scopes
    return found
