"""Reading what the Google Ads API gave: the recorded rows, and whatever else a row may be."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import _google_local_services as local_services
from connectors._google_submissions import MEDIA_TYPE, read_submission
from connectors.base import Delivery, Problem, Reading, SourceErasure, Submission
from connectors.google_lead_forms import GoogleLeadForms
from policy.vocabulary import Notice
from simulator.google_forms import OPT_IN_QUESTION, OPT_IN_YES
from tests.connectors import google_corpus as corpus
from tests.connectors.google_rig import unpolled
from tests.connectors.meta_corpus import assert_golden

ROWS = corpus.payloads("submissions")
KEYS = (corpus.EMAIL_OFFERS.key, corpus.PHONE_OFFERS.key)
BOXED = corpus.boxed(corpus.NOTICE)


def _delivery(row: object, notice: Notice | None = None) -> Delivery:
    payload = row if isinstance(row, bytes) else json.dumps(row).encode()
    return Delivery(None, payload, MEDIA_TYPE, corpus.RECEIVED_AT, notice)


def _recorded(path: Path) -> Delivery:
    return _delivery(path.read_bytes(), corpus.NOTICE if path.stem.endswith("_on_form") else None)


def _read(delivery: Delivery) -> Submission | Problem:
    return read_submission(delivery, corpus.OPT_INS, corpus.boxed)


def _row(**changes: object) -> dict[str, object]:
    path = corpus.ROOT / "submissions" / "opted_in_on_form.json"
    row: dict[str, object] = json.loads(path.read_bytes())
    return row | changes


def _submission(row: object, notice: Notice | None = corpus.NOTICE) -> Submission:
    found = _read(_delivery(row, notice))
    assert isinstance(found, Submission), found
    return found


@pytest.mark.parametrize("path", ROWS, ids=corpus.name_of)
def test_every_recorded_row_reads_as_expected(path: Path) -> None:
    found = _read(_recorded(path))
    assert_golden(path, corpus.as_json(found))
    assert found == _read(_recorded(path))


def test_there_are_recorded_rows() -> None:
    assert len(ROWS) > 40


def _boxes(*pairs: tuple[str, str]) -> list[tuple[str, str | None, bool | None]]:
    own = [{"questionText": text, "fieldValue": said} for text, said in pairs]
    boxes = _submission(_row(customLeadFormSubmissionFields=own)).boxes
    assert boxes is not None
    return [(box.key, box.raw, box.is_ticked) for box in boxes]


def test_a_yes_a_no_and_anything_else_are_three_things() -> None:
    text = corpus.EMAIL_OFFERS.question
    silent = ("phone_offers", None, None)
    assert _boxes((text, "Yes, please")) == [("email_offers", "Yes, please", True), silent]
    assert _boxes((text, "No, thank you")) == [("email_offers", "No, thank you", False), silent]
    assert _boxes((text, "Maybe")) == [("email_offers", "neither yes nor no", None), silent]
    assert _boxes((text, "")) == [("email_offers", None, None), silent]
    assert _boxes() == [("email_offers", None, None), silent]


@pytest.mark.parametrize(
    "changed",
    [
        "May we send you offers by e-mail or post?",
        "May we send you offers by email?",
        "May we not send you offers by e-mail?",
        "may_we_send_you_offers_by_e-mail?",
        "May we send you offers by e-mail",
    ],
)
def test_a_changed_text_is_another_question_and_its_yes_ticks_nothing(changed: str) -> None:
    assert {tick for _, _, tick in _boxes((changed, "Yes, please"))} == {None}
    own = [{"questionText": changed, "fieldValue": "Yes, please"}]
    assert _submission(_row(customLeadFormSubmissionFields=own)).answers[changed] == ["Yes, please"]


def test_a_question_without_an_answer_that_refuses_is_a_required_box() -> None:
    required = {box.key: box.is_required for box in BOXED.boxes}
    assert required == {"email_offers": False, "phone_offers": True}


def test_a_yes_on_a_form_that_was_not_seen_keeps_the_word_and_proves_no_wording() -> None:
    found = _submission(_row(), notice=None)
    assert found.notice is None
    assert [(box.key, box.is_ticked) for box in found.boxes or ()] == [("email_offers", True)]


def test_a_lead_of_a_changed_form_says_that_the_form_was_seen_at_another_time() -> None:
    from dataclasses import replace  # noqa: PLC0415

    unproven = replace(corpus.NOTICE, form_id=corpus.FORM, wording_known=False)
    found = read_submission(_delivery(_row(), unproven), corpus.OPT_INS, lambda notice: notice)
    assert isinstance(found, Submission)
    assert "form_seen_at_another_time" in found.remarks
    assert "form_seen_at_another_time" not in _submission(_row()).remarks


def test_the_same_notice_is_given_its_boxes_once_and_stays_one_object() -> None:
    connector = unpolled()
    read = [connector.read(_delivery(_row(id=str(n)), corpus.NOTICE))[0] for n in range(5)]
    assert len({id(one.notice) for one in read if isinstance(one, Submission)}) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
TEXTS = st.sampled_from(
    [
        "",
        "Yes, please",
        "YES,  PLEASE",
        "No, thank you",
        "yes",
        "Maybe\u0000",
        "EMAIL",
        "OVER_18_AGE",
        corpus.EMAIL_OFFERS.question,
        corpus.PHONE_OFFERS.question,
        "MAY WE CALL YOU ABOUT OFFERS?",
        "2026-05-12 10:30:00+01:00",
        "2026-05-12 10:30:00",
        "0001-01-01 00:00:00+23:59",
        "9999-12-31 23:59:59-23:59",
        "customers/1/assets/20260000000001",
        "customers/1/localServicesLeads/2",
        "///",
        "WIPED_OUT",
        "Europe",
        "Europe/London",
        "../../etc/passwd",
    ]
)
VALUES = TEXTS | JSON
FIELDS = st.lists(
    st.dictionaries(
        st.sampled_from(["fieldType", "fieldValue", "questionText", "x"]), VALUES, max_size=3
    )
    | VALUES,
    max_size=4,
)
ROW_KEYS = (
    *("resourceName", "id", "asset", "campaign", "adGroupAd", "gclid", "submissionDateTime"),
    *("contactDetails", "leadType", "leadStatus", "creationDateTime", "timeZone", "categoryId"),
)
ODD_ROWS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(ROW_KEYS, VALUES)
    | {
        "leadFormSubmissionFields": FIELDS | VALUES,
        "customLeadFormSubmissionFields": FIELDS | VALUES,
    },
)
NOTICES = st.sampled_from([None, corpus.NOTICE])


def _said_yes(row: object) -> set[str]:
    """Return the boxes that a row says a configured yes to, by the plainest reading there is."""
    if not isinstance(row, Mapping):
        return set()
    own = row.get("customLeadFormSubmissionFields")
    found = set[str]()
    for each in own if isinstance(own, Sequence) and not isinstance(own, str) else ():
        for question in (corpus.EMAIL_OFFERS, corpus.PHONE_OFFERS):
            if isinstance(each, Mapping) and _same(each.get("questionText"), question.question):
                found |= (
                    {question.key}
                    if any(_same(each.get("fieldValue"), y) for y in question.yes)
                    else set()
                )
    return found


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and one.casefold().split() == other.casefold().split()


def _check(row: object, notice: Notice | None, media_type: str) -> Reading:
    connector = _CONNECTOR
    delivery = _delivery(row, notice)._replace(media_type=media_type)
    [found] = connector.read(delivery)
    assert isinstance(found, Submission | Problem | SourceErasure)
    assert [found] == list(connector.read(delivery))
    if isinstance(found, Submission):
        assert found.external_id
        assert found.submitted_at is None or found.submitted_at.utcoffset() is not None
        ticked = {box.key for box in found.boxes or () if box.is_ticked}
        assert ticked <= (_said_yes(row) if media_type == MEDIA_TYPE else set())
    return found


_CONNECTOR: GoogleLeadForms = unpolled(
    opt_in_questions=[one.model_dump() for one in (corpus.EMAIL_OFFERS, corpus.PHONE_OFFERS)]
)


@settings(max_examples=250, deadline=None)
@given(row=ODD_ROWS | JSON, notice=NOTICES)
def test_no_row_makes_reading_fail_or_ticks_what_was_not_said(
    row: object, notice: Notice | None
) -> None:
    _check(row, notice, MEDIA_TYPE)
    _check(row, notice, local_services.MEDIA_TYPE)


@settings(max_examples=150, deadline=None)
@given(changes=ODD_ROWS, notice=NOTICES)
def test_no_change_to_a_good_row_does_either(
    changes: dict[str, object], notice: Notice | None
) -> None:
    _check(_row() | changes, notice, MEDIA_TYPE)
    _check(_row() | changes, notice, local_services.MEDIA_TYPE)


@settings(max_examples=60, deadline=None)
@given(payload=st.binary(max_size=40))
def test_bytes_that_are_no_json_are_a_problem(payload: bytes) -> None:
    for media_type in (MEDIA_TYPE, local_services.MEDIA_TYPE, "text/x-nobody-knows"):
        [found] = _CONNECTOR.read(Delivery("7", payload, media_type, corpus.RECEIVED_AT))
        try:
            is_object = isinstance(orjson.loads(payload), dict)
        except orjson.JSONDecodeError:
            is_object = False
        assert is_object or isinstance(found, Problem)


def test_the_answer_of_the_simulators_form_is_the_tick_that_the_settings_name() -> None:
    own = [{"questionText": OPT_IN_QUESTION, "fieldValue": OPT_IN_YES}]
    found = _check(_row(customLeadFormSubmissionFields=own), corpus.NOTICE, MEDIA_TYPE)
    assert isinstance(found, Submission)
    assert [box.is_ticked for box in found.boxes or ()] == [True, None]
