"""Which events of a log bear on one identifier: its own, and the person's objections."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from policy.vocabulary import ControllerId, EventKind, Identifier, PermissionEvent


class RecordedEvent(NamedTuple):
    """A permission event as it is kept: of which identifier, within which controller."""

    controller_id: ControllerId
    identifier: Identifier
    event: PermissionEvent


def bearing_on(
    controller_id: ControllerId,
    identifier: Identifier,
    same_person: Collection[Identifier],
    log: Iterable[RecordedEvent],
) -> list[PermissionEvent]:
    """Return the events that a decision about an identifier rests on, in the log's order.

    Consent sticks to the identifier that it was given for; an objection spreads to every identifier
    of the person (rule CON-3; UK GDPR Art. 21(2)-(3)). Nothing crosses controllers: whoever
    objects to one client's marketing has told another nothing, and neither may learn of it (rule
    CON-6; UK GDPR Art. 28(3)(a), 28(10)).

    Args:
        controller_id: whose data the decision is about.
        identifier: the address or number that would be used.
        same_person: the person's identifiers within this controller; may hold `identifier` itself.
        log: events of any controllers and identifiers, in any order.
    """
    return [
        recorded.event
        for recorded in log
        if recorded.controller_id == controller_id
        and (
            recorded.identifier == identifier
            or (recorded.event.kind is EventKind.OBJECTED and recorded.identifier in same_person)
        )
    ]
