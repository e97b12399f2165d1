"""How the tests ask whether somebody may be used, and how somebody opts out."""

from datetime import datetime

from models import permission, usage
from models.keys import new_keys
from models.store import Store
from pipeline import compose
from pipeline.why import Answer, why
from policy.decision import Decision
from policy.suppression import SuppressionKeys
from policy.uses import UseRequest
from policy.vocabulary import Channel, EventKind, Identifier, PermissionEvent, Purpose
from tests.build import NOW, SUPPRESSION_KEY, controller, email

MARKETING = Purpose.DIRECT_MARKETING


def answer(
    store: Store,
    identifier: Identifier,
    *,
    channel: Channel = Channel.EMAIL,
    purpose: Purpose = MARKETING,
    at: datetime = NOW,
    controller_id: str = "nectra",
    key: SuppressionKeys = SUPPRESSION_KEY,
) -> Answer:
    use = UseRequest(purpose, channel, at)
    [found] = why(store, [controller(controller_id)], key, identifier, use)
    return found


def may_email(
    store: Store,
    identifier: Identifier | None = None,
    *,
    at: datetime = NOW,
    key: SuppressionKeys = SUPPRESSION_KEY,
) -> Decision:
    """Say whether marketing by e-mail is allowed."""
    return answer(store, identifier or email(), at=at, key=key).decision


def object_to_marketing(
    store: Store,
    identifier: Identifier,
    *,
    at: datetime = NOW,
    kind: EventKind = EventKind.OBJECTED,
    channel: Channel | None = None,
    controller_id: str = "nectra",
) -> None:
    """Write an objection or withdrawal of an identifier down."""
    event = PermissionEvent(kind, MARKETING, channel, at)
    with store.writing(controller_id) as connection:
        [known] = usage.identifier_rows(connection, identifier, controller_id)
        [key] = new_keys(1, at)
        row = compose.event_row(controller_id, key.hex, known.id.hex, event, at)
        permission.add_events(connection, [row])
