"""What people confirm and officers do about them: each step is about one controller.

Where a key or reference is given it may be another controller's: that must open nothing. Each
returns what whoever took the step is told.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from models.columns import table_of
from models.opt_in import OptIn
from models.rights_request import RightsRequestRecord
from pipeline.access_pack import PackOrder, WrittenPack, rehearse_pack, write_pack
from pipeline.answer_with_pack import PackAnswer, answer_with_pack
from pipeline.confirm_identity import asked_for, confirm_identity
from pipeline.confirm_opt_in import confirm, question
from pipeline.plan_correction import CorrectionOrder
from pipeline.rectify import rectify
from pipeline.restrict import RestrictionOrder, lift, list_restrictions, restrict
from pipeline.show_case import show_case
from pipeline.take_step import take_steps
from policy.correction import CorrectedField
from policy.errors import UsageError
from policy.london import london_date
from policy.restriction import RestrictionGround
from policy.rights.packs import PackKind
from policy.rights.request import ExtensionGround, QuestionAbout
from policy.rights.steps import CaseStep, StepKind
from policy.vocabulary import Identifier
from tests import build
from tests.acceptance.clients import HOUR, Home, Someone, told
from tests.confirming import take_unsure
from tests.pipeline.packing import unread

NOBODY = UUID(int=0)
PLACES = "leads, mails and lists"
CORRECTIONS: Sequence[Mapping[CorrectedField, str]] = (
    {CorrectedField.NAME: "Priya Shah"},
    {CorrectedField.EMAIL: "sian@mail.example"},
    {CorrectedField.EMAIL: "priya@home.example"},
    {CorrectedField.EMAIL: "priya@work.example", CorrectedField.COMPANY: "Chaos Ltd"},
    {CorrectedField.PHONE: "+447700900002"},
)
STEPS: Mapping[StepKind, Mapping[str, Any]] = {
    StepKind.ASKED: {"about": QuestionAbout.IDENTITY, "text": "which address was it sent from"},
    StepKind.HEARD: {"about": QuestionAbout.IDENTITY},
    StepKind.EXTENDED: {
        "text": "many years",
        "grounds": frozenset({ExtensionGround.COMPLEXITY}),
        "gives_reasons": True,
    },
    StepKind.ACKNOWLEDGED: {},
    StepKind.PASSED_ON: {},
    StepKind.SEARCHED: {"text": PLACES},
    StepKind.ASKED_RECIPIENTS: {},
    StepKind.ANSWERED: {"names_recipients": True},
    StepKind.CLOSED: {},
}
"""The steps of a case, and what is said with each."""


def or_refusal(step: Callable[[], Any]) -> Any:
    """Return what somebody is told who takes a step, or why it is refused."""
    try:
        return step()
    except UsageError as refusal:
        return str(refusal)


# what must be confirmed


def ask_to_confirm(
    home: Home, id_: str, who: Someone, lead: str, ticked: Mapping[str, str], at: datetime
) -> Any:
    """Let somebody send a form whose ticks count once they are confirmed by mail."""
    given = build.fields(who.email, who.phone, who.name)
    came = build.delivery(lead, given, at=at - HOUR, boxes=ticked, received_at=at)
    return told(take_unsure(home.store, home.source("meta", id_), came, at=at))


def opt_ins_of(home: Home, id_: str) -> list[UUID]:
    """Return the keys of all that waits for a confirmation, or has had it, oldest first."""
    return _keys(home, OptIn, id_)


def requests_of(home: Home, id_: str) -> list[UUID]:
    """Return the keys of all requests, oldest first."""
    return _keys(home, RightsRequestRecord, id_)


def _keys(home: Home, model: type[OptIn | RightsRequestRecord], id_: str) -> list[UUID]:
    table = table_of(model)
    own = select(table.c.id).where(table.c.controller_id == id_).order_by(table.c.id)
    with home.store.reading() as connection:
        return list(connection.execute(own).scalars())


def press_the_button(home: Home, id_: str, key: UUID, at: datetime) -> Any:
    """Look at what a link to confirm a tick asks, then press its button."""
    return [ask(home.store, id_, key, at) for ask in (question, confirm)]


def show_who_asks(home: Home, id_: str, key: UUID, at: datetime) -> Any:
    """Look at what a link to confirm a request asks, then press its button."""
    return [ask(home.store, id_, key, at) for ask in (asked_for, confirm_identity)]


# restriction and correction


def restrict_use(
    home: Home,
    id_: str,
    whom: Identifier,
    ground: RestrictionGround,
    request: str | None,
    at: datetime,
) -> Any:
    """Restrict use of somebody's data, as they asked by a request if one is named."""
    order = RestrictionOrder(whom, ground, "test", request)
    return or_refusal(lambda: restrict(home.store, home.owner(id_), home.keys, order, at))


