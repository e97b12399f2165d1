"""What the pretend Graph API says of forms.

Source: developers.facebook.com, docs/graph-api/reference/page/leadgen_forms and …/lead-gen-data,
v26.0.
"""

from collections.abc import Sequence
from dataclasses import replace

import orjson

from simulator.fields import Field, named, project
from simulator.forms import Form, Json
from simulator.lead_answers import lead_page
from simulator.leads import Order
from simulator.paging import paging, start_of
from simulator.schema import FORM, LEAD
from simulator.wire import Request
from simulator.world import World


def form_page(world: World, order: Order, request: Request) -> Json:
    """Return a page of the page's forms, the newest first, archived ones too."""
    forms = world.forms[::-1]
    # counted from the end, so that a form that is published meanwhile moves no cursor
    ranks = [(place - len(forms), 0) for place in range(len(forms))]
    start = start_of(request, ranks)
    shown = [
        form_object(world, order, request, form, request.fields)
        for form in forms[start : start + request.limit]
    ]
    if not shown:
        return {"data": []}
    last = start + len(shown) - 1
    path = f"{world.page_id}/leadgen_forms"
    has_more = last + 1 < len(forms)
    around = paging(request, path, ranks[start], ranks[last], has_more=has_more)
    return {"data": shown, "paging": around}


def form_object(
    world: World, order: Order, request: Request, form: Form, asked: Sequence[Field]
) -> Json:
    """Return one form.

    Raises:
        GraphError: an unknown field, or no access to the leads asked for inside it.
    """
    shown = dict(form.static)
    for wanted in asked:
        if wanted.name.endswith("leads_count"):
            shown |= world.counts(form.id)
        if wanted.name in {"leads", "test_leads"}:
            shown[wanted.name] = _nested_leads(world, order, request, form, wanted)
    return project(shown, asked or named(FORM.default), FORM)


def _nested_leads(world: World, order: Order, request: Request, form: Form, wanted: Field) -> Json:
    """Return leads inside a form; the outer `filtering` and `after` do not reach them."""
    inner = ",".join(one.name for one in wanted.inner or named(LEAD.default))
    limit = {"limit": wanted.modifiers["limit"]} if "limit" in wanted.modifiers else {}
    nested = replace(request, segments=(form.id, wanted.name), params={"fields": inner, **limit})
    is_test_only = wanted.name == "test_leads"
    page: Json = orjson.loads(lead_page(world, order, nested, form, is_test_only=is_test_only))
    return page
