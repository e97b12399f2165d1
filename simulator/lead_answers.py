"""What the pretend Graph API says of leads.

Source: developers.facebook.com, marketing-api, lead-ads/retrieving, v26.0.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

import orjson

from simulator.fields import Field, named, project
from simulator.forms import Form, Json
from simulator.graph_errors import missing_permission, unreadable
from simulator.leads import Lead, Order, Shelf
from simulator.paging import paging, start_of, time_filter
from simulator.schema import AD_FIELDS, LEAD
from simulator.wire import Request
from simulator.world import World


def allow_leads(world: World, object_id: str) -> None:
    """Pass both gates to the leads, or not.

    Raises:
        GraphError: 200, the token lacks `leads_retrieval`; or 100/33, the page grants no access.
    """
    if "leads_retrieval" not in world.access.scopes:
        raise missing_permission()
    if not world.access.can_access_lead:
        raise unreadable(object_id)


def lead_page(
    world: World, order: Order, request: Request, form: Form, *, is_test_only: bool
) -> bytes:
    """Return a page of a form's leads, as JSON; with no rows it has no `paging` either.

    Raises:
        GraphError: no access, an unknown field, or a parameter that cannot be read.
    """
    allow_leads(world, form.id)
    asked = request.fields or named(LEAD.default)
    project({}, asked, LEAD)  # refuses unknown names on an empty page too
    shelf = world.shelf(form.id, order)
    matching = _matching(world, request, shelf, is_test_only=is_test_only)
    rows = list(islice(matching, request.limit))
    if not rows:
        return b'{"data":[]}'
    has_more = next(matching, None) is not None
    first, last = rows[0].rank(order), rows[-1].rank(order)
    path = f"{form.id}/{'test_leads' if is_test_only else 'leads'}"
    around = paging(request, path, first, last, has_more=has_more)
    data = b",".join(_row_bytes(_visible(world, asked), rows))
    return b'{"data":[' + data + b'],"paging":' + orjson.dumps(around) + b"}"


def _matching(
    world: World, request: Request, shelf: Shelf, *, is_test_only: bool
) -> Iterator[Lead]:
    is_wanted, oldest = time_filter(request), world.oldest_readable
    for lead in islice(shelf.leads, start_of(request, shelf.ranks), None):
        is_listed = lead.is_test or not is_test_only
        if is_listed and lead.created > oldest and is_wanted(lead.created):
            yield lead


def lead_object(world: World, asked: Sequence[Field], lead: Lead) -> Json:
    """Return one lead.

    Raises:
        GraphError: no access, or an unknown field.
    """
    allow_leads(world, lead.id)
    visible = _visible(world, asked or named(LEAD.default))
    return project(orjson.loads(lead.json), visible, LEAD)


def _visible(world: World, asked: Sequence[Field]) -> Sequence[Field]:
    """Return the fields that the token may see: ad fields take `ads_management`."""
    if "ads_management" in world.access.scopes:
        return asked
    return [one for one in asked if one.name not in AD_FIELDS]


def _row_bytes(visible: Sequence[Field], leads: Sequence[Lead]) -> list[bytes]:
    """Return each lead as JSON; whoever asks for all that a lead has gets it as it is kept."""
    is_flat = all(one.inner is None for one in visible)
    names = {one.name for one in visible}
    return [
        lead.json
        if is_flat and lead.fields <= names
        else orjson.dumps(project(orjson.loads(lead.json), visible, LEAD))
        for lead in leads
    ]
