"""Nobody is believed because of words that they could choose themselves."""

import pytest

from connectors.base import Reading
from connectors.heard import StopAsked
from tests.connectors import email_corpus as corpus

OURS = "in.my-agency.example"
FORGED = {
    "the mailbox is called like a verdict": (
        "spf=pass smtp.mailfrom=dmarc=pass@evil.example; dmarc=fail header.from=mail.example"
    ),
    "a quoted mailbox holds a whole verdict": (
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=mail.example; y"@evil.example;'
        " dmarc=fail header.from=mail.example"
    ),
    "the only verdict stands in quotes": (
        'spf=pass smtp.mailfrom="x; dmarc=pass header.from=mail.example; y"@evil.example'
    ),
    "a comment in a comment": (
        "spf=pass (domain of a (b; dmarc=pass header.from=mail.example)) smtp.mailfrom=evil.example"
    ),
    "a comment that was closed early": (
        "spf=pass (domain of x); dmarc=pass header.from=mail.example; y=(z)"
        " smtp.mailfrom=evil.example; dmarc=fail header.from=mail.example"
    ),
    "a quote without an end": '"; dmarc=pass header.from=mail.example',
    "a verdict without a domain": "dmarc=pass",
    "a signature of somebody else that names us as well": (
        "dkim=pass header.d=evil.example header.i=@mail.example"
    ),
    "a property in a property": "dkim=pass header.i=header.d=mail.example@evil.example",
    "no verdict at all": "none",
}


def is_believed(readings: list[Reading]) -> bool:
    [stop] = readings
    assert isinstance(stop, StopAsked)
    return stop.is_proven


@pytest.mark.parametrize("results", FORGED.values(), ids=FORGED)
def test_a_sender_does_not_vouch_for_himself(results: str) -> None:
    more = f"Authentication-Results: {OURS}; {results}\r\n"
    assert not is_believed(corpus.read(corpus.written("Please unsubscribe me", more=more)))


@pytest.mark.parametrize(
    "results",
    [
        f"{OURS} 1; dmarc=pass header.from=mail.example",
        f"{OURS};\r\n\tdmarc=pass (p=NONE sp=NONE (all) dis=NONE) header.from=mail.example",
        f"{OURS}; dkim=fail header.d=mail.example; dkim=pass header.d=mail.example",
        f'{OURS}; spf=pass smtp.mailfrom="a; b"@mail.example; dmarc=pass header.from=mail.example',
    ],
)
def test_what_our_server_writes_in_its_own_ways_is_understood(results: str) -> None:
    more = f"Authentication-Results: {results}\r\n"
    assert is_believed(corpus.read(corpus.written("Please unsubscribe me", more=more)))


def test_two_senders_are_vouched_for_by_nobody() -> None:
    raw = corpus.written(
        "Please unsubscribe me",
        sender="priya.sharma@mail.example, tom.baker@mail.example",
        more=f"Authentication-Results: {OURS}; dmarc=pass header.from=mail.example\r\n",
    )
    assert not is_believed(corpus.read(raw))


def test_a_stop_counts_whether_or_not_the_sender_is_believed() -> None:
    for verdict in ("pass", "fail"):
        more = f"Authentication-Results: {OURS}; dmarc={verdict} header.from=mail.example\r\n"
        [stop] = corpus.read(corpus.written("STOP", subject="Re: Offers", more=more))
        assert isinstance(stop, StopAsked)
        assert stop.is_sure
        assert stop.emails == ("priya.sharma@mail.example",)
