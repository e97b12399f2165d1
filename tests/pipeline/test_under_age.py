"""Who says to be under age gets no marketing; the question that they asked is answered."""

from collections.abc import Sequence
from datetime import timedelta

import orjson

from connectors.base import Batch, Delivery, Reading, Submission
from models.store import Store
from pipeline.ingest import Ingest
from policy.vocabulary import SAYS_UNDER_AGE, Purpose, ReasonCode
from tests.build import FORM, NOW, declared, email
from tests.pipeline.asking import answer, may_email
from tests.pipeline.two_ways import ManyWays, copy


class Remarking(ManyWays):
    """Reads a copy as one of somebody who said no to "are you over eighteen?"."""

    def read(self, delivery: Delivery, /) -> Sequence[Reading]:
        [found] = super().read(delivery)
        assert isinstance(found, Submission)
        return [found._replace(remarks=("no_phone", SAYS_UNDER_AGE))]


def _took(store: Store, reader: ManyWays, *copies: Delivery) -> None:
    Ingest(store, declared(store), reader, "pull").take([Batch("stream", copies)], NOW)


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
