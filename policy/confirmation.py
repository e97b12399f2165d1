"""Double opt-in: when somebody may be asked to confirm a tick, and what the confirmation gives.

Anybody can type anybody's address into a form. Where a source cannot tell, a tick waits until who
reads the mailbox has pressed a button behind a link that was mailed there.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime, timedelta

from policy.vocabulary import (
    BoxDefect,
    Channel,
    EventKind,
    Identifier,
    IdentifierKind,
    LawfulBasis,
    PermissionEvent,
)

LINK_LIVES = timedelta(days=7)
"""How long a link that confirms something is good (guidance gives no number; own rule)."""
BETWEEN_MAILS = timedelta(days=1)


def ask_at(mailed: Collection[datetime], now: datetime) -> datetime | None:
    """Return when one more mail of ours may go to an address, None if it may not be written.

    One a day and address at the most, or forms could be used to flood a mailbox. `mailed` is when
    the earlier ones went or will go: behind one that still has to wait, no other queues up.
    Rule: EV-13. UK GDPR Art. 5(1)(f).

    Example:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
        >>> ask_at([], noon) == noon, ask_at([noon], noon).isoformat()
        (True, '2026-11-26T12:00:00+00:00')
    """
    last = max(mailed, default=None)
    if last is None or last + BETWEEN_MAILS <= now:
        return now
    return None if last > now else last + BETWEEN_MAILS


def may_ask(
    ticked_at: datetime,
    channels: Collection[Channel],
    opt_outs: Iterable[tuple[Channel | None, datetime]],
) -> bool:
    """Say whether a person may be asked by e-mail to confirm a tick for some channels.

    Who opted out before the tick may have changed their mind, and the tick says so; who opted out
    since has the last word, and gets no mail. `opt_outs` are scopes (None: every channel) and
    times. Rule: EV-13. UK GDPR Art. 7(3), 21(3); PECR reg. 22(2).
    """
    concerned = {None, Channel.EMAIL, *channels}
    return all(since < ticked_at for scope, since in opt_outs if scope in concerned)


def events_of_confirmation(
    said: Iterable[tuple[Identifier, PermissionEvent]],
    address: Identifier,
    boxes: Collection[str],
    at: datetime,
    lead_ends: datetime,
) -> Iterator[tuple[Identifier, PermissionEvent]]:
    """Yield the consents that a confirmation gives: of the boxes that it named, and no other.

    It is an act of its own, at its own time: later than an opt-out from before it, earlier than one
    from after it (rule CON-1). It proves whose mailbox `address` is, so another address that was
    typed beside it gets nothing. Nothing lives longer for it (rule RET-1). Rule: EV-12. UK GDPR
    Art. 4(11), 7(1).

    Args:
        said: the events of the lead, each with its identifier.
        address: the address that the link was mailed to.
        boxes: the keys of the boxes whose wording stood in the mail.
        at: when the button was pressed (aware UTC).
        lead_ends: when the lead ends, and the consent with it.
    """
    for identifier, event in said:
        waits = event.defect is BoxDefect.AWAITING_CONFIRMATION and event.box_key in boxes
        if waits and (identifier == address or identifier.kind is IdentifierKind.PHONE):
            given = PermissionEvent(
                EventKind.GIVEN,
                event.purpose,
                event.channel,
                at,
                event.lead_id,
                LawfulBasis.CONSENT,
                box_key=event.box_key,
                valid_until=lead_ends,
            )
            yield identifier, given
