"""Look at a JSON object as at a row: `{"person": {"email": …}}` has the column `person.email`."""

from collections.abc import Collection, Mapping

from connectors._values import json_of, texts_of

_DEEPEST = 16


def flattened(item: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the values of an object as texts, by names joined with dots.

    A list is several values; what is nested deeper than 16 objects is one value, as JSON.
    """
    row: dict[str, list[str]] = {}
    _flatten(item, "", 1, row)
    return row


def _flatten(
    item: Mapping[str, object], before: str, depth: int, row: dict[str, list[str]]
) -> None:
    for key, value in item.items():
        name = f"{before}{key}"
        if isinstance(value, dict) and value:
            if depth < _DEEPEST:
                _flatten(value, f"{name}.", depth + 1, row)
            else:
                row.setdefault(name, []).append(json_of(value))
            continue
        row.setdefault(name, []).extend(texts_of(value) or [])


def without(
    item: Mapping[str, object], names: Collection[str], before: str = ""
) -> dict[str, object]:
    """Return an object without the values that have some names, joined with dots."""
    kept: dict[str, object] = {}
    for key, value in item.items():
        name = f"{before}{key}"
        if name in names:
            continue
        if isinstance(value, dict) and before.count(".") < _DEEPEST:
            kept[key] = without(value, names, f"{name}.")
        else:
            kept[key] = value
    return kept
