"""What a person's permission events say about keeping: a full opt-out, and a closed enquiry."""

from collections.abc import Sequence
from datetime import datetime

from policy.consent import PERMITTING, consent_state
from policy.retention import consent_ends_at
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

OPTING_OUT = frozenset({EventKind.WITHDRAWN, EventKind.OBJECTED})
ENDS_ENQUIRY = frozenset({EventKind.CLOSED, EventKind.WITHDRAWN, EventKind.OBJECTED})


def full_opt_out_at(events: Sequence[PermissionEvent], at: datetime) -> datetime | None:
    """Return since when a person has opted out of all marketing, as things stood at `at`.

    `events` are those of all identifiers of one person with one controller, in any order. An
    objection or a withdrawal for every channel is a full opt-out, and so is one that leaves none of
    the channels permitted that consent was once given for (RET-7). One that leaves another channel
    stops its own only, and retention goes on (RET-8). A later consent closes it for as long as that
    consent stands (as PERM-14 has it); until then the first of several opt-outs counts. UK GDPR
    Art. 7(3), 17(1)(b), 17(1)(c), 21(2), 21(3); PECR reg. 22(3)(c).
    """
    marketing = [e for e in events if e.purpose is Purpose.DIRECT_MARKETING and e.occurred_at <= at]
    consents = [
        consent
        for consent in _standing_consents(marketing, at)
        if at < consent_ends_at(consent.occurred_at, consent.valid_until)
    ]
    standing = {
        event.occurred_at
        for event in marketing
        if _is_full_opt_out(event, marketing)
        and not any(consent.occurred_at > event.occurred_at for consent in consents)
    }
    if not standing:
        return None
    given = [event.occurred_at for event in marketing if event.kind in PERMITTING]
    latest = max(standing)
    return min(
        since for since in standing if not any(since < consent < latest for consent in given)
    )


def _is_full_opt_out(event: PermissionEvent, marketing: Sequence[PermissionEvent]) -> bool:
    """Say whether an opt-out left nothing permitted (RET-7), or one channel of several (RET-8)."""
    if event.kind not in OPTING_OUT:
        return False
    then = event.occurred_at
    was_given = any(e.kind in PERMITTING and e.occurred_at <= then for e in marketing)
    is_left = any(
        consent.valid_until is None or then < consent.valid_until
        for consent in _standing_consents(marketing, then)
    )
    return event.channel is None or (was_given and not is_left)


def _standing_consents(marketing: Sequence[PermissionEvent], at: datetime) -> list[PermissionEvent]:
    """Return, for each channel whose last word at `at` is a consent, that consent."""
    folded = (
        consent_state(marketing, Purpose.DIRECT_MARKETING, channel, at) for channel in Channel
    )
    return [state.latest for state in folded if state.latest and state.is_given]


def enquiry_closed_at(events: Sequence[PermissionEvent], at: datetime) -> datetime | None:
    """Return when the last open enquiry among the events was closed, or None while one is open.

    `events` are those of one record (or of all records that are asked about), in any order. An
    enquiry ends when it is answered or dropped, or when the person wants no answer any more: for
    its channel or all, for its lead or all. Rules: RET-7, RET-20. UK GDPR Art. 5(1)(b), 5(1)(e).
    """
    heard = [e for e in events if e.purpose is Purpose.ENQUIRY_RESPONSE and e.occurred_at <= at]
    closings = [event for event in heard if event.kind in ENDS_ENQUIRY]
    ends = [
        min((end.occurred_at for end in closings if _ends(end, enquiry)), default=None)
        for enquiry in heard
        if enquiry.kind is EventKind.ENQUIRED
    ]
    closed = [end for end in ends if end is not None]
    return max(closed) if closed and len(closed) == len(ends) else None


def _ends(closing: PermissionEvent, enquiry: PermissionEvent) -> bool:
    return (
        closing.occurred_at >= enquiry.occurred_at
        and closing.channel in (None, enquiry.channel)
        and closing.lead_id in (None, enquiry.lead_id)
    )
