"""Pushes go over real sockets, and are sent again as their platform sends them again."""

import time
from collections.abc import Callable
from threading import Event

import pytest

from simulator.access import APP_SECRET
from simulator.push_plan import Planned
from simulator.push_platforms import (
    STANDARD_SECRET,
    FormTool,
    GoogleForm,
    MetaApp,
    StandardWebhooks,
)
from simulator.push_sender import HUGE_BYTES, Habits, Sent, send
from simulator.pushes import Manner, Platform, Push
from tests.simulator.conftest import NOW
from tests.simulator.receiving import Received, Receiver, receiving

META, GOOGLE = MetaApp(APP_SECRET), GoogleForm("a-key")
QUICK = Habits(connections=4, tries=4, pause=0.01, trickle=0.4)


def _push(number: int = 1) -> Push:
    return Push(b'{"object":"page","number":%d,"google_key":"a-key"}' % number, (str(number),))


def _sent(
    receiver: Receiver,
    *requests: Planned,
    platform: Platform = META,
    habits: Habits = QUICK,
    stop: Event | None = None,
) -> list[Sent]:
    return send(requests, platform, receiver.url, lambda: NOW, habits=habits, stop=stop)


def _answering(*statuses: int | None) -> Callable[[Received], int | None]:
    left = list(statuses)
    return lambda _: left.pop(0) if left else 200


def test_every_request_arrives_whole_with_its_headers_and_its_answer_is_reported() -> None:
    requests = [Planned(_push(n), Manner.GENUINE) for n in range(60)]
    with receiving() as receiver:
        sent = _sent(receiver, *requests)
    assert [each.planned for each in sent] == requests
    assert {each.answers for each in sent} == {(200,)}
    assert all(each.is_taken for each in sent)
    assert {came.body for came in receiver.received} == {each.push.body for each in requests}
    for came in receiver.received:
        signature = META.wire(came.body, NOW).headers["X-Hub-Signature-256"]
        assert came.headers["x-hub-signature-256"] == signature
        assert (came.path, came.is_whole) == ("/in/main", True)


@pytest.mark.parametrize(
    ("platform", "statuses", "answers"),
    [
        (META, (503, None, 404), (503, None, 404, 200)),
        (META, (500, 500, 500, 500, 500), (500, 500, 500, 500)),
        (GOOGLE, (503, None), (503, None, 200)),
        (GOOGLE, (403,), (403,)),
        (StandardWebhooks(STANDARD_SECRET), (429,), (429, 200)),
        (StandardWebhooks(STANDARD_SECRET), (410,), (410,)),
        (FormTool(), (500,), (500,)),
    ],
)
def test_each_platform_sends_again_after_its_own_answers(
    platform: Platform, statuses: tuple[int | None, ...], answers: tuple[int | None, ...]
) -> None:
    with receiving(_answering(*statuses)) as receiver:
        [sent] = _sent(receiver, Planned(_push(), Manner.GENUINE), platform=platform)
    assert sent.answers == answers
    assert len(receiver.received) == len(answers)
    assert sent.is_taken is (answers[-1] == 200)


def test_a_body_that_breaks_off_is_sent_again_whole() -> None:
    with receiving() as receiver:
        [sent] = _sent(receiver, Planned(_push(), Manner.TRUNCATED))
    assert sent.answers == (None, 200)
    broken, whole = receiver.received
    assert not broken.is_whole
    assert 0 < len(broken.body) < len(whole.body)
    assert _push().body.startswith(broken.body)


def test_a_slow_body_takes_its_time_and_arrives() -> None:
    with receiving() as receiver:
        began = time.monotonic()
        [sent] = _sent(receiver, Planned(_push(), Manner.SLOW))
    assert sent.answers == (200,)
    assert time.monotonic() - began >= QUICK.trickle * 0.9
    assert [came.body for came in receiver.received] == [_push().body]


def test_what_somebody_else_sends_is_wrong_and_sent_once() -> None:
    platform = StandardWebhooks(STANDARD_SECRET)
    manners = (Manner.FORGED, Manner.OUTDATED, Manner.HUGE)
    habits = Habits(connections=1, tries=4, pause=0.01)
    with receiving(lambda _: 401) as receiver:
        sent = _sent(
            receiver, *(Planned(_push(), m) for m in manners), platform=platform, habits=habits
        )
    assert [each.answers for each in sent] == [(401,)] * 3
    genuine = platform.wire(_push().body, NOW).headers
    forged, outdated, huge = receiver.received
    assert forged.headers["webhook-signature"] != genuine["webhook-signature"]
    assert int(outdated.headers["webhook-timestamp"]) == int(NOW.timestamp()) - 86_400
    assert len(huge.body) == HUGE_BYTES


def test_nobody_at_the_address_is_reported_as_no_answer() -> None:
    with receiving() as receiver:
        url = receiver.url
    sent = send([Planned(_push(), Manner.GENUINE)], META, url, lambda: NOW, habits=QUICK)
    assert sent[0].answers == (None,) * QUICK.tries
    assert not sent[0].is_taken


def test_once_told_to_stop_it_sends_nothing_further() -> None:
    stop = Event()

    def stopping(_: Received) -> int:
        stop.set()
        return 500

    requests = [Planned(_push(n), Manner.GENUINE) for n in range(50)]
    with receiving(stopping) as receiver:
        sent = _sent(receiver, *requests, habits=Habits(connections=1), stop=stop)
    assert [each.answers for each in sent] == [(500,)] + [()] * 49
    assert len(receiver.received) == 1
