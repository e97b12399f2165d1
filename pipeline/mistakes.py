"""Say what is wrong in a configuration: where, what, and the cure."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_WANTED = {
    "string_pattern_mismatch": "is not written as it must be",
    "string_too_long": "is too long",
    "string_too_short": "is empty or too short",
    "too_short": "lists too little",
    "string_type": "must be a text",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "model_type": "must be a table",
    "tuple_type": "must be a list",
}
"""What the commonest mistakes are, in words; others are told in pydantic's own."""


def sentence(
    model: type[BaseModel], place: str, mistake: Mapping[str, Any], others: Iterable[str]
) -> str:
    """Return one mistake in words: where, what, and the cure.

    Args:
        model: the table that was checked.
        place: where it stands ("sources[meta-main]").
        mistake: one of pydantic's errors, without the input: it may be a secret.
        others: keys that the table has beside those of the model.
    """
    location = mistake["loc"]
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    where = f"{place}{path}"
    within, field = _field(model, location)
    told = f" ({field.description.rstrip('.')})" if field and field.description else ""
    match mistake["type"]:
        case "missing":
            return f"{where}: is missing{told}. Cure: add it."
        case "extra_forbidden":
            names = [field.alias or name for name, field in within.model_fields.items()]
            known = [*names, *(others if within is model else ())]
            guess = meant(str(location[-1]), known)
            return f"{where}: there is no such key{guess}. Cure: mend or remove it."
        case "value_error":
            return f"{where}: {mistake['ctx']['error']}."
        case kind:
            fact = _WANTED.get(kind, mistake["msg"])
            return f"{where}: {fact}{told}. Cure: correct the value{_example(field)}."


def meant(word: object, known: Iterable[str]) -> str:
    """Return which of some words was probably meant, as a question; empty if none is near."""
    near = difflib.get_close_matches(str(word), list(known), 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _field(
    model: type[BaseModel], location: Sequence[int | str]
) -> tuple[type[BaseModel], FieldInfo | None]:
    """Return the table that a mistake stands in, however deep, and its field."""
    within, field = model, None
    for part in location:
        if isinstance(part, int):
            continue
        if field is not None:
            within = _table(field.annotation) or within
        by_name = {each.alias or name: each for name, each in within.model_fields.items()}
        field = by_name.get(part)
    return within, field


def _table(annotation: object) -> type[BaseModel] | None:
    """Return the model in an annotation such as `tuple[Box, ...]` or `Columns | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_table, get_args(annotation))), None)


def _example(field: FieldInfo | None) -> str:
    example = field.examples[0] if field and field.examples else None
    return f", for instance {example!r}" if isinstance(example, str) else ""
