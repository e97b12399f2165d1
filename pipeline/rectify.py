"""Correct or complete what is kept of a person (UK GDPR Art. 16), and tell who got it wrong.

What came stays as it came, in the lead's payload with its commitment; what is used is what was
corrected. Decision 28 says why a restore cannot bring a correction back.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, Row

from models import correction, due, erasure, expiry, ledger, recall
from models import person as people
from models.correction import wrong_digest
from models.keys import new_hex_keys, new_keys
from models.ledger import Entry, LedgerKind
from models.store import Store
from pipeline.correct_identifier import Exchange, Exchanged, exchange
from pipeline.gather import require_own_key
from pipeline.join_people import Handover, give_leads
from pipeline.note_act import Done, note_act
from pipeline.plan_correction import NAMES, CorrectionOrder, Planned, normal, plan_correction
from pipeline.recall import recall_rectified
from pipeline.restrict import digests_of_people, require_request
from pipeline.settings import ControllerSettings
from policy.correction import CorrectedField, required_reason
from policy.rights.steps import Act
from policy.suppression import SuppressionKeys
from policy.vocabulary import EventKind, IdentifierKind


@dataclass(frozen=True, slots=True)
class Rectified:
    """What a correction did, without a word about the person.

    `completed` are those of the `fields` that were empty. `ended` is how many consents no longer
    count, as they were given under a wrong address or number. `is_listed`: the right one is on the
    suppression list. `is_joined`: the records of two people are, or would be, one person's.
    `recipients` must be told, with the number of their recalls.
    """

    leads: Sequence[UUID]
    fields: Sequence[CorrectedField]
    completed: Sequence[CorrectedField]
    is_joined: bool
    ended: int = 0
    is_listed: bool = False
    recipients: Sequence[tuple[str, int]] = ()


def rectify(
    store: Store,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    order: CorrectionOrder,
    now: datetime,
) -> Rectified:
    """Correct a person's leads, or one of them, in one transaction.

    That it happened, when, which fields and on whose word stays in the ledger, without a value. The
    wrong value comes back by no pull, copy or import of the same submission. Recipients of earlier
    lists are called back. Rules: COR-1 to COR-5, RCL-1, T-15.

    Raises:
        UsageError: it is not clear who or what is meant, or a value or the reason is missing; with
            the cure. Nothing was changed.
        ConfigError: the suppression list was made with another key.
        StoreError: nothing was changed.
    """
    reason = required_reason(order.reason)
    opening = store.reading() if order.is_rehearsal else store.writing(controller.id)
    with opening as connection:
        require_own_key(connection, controller.id, suppression_key)
        planned = plan_correction(connection, controller.id, order)
        require_request(connection, controller.id, order.request, [planned.person_id])
        correcting = _Correcting(connection, controller.id, suppression_key, order, planned, now)
        if not order.is_rehearsal:
            correcting.write(reason)
        return correcting.report()


class _Correcting:
    """One correction, in its transaction."""

    def __init__(
        self,
        connection: Connection,
        controller_id: str,
        key: SuppressionKeys,
        order: CorrectionOrder,
        planned: Planned,
        now: datetime,
    ) -> None:
        self._connection, self._controller_id, self._key = connection, controller_id, key
        self._order, self._planned, self._now = order, planned, now
        self._touched = sorted({lead.id for each in planned.changes for lead in each.leads})
        self._exchanged: list[Exchanged] = []

    def write(self, reason: str) -> None:
        """Write all of it."""
        self._note(reason)
        self._change_leads()
        for each in self._planned.changes:
            if each.right is not None:
                leads = [lead.id for lead in each.leads]
                whose = self._planned.person_id
                done = exchange(
                    self._connection,
                    self._controller_id,
                    self._key,
                    Exchange(whose, leads, each.wrong, each.right),
                    self._now,
                )
                self._exchanged.append(done)
        self._settle_people()
        entries = [self._entry(lead_id) for lead_id in self._touched]
        entries += [entry for done in self._exchanged for entry in done.entries]
        entries += recall_rectified(self._connection, self._controller_id, self._touched, self._now)
        actor = self._order.actor
        ledger.append(self._connection, self._controller_id, actor, entries, self._now)
        if self._order.request is not None:
            act, made = Done(Act.RECTIFIED, self._touched), (actor, self._now)
            note_act(self._connection, self._controller_id, self._order.request, act, made)

    def report(self) -> Rectified:
        """Return what was done, or would be."""
        changes = self._planned.changes
        told = recall.recipients_of(self._connection, self._controller_id, self._touched)
        ended = [e for done in self._exchanged for e in done.moved.wrong]
        return Rectified(
            self._touched,
            [each.field for each in changes],
            [each.field for each in changes if each.completes],
            any(each.heir for each in changes),
            sum(event.kind is EventKind.INVALIDATED for event in ended),
            any(done.is_listed for done in self._exchanged),
            () if self._order.is_rehearsal else told,
        )

    def _note(self, reason: str) -> None:
        """Write down what was corrected, and for the journal whom to ask again after a restore."""
        pairs = [(each, lead) for each in self._planned.changes for lead in each.leads]
        rows = [
            {
                "controller_id": self._controller_id,
                "id": id_,
                "lead_id": lead.id,
                "field": each.field,
                "corrected_at": self._now,
                "reason": reason,
                "request": self._order.request,
                "wrong": wrong_digest(lead.salt, each.wrong) if each.wrong else None,
            }
            for id_, (each, lead) in zip(new_keys(len(pairs), self._now), pairs, strict=True)
        ]
        person_id = self._planned.person_id
        known = digests_of_people(self._connection, self._controller_id, self._key, [person_id])
        lost = {
            "controller_id": self._controller_id,
            "ids": [row["id"] for row in rows],
            "leads": self._touched,
            "person": person_id,
            "digests": known.get(person_id, ()),
            "at": self._now,
        }
        correction.add_corrections(self._connection, rows, lost)

    def _change_leads(self) -> None:
        """Put the right details into the leads; those that change in the same way at once."""
        alike: dict[bytes, list[UUID]] = defaultdict(list)
        for lead in self._planned.leads:
            if changes := self._changes_of(lead):
                alike[orjson.dumps(changes)].append(lead.id)
        for content, ids in alike.items():
            correction.correct_leads(
                self._connection, self._controller_id, ids, orjson.loads(content)
            )

    def _changes_of(self, lead: Row[Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        contact = {name: list(values) for name, values in lead.contact.items()}
        for each in self._planned.changes:
            if lead not in each.leads:
                continue
            if each.right is None:
                first, *rest = NAMES[each.field]
                found |= {first: each.value, **dict.fromkeys(rest)}
                continue
            kind, region = each.right.kind, self._order.region
            name = "emails" if kind is IdentifierKind.EMAIL else "phones"
            kept = [given for given in contact.get(name, ()) if given]
            if each.wrong is not None:
                kept = [given for given in kept if normal(kind, given, region) != each.wrong]
            contact[name] = [each.value, *kept]
            found["contact"] = contact
        return found

    def _settle_people(self) -> None:
        """Let the leads be whose they are now: the other's whom the address names, or their own."""
        whose, chosen = self._planned.person_id, self._order.lead
        heir = next((each.heir for each in self._planned.changes if each.heir), None)
        leads = [lead.id for lead in self._planned.leads]
        if heir is None and chosen is not None and self._stands_alone(chosen):
            [made] = new_hex_keys(1, self._now)
            heir = UUID(made)
            people.add_people(self._connection, self._controller_id, [made], self._now)
        if heir is None:
            return
        self._give_names(heir, leads)
        given = Handover(leads, whose, heir, self._order.actor)
        give_leads(self._connection, self._controller_id, self._key, given, self._now)
        expiry.delete_people(self._connection, self._controller_id, [whose])

    def _stands_alone(self, lead_id: UUID) -> bool:
        """Say whether a lead has nothing in common any more with its person's other leads."""
        if not any(each.wrong for each in self._planned.changes):
            return False
        whose = [self._planned.person_id]
        every = erasure.leads_of_people(self._connection, self._controller_id, whose, ())
        rows = due.identifiers_of_people(self._connection, self._controller_id, whose)
        own = {row.id for row in rows if row.lead_id == lead_id}
        return len(every) > 1 and own.isdisjoint(row.id for row in rows if row.lead_id != lead_id)

    def _give_names(self, heir: UUID, leads: Sequence[UUID]) -> None:
        """Let what names the person alone, and only these leads carry, name the other one."""
        whose = [self._planned.person_id]
        rows = due.identifiers_of_people(self._connection, self._controller_id, whose)
        still = {row.id for row in rows if row.lead_id not in leads}
        given = {
            row.id.hex: heir.hex
            for row in rows
            if row.owner_id == self._planned.person_id and row.id not in still
        }
        people.set_owners(self._connection, self._controller_id, given)

    def _entry(self, lead_id: UUID) -> Entry:
        changes = [
            each for each in self._planned.changes if lead_id in {lead.id for lead in each.leads}
        ]
        moved = [done.moved for done in self._exchanged]
        detail = {
            "fields": sorted(each.field for each in changes),
            "completed": sorted(each.field for each in changes if each.completes),
            "request": self._order.request,
            "ended": [[e.kind, e.purpose, e.channel] for each in moved for e in each.wrong],
            "follows": [[e.kind, e.purpose, e.channel] for each in moved for e in each.right],
            "joined": any(each.heir for each in changes),
        }
        return LedgerKind.LEAD_CORRECTED, lead_id.hex, detail
