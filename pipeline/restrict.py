"""Restrict use of a person's data, and lift that once they were told (UK GDPR Art. 18).

The data stays; whatever would use it is refused by the decision table (PERM-17 to PERM-19).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from models import due, erasure, ledger, opt_in, outbox, restriction, usage
from models.bulk import Values
from models.controller import controller_ids
from models.keys import new_keys
from models.ledger import Entry, LedgerKind
from models.rights_request import request_of_reference
from models.store import Store
from pipeline.gather import require_own_key
from pipeline.leave_audiences import identifiers_leave
from pipeline.note_act import Done, note_act
from pipeline.people_named import people_named
from pipeline.recall import recall_people
from pipeline.settings import ControllerSettings
from policy.errors import UsageError
from policy.london import london_date
from policy.recall import RecallReason
from policy.restriction import RestrictionGround, told_before_lifting
from policy.rights.steps import Act
from policy.suppression import SuppressionKeys, suppression_digest
from policy.vocabulary import ControllerId, Identifier, IdentifierKind


@dataclass(frozen=True, slots=True)
class RestrictionOrder:
    """Whose data is restricted, on which ground, on whose word.

    `request` is the reference of what the person asked for. `is_rehearsal`: look only.
    """

    identifier: Identifier
    ground: RestrictionGround
    actor: str
    request: str | None = None
    is_rehearsal: bool = False

    def __repr__(self) -> str:
        """Say nothing of who it is."""
        return f"RestrictionOrder({self.ground}, by {self.actor})"


@dataclass(frozen=True, slots=True)
class Restricted:
    """What a restriction did: the keys of new ones, and of those that were in force already.

    `people` and `leads` are whom and what it covers. None are new in a rehearsal.
    """

    ids: Sequence[UUID]
    known: Sequence[UUID]
    people: int
    leads: int


@dataclass(frozen=True, slots=True)
class ListedRestriction:
    """A restriction as it stands; `leads` is how many it covers now. Times are UTC."""

    id: UUID
    controller_id: str
    person_id: UUID
    ground: RestrictionGround
    since: datetime
    request: str | None
    lifted_at: datetime | None
    told_at: datetime | None
    leads: int


def restrict(
    store: Store,
    controller: ControllerSettings,
    suppression_key: SuppressionKeys,
    order: RestrictionOrder,
    now: datetime,
) -> Restricted:
    """Restrict use of the data of whoever an identifier belongs to; each of them, if several do.

    From now on nothing but storage, claims and what the person agrees to is allowed. Recipients of
    earlier lists are called back, and the person leaves advertising audiences. What is in force on
    the same ground already stays as it is. Rules: RST-1, RCL-1. UK GDPR Art. 18(1), 19.

    Raises:
        UsageError: nothing of this identifier is held, or there is no such request that is open.
        ConfigError: the suppression list was made with another key.
        StoreError: nothing was restricted.
    """
    opening = store.reading() if order.is_rehearsal else store.writing(controller.id)
    with opening as connection:
        require_own_key(connection, controller.id, suppression_key)
        rows = usage.identifier_rows(connection, order.identifier, controller.id)
        people = due.people_carrying(connection, controller.id, [row.id for row in rows])
        if not people:
            raise UsageError(
                f"{controller.id} holds no lead of this identifier, so there is nothing to"
                " restrict. Cure: check it with `leadledger provenance`."
            )
        require_request(connection, controller.id, order.request, people)
        known = already_restricted(connection, controller.id, people, order.ground)
        fresh = [person_id for person_id in people if person_id not in known]
        leads = erasure.leads_of_people(connection, controller.id, people, ())
        ids: Sequence[UUID] = ()
        if not order.is_rehearsal:
            ids = restrict_people(connection, controller.id, suppression_key, fresh, order, now)
            if order.request is not None:
                # whose data was restricted before has recipients who were told then
                new = erasure.leads_of_people(connection, controller.id, fresh, ())
                done = Done(Act.RESTRICTED, [lead.id for lead in new])
                note_act(connection, controller.id, order.request, done, (order.actor, now))
    return Restricted(ids, list(known.values()), len(people), len(leads))


def require_request(
    connection: Connection, controller_id: str, reference: str | None, people: Collection[UUID]
) -> None:
    """Refuse the reference of a request that nobody made, or that names somebody else.

    What a request names and nobody has says nothing: a letter may give a new address.

    Raises:
        UsageError: there is none, or it is another person's.
    """
    if reference is None:
        return
    row = request_of_reference(connection, controller_id, reference)
    if row is None:
        raise UsageError(
            "There is no request with this reference. Nothing was changed. Cure: take the reference"
            " from `leadledger rights list`."
        )
    given = ((IdentifierKind.EMAIL, row.email), (IdentifierKind.PHONE, row.phone))
    named = [Identifier(kind, value) for kind, value in given if value]
    meant = {each.person for each in people_named(connection, controller_id, named)}
    if meant and meant.isdisjoint(people):
        raise UsageError(
            "The request with this reference names somebody else. Nothing was changed. Cure:"
            " `leadledger rights show` says who may be meant; take the reference of this person's"
            " own request, or leave out --request."
        )


def already_restricted(
    connection: Connection, controller_id: str, people: Collection[UUID], ground: RestrictionGround
) -> dict[UUID, UUID]:
    """Return, by person, what is in force on a ground already."""
    found = restriction.restrictions_of_people(connection, controller_id, people)
    return {
        row.person_id: row.id
        for own in found.values()
        for row in own
        if row.ground is ground and row.lifted_at is None
    }


def restrict_people(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    people: Collection[UUID],
    order: RestrictionOrder,
    now: datetime,
) -> list[UUID]:
    """Restrict use of some people's data, in the transaction that is given; return the new keys."""
    rows: list[dict[str, Any]] = [
        {
            "controller_id": controller_id,
            "id": id_,
            "person_id": person_id,
            "ground": order.ground,
            "since": now,
            "request": order.request,
            "lifted_at": None,
            "told_at": None,
        }
        for id_, person_id in zip(new_keys(len(people), now), people, strict=True)
    ]
    write_restrictions(connection, controller_id, key, rows, order.actor, now)
    return [row["id"] for row in rows]


