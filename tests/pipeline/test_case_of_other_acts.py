"""Copies, corrections and restrictions that were asked for: done, noted, told to recipients."""

from pathlib import Path

import pytest

from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.rights_step import RightsStep
from models.store import Store
from pipeline.access_pack import WrittenPack
from pipeline.answer_with_pack import PackAnswer, answer_with_pack
from pipeline.list_recalls import Told, acknowledge_recalls
from policy.errors import UsageError
from policy.rights.owed import Owed
from policy.rights.packs import PackKind
from policy.rights.steps import Act, RequestStatus, StepKind
from policy.rights.table import Right
from tests.build import NOW, controller, declared, delivery, email, kept, settings, source
from tests.build import take as take_in
from tests.pipeline.casework import LATER, know, opened, take
from tests.pipeline.erasing import listed
from tests.pipeline.packing import unread
from tests.pipeline.restricting import restricted
from tests.pipeline.test_case_of_erasure import DAY
from tests.pipeline.test_rectify import corrected


def with_pack(store: Store, reference: str, folder: Path, scope: str = "") -> WrittenPack:
    known = settings(str(store.url), source())
    answer = PackAnswer(reference, folder, scope)
    return answer_with_pack(store, known, controller(), answer, ("test", LATER), unread)


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY])
def test_the_copy_answers_the_request_and_its_hash_is_noted(
    store: Store, tmp_path: Path, right: Right
) -> None:
    take_in(store, declared(store), delivery())
    reference = opened(store, right)
    know(store, reference)
    pack = with_pack(store, reference, tmp_path / "answer", "the store and the archive")
    assert pack.kind is PackKind(right.value)
    assert (tmp_path / "answer" / "answer.json").exists()
    step = kept(store, RightsStep)[-1]
    assert (step.kind, step.detail["sha256"]) == (StepKind.ANSWERED, pack.sha256)
    assert take(store, reference, StepKind.CLOSED).status is RequestStatus.CLOSED


def test_a_copy_that_may_not_be_sent_is_not_written(store: Store, tmp_path: Path) -> None:
    take_in(store, declared(store), delivery())
    reference = opened(store)
    folder = tmp_path / "answer"
    with pytest.raises(UsageError, match="not known that the request"):
        with_pack(store, reference, folder, "the store")
    know(store, reference)
    with pytest.raises(UsageError, match="where we looked"):
        with_pack(store, reference, folder)
    with pytest.raises(UsageError, match="Only a request for a copy"):
        with_pack(store, opened(store, Right.COMPLAINT), folder)
    with pytest.raises(UsageError, match="names no address"):
        with_pack(store, opened(store, email=None), folder)
    assert not folder.exists()
    assert LedgerKind.ACCESS_PACK_MADE not in {row.kind for row in kept(store, LedgerRecord)}


def test_a_correction_is_noted_and_recipients_are_told(store: Store, tmp_path: Path) -> None:
    """T-15."""
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    reference = opened(store, Right.RECTIFICATION)
    know(store, reference)
    corrected(store, at=LATER, request=reference)
    [lead] = kept(store, Lead)
    step = kept(store, RightsStep)[-1]
    assert step.detail == {"act": Act.RECTIFIED, "leads": [lead.id.hex]}
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert (shown.owed, shown.recipients.to_tell) == ((Owed.TELL_RECIPIENTS,), ("sales",))
    told = Told("sales", NOW + 10 * DAY)
    acknowledge_recalls(store, controller(), told, "test", LATER + DAY)
    assert take(store, reference, StepKind.CLOSED, now=LATER + DAY).owed == ()


def test_a_restriction_is_noted_and_may_be_answered_then(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = opened(store, Right.RESTRICTION)
    know(store, reference)
    with pytest.raises(UsageError, match="Nothing was done yet"):
        take(store, reference, StepKind.ANSWERED)
    restricted(store, at=LATER, request=reference)
    shown = take(store, reference, StepKind.ANSWERED, now=LATER + DAY)
    assert (shown.status, shown.owed) == (RequestStatus.ANSWERED, ())


def test_who_was_told_of_an_earlier_restriction_is_not_told_again(
    store: Store, tmp_path: Path
) -> None:
    take_in(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    restricted(store, at=LATER)
    acknowledge_recalls(store, controller(), Told("sales", LATER), "test", LATER)
    reference = opened(store, Right.RESTRICTION, now=LATER)
    know(store, reference)
    restricted(store, at=LATER + DAY, request=reference)
    assert take(store, reference, StepKind.ANSWERED, now=LATER + 2 * DAY).owed == ()


def test_nothing_is_done_on_the_word_of_a_closed_case(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = opened(store, Right.OBJECTION_TO_MARKETING)
    take(store, reference, StepKind.ANSWERED)
    take(store, reference, StepKind.CLOSED)
    with pytest.raises(UsageError, match="is closed"):
        restricted(store, email(), at=LATER, request=reference)
    with pytest.raises(UsageError, match="is closed"):
        corrected(store, at=LATER, request=reference)
    assert not {row.kind for row in kept(store, LedgerRecord)} & {
        LedgerKind.RESTRICTION_SET,
        LedgerKind.LEAD_CORRECTED,
    }
