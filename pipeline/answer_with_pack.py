"""Answer a request for a copy with the copy: written, then noted in its case with its hash."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from models.store import Store
from pipeline.access_log import NoteLook
from pipeline.access_pack import WrittenPack, write_pack
from pipeline.case import KeptCase, kept_case
from pipeline.settings import ControllerSettings, Settings
from pipeline.take_step import require_steps, take_steps
from policy.errors import UsageError
from policy.london import london_date
from policy.rights.packs import PackKind
from policy.rights.steps import CaseStep, StepKind, happened_at
from policy.rights.table import Right
from policy.vocabulary import Identifier, IdentifierKind

PACKS: Mapping[Right, PackKind] = {
    Right.ACCESS: PackKind.ACCESS,
    Right.PORTABILITY: PackKind.PORTABILITY,
}
"""Which copy answers which request."""


@dataclass(frozen=True, slots=True)
class PackAnswer:
    """The answer to a request: where the copy goes, and where else we looked.

    `people` choose, by their keys, where several use the identifier that the request names.
    """

    reference: str
    folder: Path
    scope: str = ""
    people: Collection[UUID] = ()


def answer_with_pack(
    store: Store,
    settings: Settings,
    controller: ControllerSettings,
    answer: PackAnswer,
    made: tuple[str, datetime],
    note: NoteLook,
) -> WrittenPack:
    """Write the copy that a request asks for, and note that it answers it today.

    Whether it may be answered is asked before anything is written. The person is found by the
    address that the request names, or else by its number: what else they gave nobody has shown to
    be theirs. `note` writes down who gets it, before. If the program is killed in between, the copy
    is there and the case still open.
    Rules: CASE-2, PACK-1.

    Raises:
        UsageError: it is no such request, it may not be answered yet, or nobody can say who is
            meant; nothing was written.
        ConfigError: the suppression list was made with another key.
        StoreError: the store failed, or the disk is full.
    """
    actor, now = made
    with store.reading() as connection:
        kept = kept_case(connection, controller.id, answer.reference)
        kind, identifier = _asked(kept)
        at = happened_at(london_date(now), kept.case.times, now)
        require_steps(connection, kept, _steps(answer, None, at))
    pack = write_pack(
        store,
        settings,
        controller,
        [identifier],
        kind,
        answer.folder,
        now,
        note=note,
        people=answer.people,
        actor=actor,
    )
    take_steps(
        store,
        controller,
        answer.reference,
        lambda then: _steps(answer, pack.sha256, then),
        None,
        made,
    )
    return pack


def _asked(kept: KeptCase) -> tuple[PackKind, Identifier]:
    """Return which copy is asked for, and of whom."""
    kind = PACKS.get(kept.row.right)
    if kind is None:
        raise UsageError(
            "Only a request for a copy is answered with one. Cure: leave out --out, and say with"
            " `leadledger rights answer` what the person was told."
        )
    if kept.row.email:
        return kind, Identifier(IdentifierKind.EMAIL, kept.row.email)
    if kept.row.phone:
        return kind, Identifier(IdentifierKind.PHONE, kept.row.phone)
    raise UsageError(
        "The request names no address or number. Cure: find the person, write the copy with"
        " `leadledger rights pack`, send it, then `leadledger rights answer` without --out."
    )


def _steps(answer: PackAnswer, sha256: str | None, at: datetime) -> Sequence[CaseStep]:
    searched = [CaseStep(StepKind.SEARCHED, at, answer.scope)] if answer.scope else []
    return [*searched, CaseStep(StepKind.ANSWERED, at, sha256=sha256, names_recipients=True)]
