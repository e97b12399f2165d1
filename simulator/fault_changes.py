"""The faults that let the answer through, but spoil it."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson

from simulator.fault_kinds import FaultKind, Options
from simulator.fault_replies import app_usage, lead_usage
from simulator.forms import Json
from simulator.paging import renewed, start_cursor
from simulator.wire import Reply, Request

CUTS = frozenset({FaultKind.TRUNCATED_BODY, FaultKind.TRUNCATED_JSON})
"""What must come last: nothing else can be done to half an answer."""


def afterwards(kind: FaultKind, request: Request, reply: Reply, options: Options) -> Reply | None:
    """Return the answer as the fault leaves it, None if it finds nothing to spoil."""
    return _AFTERWARDS[kind](request, reply, options)


def _latency(_request: Request, reply: Reply, options: Options) -> Reply:
    time.sleep(float(options.get("seconds", 0.2)))
    return reply


def _near_limit(request: Request, reply: Reply, options: Options) -> Reply:
    percent, minutes = int(options.get("percent", 95)), int(options.get("minutes", 0))
    owner = request.segments[0] if request.segments else "0"
    usage = app_usage(percent) | lead_usage(owner, percent, minutes)
    return replace(reply, headers={**reply.headers, **usage})


def _truncated_body(_request: Request, reply: Reply, _options: Options) -> Reply:
    return replace(reply, cut_at=len(reply.body) // 2)


def _truncated_json(_request: Request, reply: Reply, _options: Options) -> Reply:
    return replace(reply, body=reply.body[: len(reply.body) // 2])


_Change = Callable[[Request, Reply, Options], Reply | None]


def _on_page(change: Callable[[Request, Json], None]) -> _Change:
    """Return a fault that changes the JSON of a page of rows; other replies stay as they are."""

    def apply(request: Request, reply: Reply, _options: Options) -> Reply | None:
        page = orjson.loads(reply.body)
        if reply.status != 200 or not isinstance(page.get("data"), list):
            return None
        change(request, page)
        return _if_changed(reply, page)

    return apply


def _next(request: Request, **params: str) -> str:
    return request.url("/".join(request.segments), limit=str(request.limit), **params)


def _empty_page(request: Request, page: Json) -> None:
    if not page["data"]:
        return
    asked = request.params.get("after")
    after = renewed(asked) if asked else start_cursor()
    page["data"] = []
    page["paging"] = {
        "cursors": {"before": after, "after": after},
        "next": _next(request, after=after),
    }


def _trailing_next(request: Request, page: Json) -> None:
    shown = page.get("paging", {})
    if after := shown.get("cursors", {}).get("after"):
        shown.setdefault("next", _next(request, after=after))


def _next_without_cursors(_request: Request, page: Json) -> None:
    if "next" in page.get("paging", {}):
        page["paging"].pop("cursors", None)


def _missing_after(_request: Request, page: Json) -> None:
    if "next" in page.get("paging", {}):
        page["paging"].get("cursors", {}).pop("after", None)


def _next_leads_nowhere(request: Request, page: Json) -> None:
    if "next" in page.get("paging", {}):
        page["paging"] = {"next": _next(request)}


def _repeated_cursor(request: Request, page: Json) -> None:
    if "next" in page.get("paging", {}):
        after = request.params.get("after") or start_cursor()
        page["paging"].setdefault("cursors", {})["after"] = after
        page["paging"]["next"] = _next(request, after=after)


def _if_changed(reply: Reply, answer: object) -> Reply | None:
    if answer == orjson.loads(reply.body):
        return None
    return replace(reply, body=orjson.dumps(answer))


def _in_all_objects(change: Callable[[Json], None]) -> _Change:
    """Return a fault that changes every JSON object of a reply, innermost first."""

    def visit(value: object) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                visit(inner)
            change(value)
        elif isinstance(value, list):
            for inner in value:
                visit(inner)

    def apply(_request: Request, reply: Reply, _options: Options) -> Reply | None:
        answer = orjson.loads(reply.body)
        visit(answer)
        return _if_changed(reply, answer)

    return apply


def _integer_ids(shown: Json) -> None:
    for name, value in shown.items():
        if (name == "id" or name.endswith("_id")) and isinstance(value, str) and value.isdecimal():
            shown[name] = int(value)


def _checkboxes_as_data(shown: Json) -> None:
    if isinstance(shown.get("checkboxes"), list):
        shown["checkboxes"] = {"data": shown["checkboxes"]}


def _body_as_string(shown: Json) -> None:
    if "checkboxes" in shown and isinstance(shown.get("body"), dict):
        shown["body"] = shown["body"].get("text", "")


_AFTERWARDS: Mapping[FaultKind, _Change] = {
    FaultKind.LATENCY: _latency,
    FaultKind.NEAR_LIMIT: _near_limit,
    FaultKind.TRUNCATED_BODY: _truncated_body,
    FaultKind.TRUNCATED_JSON: _truncated_json,
    FaultKind.EMPTY_PAGE: _on_page(_empty_page),
    FaultKind.TRAILING_NEXT: _on_page(_trailing_next),
    FaultKind.NEXT_WITHOUT_CURSORS: _on_page(_next_without_cursors),
    FaultKind.MISSING_AFTER: _on_page(_missing_after),
    FaultKind.NEXT_LEADS_NOWHERE: _on_page(_next_leads_nowhere),
    FaultKind.REPEATED_CURSOR: _on_page(_repeated_cursor),
    FaultKind.INTEGER_IDS: _in_all_objects(_integer_ids),
    FaultKind.CHECKBOXES_AS_DATA: _in_all_objects(_checkboxes_as_data),
    FaultKind.BODY_AS_STRING: _in_all_objects(_body_as_string),
}
