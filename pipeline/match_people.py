"""Find or make the person of each new submission, in the transaction that stores them."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from models import lead as leads
from models import person as people
from models.keys import new_hex_keys
from pipeline.prepare import Prepared
from policy.identity import KnownPerson, is_generic_mailbox, match, matchable
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
        self._owners: dict[Identifier, str | None] = {i: own for i, (_, own) in known.items()}
        self._stored = dict(self._owners)
        self._fresh = [identifier for identifier in wanted if identifier not in known]
        self._keys |= dict(zip(self._fresh, new_hex_keys(len(self._fresh), now), strict=True))
        self._spare_people = iter(new_hex_keys(len(batch), now))
        self._people: dict[str, KnownPerson[str]] = {}
        self._heard: dict[str, list[tuple[Sequence[Identifier], str | None]]] = {}
        self._made: list[str] = []
        self._load_number_owners(batch)

    def keys_of(self, found: Iterable[Identifier]) -> list[str]:
        """Return the keys of identifiers of the batch, in order, as hex digits."""
        return [self._keys[identifier] for identifier in found]

    def keys(self) -> dict[Identifier, str]:
        """Return all identifiers of the batch, with their keys."""
        return self._keys

    def made(self) -> dict[Identifier, str]:
        """Return the identifiers of the batch that the store lacked, with their keys."""
        return {identifier: self._keys[identifier] for identifier in self._fresh}

    def assign(self, prepared: Prepared) -> tuple[str, bool]:
        """Return the person of a submission, and whether its identifiers contradict each other."""
        found, name = prepared.identifiers, prepared.name
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
        people.add_people(self._connection, self._controller_id, self._made, self._now)
        fresh = [(i, self._keys[i], self._owners.get(i)) for i in self._fresh]
        people.add_identifiers(self._connection, self._controller_id, fresh)
        changed = {
            self._keys[i]: self._owners[i]
            for i, was in self._stored.items()
            if self._owners[i] != was
        }
        people.set_owners(self._connection, self._controller_id, changed)

    def _new_person(self) -> str:
        person_id = next(self._spare_people)
        self._made.append(person_id)
        self._people[person_id] = KnownPerson(person_id, has_personal_email=False, names=set())
        return person_id

    def _remember(self, person_id: str, found: Sequence[Identifier], name: str | None) -> None:
        known = self._people.get(person_id)
        if known is None:
            # looked up when a number of theirs decides something; the store lacks this batch then
            self._heard.setdefault(person_id, []).append((found, name))
            return
        if name:
            known.names.add(name)
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

    def _person(self, person_id: str) -> KnownPerson[str]:
        if person_id not in self._people:
            self._load({person_id})
        return self._people[person_id]

    def _load(self, wanted: set[str]) -> None:
        if not wanted:
            return
        emails = people.personal_emails(self._connection, self._controller_id, wanted)
        names = leads.names_of_people(self._connection, self._controller_id, wanted)
        for person_id in wanted:
            self._people[person_id] = KnownPerson(
                person_id,
                has_personal_email=bool(emails.get(person_id)),
                names=set(names.get(person_id, ())),
            )
            for found, name in self._heard.pop(person_id, ()):
                self._remember(person_id, found, name)


def _is_nobodys(identifier: Identifier) -> bool:
    return identifier.kind is IdentifierKind.EMAIL and is_generic_mailbox(identifier.value)
