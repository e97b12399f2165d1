"""Canaries in what is pushed: found on the lead, and in no log, count, run, answer or ledger."""

import logging

import pytest

from models.delivery import DeliveryRecord, JobRun
from models.ledger import LedgerRecord
from models.refused_push import RefusedPush
from models.store import Store
from pipeline import wiring
from pipeline.note_work import WorkNotes
from pipeline.work_inbox import Built, work_inbox
from simulator.access import APP_SECRET
from tests import build
from tests.build import NOW, connector, kept
from tests.google_pulling import connector_of
from tests.test_privacy import EMAIL, NAME, PEOPLE, PHONE, Witness, assert_silent, dumped
from tests.web.conftest import opened
from tests.web.pushing import (
    GOOGLE,
    GOOGLE_KEY,
    TOLD,
    google_body,
    google_source,
    meta_body,
    signed,
)

SECRETS = (GOOGLE_KEY, APP_SECRET, "the-word-of-the-handshake")
CANARIES = (*PEOPLE, *SECRETS)
COLUMNS = [
    {"column_id": "FULL_NAME", "string_value": NAME},
    {"column_id": "EMAIL", "string_value": EMAIL},
    {"column_id": "PHONE_NUMBER", "string_value": PHONE},
]


@pytest.fixture
def witness(capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture) -> Witness:
    caplog.set_level(logging.DEBUG)
    # the client of the tests, which is no part of the program, logs what it asks for
    logging.getLogger("httpx2").setLevel(logging.WARNING)
    return Witness(capfd, caplog)


def test_receiving_tells_nobody_anything_of_anybody(store: Store, witness: Witness) -> None:
    sources = (build.source(verify_token=SECRETS[-1]), google_source())
    genuine = google_body("1", user_column_data=COLUMNS)
    forged = google_body("2", key=f"{GOOGLE_KEY}x", user_column_data=COLUMNS)
    broken = google_body("3", user_column_data=EMAIL)
    announced = meta_body(EMAIL, NAME)
    with opened(store, *sources) as client:
        answers = [
            client.post(f"/in/{GOOGLE}", content=body, headers=TOLD)
            for body in (genuine, forged, broken, genuine[:-9], EMAIL.encode())
        ]
        answers += [
            client.post("/in/meta-main", content=announced, headers=headers)
            for headers in (signed(announced), signed(announced, "wrong"), {})
        ]
        answers.append(client.get(f"/in/meta-main?hub.verify_token={EMAIL}&hub.mode=subscribe"))
        answers += [client.get(path) for path in ("/metrics", "/readyz", f"/in/{EMAIL}")]
        for answer in answers:
            assert_silent(f"{answer.text} {answer.headers}", CANARIES)
    built = [
        Built(sources[1], connector_of(sources[1], NOW)),
        Built(sources[0], connector(sources[0])),
    ]
    report = work_inbox(store, built, wiring.now)
    WorkNotes().note(store, built, report, NOW, NOW)
    witness.hear(report)
    assert_silent(witness.everything(), CANARIES)
    assert_silent(dumped(store, JobRun, LedgerRecord, RefusedPush), CANARIES)
    aside = [(row.reason, row.detail, row.stream) for row in kept(store, DeliveryRecord)]
    assert aside
    assert_silent(repr(aside), CANARIES)
