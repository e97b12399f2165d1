"""Nothing crosses controllers, since no statement takes rows without saying whose.

Two looks that find different mistakes: the first at what each function of the store is told, the
second at the SQL that is really sent while everything happens once to three controllers.
"""

import ast
import importlib
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Table, TextClause, event
from sqlalchemy.sql.expression import ClauseElement

from models import copying
from models.columns import table_of
from models.store import Store
from models.tables import metadata
from policy.vocabulary import Role
from tests.acceptance.clients import Home, controllers
from tests.acceptance.everything_once import let_everything_happen
from tests.models.controller_conditions import (
    OWNED,
    tables_without_condition,
    tables_without_condition_in_text,
)

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
SAYS_WHOSE = frozenset({"controller_id", "controllers", "of", "sources"})
"""Parameters by which a caller says whose rows: an id, several, or keys that begin with one."""
ROWS = frozenset({"row", "rows", "counted", "source"})
"""Parameters of what is written: each row has the column, which is part of its key."""
HELPERS = {
    "bulk": "writes rows that are given, each with its controller",
    "claims": "is given the conditions, or the controller, by the table's own file",
    "look_up": "is given the conditions, or the controller, by the table's own file",
}
"""Parts that know no table; what they send is judged as their caller's."""
NOBODYS = {
    "controller": "the list of the controllers themselves",
    "alarm": "is about the installation, and names nobody",
    "alarm_told": "as the alarm",
    "alarm_target": "is a way to the operator",
    "staff": "are the people who work here, for all controllers",
    "scheduled_run": "is a run of the house's clock; what it did is written by controller",
}
"""Tables whose rows belong to no controller, and why that is right."""
WHOLE = {
    "copying.plain_rows": "a backup holds the store as a whole, and stays in the house, encrypted",
    "copying.has_rows": "asks whether the store that a backup is restored into is empty",
}
"""Functions that read the rows of all controllers at once, and why they may."""
ELSEWHERE = {
    "staff": "asks only of people who work for the installation; looks are written by the ledger",
    "sent_before": "is asked by the hosted form, behind its page",
}
"""Parts whose statements the scenario does not send."""
MOST_OF_THEM = 0.75
Sent = dict[str, set[str]]
"""By the function that sent them: the tables of which statements took anybody's rows."""


def test_each_table_belongs_to_controllers_or_says_why_not() -> None:
    assert {name for name in metadata.tables if name not in OWNED} == set(NOBODYS)
    for name in OWNED:
        table = metadata.tables[name]
        assert next(iter(table.primary_key)).name == "controller_id", name
        for reference in table.foreign_key_constraints:
            targets = [each.target_fullname for each in reference.elements]
            own = f"{reference.referred_table.name}.controller_id"
            assert own in targets or targets == ["controller.id"], f"{name} refers to {targets}"


def test_each_function_of_the_store_is_told_whose_rows() -> None:
    for name, function in _functions():
        tables = _tables_in(name.split(".")[0], function)
        told = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
        if "connection" in told and tables & OWNED and name not in WHOLE:
            assert told & (SAYS_WHOSE | ROWS), f"{name} is not told whose rows of {tables}"


def test_no_function_may_leave_out_whose_rows() -> None:
    """A caller that forgets must fail, not get everybody's."""
    for name, function in _functions():
        if "connection" not in {each.arg for each in function.args.args}:
            continue
        optional = function.args.args[len(function.args.args) - len(function.args.defaults) :]
        assert not SAYS_WHOSE.intersection(each.arg for each in optional), name
        for each in function.args.args:
            says_nobody = each.arg in SAYS_WHOSE and "None" in ast.unparse(each.annotation or each)
            assert not says_nobody, f"{name} takes None for {each.arg}"


def test_every_statement_that_is_sent_names_its_controller(store: Store, tmp_path: Path) -> None:
    with _watched(store) as sent:
        with store.reading() as connection:
            assert not copying.has_rows(connection)
        owners = controllers(Role.CONTROLLER)[:2]
        let_everything_happen(Home(store, tmp_path / "home", owners))
    crossing = {name: tables for name, tables in sent.items() if tables}
    assert crossing.keys() == WHOLE.keys(), crossing
    silent = {name.split(".")[0] for name in _owned_functions()} - {n.split(".")[0] for n in sent}
    assert silent == set(ELSEWHERE), sorted(silent)
    unsent = sorted(_owned_functions() - sent.keys())
    assert len(sent) > MOST_OF_THEM * len(_owned_functions()), unsent


def _owned_functions() -> set[str]:
    """Return the functions that are told whose rows they take."""
    return {
        name
        for name, function in _functions()
        if {each.arg for each in function.args.args} & (SAYS_WHOSE | ROWS)
        and {each.arg for each in function.args.args} & {"connection"}
    }


def _functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted(MODELS.glob("*.py")):
        if path.stem not in HELPERS:
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef):
                    yield f"{path.stem}.{node.name}", node


def _tables_in(module: str, node: ast.AST) -> set[str]:
    """Return the tables that a piece of code names, by their models or by names for them."""
    known = _named_tables(module)
    return {
        known[each.id] for each in ast.walk(node) if isinstance(each, ast.Name) and each.id in known
    }


@cache
def _named_tables(module: str) -> dict[str, str]:
    loaded = vars(importlib.import_module(f"models.{module}"))
    found = {}
    for name, value in loaded.items():
        if isinstance(value, type) and hasattr(value, "__table__"):
            found[name] = str(table_of(value).name)
        elif isinstance(value, Table):
            found[name] = str(value.name)
    return found


@contextmanager
def _watched(store: Store) -> Iterator[Sent]:
    """Look at each statement as it is sent to the database."""
    sent: Sent = defaultdict(set)
    judged: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()

    def look(_c: Any, _cursor: Any, statement: str, _p: Any, context: Any, _many: Any) -> None:
        compiled = getattr(context, "compiled", None)
        meant = getattr(compiled, "statement", None)
        if not isinstance(meant, ClauseElement) or isinstance(meant, TextClause):
            found = tables_without_condition_in_text(statement)
        else:
            if compiled not in judged:
                judged[compiled] = tables_without_condition(meant)
            found = judged[compiled]
        if (name := _sender()) is not None:
            sent[name] |= found

    event.listen(store.engine, "before_cursor_execute", look)
    try:
        yield sent
    finally:
        event.remove(store.engine, "before_cursor_execute", look)


def _sender() -> str | None:
    """Return the function of the store that sends what is being sent; None for a test's own."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.parent == MODELS and path.stem not in {*HELPERS, "store"}:
            return f"{path.stem}.{frame.f_code.co_qualname.split('.<')[0]}"
        frame = frame.f_back
    return None