def lift_restriction(home: Home, id_: str, at: datetime) -> Any:
    """Lift the oldest restriction that is in force, once the person was told."""
    found = list_restrictions(home.store, [home.owner(id_)])
    open_ = [each.id for each in found if each.lifted_at is None]
    return [lift(home.store, key, london_date(at), "test", at) for key in open_[:1]]


def correct(
    home: Home,
    id_: str,
    whom: Identifier,
    right: Mapping[CorrectedField, str],
    at: datetime,
    **more: Any,
) -> Any:
    """Correct somebody's details: all of their leads, or one."""
    order = CorrectionOrder(whom, right, "told us by phone", "test", **more)
    return or_refusal(lambda: rectify(home.store, home.owner(id_), home.keys, order, at))


# requests, from step to step


def take_a_step(home: Home, id_: str, reference: str, kind: StepKind, at: datetime) -> Any:
    """Take a step in the case of a request; return how it stands then."""

    def step() -> Any:
        said = [CaseStep(kind, at, **STEPS[kind])]
        return take_steps(home.store, home.owner(id_), reference, lambda _: said, None, made(at))

    return or_refusal(step), or_refusal(lambda: stands(home, id_, reference, at))


def stands(home: Home, id_: str, reference: str, at: datetime) -> Any:
    """Return how the case of a request stands, with what is owed and who may be meant."""
    shown = show_case(home.store, id_, reference, at)
    steps = [(each.step, each.actor, each.recorded_at) for each in shown.steps]
    facts = shown.status, shown.deadline, shown.owed, shown.recipients, shown.is_late
    return facts, steps, shown.people


def answer_with_a_copy(home: Home, id_: str, reference: str, at: datetime) -> Any:
    """Answer a request with the copy that it asks for; return all that is in it."""

    def step() -> Any:
        answer = PackAnswer(reference, _folder(home, id_, at), PLACES)
        owner = home.owner(id_)
        copied = answer_with_pack(home.store, home.settings, owner, answer, made(at), unread)
        return in_it(copied)

    return or_refusal(step)


def make_a_copy(home: Home, id_: str, whom: Identifier, kind: PackKind, at: datetime) -> Any:
    """Make a copy of all that is held of somebody, on an officer's own word."""

    def step() -> Any:
        owner, folder = home.owner(id_), _folder(home, id_, at)
        store, settings = home.store, home.settings
        return in_it(write_pack(store, settings, owner, [whom], kind, folder, at, note=unread))

    return or_refusal(step)


def count_a_copy(home: Home, id_: str, whom: Identifier, at: datetime) -> Any:
    """Return how much a copy of all that is held of somebody would have; make none."""
    order = PackOrder(home.owner(id_), [whom], PackKind.ACCESS)

    def step() -> Any:
        found = rehearse_pack(home.store, home.settings, order, at, unread)
        return found.counts, found.related, found.unsearched, found.unresolved

    return or_refusal(step)


def in_it(pack: WrittenPack) -> Any:
    """Return what a copy says, to its reader and to the officer who sends it."""
    assert pack.folder is not None
    document = orjson.loads((pack.folder / "answer.json").read_bytes())
    flags = pack.unsearched, pack.unresolved, pack.has_several_names, pack.is_for_client
    return document, sorted(pack.files), pack.counts, pack.related, flags


def made(at: datetime) -> tuple[str, datetime]:
    """Return who takes a step, and when."""
    return "test", at


def _folder(home: Home, id_: str, at: datetime) -> Path:
    return home.folder / f"copy-{id_}-{at:%Y%m%d%H%M}"
