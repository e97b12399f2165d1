"""Tell of a statement which tables it reads or writes without saying whose rows.

A table that has `controller_id` needs, wherever it stands, a condition that holds for every row:
its column equals a value, or is one of a list, or equals the column of a table of which that is so.
What stands below an OR or a NOT proves nothing about the rows outside of it.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Delete,
    FromClause,
    Insert,
    Join,
    Select,
    Table,
    Update,
)
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BooleanClauseList, Grouping
from sqlalchemy.sql.expression import ClauseElement
from sqlalchemy.sql.selectable import AliasedReturnsRows

from models.tables import metadata

OWNED = frozenset(name for name, table in metadata.tables.items() if "controller_id" in table.c)
"""The tables whose rows belong to a controller."""
_A_VALUE = object()
_IN_TEXT = re.compile(r'\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?', re.IGNORECASE)
_INSERT_WITH_OWNER = re.compile(r'\s*INSERT INTO "(\w+)" \([^)]*"controller_id"', re.IGNORECASE)


def tables_without_condition(statement: ClauseElement) -> set[str]:
    """Return the tables of which a statement takes rows of whatever controller."""
    return set(_unbound(statement, frozenset()))


def tables_without_condition_in_text(statement: str) -> set[str]:
    """Return the same of a statement that is text: only an insert can say whose its rows are."""
    if _INSERT_WITH_OWNER.match(statement):
        return set()
    return set(OWNED.intersection(_IN_TEXT.findall(statement)))


def _unbound(statement: ClauseElement, outer: frozenset[FromClause]) -> Iterator[str]:
    if isinstance(statement, CompoundSelect):
        for select in statement.selects:
            yield from _unbound(select, outer)
        return
    if isinstance(statement, Insert):
        if statement.select is not None:
            yield from _unbound(statement.select, outer)
        return
    own, conditions = _parts(statement, outer)
    groups = _Groups(conditions)
    sure = {_A_VALUE, *outer, *(each for each in own if not _is_owned(each))}
    for each in own:
        if _is_owned(each) and not groups.meets(each, sure):
            yield str(_table_of(each).name)
    for nested in _nested(statement):
        yield from _unbound(nested, outer | own)


def _parts(
    statement: ClauseElement, outer: frozenset[FromClause]
) -> tuple[frozenset[FromClause], list[ColumnElement[bool]]]:
    """Return what a statement takes rows from by itself, and what must hold for each row."""
    if isinstance(statement, Update | Delete):
        return frozenset({statement.table}), list(statement._where_criteria)
    assert isinstance(statement, Select), f"a statement of an unknown kind: {type(statement)}"
    conditions: list[ColumnElement[bool]] = list(statement._where_criteria)
    own = {each for from_ in statement.get_final_froms() for each in _flat(from_, conditions)}
    return frozenset(own - outer), conditions


def _flat(from_: FromClause, conditions: list[ColumnElement[bool]]) -> Iterator[FromClause]:
    if isinstance(from_, Join):
        if from_.onclause is not None:
            conditions.append(from_.onclause)
        yield from _flat(from_.left, conditions)
        yield from _flat(from_.right, conditions)
    else:
        yield from_


def _is_owned(from_: FromClause) -> bool:
    table = _table_of(from_)
    return isinstance(table, Table) and table.name in OWNED


def _table_of(from_: FromClause) -> Any:
    """Return the table behind an alias; a subquery is looked at by itself."""
    inner = getattr(from_, "element", None)
    return inner if isinstance(from_, AliasedReturnsRows) and isinstance(inner, Table) else from_


def _nested(clause: ClauseElement) -> Iterator[ClauseElement]:
    """Yield the selects that stand inside of a clause, but not those inside of these."""
    for child in clause.get_children():
        if isinstance(child, Select | CompoundSelect):
            yield child
        elif not isinstance(child, Table):
            yield from _nested(child)


class _Groups:
    """What is known to have the same controller, by the equations that hold for every row."""

    def __init__(self, conditions: Iterable[ColumnElement[Any]]) -> None:
        self._groups: list[set[Any]] = []
        for condition in conditions:
            for left, right in _equations(condition):
                self._unite(left, right)

    def _unite(self, left: object, right: object) -> None:
        joined = {left, right}
        apart = []
        for group in self._groups:
            if group.isdisjoint(joined):
                apart.append(group)
            else:
                joined |= group
        self._groups = [*apart, joined]

    def meets(self, one: object, others: set[Any]) -> bool:
        return any(one in group and not group.isdisjoint(others) for group in self._groups)


def _equations(condition: ClauseElement) -> Iterator[tuple[object, object]]:
    """Yield what has the same controller, of the parts of a condition that must all hold."""
    if isinstance(condition, Grouping) or _is_and(condition):
        for each in condition.get_children():
            yield from _equations(each)
    elif isinstance(condition, BinaryExpression):
        left, right = _owner(condition.left), _owner(condition.right)
        is_list = condition.operator is operators.in_op and right is _A_VALUE
        is_known = left is not None and right is not None
        if is_known and (condition.operator is operators.eq or is_list):
            yield left, right


def _is_and(condition: ClauseElement) -> bool:
    return isinstance(condition, BooleanClauseList) and condition.operator is operators.and_


def _owner(side: ClauseElement) -> object | None:
    """Return whose `controller_id` one side of a comparison is; None for anything else."""
    if isinstance(side, BindParameter):
        return _A_VALUE
    if getattr(side, "name", None) == "controller_id":
        table: object | None = getattr(side, "table", None)
        return table
    return None
