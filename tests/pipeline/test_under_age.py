"""Who says to be under age gets no marketing; the question that they asked is answered."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from connectors.base import Batch, Delivery, Reading, Submission
from models.lead import Lead
from models.ledger import LedgerKind, LedgerRecord
from models.store import Store
from pipeline.ingest import Ingest
from pipeline.masked_answers import masked_provenance
from pipeline.provenance import of_lead
from policy.vocabulary import SAYS_UNDER_AGE, Purpose, ReasonCode
from tests.build import FORM, NOW, declared, email, kept
from tests.pipeline.asking import answer, may_email
from tests.pipeline.test_rectify import RIGHT, WRONG, corrected
from tests.pipeline.two_ways import ManyWays, copy

PEOPLE = ((3, WRONG), (4, RIGHT))


class Remarking(ManyWays):
    """Reads a copy as one of somebody who said no to "are you over eighteen?"."""

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        [found] = super().read(delivery)
        assert isinstance(found, Submission)
        return [found._replace(remarks=("no_phone", SAYS_UNDER_AGE))]


def _took(store: Store, reader: ManyWays, *copies: Delivery) -> None:
    Ingest(store, declared(store), reader, "pull").take([Batch("stream", copies)], NOW)


def _leads(store: Store) -> dict[str, Any]:
    return {row.external_id: row for row in kept(store, Lead)}


def test_who_says_to_be_under_age_gets_no_marketing(store: Store) -> None:
    """PERM-25, PERM-26: whatever was ticked, and for as long as the lead is kept."""
    _took(store, Remarking(), copy("1", "api", ticked=True, notice=FORM))
    for at in (NOW, NOW + timedelta(days=600)):
        assert ReasonCode.MINOR in may_email(store, at=at).reasons
    reply = answer(store, email(), purpose=Purpose.ENQUIRY_RESPONSE).decision
    assert reply.is_allowed


def test_it_counts_for_the_address_whichever_lead_it_was_said_on(store: Store) -> None:
    _took(store, ManyWays(), copy("1", "api", ticked=True, notice=FORM))
    assert may_email(store).is_allowed
    _took(store, Remarking(), copy("2", "api", ticked=True, notice=FORM))
    assert ReasonCode.MINOR in may_email(store).reasons


def test_the_word_in_an_answer_is_no_remark(store: Store) -> None:
    delivery = copy("1", "api", ticked=True, notice=FORM)
    said = orjson.loads(delivery.payload) | {"answers": ["minor", '"minor"']}
    _took(store, ManyWays(), delivery._replace(payload=orjson.dumps(said)))
    assert may_email(store).is_allowed


@pytest.mark.parametrize("split_off", ["1", "2"])
def test_it_stays_with_both_when_a_person_is_split(store: Store, split_off: str) -> None:
    """PERM-26: nobody knows which of the two had said it, so it is denied to both."""
    _took(store, Remarking(), copy("1", "api", ticked=True, notice=FORM))
    _took(store, ManyWays(), copy("2", "api", ticked=True, notice=FORM))
    corrected(store, lead=_leads(store)[split_off].id)
    assert len({row.person_id for row in kept(store, Lead)}) == 2
    later = [copy(str(n), "api", ticked=True, notice=FORM, email=each.value) for n, each in PEOPLE]
    _took(store, ManyWays(), *later)
    for _, each in PEOPLE:
        assert ReasonCode.MINOR in may_email(store, each).reasons
    entries = [row for row in kept(store, LedgerRecord) if row.kind is LedgerKind.LEAD_REMARKED]
    assert len(entries) == 1
    assert entries[0].subject_id is not None
    [line] = masked_provenance([of_lead(store, UUID(entries[0].subject_id))])
    [told] = [each.detail for each in line.moments if "remark" in each.detail]
    assert told["remark"] == SAYS_UNDER_AGE  # a word of ours, which an auditor must see


def test_whoever_said_nothing_of_it_stays_as_they_were(sqlite_store: Store) -> None:
    _took(sqlite_store, Remarking(), copy("1", "api", email="arun.patel@mail.example"))
    _took(sqlite_store, ManyWays(), *(copy(n, "api", ticked=True, notice=FORM) for n in "23"))
    corrected(sqlite_store, lead=_leads(sqlite_store)["3"].id)
    found = {name: SAYS_UNDER_AGE in row.remarks for name, row in _leads(sqlite_store).items()}
    assert found == {"1": True, "2": False, "3": False}
