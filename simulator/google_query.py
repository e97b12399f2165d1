"""Reading the query language: SELECT … FROM … [WHERE …] [ORDER BY …] [LIMIT …].

Source: developers.google.com/google-ads/api/docs/query/grammar. Of its operators, those that leads
are asked for with.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from simulator.google_errors import query_error

_TOKEN = re.compile(
    r"""\s+ | (?P<word>[A-Za-z_][\w.]*|-?\d+) | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
        | (?P<text>'[^'\n]*'|"[^"\n]*")""",
    re.VERBOSE,
)
_CLAUSES = ("SELECT", "FROM", "WHERE", "ORDER", "LIMIT", "PARAMETERS")
_COMPARISONS = frozenset({"=", "!=", ">", ">=", "<", "<="})


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `operator` is a sign, `IN`, `NOT IN` or `BETWEEN`; values without quotes."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """What a query asks for. `order` is field → whether the last comes first."""

    fields: tuple[str, ...]
    resource: str
    conditions: tuple[Condition, ...] = ()
    order: tuple[tuple[str, bool], ...] = ()
    limit: int | None = None

    @property
    def filtered(self) -> frozenset[str]:
        """Return the fields that conditions are on."""
        return frozenset(condition.field for condition in self.conditions)


def read_query(text: str) -> Query:
    """Read a query; whether its fields exist is not looked at.

    Raises:
        RefusedError: it is no query, as Google would say.
    """
    clauses = _clauses(text)
    for name, code in (("SELECT", "EXPECTED_SELECT"), ("FROM", "EXPECTED_FROM")):
        if name not in clauses:
            raise query_error(code, f"Query must have a {name} clause.")
    resource = clauses["FROM"]
    if len(resource) != 1:
        raise query_error("UNEXPECTED_INPUT", "The FROM clause must name one resource.")
    return Query(
        fields=tuple(_listed(clauses["SELECT"])),
        resource=resource[0],
        conditions=tuple(_conditions(clauses.get("WHERE", []))),
        order=tuple(_order(clauses.get("ORDER", []))),
        limit=_limit(clauses.get("LIMIT")),
    )


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            is_open = text[at] in "'\""
            code = "STRING_NOT_TERMINATED" if is_open else "UNEXPECTED_INPUT"
            raise query_error(code, f"Error in query: unexpected input at {at}.")
        at = found.end()
        if found.lastgroup is not None:
            yield found.group()


def _clauses(text: str) -> dict[str, list[str]]:
    """Return the tokens of each clause, by its first word."""
    clauses: dict[str, list[str]] = {}
    current: list[str] | None = None
    for token in _tokens(text):
        if token.upper() in _CLAUSES:
            current = clauses.setdefault(token.upper(), [])
        elif current is None:
            raise query_error("EXPECTED_SELECT", "Query must begin with SELECT.")
        else:
            current.append(token)
    return clauses


def _listed(tokens: list[str]) -> Iterator[str]:
    """Yield what stands between commas."""
    if len(tokens) % 2 == 0 or set(tokens[1::2]) - {","}:
        raise query_error("UNEXPECTED_INPUT", "A list of names must be parted by commas.")
    yield from tokens[::2]


def _conditions(tokens: list[str]) -> Iterator[Condition]:
    left = list(tokens)
    while left:
        condition, used = _condition(left)
        yield condition
        left = left[used:]
        if left and left.pop(0).upper() != "AND":
            raise query_error("UNEXPECTED_INPUT", "Conditions must be joined by AND.")


def _condition(tokens: list[str]) -> tuple[Condition, int]:
    """Return the condition that tokens begin with, and how many of them it is."""
    words = [token.upper() for token in tokens]
    if len(words) < 3:
        raise query_error("UNEXPECTED_END_OF_QUERY", "Query ends within a condition.")
    if words[1] in _COMPARISONS:
        return Condition(tokens[0], words[1], (_bare(tokens[2]),)), 3
    if words[1] == "BETWEEN" and words[3:4] == ["AND"] and len(words) > 4:
        return Condition(tokens[0], "BETWEEN", (_bare(tokens[2]), _bare(tokens[4]))), 5
    start = 2 if words[1:3] == ["NOT", "IN"] else 1
    if words[start] != "IN" or "(" not in words[start + 1 : start + 2] or ")" not in words:
        raise query_error("BAD_OPERATOR", f"Operator '{tokens[1]}' is not understood.")
    end = words.index(")")
    values = tuple(_bare(token) for token in _listed(tokens[start + 2 : end]))
    return Condition(tokens[0], " ".join(words[1 : start + 1]), values), end + 1


def _bare(token: str) -> str:
    return token[1:-1] if token[0] in "'\"" else token


def _order(tokens: list[str]) -> Iterator[tuple[str, bool]]:
    if not tokens:
        return
    if tokens[0].upper() != "BY":
        raise query_error("EXPECTED_BY", "ORDER must be followed by BY.")
    parts = " ".join(tokens[1:]).split(" , ")
    for name, direction in (f"{part} ASC".split()[:2] for part in parts):
        yield name, direction.upper() == "DESC"


def _limit(tokens: list[str] | None) -> int | None:
    if tokens is None:
        return None
    if len(tokens) != 1 or not tokens[0].isdigit():
        raise query_error("BAD_LIMIT_VALUE", "The limit must be a number.")
    return int(tokens[0])
