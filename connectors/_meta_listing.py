"""Which leads a form has, by their ids alone: five hundred a call, and nobody's data.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, v26.0.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson

from connectors._meta_graph import Graph
from connectors._meta_pages import pages
from connectors._meta_verdict import changed
from connectors._values import id_of, instant_of
from connectors.listed import Listed, ListedBatch

ROWS = 500
"""Rows a call: those of two short values are light, and fewer are asked for where it is refused."""
_FIELDS = ("id,created_time",)
_SECOND = timedelta(seconds=1)


def listed_in(
    graph: Graph, form_id: str, since: datetime, until: datetime
) -> Iterator[ListedBatch]:
    """Yield the leads of a form that were made in a time, a batch a page.

    Raises:
        GraphError: the form or a page of it cannot be read.
    """
    wanted = (("GREATER_THAN_OR_EQUAL", since), ("LESS_THAN", until + _SECOND))
    filters = [
        {"field": "time_created", "operator": operator, "value": int(at.timestamp())}
        for operator, at in wanted
    ]
    path, filtering = (form_id, "leads"), orjson.dumps(filters).decode()
    for page in pages(graph, path, _FIELDS, limit=ROWS, filtering=filtering):
        listed = [_listed(row, form_id, until) for row in page.rows]
        # filtered here as well: the platform ignores a condition that it does not understand
        fitting = [each for each in listed if since <= each.created_at < until]
        yield ListedBatch(form_id, fitting, page.is_last)


def _listed(row: object, form_id: str, until: datetime) -> Listed:
    lead = row if isinstance(row, dict) else {}
    lead_id = id_of(lead.get("id"))
    if lead_id is None:
        raise changed("a lead without an id in the list of leads")
    # a lead whose time cannot be read is compared all the same, as one of the last day
    return Listed(lead_id, form_id, instant_of(lead.get("created_time")) or until - _SECOND)
