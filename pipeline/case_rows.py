"""Steps of a case as rows, and back: codes, times and keys, no word about the person."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row

from models.bulk import Values
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import Act, CaseStep, IntakeChannel
from policy.vocabulary import Word

W = TypeVar("W", bound=Word)


def detail_of(step: CaseStep) -> dict[str, Any]:
    """Return what a step says besides its kind, time and words; what is at its default stays out.

    Everything in it may stand in the ledger.
    """
    said: dict[str, Any] = {
        "channel": step.channel,
        "about": step.about,
        "justified": step.is_justified,
        "prompt": step.is_prompt,
        "grounds": sorted(step.grounds),
        "gives_reasons": step.gives_reasons,
        "act": step.act,
        "partly": not step.is_whole,
        "leads": [each.hex for each in step.leads],
        "nothing_held": step.is_nothing_held,
        "names_recipients": step.names_recipients,
        "sha256": step.sha256,
        "reason": step.reason,
        "says": sorted(step.says),
    }
    return {name: value for name, value in said.items() if value}


def row_of(
    whose: tuple[str, UUID], number: int, step: CaseStep, made: tuple[str, datetime]
) -> Values:
    """Return a step as a row.

    Args:
        whose: the controller and the request.
        number: the how manyeth step of the request it is, from 1.
        step: what it says.
        made: who wrote it down, and when.
    """
    actor, recorded_at = made
    return {
        "controller_id": whose[0],
        "request_id": whose[1],
        "number": number,
        "kind": step.kind,
        "at": step.at,
        "recorded_at": recorded_at,
        "actor": actor,
        "detail": detail_of(step),
        "text": step.text,
    }


def step_of(row: Row[Any]) -> CaseStep:
    """Return a row as the policy's own fact."""
    said: Mapping[str, Any] = row.detail
    return CaseStep(
        row.kind,
        row.at,
        text=row.text,
        channel=_word(IntakeChannel, said.get("channel")),
        about=_word(QuestionAbout, said.get("about")),
        is_justified=said.get("justified", False),
        is_prompt=said.get("prompt", False),
        grounds=_words(ExtensionGround, said.get("grounds", ())),
        gives_reasons=said.get("gives_reasons", False),
        act=_word(Act, said.get("act")),
        is_whole=not said.get("partly", False),
        leads=tuple(UUID(each) for each in said.get("leads", ())),
        is_nothing_held=said.get("nothing_held", False),
        names_recipients=said.get("names_recipients", False),
        sha256=said.get("sha256"),
        reason=_word(RefusalReason, said.get("reason")),
        says=_words(RefusalContent, said.get("says", ())),
    )


def _word(words: type[W], value: str | None) -> W | None:
    return None if value is None else words(value)


def _words(words: type[W], values: Collection[str]) -> frozenset[W]:
    return frozenset(map(words, values))
