"""Answering a query: the rows that fit, in order, with the members asked for, as bytes."""

from collections.abc import Callable
from datetime import datetime
from functools import reduce
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from simulator.google_accounts import Account
from simulator.google_errors import query_error
from simulator.google_query import Condition, Query
from simulator.google_rows import Row, rows
from simulator.google_schema import Field, filtered, selected, sorted_by
from simulator.google_world import GoogleWorld

Predicate = Callable[[Row], bool]


def frames(
    world: GoogleWorld,
    account: Account,
    query: Query,
    messages: Any,  # noqa: ANN401 - a module of google-ads
    version: str,
) -> list[bytes]:
    """Return each row of the answer as it stands in a response; put together they make one.

    `messages` is the module of google-ads that has GoogleAdsRow, of the `version` asked.

    Raises:
        RefusedError: the query names what there is not, or what cannot be asked.
    """
    row_type = messages.GoogleAdsRow.pb()
    found = rows(world, account, query.resource, version)
    wanted = _tree(selected(query, row_type.DESCRIPTOR), query.resource)
    fits = [_predicate(*one, account.zone) for one in filtered(query, row_type.DESCRIPTOR)]
    order = sorted_by(query, row_type.DESCRIPTOR)
    keys = [_sort_key(field, account.zone) for field, _ in order]
    response = messages.SearchGoogleAdsStreamResponse.pb()
    # rows become bytes one by one: a hundred thousand of them at once keep the collector busy
    kept = [
        (
            response(results=[row_type(**_pruned(row, wanted))]).SerializeToString(),
            *(key(row) for key in keys),
        )
        for row in found
        if all(fit(row) for fit in fits)
    ]
    for position, (_, is_descending) in reversed([*enumerate(order, start=1)]):
        kept.sort(key=itemgetter(position), reverse=is_descending)
    return [frame for frame, *_ in kept[: query.limit]]


def _tree(fields: list[Field], resource: str) -> dict[str, Any]:
    """Return the members to show as a tree; the resource's name is always among them."""
    tree: dict[str, Any] = {resource: {"resource_name": None}}
    for field in fields:
        *way, last = field.path
        branch = reduce(lambda within, step: within.setdefault(step, {}), way, tree)
        branch[last] = None
    return tree


def _pruned(row: dict[str, Any], tree: dict[str, Any]) -> dict[str, Any]:
    return {
        name: row[name] if branch is None else _pruned(row[name], branch)
        for name, branch in tree.items()
        if name in row
    }


def _value(row: Row, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever the member holds
    value: Any = row
    for step in path:
        value = value.get(step) if value is not None else None
    return value


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """Return the time that a text names; without an offset it is in the account's zone."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _sort_key(field: Field, zone: ZoneInfo) -> Callable[[Row], Any]:
    if field.is_time:
        return lambda row: _moment(_value(row, field.path), zone)
    return lambda row: _value(row, field.path)


def _predicate(field: Field, condition: Condition, zone: ZoneInfo) -> Predicate:
    """Return what says whether a row fits a condition."""
    literals = [_literal(field, text, zone) for text in condition.values]
    compare = _comparison(field, condition.operator, literals)

    def fits(row: Row) -> bool:
        value = _value(row, field.path)
        if value is None:
            return condition.operator in {"!=", "NOT IN"}
        return compare(_moment(value, zone) if field.is_time else value)

    return fits


def _literal(field: Field, text: str, zone: ZoneInfo) -> Any:  # noqa: ANN401
    """Return what a literal stands for, for a field of that kind."""
    if field.is_time:
        try:
            return _moment(text, zone)
        except ValueError as cause:
            message = f"'{text}' is no date and time."
            raise query_error("INVALID_DATE_FORMAT", message) from cause
    if field.is_bool:
        if text.upper() not in {"TRUE", "FALSE"}:
            raise query_error("BAD_VALUE", f"'{text}' is neither TRUE nor FALSE.")
        return text.upper() == "TRUE"
    if field.is_whole:
        if not text.removeprefix("-").isdigit():
            raise query_error("BAD_NUMBER", f"'{text}' is no number.")
        return int(text)
    if field.constants and text not in field.constants:
        raise query_error("BAD_ENUM_CONSTANT", f"'{text}' is no value of {field.name}.")
    return text


def _comparison(field: Field, operator: str, literals: list[Any]) -> Callable[[Any], bool]:
    is_ordered = field.is_time or field.is_whole
    if not is_ordered and operator not in {"=", "!=", "IN", "NOT IN"}:
        message = f"Operator {operator} does not fit {field.name}."
        raise query_error("OPERATOR_FIELD_MISMATCH", message)
    first, last = literals[0], literals[-1]
    comparisons: dict[str, Callable[[Any], bool]] = {
        "=": lambda value: bool(value == first),
        "!=": lambda value: bool(value != first),
        ">": lambda value: bool(value > first),
        ">=": lambda value: bool(value >= first),
        "<": lambda value: bool(value < first),
        "<=": lambda value: bool(value <= first),
        "IN": lambda value: value in literals,
        "NOT IN": lambda value: value not in literals,
        "BETWEEN": lambda value: bool(first <= value <= last),
    }
    return comparisons[operator]
