"""A source of the tests whose submissions come by several ways."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import orjson

from connectors.base import (
    Batch,
    Contact,
    Delivery,
    Marks,
    Problem,
    Reading,
    SourceErasure,
    Submission,
)
from models.store import Store
from pipeline.ingest import Ingest, IngestReport
from pipeline.settings import ConfiguredSource
from policy.vocabulary import BoxAnswer, Notice
from tests.build import FORM, NOW

YESTERDAY = NOW - timedelta(days=1)


class ManyWays:
    """Reads what `copy` wrote."""

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        said = orjson.loads(delivery.payload)
        if said.get("erased"):
            return [SourceErasure(said["id"])]
        if "id" not in said:
            return [Problem("id_missing", "No id. Send it again.")]  # type: ignore[arg-type]
        at = said["at"]
        return [
            Submission(
                external_id=said["id"],
                submitted_at=datetime.fromisoformat(at) if at else None,
                form_id=FORM.form_id,
                contact=Contact(full_name="Priya Sharma", emails=tuple(said["emails"])),
                answers={},
                boxes=None if said["ticked"] is None else (_answer(said["ticked"]),),
                is_test=said["test"],
                origin={},
                notice=delivery.notice,
                marks=Marks(*said["marks"]) if said["marks"] else None,
            )
        ]


def _answer(ticked: object) -> BoxAnswer:
    return BoxAnswer("email_updates", str(ticked), ticked is True)


def copy(
    id_: str,
    *marks: str | None,
    at: datetime | None = YESTERDAY,
    email: str = "priya.sharma@mail.example",
    ticked: bool | None = None,
    notice: Notice | None = None,
    is_test: bool = False,
    received_at: datetime = NOW,
) -> Delivery:
    """Return one copy of a submission: its id, then how it came, its number, and its click."""
    said: dict[str, Any] = {
        "id": id_,
        "marks": marks,
        "at": at and at.isoformat(),
        "emails": [email],
        "ticked": ticked,
        "test": is_test,
    }
    return Delivery(id_, orjson.dumps(said), "application/json", received_at, notice)


def erased(id_: str) -> Delivery:
    """Return the platform's word that it has erased a submission."""
    return Delivery(id_, orjson.dumps({"id": id_, "erased": True}), "application/json", NOW)


def took(
    store: Store, source: ConfiguredSource, *deliveries: Delivery, at: datetime = NOW
) -> IngestReport:
    """Take copies in, in one unit of work."""
    return Ingest(store, source, ManyWays(), "pull").take([Batch("stream", deliveries)], at)
