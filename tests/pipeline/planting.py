"""Plant one person in every table that can hold something of a person."""

from datetime import timedelta
from pathlib import Path

from models import mark
from models.lead import Lead
from models.store import Store
from pipeline.hold import Order, place_hold
from pipeline.receive_request import Asked, receive_request
from policy.correction import CorrectedField
from policy.rights.steps import StepKind
from policy.rights.table import Right
from tests.audiences import META, configured, house_with, meta_settings
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    broken,
    controller,
    delivery,
    email,
    fields,
    kept,
    source,
    take,
)
from tests.confirming import take_unsure, ticked
from tests.pipeline.casework import take as take_step
from tests.pipeline.erasing import listed
from tests.pipeline.restricting import restricted
from tests.pipeline.stopping import stop
from tests.pipeline.test_rectify import corrected
from tests.web.pushing import push_into_inbox

TODAY = NOW.date()
MATTER = "a matter that may be privileged"


def planted(store: Store, folder: Path) -> None:
    """Let Priya be in every table: leads, ticks, mails, lists, stops, requests, holds, unread."""
    answered = fields(company_name="Sharma Ltd", job_title="Owner", question="What does it cost?")
    forms = ticked(store, lead=("100000000000001", answered))
    again = delivery("100000000000001", answered, at=NOW - timedelta(hours=1), ad_name="June")
    take_unsure(store, forms, again)
    take(
        store, source(), delivery("100000000000002")
    )  # this tick counts, so that she can be listed
    take(store, source(), broken(b'{"to": "priya.sharma@mail.example"'))
    push_into_inbox(store, source(), b'{"email": "Priya.Sharma@mail.example"}')
    first = kept(store, Lead)[0]
    digest = mark.mark_digest("nectra", forms.id, "lead")
    with store.writing("nectra") as connection:
        mark.add_marks(connection, [("nectra", forms.id, "webhook", digest, first.id.hex)])
    listed(store, folder / "list.csv")
    asked = Asked(Right.ACCESS, "Priya Sharma", "priya.sharma@mail.example", None, "All of it.")
    reference = receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW).reference
    take_step(store, reference, StepKind.SEARCHED, text="the store and the archive", now=NOW)
    corrected(store, email(), {CorrectedField.COMPANY: "Sharma and Co Ltd"}, at=NOW)
    restricted(store)
    order = Order(controller(), MATTER, "A. Counsel", TODAY + timedelta(days=9), email())
    place_hold(store, order, "test", NOW)
    house_with(store, configured(META, meta_settings("http://127.0.0.1:9")))
    stop(store, email(), at=NOW + timedelta(minutes=1))
