"""How the tests restrict, and what may be used then."""

from datetime import date, datetime
from uuid import UUID

from models.store import Store
from pipeline.restrict import Restricted, RestrictionOrder, lift, restrict
from pipeline.why import why
from policy.decision import Decision
from policy.restriction import RestrictionGround
from policy.uses import UseRequest
from policy.vocabulary import Channel, Identifier, Purpose
from tests.build import NOW, SUPPRESSION_KEY, controller, email

CONTESTED = RestrictionGround.ACCURACY_CONTESTED


def restricted(
    store: Store,
    identifier: Identifier | None = None,
    *,
    ground: RestrictionGround = CONTESTED,
    at: datetime = NOW,
    request: str | None = None,
    is_rehearsal: bool = False,
) -> Restricted:
    """Restrict somebody."""
    who = identifier or email()
    order = RestrictionOrder(who, ground, "test", request, is_rehearsal)
    return restrict(store, controller(), SUPPRESSION_KEY, order, at)


def lifted(store: Store, id_: UUID, *, at: datetime, told_on: date | None = None) -> bool:
    """Lift a restriction, of which the person was told on the day itself unless it is said when."""
    return lift(store, id_, told_on or at.date(), "test", at)


def decided(
    store: Store,
    identifier: Identifier | None = None,
    *,
    at: datetime = NOW,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    channel: Channel = Channel.EMAIL,
) -> Decision:
    """Return whether somebody may be used."""
    use = UseRequest(purpose, channel, at)
    who = identifier or email()
    [answer] = why(store, [controller()], SUPPRESSION_KEY, who, use)
    return answer.decision
