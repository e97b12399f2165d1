"""A mail may hold half of a sign, which no database takes: other mails are read all the same."""

import pytest

from models.lead import Lead
from models.permission import Suppression
from models.store import Store
from tests.build import declared, kept
from tests.connectors import email_corpus as corpus
from tests.mailing import PROVEN, arrive, inbox, mail, says

SUBJECTS = {
    "Hello": "Hello",
    "=?utf-7?q?Hello_+2AA-?=": "Hello \N{REPLACEMENT CHARACTER}",
    "=?utf-8?b?a?= Hello": "=?utf-8?b?a?= Hello",
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_mail_after_it_still_stops_whom_it_names(store: Store, subject: str) -> None:
    body = "+2AA-please call me about the garden, what would it cost?"
    half = corpus.written(body, subject=subject).replace(b"charset=utf-8", b"charset=utf-7")
    half = half.replace(b"priya.sharma@", b"zeb@").replace(b"?a?= Hello", b"?a?= Hello \xff")
    declared(store, inbox())
    arrive(store, inbox(), mail(half), says("STOP", subject="unsubscribe", more=PROVEN))
    assert len(kept(store, Suppression)) == 1
    [lead] = kept(store, Lead)
    [message] = lead.answers["message"]
    assert message == body.replace("+2AA-", "\N{REPLACEMENT CHARACTER}")
    assert lead.answers["subject"][0].startswith(SUBJECTS[subject])
