"""Who asks by an address that was corrected since is found, once somebody says that it is them."""

from datetime import timedelta
from pathlib import Path

import pytest

from models.lead import Lead
from models.store import Store
from pipeline.answer_with_pack import PackAnswer, answer_with_pack
from policy.correction import CorrectedField
from policy.errors import UsageError
from policy.rights.table import Right
from tests.build import (
    NOW,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    settings,
    source,
    take,
)
from tests.pipeline.casework import know, opened
from tests.pipeline.erasing import erased
from tests.pipeline.packing import document, packed, unread
from tests.pipeline.restricting import restricted
from tests.pipeline.test_rectify import RIGHT, WRONG, corrected

AFTER = NOW + timedelta(hours=2)


def test_a_copy_is_not_answered_with_an_empty_one(store: Store, tmp_path: Path) -> None:
    """PACK-1: nobody is told that nothing is held of them, and nobody else gets it."""
    take(store, declared(store), delivery())
    reference = opened(store)
    corrected(store)
    [person] = {row.person_id for row in kept(store, Lead)}
    assert [each.person for each in know(store, reference).people] == [person]
    house, made = settings(str(store.url), source()), ("test", AFTER)
    answer = PackAnswer(reference, tmp_path / "copy", "the store")
    with pytest.raises(UsageError, match=str(person)):
        answer_with_pack(store, house, controller(), answer, made, unread)
    assert not (tmp_path / "copy").exists()
    with pytest.raises(UsageError, match="does not say whose copy"):
        packed(store, tmp_path / "pack", WRONG)
    chosen = PackAnswer(reference, tmp_path / "copy", "the store", [person])
    answer_with_pack(store, house, controller(), chosen, made, unread)
    assert [each["lead"] for each in document(tmp_path / "copy")["leads"]]


def test_nobody_is_told_that_they_are_erased_who_is_not(store: Store) -> None:
    """ERA-3."""
    take(store, declared(store), delivery())
    reference = opened(store, Right.ERASURE)
    corrected(store)
    [person] = {row.person_id for row in kept(store, Lead)}
    with pytest.raises(UsageError, match=str(person)):
        erased(store, WRONG, request=reference, at=AFTER)
    assert len(kept(store, Lead)) == 1
    assert erased(store, WRONG, people=[person], request=reference, at=AFTER).is_complete
    assert kept(store, Lead) == []


def test_the_right_address_serves_as_well(sqlite_store: Store) -> None:
    take(sqlite_store, declared(sqlite_store), delivery())
    reference = opened(sqlite_store, Right.ERASURE)
    other = opened(sqlite_store, Right.ERASURE, email="arun.patel@mail.example")
    corrected(sqlite_store)
    with pytest.raises(UsageError, match="no request for erasure"):
        erased(sqlite_store, RIGHT, request=other, at=AFTER)
    assert erased(sqlite_store, RIGHT, request=reference, at=AFTER).is_complete


def test_what_is_done_is_noted_in_no_case_of_somebody_else(store: Store) -> None:
    """CASE-2: theirs would count as done."""
    arun = email("arun.patel@mail.example")
    take(store, declared(store), delivery(), delivery("2", fields(arun.value, None, "Arun Patel")))
    theirs = opened(store, Right.RESTRICTION, email=arun.value)
    with pytest.raises(UsageError, match="names somebody else"):
        corrected(store, request=theirs)
    with pytest.raises(UsageError, match="names somebody else"):
        restricted(store, WRONG, request=theirs)
    own = opened(store, Right.RECTIFICATION)
    corrected(store, request=own)
    corrected(store, RIGHT, {CorrectedField.NAME: "Priya Shah"}, request=own, at=AFTER)
    restricted(store, RIGHT, request=opened(store, Right.RESTRICTION, email="new@mail.example"))
