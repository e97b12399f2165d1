"""Find or make the person of each new submission, in the transaction that stores them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from models import lead as leads
from models import person as people
from models.bulk import Values
from models.keys import new_keys
from pipeline.prepare import Prepared
from policy.identity import KnownPerson, is_generic_mailbox, match, matchable, name_key
from policy.vocabulary import Identifier, IdentifierKind


class PeopleBook:
    """Who owns which identifier while a batch is matched: the store's view plus the batch's own.

    Matching is one by one and in order, so that a batch gives the same people as its leads would
    have given one at a time; the rows are written afterwards, all at once.
    """

    def __init__(
        self, connection: Connection, controller_id: str, batch: Sequence[Prepared], now: datetime
    ) -> None:
        """Look up everything that the batch can meet, in a few queries."""
        self._connection = connection
        self._controller_id = controller_id
        self._now = now
        wanted = list(dict.fromkeys(i for prepared in batch for i in prepared.identifiers))
        known = people.known_identifiers(connection, controller_id, wanted)
        self._keys = {identifier: key for identifier, (key, _) in known.items()}
        self._owners: dict[Identifier, UUID | None] = {i: own for i, (_, own) in known.items()}
        self._stored = dict(self._owners)
        self._fresh = [identifier for identifier in wanted if identifier not in known]
        self._keys |= dict(zip(self._fresh, new_keys(len(self._fresh), now), strict=True))
        self._spare_people = iter(new_keys(len(batch), now))
        self._people: dict[UUID, KnownPerson] = {}
        self._made: list[UUID] = []
        self._load_number_owners(batch)

    def key(self, identifier: Identifier) -> UUID:
        """Return the key of an identifier of the batch."""
        return self._keys[identifier]

    def assign(self, prepared: Prepared) -> tuple[UUID, bool]:
        """Return the person of a submission, and whether its identifiers contradict each other."""
        found, name = prepared.identifiers, prepared.submission.contact.full_name
        matched = match(found, name, self._owners, self._person)
        person_id = matched.person or self._new_person()
        for identifier in matched.shared:
            self._owners[identifier] = None
        for identifier in found:
            if identifier not in self._owners:
                self._owners[identifier] = None if _is_nobodys(identifier) else person_id
        self._remember(person_id, found, name)
        return person_id, matched.is_conflict

    def write(self) -> None:
        """Write the new people and identifiers, and what changed hands."""
        base = {"controller_id": self._controller_id}
        people.add_people(
            self._connection,
            [
                {**base, "id": person_id, "created_at": self._now, "restricted_at": None}
                for person_id in self._made
            ],
        )
        people.add_identifiers(self._connection, [self._row(i) for i in self._fresh])
        changed = {
            self._keys[i]: self._owners[i]
            for i, was in self._stored.items()
            if self._owners[i] != was
        }
        people.set_owners(self._connection, self._controller_id, changed)

    def _row(self, identifier: Identifier) -> Values:
        return {
            "controller_id": self._controller_id,
            "id": self._keys[identifier],
            "kind": identifier.kind,
            "value": identifier.value,
            "person_id": self._owners.get(identifier),
        }

    def _new_person(self) -> UUID:
        person_id = next(self._spare_people)
        self._made.append(person_id)
        self._people[person_id] = KnownPerson(person_id, has_personal_email=False, names=set())
        return person_id

    def _remember(self, person_id: UUID, found: Iterable[Identifier], name: str | None) -> None:
        known = self._people.get(person_id)
        if known is None:
            return  # it is looked up when a number of theirs decides something
        if name:
            known.names.add(name_key(name))
        if not known.has_personal_email:
            known.has_personal_email = any(
                i.kind is IdentifierKind.EMAIL and self._owners.get(i) == person_id for i in found
            )

    def _load_number_owners(self, batch: Sequence[Prepared]) -> None:
        """Look up, at once, the people whom only a number could identify."""
        wanted = set()
        for prepared in batch:
            emails, phones = matchable(prepared.identifiers)
            if not any(self._owners.get(email) for email in emails):
                wanted |= {owner for phone in phones if (owner := self._owners.get(phone))}
        self._load(wanted)

    def _person(self, person_id: UUID) -> KnownPerson:
        if person_id not in self._people:
            self._load({person_id})
        return self._people[person_id]

    def _load(self, wanted: set[UUID]) -> None:
        if not wanted:
            return
        emails = people.personal_emails(self._connection, self._controller_id, wanted)
        names = leads.names_of_people(self._connection, self._controller_id, wanted)
        for person_id in wanted:
            self._people[person_id] = KnownPerson(
                person_id,
                has_personal_email=bool(emails.get(person_id)),
                names={name_key(name) for name in names.get(person_id, ())},
            )


def _is_nobodys(identifier: Identifier) -> bool:
    return identifier.kind is IdentifierKind.EMAIL and is_generic_mailbox(identifier.value)
