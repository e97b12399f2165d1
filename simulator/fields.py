"""The `fields` parameter: `id,legal_content{id,checkboxes{key}},leads.limit(5){id}`.

Parsed as the Graph API does (Graph API guide, field expansion), and carried out on plain objects.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from simulator.forms import Json
from simulator.graph_errors import GraphError, unknown_field

_TOKEN = re.compile(r"\s*([A-Za-z_][A-Za-z0-9_]*|\.|,|\{|\}|\([^()]*\))")


@dataclass(frozen=True, slots=True)
class Field:
    """One asked-for field: its modifiers (`limit(5)`), and what was asked for inside it."""

    name: str
    modifiers: Mapping[str, str] = field(default_factory=dict)
    inner: tuple["Field", ...] | None = None


def parse(text: str) -> tuple[Field, ...]:
    """Return the asked-for fields, in order.

    Raises:
        GraphError: 2500, the text is no list of fields.
    """
    tokens = _tokens(text)
    fields = _read_list(tokens, text)
    if tokens:
        raise _syntax_error(text)
    return fields


def _tokens(text: str) -> list[str]:
    """Return the tokens in reverse, so that the next one is popped from the end."""
    tokens, at = [], 0
    while at < len(text.rstrip()):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _syntax_error(text)
        tokens.append(found[1])
        at = found.end()
    return tokens[::-1]


def _read_list(tokens: list[str], text: str) -> tuple[Field, ...]:
    fields = [_read_field(tokens, text)]
    while tokens and tokens[-1] == ",":
        tokens.pop()
        fields.append(_read_field(tokens, text))
    return tuple(fields)


def _read_field(tokens: list[str], text: str) -> Field:
    name = _read_name(tokens, text)
    modifiers = {}
    while tokens and tokens[-1] == ".":
        tokens.pop()
        modifier = _read_name(tokens, text)
        if not tokens or not tokens[-1].startswith("("):
            raise _syntax_error(text)
        modifiers[modifier] = tokens.pop()[1:-1]
    if not tokens or tokens[-1] != "{":
        return Field(name, modifiers)
    tokens.pop()
    inner = _read_list(tokens, text)
    if not tokens or tokens.pop() != "}":
        raise _syntax_error(text)
    return Field(name, modifiers, inner)


def _read_name(tokens: list[str], text: str) -> str:
    if not tokens or not (tokens[-1][0].isalpha() or tokens[-1][0] == "_"):
        raise _syntax_error(text)
    return tokens.pop()


def _syntax_error(text: str) -> GraphError:
    return GraphError(2500, f'Syntax error "Expected name." in fields: "{text}"')


def named(names: Sequence[str]) -> tuple[Field, ...]:
    """Return fields of these names, with nothing asked for inside them."""
    return tuple(Field(name) for name in names)


@dataclass(frozen=True, slots=True)
class Node:
    """A type of the Graph API: its name in errors, its fields, and those given unasked.

    A field's value is the type of what stands in it, or None where it has no fields of its own.
    """

    name: str
    fields: Mapping[str, "Node | None"]
    default: tuple[str, ...] = ()


def project(shown: Json, asked: Sequence[Field], node: Node) -> Json:
    """Return of an object what was asked for; what it does not have is absent, never null.

    The id always comes along. A nested object that was asked for without braces comes whole.

    Raises:
        GraphError: #100, a field that the type does not have.
    """
    answer: Json = {}
    for wanted in asked:
        if wanted.name not in node.fields:
            raise unknown_field(wanted.name, node.name)
        inner_node = node.fields[wanted.name]
        if wanted.inner is not None and inner_node is None:
            raise unknown_field(wanted.inner[0].name, wanted.name)
        value = shown.get(wanted.name)
        if wanted.inner is not None and inner_node is not None:
            _check(wanted.inner, inner_node)
            value = _project_inside(value, wanted.inner, inner_node)
        if value is not None:
            answer[wanted.name] = value
    if "id" in shown:
        answer.setdefault("id", shown["id"])
    return answer


def _check(asked: Sequence[Field], node: Node) -> None:
    """Refuse unknown names even where the object is absent, as the Graph API does."""
    for wanted in asked:
        if wanted.name not in node.fields:
            raise unknown_field(wanted.name, node.name)


def _project_inside(value: object, asked: Sequence[Field], node: Node) -> object:
    if isinstance(value, list):
        return [_project_inside(item, asked, node) for item in value]
    if isinstance(value, dict) and isinstance(value.get("data"), list):
        return {**value, "data": _project_inside(value["data"], asked, node)}
    return project(value, asked, node) if isinstance(value, dict) else value
