"""People who leave by a link: they wrote yesterday, and may be mailed and called."""

from datetime import timedelta
from pathlib import Path

from models.store import Store
from pipeline import wiring
from pipeline.export import ExportRequest, export
from policy.decision import Decision
from policy.vocabulary import Channel, Identifier, Purpose
from tests.build import SUPPRESSION_KEY, controller, delivery, email, recipient, source, take
from tests.pipeline.asking import answer

ONE_CLICK = "List-Unsubscribe=One-Click"
FORM = {"content-type": "application/x-www-form-urlencoded"}
UNKNOWN = "no-token.of-ours"


def came(store: Store, number: str = "1000001", *, days: float = 1) -> None:
    """Let Priya Sharma send the form, with both boxes ticked."""
    now = wiring.now()
    sent = delivery(number, at=now - timedelta(days=days), received_at=now)
    take(store, source(), sent, at=now)


def may(
    store: Store, channel: Channel = Channel.EMAIL, identifier: Identifier | None = None
) -> Decision:
    """Return what is decided of marketing at this moment."""
    return answer(store, identifier or email(), channel=channel, at=wiring.now()).decision


def listed(store: Store, folder: Path) -> int:
    """Return how many people the next list for mails names."""
    out = folder / f"{wiring.now().timestamp()}.csv"
    purpose, channel = Purpose.DIRECT_MARKETING, Channel.EMAIL
    request = ExportRequest(controller(), purpose, channel, recipient(), out, "sales")
    return export(store, request, SUPPRESSION_KEY, wiring.now).allowed
