"""What an auditor gets of words that somebody typed: what was done and why, and nobody in it.

A text is shown but for addresses, numbers and the names that are known; what may be nothing else
than somebody's name or words is masked as a whole. Rules: STAFF-8, STAFF-11.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.list_recalls import ListedRecall
from pipeline.show_case import ShownCase, ShownStep
from policy.free_text import KnownNames
from policy.masked import Mask

Asking = dict[str, str | None]
_ASKING = frozenset({"name", "email", "phone", "text"})
_WHOLE = frozenset({"sent", "matter", "approver", "authority_request"})
_TEXTS = frozenset({"nature", "effects", "action", "why_not", "why"})


def masked_case(shown: ShownCase, asked: Asking) -> tuple[Asking, Sequence[ShownStep]]:
    """Return who asked and the steps of a case as an auditor sees them, the same numbers in both.

    The names by which the person of the case goes are known; those of others are not.
    """
    mask, names = Mask(frozenset(), _ASKING), KnownNames(shown.names, in_any_case=True)
    hidden: Asking = mask.tree(asked)
    steps = [
        replace(each, step=replace(each.step, text=mask.text(each.step.text, names)))
        for each in shown.steps
    ]
    return hidden, steps


def masked_recalls(found: Iterable[ListedRecall]) -> list[ListedRecall]:
    """Return recalls as an auditor sees them: why nobody was told may name somebody."""
    mask = Mask(frozenset())
    return [replace(each, why=mask.text(each.why) if each.why else None) for each in found]


def masked_facts(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an answer as an auditor sees them, at whatever depth words stand."""
    masked: dict[str, Any] = _masked(facts, Mask(frozenset(), _WHOLE))
    return masked


def masked_rows(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with words in them, such as the register of breaches, as an auditor sees them."""
    mask = Mask(frozenset(), _WHOLE)
    return [_masked(each, mask) for each in found]


def _masked(value: Any, mask: Mask) -> Any:  # noqa: ANN401 - any fact
    if isinstance(value, Mapping):
        return {name: _field(name, each, mask) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(each, mask) for each in value]
    return value


def _field(name: str, value: Any, mask: Mask) -> Any:  # noqa: ANN401 - any fact
    if name in _WHOLE:
        return mask.tree({name: value})[name]
    if name in _TEXTS and isinstance(value, str):
        return mask.text(value)
    return _masked(value, mask)
