"""How far a mail proves who wrote it."""

from itertools import product

import pytest

from policy.mails import SenderProof, proof_of_sender
from policy.rights.table import RIGHTS, IdentityCheck, Right


def proof(right: Right, *, mail: bool = True, vouched: bool = True, **given: bool) -> SenderProof:
    facts = {"has_address": True, "is_doubtful": False} | given
    return proof_of_sender(right, came_by_mail=mail, is_vouched=vouched, **facts)


def test_a_vouched_mail_is_enough_for_what_needs_little_and_asks_for_the_rest() -> None:
    assert proof(Right.ERASURE) is SenderProof.ENOUGH
    assert proof(Right.ACCESS) is SenderProof.ASK_BY_MAIL


def test_a_page_is_never_enough_by_itself() -> None:
    assert proof(Right.ERASURE, mail=False, vouched=False) is SenderProof.ASK_BY_MAIL


def test_no_mail_goes_to_an_address_that_somebody_only_claims() -> None:
    for right in Right:
        assert proof(right, vouched=False) is not SenderProof.ASK_BY_MAIL
        assert proof(right, vouched=False) is not SenderProof.ENOUGH


@pytest.mark.parametrize("right", [r for r in Right if RIGHTS[r].identity is IdentityCheck.NEVER])
def test_what_needs_no_proof_asks_for_none(right: Right) -> None:
    for mail, vouched, there, doubtful in product([True, False], repeat=4):
        found = proof(right, mail=mail, vouched=vouched, has_address=there, is_doubtful=doubtful)
        assert found is SenderProof.NOT_NEEDED


def test_without_an_address_or_in_doubt_a_person_asks() -> None:
    assert proof(Right.ACCESS, has_address=False) is SenderProof.ASK_BY_HAND
    assert proof(Right.ERASURE, is_doubtful=True) is SenderProof.ASK_BY_HAND
