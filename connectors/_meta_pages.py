"""Walk the pages of a Graph API list: only a page without `next` is the last.

Source: developers.facebook.com, docs/graph-api/results (cursor-based pagination), v26.0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from connectors._meta_graph import Graph, Json
from connectors._meta_verdict import GraphError, Outcome, Verdict, changed

SMALLEST_LIMIT = 5
MOST_PAGES = 100_000
_FEWER_FIELDS = {Outcome.DROP_FIELDS, Outcome.PERMISSION, Outcome.NO_ACCESS}
"""A field that needs more access than the rest can refuse the whole page, under any of these."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its rows as they came, and which of the alternative `fields` they come from."""

    rows: Sequence[object]
    fields: int
    is_last: bool


def pages(
    graph: Graph,
    path: tuple[str, ...],
    fields: Sequence[str],
    *,
    limit: int,
    most: int = MOST_PAGES,
    **params: str,
) -> Iterator[Page]:
    """Yield every page of a list; an empty page with a `next` is a page like any other.

    Args:
        graph: the line to ask on.
        path: the list, such as `("777", "leads")`.
        fields: what to ask for; where the platform refuses one, the next is taken from there on.
        limit: rows a page; halved at the same place when the platform finds it too much.
        most: the number of pages after which the list is taken for endless.
        params: what else every call carries.

    Raises:
        GraphError: a page could not be had, or the pages make no list.
    """
    ask = _Ask(graph, path, fields, limit, params)
    seen: set[int] = set()
    for _ in range(most):
        body = ask.next_page()
        rows = body.get("data")
        if not isinstance(rows, list):
            raise changed("a page without a list under `data`")
        after = cursor_after(body)
        yield Page(rows, ask.chosen, is_last=after is None)
        if after is None:
            return
        # the hash alone keeps a list of a million leads flat in memory
        if hash(after) in seen:
            raise changed("the same page cursor came twice, so the list has no end")
        seen.add(hash(after))
        ask.after = after
    raise changed(f"more than {most} pages, so the list has no end")


class _Ask:
    """What to ask for next: the place, the rows a page, and the fields that are still given."""

    def __init__(
        self,
        graph: Graph,
        path: tuple[str, ...],
        fields: Sequence[str],
        limit: int,
        params: Mapping[str, str],
    ) -> None:
        self.after: str | None = None
        self.chosen = 0
        self._graph = graph
        self._path = path
        self._fields = fields
        self._limit = limit
        self._params = params

    def next_page(self) -> Json:
        """Return the page at this place, asking for less until it is given."""
        while True:
            place = {} if self.after is None else {"after": self.after}
            try:
                return self._graph.get(
                    *self._path,
                    **self._params,
                    **place,
                    fields=self._fields[self.chosen],
                    limit=self._limit,
                )
            except GraphError as error:
                if not self._can_ask_for_less(error.verdict):
                    raise

    def _can_ask_for_less(self, found: Verdict) -> bool:
        if found.outcome in _FEWER_FIELDS and self.chosen + 1 < len(self._fields):
            self.chosen += 1
            return True
        # an oversized limit also shows as a bare HTTP 500 (frappe/crm#2870)
        is_bare_500 = found.outcome is Outcome.RETRY and found.status == 500
        is_heavy = found.outcome is Outcome.SMALLER_PAGE or is_bare_500
        if is_heavy and self._limit > SMALLEST_LIMIT:
            self._limit = max(SMALLEST_LIMIT, self._limit // 2)
            return True
        return False


def cursor_after(body: Json) -> str | None:
    """Return the cursor of the next page, None at the end of the list.

    Only a missing `next` is the end: an `after` alone runs in circles. The address in `next` holds
    the access token, so it is never followed, and no more than `after` is taken from it.
    """
    paging = body.get("paging")
    following = paging.get("next") if isinstance(paging, Mapping) else None
    if not isinstance(paging, Mapping) or not following:
        return None
    cursors = paging.get("cursors")
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    if not after and isinstance(following, str):
        after = _after_in(following)
    if not isinstance(after, str) or not after:
        raise changed("a page that has a next one, but no cursor to it")
    return after


def _after_in(address: str) -> str | None:
    try:
        return parse_qs(urlsplit(address).query).get("after", [None])[0]
    except ValueError:
        return None
