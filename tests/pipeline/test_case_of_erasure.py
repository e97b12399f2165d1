"""An erasure that was asked for: noted in its case, and open until person and recipients know."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Lead
from models.rights_step import RightsStep
from models.store import Store
from pipeline.hold import place_hold, release_hold
from pipeline.list_recalls import Told, acknowledge_recalls
from policy.errors import UsageError
from policy.rights.owed import Owed
from policy.rights.steps import RequestStatus, StepKind
from policy.rights.table import Right
from policy.rights.told import ToldOutcome
from tests.build import NOW, controller, declared, delivery, kept
from tests.build import take as take_in
from tests.pipeline.casework import LATER, know, opened, row_of, take
from tests.pipeline.erasing import erased, listed
from tests.pipeline.stopping import expire_at
from tests.pipeline.test_hold import order

DAY = timedelta(days=1)


def asked(store: Store) -> str:
    reference = opened(store, Right.ERASURE)
    know(store, reference)
    return reference


def told(recipient: str, outcome: ToldOutcome = ToldOutcome.TOLD, why: str | None = None) -> Told:
    return Told(recipient, NOW + 10 * DAY, outcome, why)


def test_an_erasure_is_noted_in_its_case_in_the_same_transaction(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = asked(store)
    [lead] = kept(store, Lead)
    assert erased(store, at=LATER, request=reference).is_complete
    step = kept(store, RightsStep)[-1]
    assert (step.kind, step.at) == (StepKind.ACTED, LATER)
    assert step.detail == {"act": "erased", "leads": [lead.id.hex]}
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert (shown.status, shown.owed) == (RequestStatus.ANSWERED, ())


def test_a_rehearsal_notes_nothing(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = asked(store)
    before = kept(store, RightsStep)
    erased(store, at=LATER, request=reference, is_rehearsal=True)
    assert kept(store, RightsStep) == before


def test_the_words_of_the_case_go_with_the_person(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = asked(store)
    take(store, reference, StepKind.SEARCHED, text="the store")
    erased(store, at=LATER, request=reference)
    assert {step.text for step in kept(store, RightsStep)} == {""}
    assert row_of(store, reference).email is None


def test_what_a_hold_keeps_leaves_the_case_open(store: Store, tmp_path: Path) -> None:
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = asked(store)
    [lead] = kept(store, Lead)
    [hold] = place_hold(store, order(lead.id), "test", NOW)
    erased(store, at=LATER, request=reference)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert shown.owed == (Owed.FINISH,)
    with pytest.raises(UsageError, match="finish"):
        take(store, reference, StepKind.CLOSED, now=LATER + DAY)
    release_hold(store, hold, "test", LATER + DAY)
    erased(store, at=LATER + 2 * DAY, request=reference)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + 3 * DAY)
    assert shown.owed == (Owed.TELL_RECIPIENTS,)
    acknowledge_recalls(store, controller(), told("sales"), "test", LATER + 3 * DAY)
    assert take(store, reference, StepKind.CLOSED, now=LATER + 3 * DAY).owed == ()


def test_what_expires_after_its_hold_is_told_of_as_well(store: Store, tmp_path: Path) -> None:
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = asked(store)
    [hold] = place_hold(store, order(kept(store, Lead)[0].id), "test", NOW)
    erased(store, at=LATER, request=reference)
    release_hold(store, hold, "test", LATER + DAY)
    expire_at(store, LATER + DAY)
    erased(store, at=LATER + 2 * DAY, request=reference)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + 3 * DAY)
    assert (shown.owed, shown.recipients.to_tell) == ((Owed.TELL_RECIPIENTS,), ("sales",))


def test_a_case_stays_open_until_recipients_were_told(store: Store, tmp_path: Path) -> None:
    """T-15."""
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = asked(store)
    erased(store, at=LATER, request=reference)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert (shown.owed, shown.recipients.to_tell) == ((Owed.TELL_RECIPIENTS,), ("sales",))
    with pytest.raises(UsageError, match="tell_recipients"):
        take(store, reference, StepKind.CLOSED, now=LATER + DAY)
    acknowledge_recalls(store, controller(), told("sales"), "test", LATER + DAY)
    closed = take(store, reference, StepKind.CLOSED, now=LATER + DAY)
    assert closed.status is RequestStatus.CLOSED


def test_a_reason_on_record_stands_for_telling_them(store: Store, tmp_path: Path) -> None:
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = asked(store)
    erased(store, at=LATER, request=reference)
    take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    wound_up = told("sales", ToldOutcome.IMPOSSIBLE, "the firm was wound up")
    acknowledge_recalls(store, controller(), wound_up, "test", LATER + DAY)
    assert take(store, reference, StepKind.CLOSED, now=LATER + DAY).owed == ()


def test_the_person_is_told_who_received_it_if_they_ask(store: Store, tmp_path: Path) -> None:
    """T-15."""
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = asked(store)
    take(store, reference, StepKind.ASKED_RECIPIENTS)
    erased(store, at=LATER, request=reference)
    acknowledge_recalls(store, controller(), told("sales"), "test", LATER + DAY)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert (shown.owed, shown.recipients.to_name) == ((Owed.NAME_RECIPIENTS,), ("sales",))
    named = take(store, reference, StepKind.ANSWERED, now=LATER + DAY, names_recipients=True)
    assert named.owed == ()


def test_a_closed_case_takes_no_erasure(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = asked(store)
    take(store, reference, StepKind.SEARCHED, text="the store")
    take(store, reference, StepKind.ANSWERED, is_nothing_held=True)
    take(store, reference, StepKind.CLOSED)
    with pytest.raises(UsageError, match="is closed"):
        erased(store, at=LATER + DAY, request=reference)
    assert len(kept(store, Lead)) == 1
