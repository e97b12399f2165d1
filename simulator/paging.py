"""Pages, cursors and filters of the Graph API.

Source: developers.facebook.com, docs/graph-api/results, and marketing-api, lead-ads/retrieving
(filtering), v26.0.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_right
from collections.abc import Callable, Sequence

import orjson

from simulator.forms import Json
from simulator.graph_errors import bad_parameter
from simulator.wire import Request

Rank = tuple[int, int]
_MARK = "QVFIU"
_BEFORE_ALL: Rank = (-(1 << 70), 0)
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "GREATER_THAN": lambda created, value: created > value,
    "GREATER_THAN_OR_EQUAL": lambda created, value: created >= value,
    "LESS_THAN": lambda created, value: created < value,
}


def cursor(rank: Rank, *, issue: int = 0) -> str:
    """Return an opaque cursor that resumes after a rank; `issue` tells two for one place apart."""
    return urlsafe_b64encode(f"{_MARK}.{rank[0]}.{rank[1]}.{issue}".encode()).decode()


def start_cursor() -> str:
    """Return a cursor that resumes before the first row."""
    return cursor(_BEFORE_ALL)


def renewed(text: str) -> str:
    """Return another cursor for the same place.

    Raises:
        GraphError: #100, it is no cursor of ours.
    """
    rank, issue = _read(text)
    return cursor(rank, issue=issue + 1)


def rank_of(text: str) -> Rank:
    """Return the rank that a cursor resumes after.

    Raises:
        GraphError: #100, it is no cursor of ours.
    """
    return _read(text)[0]


def _read(text: str) -> tuple[Rank, int]:
    try:
        mark, first, second, issue = urlsafe_b64decode(text.encode()).decode().split(".")
        found = (int(first), int(second)), int(issue)
    except ValueError as cause:
        raise bad_parameter("Invalid cursors values") from cause
    if mark != _MARK:
        raise bad_parameter("Invalid cursors values")
    return found


def start_of(request: Request, ranks: Sequence[Rank]) -> int:
    """Return the place of the first row of the asked-for page.

    Raises:
        GraphError: #100, the cursor is not ours, or leads backwards.
    """
    if "before" in request.params:
        raise bad_parameter("the simulator pages forwards only: use after")
    after = request.params.get("after")
    return bisect_right(ranks, rank_of(after)) if after else 0


def paging(request: Request, path: str, first: Rank, last: Rank, *, has_more: bool) -> Json:
    """Return the `paging` of a page that has rows; `next` is there only if more follow."""
    after = cursor(last)
    shown: Json = {"cursors": {"before": cursor(first), "after": after}}
    if has_more:
        shown["next"] = request.url(path, limit=str(request.limit), after=after)
    return shown


def time_filter(request: Request) -> Callable[[int], bool]:
    """Return what `filtering` lets through, by creation time in Unix seconds.

    As at Meta, another field name or a value that is no Unix time is ignored without a word, and
    everything comes.

    Raises:
        GraphError: #100, the parameter is no list of objects, or the operator is unknown.
    """
    text = request.params.get("filtering")
    conditions = [] if text is None else list(_conditions(text))
    return lambda created: all(compare(created, value) for compare, value in conditions)


def _conditions(text: str) -> list[tuple[Callable[[int, int], bool], int]]:
    try:
        filters = orjson.loads(text)
    except orjson.JSONDecodeError as cause:
        raise bad_parameter("param filtering must be an array.") from cause
    if not isinstance(filters, list) or not all(isinstance(one, dict) for one in filters):
        raise bad_parameter("param filtering must be an array.")
    conditions = []
    for place, one in enumerate(filters):
        if one.get("operator") not in _COMPARE:
            known = ", ".join(_COMPARE)
            raise bad_parameter(f"param filtering[{place}][operator] must be one of {{{known}}}")
        value = str(one.get("value"))
        if one.get("field") == "time_created" and value.isdecimal():
            conditions.append((_COMPARE[one["operator"]], int(value)))
    return conditions
