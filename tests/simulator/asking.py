"""How the tests ask the pretend Graph API: through the real SDK, or as plain HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from facebook_business.api import FacebookAdsApi
from facebook_business.session import FacebookSession

from simulator.graph_api import APP_ID, APP_SECRET, TOKEN, GraphServer

ALL_LEAD_FIELDS = (
    "id,created_time,form_id,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,"
    "is_organic,platform,partner_name,retailer_item_id,field_data,custom_disclaimer_responses"
)
_VERSION = "v26.0"


@contextmanager
def sdk(
    graph: GraphServer, *, token: str = TOKEN, app_secret: str | None = APP_SECRET
) -> Iterator[Any]:
    """Open the real SDK, pointed at the simulator."""
    session = FacebookSession(APP_ID, app_secret, token, timeout=5)
    session.GRAPH = graph.url
    try:
        yield FacebookAdsApi(session)
    finally:
        session.requests.close()


def ask(graph: GraphServer, path: str, **params: str | int) -> requests.Response:
    """Send one GET, with the token in the header."""
    return requests.get(
        f"{graph.url}/{_VERSION}/{path}",
        params=params,
        headers={"Authorization": f"Bearer {TOKEN}"},
        timeout=5,
    )


def answer(graph: GraphServer, path: str, **params: str | int) -> dict[str, Any]:
    """Send one GET that must go well, and return its JSON."""
    reply = ask(graph, path, **params)
    assert reply.status_code == 200, reply.text
    shown: dict[str, Any] = reply.json()
    return shown


def refusal(graph: GraphServer, path: str, **params: str | int) -> dict[str, Any]:
    """Send one GET that must be refused, and return the error in its envelope."""
    shown = ask(graph, path, **params).json()
    assert list(shown) == ["error"], shown
    error: dict[str, Any] = shown["error"]
    return error


def pulled(graph: GraphServer, form_id: str, **params: str | int) -> list[dict[str, Any]]:
    """Follow a form's pages to the end by `next` alone, and return all rows, doubles too."""
    rows: list[dict[str, Any]] = []
    for _ in range(10_000):
        page = answer(graph, f"{form_id}/leads", **params)
        rows += page["data"]
        following = page.get("paging", {}).get("next")
        if following is None:
            return rows
        params["after"] = parse_qs(urlsplit(following).query)["after"][0]
    raise AssertionError("the pages never end")


def ids(rows: list[dict[str, Any]]) -> list[str]:
    """Return the ids of rows, in order."""
    return [row["id"] for row in rows]
