"""The forms of a page and the new leads of a form.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, v26.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson

from connectors._meta_form_reading import FormReading, ids_of
from connectors._meta_forms import FORM_FIELDS
from connectors._meta_graph import Graph, Json
from connectors._meta_pages import Page, pages
from connectors._meta_verdict import changed
from connectors._values import id_of
from connectors.base import Batch, ConnectorIO

_TESTS = "test_leads{id}"
_LISTINGS = (f"{FORM_FIELDS},{_TESTS}", FORM_FIELDS, f"id,status,{_TESTS}", "id,status")
"""What a listing asks for. One form whose legal content is refused (#100) refuses it for the whole
list, so then the list gives ids alone; older apps may not ask for `test_leads` in a list."""
_WITH_FORMS, _WITH_TESTS = {0, 1}, {0, 2}

_PAID_FIELDS = "ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name"
_OWN_FIELDS = (
    "id,created_time,form_id,is_organic,platform,partner_name,retailer_item_id,field_data,"
    "custom_disclaimer_responses"
)
LEAD_FIELDS = (f"{_OWN_FIELDS},{_PAID_FIELDS}", _OWN_FIELDS)
"""A token without a role on the ad account is refused the ad fields (#100), not the lead."""

_CLOCKS_MAY_DIFFER = timedelta(minutes=30)
"""Less than the shortest overlap: a time ahead of ours must never pull the cursor past a lead."""


@dataclass(frozen=True, slots=True)
class ListedForm:
    """A form of the page. `shown` and `test_ids` are None where the list would not give them."""

    id: str
    shown: Json | None
    test_ids: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far back to ask, and how many rows at a time."""

    overlap: timedelta
    first: timedelta
    page_size: int


def forms_of(graph: Graph, page_id: str, limit: int) -> Iterator[ListedForm]:
    """Yield every form that may have leads: archived ones still serve theirs, drafts have none.

    Raises:
        GraphError: the list cannot be read.
    """
    for form_id, form, fields in _forms(graph, page_id, _LISTINGS, limit):
        yield ListedForm(
            form_id,
            form if fields in _WITH_FORMS else None,
            listed_test_ids(form) if fields in _WITH_TESTS else None,
        )


def form_ids_of(graph: Graph, page_id: str, limit: int) -> list[str]:
    """Return the ids of the same forms, without what they show.

    Raises:
        GraphError: the list cannot be read.
    """
    return [form_id for form_id, _, _ in _forms(graph, page_id, ("id,status",), limit)]


def _forms(
    graph: Graph, page_id: str, listings: Sequence[str], limit: int
) -> Iterator[tuple[str, Json, int]]:
    """Yield the id of each form, its row, and by which of the listings it came."""
    for page in pages(graph, (page_id, "leadgen_forms"), listings, limit=limit):
        for row in page.rows:
            form: Json = row if isinstance(row, dict) else {}
            form_id = id_of(form.get("id"))
            if form_id is None:
                raise changed("a form without an id in the list of forms")
            if form.get("status") != "DRAFT":
                yield form_id, form, page.fields


def listed_test_ids(form: Json) -> frozenset[str] | None:
    """Return the test leads that stand in a form's listing, None if it does not hold them all."""
    listed = form.get("test_leads")
    if not isinstance(listed, Mapping):
        return frozenset()  # a form without any is listed without the field
    rows, paging = listed.get("data"), listed.get("paging")
    goes_on = isinstance(paging, Mapping) and "next" in paging
    return ids_of(rows) if isinstance(rows, list) and not goes_on else None


def batches_of(
    graph: Graph, form: ListedForm, cursor: str | None, reach: Reach, io: ConnectorIO
) -> Iterator[Batch]:
    """Yield a form's leads since its cursor less the overlap, a batch a page.

    The cursor is the newest `created_time` seen, ISO 8601 in UTC. In which order the platform lists
    leads is not documented, so an early page may hold the newest: the cursor moves with the last
    batch only. It never follows our clock, which would lose leads made during a run.

    Raises:
        GraphError: the form or a page of it cannot be read.
    """
    known = _time(cursor)
    if cursor is not None and known is None:
        # from the start again: the store knows what it has
        io.log.warning("meta.cursor_unreadable", form_id=form.id)
    since = known - reach.overlap if known else io.now() - reach.first
    # Not filtered again here: if the platform ignores the filter, it sends leads that the store has
    # or lacks, and the store, which knows by id, drops the ones and keeps the others.
    newer = {"field": "time_created", "operator": "GREATER_THAN", "value": int(since.timestamp())}
    reading = FormReading(graph, form.id, form.shown, form.test_ids, io)
    newest = known
    for page in pages(
        graph,
        (form.id, "leads"),
        LEAD_FIELDS,
        limit=reach.page_size,
        filtering=orjson.dumps([newer]).decode(),
    ):
        newest = _newest(page, newest, io.now() + _CLOCKS_MAY_DIFFER)
        moved = newest.isoformat() if page.is_last and newest and newest != known else None
        if page.rows or moved:
            yield Batch(form.id, reading.deliveries(page.rows), moved)


def _newest(page: Page, newest: datetime | None, latest: datetime) -> datetime | None:
    """Return the newest time of creation so far.

    A time beyond `latest` is a fault of the data; taken for a cursor it would hide all that comes.
    """
    for row in page.rows:
        if isinstance(row, dict):
            created_at = _time(row.get("created_time"))
            if created_at and (newest is None or created_at > newest) and created_at <= latest:
                newest = created_at
    return newest


def _time(value: object) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else None
