"""What every part of an answer is made from: whom it is about, in one state of the store."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, SecretStr
from sqlalchemy import Connection, Row

from pipeline.pack_redact import Redactor
from pipeline.pack_subject import PackSubject
from pipeline.settings import ControllerSettings, Settings
from policy.free_text import KnownNames

Record = dict[str, Any]
"""One thing that is held, by plain names, ready to be written as JSON."""


@dataclass(frozen=True, slots=True)
class PackAsked:
    """One answer in the making; `connection` sees one state of the store. `now` is aware.

    `requests` are the person's.
    """

    connection: Connection
    settings: Settings
    controller: ControllerSettings
    subject: PackSubject
    requests: Sequence[Row[Any]]
    redactor: Redactor
    now: datetime

    @property
    def controller_id(self) -> str:
        """Return whose data it is about."""
        return self.controller.id

    @property
    def leads(self) -> list[UUID]:
        """Return the keys of the person's leads."""
        return [lead.id for lead in self.subject.leads]


def redactor_of(
    settings: Settings, controller: ControllerSettings, subject: PackSubject, names: KnownNames
) -> Redactor:
    """Return what keeps other people out of an answer; `names` are those of others."""
    sources = [each for each in settings.sources if each.controller.id == controller.id]
    house = [controller.privacy_contact, settings.web.unsubscribe_mailbox]
    house += [settings.mail.sender] if settings.mail else []
    house += [text for each in sources for text in _addresses(each.own)]
    regions = {each.region for each in sources} | {settings.opt_outs.region}
    return Redactor(subject.own, [each for each in house if each], sorted(regions), names)


def _addresses(settings: object) -> Iterator[str]:
    """Yield what looks like an address in the settings of a source: its own mailboxes."""
    if isinstance(settings, str):
        if "@" in settings:
            yield settings
    elif isinstance(settings, BaseModel):
        yield from _addresses([value for _, value in settings])
    elif not isinstance(settings, SecretStr | bytes) and isinstance(settings, Iterable):
        for each in settings:
            yield from _addresses(each)


def at(moment: datetime | None) -> str | None:
    """Return a time as it stands in an answer: in UTC, to the second."""
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds")
