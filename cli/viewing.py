"""Before people are shown: write down who looks, and leave out what they may not see."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from cli.context import HERE, visitor
from policy.access import Action, View, may_list
from policy.errors import NotAllowed
from policy.vocabulary import Purpose

if TYPE_CHECKING:
    from pipeline.access_log import Looked
    from pipeline.wiring import House


def note(opened: "House", looks: "Iterable[Looked]") -> None:
    """Write down what is about to be shown; nothing is written where nothing is."""
    from pipeline.access_log import note_looks

    here = HERE.get()
    if found := list(looks):
        note_looks(opened.store, here.visitor, here.command, found, opened.now())


def note_leads(
    opened: "House", found: Sequence[Mapping[str, Any]], narrowed_by: str | None
) -> None:
    """Write down that leads are about to be shown."""
    from pipeline.access_log import Looked

    keys: dict[str, list[UUID]] = {}
    for row in found:
        keys.setdefault(row["controller"], []).append(UUID(row["id"]))
    note(opened, (Looked(owner, len(own), own, narrowed_by) for owner, own in keys.items()))


def note_counts(opened: "House", owners: Iterable[str]) -> None:
    """Write down how much is about to be shown of which controllers, where no lead is named."""
    from pipeline.access_log import Looked

    note(opened, (Looked(owner, count) for owner, count in Counter(owners).items()))


def is_masked() -> bool:
    """Say whether whoever runs this command sees people masked."""
    return visitor().view is View.MASKED


def is_limited() -> bool:
    """Say whether whoever runs this command sees only people who may be reached."""
    return visitor().view is View.ALLOWED


def require_list(purpose: Purpose) -> None:
    """Refuse a list that would name people whom whoever asks may not see. Rule: STAFF-10.

    Raises:
        NotAllowed: the role makes no lists for this purpose.
    """
    if not may_list(visitor().view, purpose):
        raise NotAllowed(
            f"The role {visitor().role} makes no list for {purpose}, which may name people who are"
            " not reached. Cure: ask an admin."
        )


def require(action: Action) -> None:
    """Refuse what a part of a command needs beyond its door.

    Raises:
        NotAllowed: the role does not include it.
    """
    if not visitor().may(action):
        raise NotAllowed(
            f"The role {visitor().role} does not include this. Cure: ask somebody whose role does;"
            " docs/staff.md lists them."
        )
