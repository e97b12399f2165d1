"""Gather what the policy must know before it says whether leads may be deleted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row

from models import due, usage
from models.correction import leads_corrected_from
from models.hold import HoldScope, holds_in_force
from models.person import known_identifiers
from models.restriction import restrictions_in_force
from models.rights_request import unanswered
from pipeline.gather import event_of
from policy.periods import Period
from policy.restriction import RestrictionGround, keeps_data
from policy.retention import erasure_owed_since
from policy.retention_ends import LivePurpose, RetentionFacts
from policy.retention_events import enquiry_closed_at
from policy.retention_people import permission_of_record, person_opted_out_at
from policy.retention_rules import DataClass
from policy.rights.table import DELAYS_DELETION
from policy.vocabulary import EventKind, Identifier, IdentifierKind, PermissionEvent

ENDINGS = frozenset({EventKind.CLOSED, EventKind.OBJECTED, EventKind.WITHDRAWN})
"""The kinds by which `models.due` finds identifiers."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What keeps data of a controller: holds on everything, and by lead or person; open requests.

    `requests` are those for a copy and the like, and complaints, by lead and by person.
    """

    on_everything: tuple[Period, ...]
    by_key: Mapping[UUID, tuple[Period, ...]]
    requests: Mapping[UUID, tuple[Period, ...]]

    @classmethod
    def of(
        cls, connection: Connection, controller_id: str, now: datetime, *, has_claims: bool = True
    ) -> "Holds":
        """Look up what is in force, also what was placed after `now`, when a long run began.

        `has_claims`: what people need for their claims is held too (RST-3). An erasure weighs that
        by itself, since the person's later word counts (ERA-2).
        """
        everything: list[Period] = []
        by_key: dict[UUID, tuple[Period, ...]] = defaultdict(tuple)
        for row in holds_in_force(connection, controller_id):
            period = Period(min(row.opened_at, now))
            if row.scope is HoldScope.CONTROLLER:
                everything.append(period)
            else:
                by_key[row.scope_id] += (period,)
        grounds = [ground for ground in RestrictionGround if has_claims and keeps_data(ground)]
        for row in restrictions_in_force(connection, controller_id, grounds):
            by_key[row.person_id] += (Period(min(row.since, now)),)
        return cls(tuple(everything), by_key, open_requests(connection, controller_id, now))

    def on(self, lead: Row[Any]) -> tuple[Period, ...]:
        """Return the holds that keep a lead."""
        if not self.by_key:
            return self.on_everything
        own = self.by_key.get(lead.id, ()), self.by_key.get(lead.person_id, ())
        return (*self.on_everything, *own[0], *own[1])

    def requests_on(self, lead: Row[Any]) -> tuple[Period, ...]:
        """Return the open requests that a lead is asked for in."""
        if not self.requests:
            return ()
        return (*self.requests.get(lead.id, ()), *self.requests.get(lead.person_id, ()))

    def on_deliveries(
        self, connection: Connection, controller_id: str, deliveries: Sequence[UUID]
    ) -> dict[UUID, tuple[Period, ...]]:
        """Return what keeps each of some deliveries: a hold on its lead is one on its bytes."""
        held = dict.fromkeys(deliveries, self.on_everything)
        if self.by_key:
            for lead in due.leads_of_deliveries(connection, controller_id, deliveries):
                held[lead.delivery_id] = self.on(lead)
        return held


def clock_facts(lead: Row[Any], holds: Holds) -> RetentionFacts:
    """Return what is known of a lead by itself: its own clock, and what holds it.

    A lead whose time was ended before its day is owed an erasure since then (RET-26).
    """
    owed_since = erasure_owed_since(lead.submitted_at, lead.received_at, lead.expires_at)
    return RetentionFacts(
        data_class=DataClass.TEST_LEAD if lead.is_test else DataClass.MARKETING_LEAD,
        started_at=lead.submitted_at,
        received_at=lead.received_at,
        erasure_owed_at=None if lead.is_test else owed_since,
        holds=holds.on(lead),
        open_requests=holds.requests_on(lead),
    )


def open_requests(
    connection: Connection, controller_id: str, now: datetime
) -> dict[UUID, tuple[Period, ...]]:
    """Return since when somebody waits for an answer, by each lead and person it may be about.

    Whoever typed an address is believed that far: to keep what a copy was asked of permits nothing.
    """
    asked: dict[Identifier, Period] = {}
    for row in unanswered(connection, controller_id, DELAYS_DELETION):
        given = ((IdentifierKind.EMAIL, row.email), (IdentifierKind.PHONE, row.phone))
        period = Period(min(row.received_at, now))
        asked |= {Identifier(kind, value): period for kind, value in given if value}
    known = known_identifiers(connection, controller_id, list(asked)) if asked else {}
    periods = {UUID(key): asked[identifier] for identifier, (key, _) in known.items()}
    found: dict[UUID, tuple[Period, ...]] = defaultdict(tuple)
    for lead in usage.leads_of(connection, controller_id, list(periods)) if periods else ():
        for key in filter(None, (lead.id, lead.person_id)):
            found[key] += (periods[lead.identifier_id],)
    # who asked by an address that was corrected since still waits for the answer
    for lead, wrong in leads_corrected_from(connection, controller_id, asked) if asked else ():
        for key in filter(None, (lead.id, lead.person_id)):
            found[key] += (asked[wrong],)
    return found


class Judged(NamedTuple):
    """A lead with the facts that the policy is asked with, and since when its person opted out."""

    lead: Row[Any]
    facts: RetentionFacts


def people_facts(
    connection: Connection,
    controller_id: str,
    identifiers: Sequence[UUID],
    holds: Holds,
    now: datetime,
) -> list[Judged]:
    """Return the running leads of the people who carry some identifiers, with all facts of each.

    A person is judged with the first of its identifiers (in the order of keys) that has an ending,
    so that a walk through the identifiers meets nobody twice.
    """
    people = due.people_carrying(connection, controller_id, identifiers)
    carried: dict[UUID, dict[UUID, set[UUID]]] = defaultdict(lambda: defaultdict(set))
    for row in due.identifiers_of_people(connection, controller_id, people):
        carried[row.person_id][row.lead_id].add(row.id)
    everything = {id_ for leads in carried.values() for ids in leads.values() for id_ in ids}
    events: dict[UUID, list[PermissionEvent]] = defaultdict(list)
    for row in due.events_of_people(connection, controller_id, everything):
        events[row.identifier_id].append(event_of(row))
    leads: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for lead in due.running_leads_of_people(connection, controller_id, people, now):
        leads[lead.person_id].append(lead)
    here = set(identifiers)
    judged: list[Judged] = []
    for person_id, own in leads.items():
        mine = {id_ for ids in carried[person_id].values() for id_ in ids}
        ended = [id_ for id_ in mine if any(e.kind in ENDINGS for e in events.get(id_, ()))]
        if min(ended) in here:
            judged += _person(own, carried[person_id], events, holds, now)
    return judged


def _person(
    leads: Sequence[Row[Any]],
    carried: Mapping[UUID, set[UUID]],
    events: Mapping[UUID, Sequence[PermissionEvent]],
    holds: Holds,
    now: datetime,
) -> Iterable[Judged]:
    """Yield the leads of one person with their facts."""
    mine = {id_ for ids in carried.values() for id_ in ids}
    opted_out_at = person_opted_out_at([events.get(id_, ()) for id_ in mine], now)
    facts: dict[UUID, RetentionFacts] = {}
    for lead in leads:
        own = [events.get(id_, ()) for id_ in carried.get(lead.id, ())]
        about = [event for each in own for event in each if event.lead_id in (lead.id, None)]
        permission = permission_of_record(own, lead.id, now)
        facts[lead.id] = replace(
            clock_facts(lead, holds),
            opted_out_at=opted_out_at,
            enquiry_closed_at=enquiry_closed_at(about, now),
            has_permission=permission.stands,
            permission_ended_at=permission.ended_at,
        )
    for lead in leads:
        others = [each for id_, each in facts.items() if id_ != lead.id]
        is_open = opted_out_at is not None and any(
            each.clock_started_at <= opted_out_at and now < each.own_enquiry_ends_at
            for each in others
        )
        purposes = frozenset({LivePurpose.OPEN_ENQUIRY}) if is_open else frozenset()
        yield Judged(lead, replace(facts[lead.id], live_purposes=purposes))
