"""What it means to correct a person's details: what is replaced, what follows, what does not."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from policy.consent import PERMITTING, consent_state
from policy.errors import UsageError
from policy.vocabulary import (
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    PermissionEvent,
    Purpose,
    Word,
)

MAX_VALUE = 200
MIN_REASON_WORDS = 2


class CorrectedField(Word):
    """What may be corrected: the contact details that clause 2 of the privacy policy names."""

    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    COMPANY = "company"
    JOB_TITLE = "job_title"

    @property
    def kind(self) -> IdentifierKind | None:
        """Return which kind of identifier it is, None for what identifies nobody."""
        return _KINDS.get(self)


_KINDS = {
    CorrectedField.EMAIL: IdentifierKind.EMAIL,
    CorrectedField.PHONE: IdentifierKind.PHONE,
}


def required_value(field: CorrectedField, given: str) -> str:
    """Return a corrected value, trimmed. Rule: COR-1. UK GDPR Art. 5(1)(d), 16.

    Raises:
        UsageError: it is empty, longer than any such value, or has signs in it that are no text.
    """
    value = " ".join(given.split())
    if not value or len(value) > MAX_VALUE or not value.isprintable():
        raise UsageError(
            f"The right {field} is missing, longer than {MAX_VALUE} signs, or no text. Nothing was"
            f" changed. Cure: write --field {field}=… with the right one."
        )
    return value


def required_reason(given: str) -> str:
    """Return why something is corrected: on whose word, or how it was checked. Rule: COR-1.

    Raises:
        UsageError: it says too little to be judged later.
    """
    reason = " ".join(given.split())
    if len(reason.split()) < MIN_REASON_WORDS or not reason.isprintable():
        raise UsageError(
            "It is not said why. Nothing was changed. Cure: say in a few words with --reason on"
            ' whose word it is corrected, such as "told us on the phone".'
        )
    return reason


def what_is_wrong(
    kind: IdentifierKind, typed: Identifier, carried: Collection[Identifier]
) -> Identifier | None:
    """Return which address or number a new one takes the place of; None: it completes the record.

    The one that was typed, if it is of that kind and theirs; else the only one of that kind. A new
    one beside a wrong one would leave the wrong one in use, so of several one must be named. Rule:
    COR-2. UK GDPR Art. 5(1)(d), 16.

    Args:
        kind: of the new one.
        typed: by what the person was looked for.
        carried: what the leads in question carry.

    Raises:
        UsageError: there are several, and none of them was typed.
    """
    if typed.kind is kind and typed in carried:
        return typed
    known = [each for each in carried if each.kind is kind]
    if len(known) > 1:
        raise UsageError(
            f"The person has several of the kind {kind}, and it is not said which is wrong. Nothing"
            " was changed. Cure: look for the person by the wrong one, or name one lead by --lead."
        )
    return known[0] if known else None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a corrected address or number adds: events of the wrong one, and of the right one."""

    wrong: Sequence[PermissionEvent]
    right: Sequence[PermissionEvent]


def moved_events(
    events: Iterable[PermissionEvent], leads: Collection[UUID], now: datetime
) -> Moved:
    """Return which events end the wrong identifier's permissions, and which the right one takes on.

    A permission sticks to the identifier that it was given for: what was agreed to under a wrong
    one was agreed to by nobody who reads it, and says nothing of the right one. So each consent
    that stands on the wrong one by these leads is invalidated, and their enquiry is closed there.
    What forbids spreads to the right one, as of its own time. The enquiry is the person's own and
    not their address's: it may be answered at the right one. Rules: COR-3, CON-3. UK GDPR Art.
    5(1)(d), 7, 16, 21(3).

    Args:
        events: all events of the wrong identifier.
        leads: the corrected ones.
        now: when they were corrected (aware UTC).
    """
    own = list(events)
    theirs = [event for event in own if event.lead_id in leads]
    wrong = [*_invalidated(own, theirs, now), *_closed(theirs, now)]
    # who objected, withdrew or refused under the wrong one, on no lead, may have been this person
    right = [e for e in own if e.kind is EventKind.OBJECTED or (e.lead_id is None and _forbids(e))]
    right += [event for event in theirs if _forbids(event) or event.kind is EventKind.ENQUIRED]
    kept = [e if e.lead_id in leads else replace(e, lead_id=None) for e in right]
    return Moved(tuple(wrong), tuple(dict.fromkeys(kept)))


def _forbids(event: PermissionEvent) -> bool:
    return event.kind in _FORBIDS


_FORBIDS = frozenset({EventKind.REFUSED, EventKind.WITHDRAWN, EventKind.CLOSED})


def _invalidated(
    own: Sequence[PermissionEvent], theirs: Sequence[PermissionEvent], now: datetime
) -> Iterable[PermissionEvent]:
    given = {(e.purpose, e.channel, e.lead_id) for e in theirs if e.kind in PERMITTING}
    for purpose, channel, lead_id in sorted(given, key=str):
        latest = _latest(own, purpose, channel, now)
        if latest is not None and latest.kind in PERMITTING and latest.lead_id == lead_id:
            yield PermissionEvent(EventKind.INVALIDATED, purpose, channel, now, lead_id)


def _latest(
    own: Sequence[PermissionEvent], purpose: Purpose, channel: Channel | None, now: datetime
) -> PermissionEvent | None:
    return consent_state(own, purpose, channel, now).latest if channel else None


def _closed(theirs: Sequence[PermissionEvent], now: datetime) -> Iterable[PermissionEvent]:
    for event in theirs:
        if event.kind is EventKind.ENQUIRED:
            yield PermissionEvent(
                EventKind.CLOSED, event.purpose, event.channel, now, event.lead_id
            )


def require_one_person(*, is_somebody_elses: bool, is_same_person: bool) -> None:
    """Refuse to correct an address into one that names somebody else, unless they are the same.

    The same address is the same person (ID-4), so the records of both are joined then, and what
    forbids use of one forbids it of both. Rule: COR-4. UK GDPR Art. 5(1)(d), 25.

    Raises:
        UsageError: it names somebody else, and nobody said that it is the same person.
    """
    if is_somebody_elses and not is_same_person:
        raise UsageError(
            "The right address names another person here already. Nothing was changed. Cure: if it"
            " is the same person, add --same-person: the records of both are joined then."
        )


def fields_of(typed: Iterable[str]) -> dict[CorrectedField, str]:
    """Return what somebody typed as `field=value`, by field. Rule: COR-1.

    Raises:
        UsageError: one has no such form, or names no field that can be corrected, or one twice.
    """
    found: dict[CorrectedField, str] = {}
    for each in typed:
        name, sign, value = each.partition("=")
        known = next((field for field in CorrectedField if field == name.strip()), None)
        if not sign or known is None or known in found:
            raise UsageError(
                "--field names no detail that can be corrected, or one twice. Nothing was changed."
                f" Cure: write it as one of {', '.join(f'{field}=…' for field in CorrectedField)}."
            )
        found[known] = value
    return found