def write_restrictions(
    connection: Connection,
    controller_id: str,
    key: SuppressionKeys,
    rows: Sequence[dict[str, Any]],
    actor: str,
    now: datetime,
) -> None:
    """Write restrictions of people who are known, with all that each of them entails."""
    people = [row["person_id"] for row in rows]
    if not people:
        return
    digests = digests_of_people(connection, controller_id, key, people)
    restriction.add_restrictions(connection, rows, digests)
    carried = due.identifiers_of_people(connection, controller_id, people)
    identifiers_leave(connection, controller_id, key, {row.id for row in carried}, now)
    entries: list[Entry] = [_set(row) for row in rows]
    entries += _drop_mails(connection, controller_id, people)
    entries += recall_people(connection, controller_id, people, RecallReason.RESTRICTED, now)
    ledger.append(connection, controller_id, actor, entries, now)


def _drop_mails(
    connection: Connection, controller_id: str, people: Collection[UUID]
) -> list[Entry]:
    """Drop the mails that ask some people to confirm a tick: to write to them is a use."""
    leads = {row.id for row in erasure.leads_of_people(connection, controller_id, people, ())}
    asked = opt_in.opt_ins_of(connection, controller_id, leads)
    return dropped_mails(outbox.drop_mails_about(connection, controller_id, asked), "restricted")


def dropped_mails(rows: Iterable[Row[Any]], reason: str) -> list[Entry]:
    """Return the ledger's entries of mails of ours that are not sent any more."""
    return [
        (LedgerKind.MAIL_DROPPED, row.subject_id.hex, {"mail": row.kind, "reason": reason})
        for row in rows
    ]


def digests_of_people(
    connection: Connection, controller_id: str, key: SuppressionKeys, people: Collection[UUID]
) -> dict[UUID, Sequence[str]]:
    """Return by what each person is known again: what names them alone, else all that they use.

    For the journal: a restored backup may lack the person, whose leads come anew.
    """
    alone: dict[UUID, set[str]] = defaultdict(set)
    every: dict[UUID, set[str]] = defaultdict(set)
    for row in due.identifiers_of_people(connection, controller_id, people):
        named = Identifier(row.kind, row.value)
        digest = suppression_digest(key, ControllerId(controller_id), named)
        every[row.person_id].add(digest)
        if row.owner_id == row.person_id:
            alone[row.person_id].add(digest)
    return {person_id: sorted(alone[person_id] or found) for person_id, found in every.items()}


def _set(row: Values) -> Entry:
    detail = {"restriction": row["id"].hex, "ground": row["ground"], "request": row["request"]}
    return LedgerKind.RESTRICTION_SET, row["person_id"].hex, detail


def lift(
    store: Store,
    restriction_id: UUID,
    told_on: date | None,
    actor: str,
    now: datetime,
    *,
    is_rehearsal: bool = False,
) -> bool:
    """End a restriction, once the person was told; say whether it was in force until now.

    Recipients who were told of it are told of its end. Rules: RST-2, RCL-1. UK GDPR Art. 18(3), 19.

    Args:
        store: an open store.
        restriction_id: its key.
        told_on: the London day on which the person was told that it will be lifted.
        actor: who lifts it.
        now: aware.
        is_rehearsal: check only.

    Raises:
        UsageError: there is no such restriction, or the person was not told.
    """
    with store.reading() as connection:
        row = restriction.restriction_by_id(connection, controller_ids(connection), restriction_id)
    if row is None:
        raise UsageError(
            "There is no restriction with this id. Cure: take one from `leadledger restrict list`."
        )
    if row.lifted_at is not None:
        return False
    told_at = told_before_lifting(row.since, told_on, now)
    if is_rehearsal:
        return True
    owner, person_id = row.controller_id, row.person_id
    with store.writing(owner) as connection:
        if not restriction.lift_restriction(connection, owner, restriction_id, told_at, now):
            return False
        detail = {"restriction": restriction_id.hex, "ground": row.ground}
        detail |= {"told_on": london_date(told_at).isoformat()}
        entries: list[Entry] = [(LedgerKind.RESTRICTION_LIFTED, person_id.hex, detail)]
        if not restriction.in_force_on(connection, owner, person_id):
            lifted = RecallReason.RESTRICTION_LIFTED
            entries += recall_people(connection, owner, [person_id], lifted, now)
        ledger.append(connection, owner, actor, entries, now)
    return True


def list_restrictions(
    store: Store, controllers: Sequence[ControllerSettings]
) -> list[ListedRestriction]:
    """Return the restrictions of some controllers, lifted ones too, oldest first."""
    with store.reading() as connection:
        rows = restriction.restrictions_of(connection, [each.id for each in controllers])
    return [
        ListedRestriction(
            row.id,
            row.controller_id,
            row.person_id,
            row.ground,
            row.since,
            row.request,
            row.lifted_at,
            row.told_at,
            row.leads,
        )
        for row in rows
    ]
