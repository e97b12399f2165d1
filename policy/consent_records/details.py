"""What a consent record says beside the evidence of the consent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from policy.consent_evidence import ConsentStatus
from policy.consent_records.terms import Actor

Json = dict[str, Any]


class Party(NamedTuple):
    """A controller: its id (letters, digits, - and _), name, contact for requests, and address."""

    id: str
    name: str
    contact: str
    address: str = ""


class LaterEvent(NamedTuple):
    """What became of a consent afterwards, when (aware), by whom, and how."""

    status: ConsentStatus
    at: datetime
    actor: Actor
    how: str = ""


@dataclass(frozen=True, slots=True)
class RecordDetails:
    """What a record holds beside the evidence of the consent.

    `subject` and `identifier` are keys, never an address or a number. `event` is what happened in
    this consent, `later` what became of it. Places are ISO 3166 codes. `keep_until` is exclusive.
    `recipients` None: nobody knows; empty: nobody got the data. `authority` is the supervisory
    authority's name.
    """

    record_id: UUID
    subject: UUID
    identifier: UUID
    event: ConsentStatus
    controllers: tuple[Party, ...]
    actor: Actor = Actor.PERSON
    later: tuple[LaterEvent, ...] = ()
    notice_url: str = ""
    jurisdiction: str = ""
    keep_until: datetime | None = None
    recipients: tuple[str, ...] | None = None
    storage_locations: tuple[str, ...] = ()
    processing_locations: tuple[str, ...] = ()
    geographic_restrictions: tuple[str, ...] = ()
    authority: str = ""
    is_data_optional: bool | None = None


def held(values: Mapping[str, object]) -> Json:
    """Return what there is: no empty text, no empty list, nothing that is None."""
    return {name: value for name, value in values.items() if value}
