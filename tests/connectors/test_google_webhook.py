"""Reading Google's webhook: the recorded bodies, and whatever else a body may be."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors._google_boxes import with_boxes
from connectors._google_ids import external_id_of
from connectors._google_questions import OptIns
from connectors._google_webhook import WEBHOOK_MEDIA_TYPE, read_webhook
from connectors.base import Delivery, Marks, Problem, ProblemCode, Submission
from connectors.pushed import Refusal
from policy.vocabulary import Notice
from tests.connectors import google_corpus as corpus
from tests.connectors.meta_corpus import assert_golden

WEBHOOKS = corpus.payloads("webhooks")
SLUG = "may_we_send_you_offers_by_e-mail?"


def _read(delivery: Delivery) -> Submission | Problem:
    return read_webhook(delivery, corpus.OPT_INS, corpus.boxed)


def _delivery(body: object) -> Delivery:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Delivery(None, payload, WEBHOOK_MEDIA_TYPE, corpus.RECEIVED_AT)


def _submission(body: object) -> Submission:
    found = _read(_delivery(body))
    assert isinstance(found, Submission), found
    return found


def _recorded(name: str) -> Submission:
    found = corpus.webhook(corpus.ROOT / "webhooks" / f"{name}.json")
    assert isinstance(found, Delivery)
    read = _read(found)
    assert isinstance(read, Submission), read
    return read


@pytest.mark.parametrize("path", WEBHOOKS, ids=corpus.name_of)
def test_a_recorded_body_is_taken_in_and_read_as_expected(path: Path) -> None:
    found = corpus.webhook(path)
    if isinstance(found, Refusal):
        assert path.parent.name == "refused"
        assert_golden(path, {"refused": found.status, "message": found.message})
        return
    assert path.parent.name == "webhooks"
    read = _read(found)
    assert _read(found) == read
    kept = {"external_id": found.external_id, "payload": found.payload.decode()}
    assert_golden(path, {"kept": kept, "read": corpus.as_json(read)})


def test_an_id_tells_the_same_by_either_spelling() -> None:
    for name in ("form_id", "campaign_id", "adgroup_id", "creative_id", "asset_group_id"):
        number = _submission({"lead_id": "a", name: 10_000_000_000_000_001})
        assert number == _submission({"lead_id": "a", name: "10000000000000001"})
        assert number.form_id or number.origin


def test_an_id_or_a_name_alone_tells_the_same() -> None:
    whole, ids, names = (
        _recorded(name)
        for name in ("as_documented", "column_names_missing", "column_names_in_capitals")
    )
    assert ids.contact == whole.contact
    assert names.contact == whole.contact._replace(phones=())


def test_a_real_lead_has_marks_by_which_its_copies_are_known() -> None:
    assert _recorded("as_documented").marks == Marks(
        "webhook", number="Cj0KEQjw000001AbCdEf", click_id="Cj0Kgcl00001"
    )
    assert _recorded("click_id_empty").marks == Marks("webhook", number="Cj0KEQjw000035AbCdEf")


@pytest.mark.parametrize("path", corpus.payloads("webhooks"), ids=corpus.name_of)
def test_a_test_never_meets_a_real_lead(path: Path) -> None:
    found = corpus.webhook(path)
    read = _read(found) if isinstance(found, Delivery) else None
    if not isinstance(read, Submission):
        return
    assert read.is_test == read.external_id.startswith("test:")
    assert read.is_test == (read.marks is None)
    assert read.is_test == (path.stem.startswith("test_") and "flag_m" not in path.stem
                            and "flag_u" not in path.stem)  # fmt: skip


def test_what_google_lists_as_a_test_is_one() -> None:
    found = _read(_delivery({"lead_id": "a"})._replace(listed_as_test=True))
    assert isinstance(found, Submission)
    assert (found.is_test, found.external_id, found.marks) == (True, "test:a", None)


def test_a_long_id_is_kept_as_its_hash_and_marked_whole() -> None:
    long = "x" * 201
    found = _submission({"lead_id": long})
    assert found.external_id == external_id_of(long)
    assert found.marks == Marks("webhook", number=long)
    assert _submission({"lead_id": "x" * 200}).external_id == "x" * 200


@pytest.mark.parametrize(
    "text", ["x" * 201, "a\0b", "\ud83d", "test:1", "row-1", "sha256-1", "a\nb"]
)
def test_no_id_meets_one_of_another_kind(text: str) -> None:
    found = external_id_of(text)
    assert found.startswith("sha256-")
    assert len(found) == 7 + 64
    assert external_id_of(text) == found
    assert external_id_of(f"{text}x") != found


def test_a_tick_needs_the_form_and_stands_on_it() -> None:
    on_form = _recorded("offers_yes_on_form")
    assert on_form.notice is corpus.boxed(corpus.NOTICE)
    assert on_form.boxes is not None
    assert {box.key: box.is_ticked for box in on_form.boxes} == {
        "email_offers": True,
        "phone_offers": None,
    }
    assert _recorded("another_form_on_form").notice is None


def test_without_an_opt_in_question_nothing_is_a_box() -> None:
    body = {
        "lead_id": "a",
        "user_column_data": [{"column_id": SLUG, "string_value": "Yes, please"}],
    }
    delivery = _delivery(body)
    nothing = OptIns(())

    def boxed(notice: Notice) -> Notice:
        return with_boxes(notice, nothing)

    found = read_webhook(delivery, nothing, boxed)
    assert isinstance(found, Submission)
    assert found.boxes is None
    assert found.answers == {SLUG: ["Yes, please"]}
    on_form = read_webhook(delivery._replace(notice=corpus.NOTICE), nothing, boxed)
    assert isinstance(on_form, Submission)
    assert on_form.boxes == ()


def test_a_text_with_half_a_sign_is_read_around() -> None:
    found = _recorded("sign_cut_in_half")
    assert found.contact.full_name == "Ann \ufffd"
    assert "text_damaged" in found.remarks


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (b"", ProblemCode.NOT_JSON),
        (b"{", ProblemCode.NOT_JSON),
        (b'{"lead_id": NaN}', ProblemCode.NOT_JSON),
        (b'{"lead_id": ' + b"1" * 5_000 + b"}", ProblemCode.NOT_JSON),
        (b'{"lead_id": "a", "lead_id": "b"}', ProblemCode.NOT_JSON),
        (b"[" * 100_000, ProblemCode.NOT_JSON),
        (b'{"a":' * 100_000, ProblemCode.NOT_JSON),
        (b"[]", ProblemCode.NOT_AN_OBJECT),
        (b"null", ProblemCode.NOT_AN_OBJECT),
        (b'"\xff"', ProblemCode.ENCODING),
        (b"{}", ProblemCode.ID_MISSING),
        (b'{"lead_id": true}', ProblemCode.ID_MANGLED),
        (b'{"lead_id": 1.5}', ProblemCode.ID_MANGLED),
        (b'{"lead_id": ["a"]}', ProblemCode.ID_MANGLED),
        (b'{"lead_id": "a", "user_column_data": "b"}', ProblemCode.FIELDS_UNREADABLE),
        (b'{"lead_id": "a", "user_column_data": [null]}', ProblemCode.FIELDS_UNREADABLE),
    ],
)
def test_what_cannot_be_read_says_why(payload: bytes, code: ProblemCode) -> None:
    found = _read(_delivery(payload)._replace(external_id="known"))
    assert isinstance(found, Problem)
    assert (found.code, found.external_id) == (code, "known")


def test_a_time_is_utc_or_unknown() -> None:
    found = _submission({"lead_id": "a", "lead_submit_time": "2026-05-12T11:30:00+02:00"})
    assert found.submitted_at == datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
    assert _recorded("time_with_no_offset").submitted_at is None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["Yes", "No", "EMAIL", SLUG, "true", corpus.FORM]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
NAMES = ("column_id", "column_name", "string_value", "value", "is_checked")
COLUMNS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), max_size=4)
KEYS = (
    "lead_id", "user_column_data", "form_id", "campaign_id", "is_test", "gcl_id",
    "lead_submit_time", "lead_stage", "consent", "boxes",
)  # fmt: skip
LEADS = st.fixed_dictionaries(
    {}, optional={key: VALUES | COLUMNS if key == "user_column_data" else VALUES for key in KEYS}
)


@settings(max_examples=400, deadline=None)
@given(body=VALUES | LEADS, has_notice=st.booleans())
def test_any_json_is_read_or_set_aside_and_ticks_only_what_is_configured(
    body: object,
    has_notice: bool,  # noqa: FBT001 - drawn
) -> None:
    delivery = _delivery(body)
    if has_notice:
        delivery = delivery._replace(notice=corpus.NOTICE)
    found = _read(delivery)
    assert _read(delivery) == found
    if isinstance(found, Problem) or not found.boxes:
        return
    columns = body.get("user_column_data") or [] if isinstance(body, dict) else []
    said = {
        str(column.get("string_value")).casefold()
        for column in columns
        if isinstance(column.get("string_value"), str)
        and SLUG in (column.get("column_id"), column.get("column_name"))
    }
    for box in found.boxes:
        assert box.is_ticked is None or box.key == "email_offers"
        assert box.is_ticked is not True or "yes" in said
        assert box.is_ticked is not False or "no" in said


@settings(max_examples=300, deadline=None)
@given(path=st.sampled_from(WEBHOOKS), where=st.floats(0, 1), put_in=st.binary(max_size=4))
def test_a_damaged_body_never_raises_and_never_ticks_more(
    path: Path, where: float, put_in: bytes
) -> None:
    whole = path.read_bytes()
    cut = int(len(whole) * where)
    for damaged in (whole[:cut], whole[:cut] + put_in + whole[cut + len(put_in) :]):
        corpus.pushed(damaged)
        found = _read(_delivery(damaged)._replace(notice=corpus.NOTICE))
        if isinstance(found, Submission) and b"Yes" not in whole + put_in:
            assert not any(box.is_ticked for box in found.boxes or ())


def test_the_notice_given_is_not_changed() -> None:
    before = replace(corpus.NOTICE)
    _recorded("offers_yes_on_form")
    assert before == corpus.NOTICE
