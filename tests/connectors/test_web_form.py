"""Our own form: what is read out of what it kept, and what its settings refuse."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors._web_form_draft import ACCEPTED_MEDIA_TYPE, SAME_WITHIN
from connectors._web_form_token import shown_by, token_of_page, token_of_snippet
from connectors._web_form_visit import campaign_of, cleaned_address, clicks_of
from connectors.base import ConnectorIO, Problem, ProblemCode, Submission
from connectors.web_form import WebForm
from pipeline.link_signer import LinkSigner
from policy.errors import ConfigError
from policy.evidence import notice_id
from tests.build import LINKS_KEY
from tests.connectors import meta_corpus
from tests.connectors import web_form_corpus as corpus

SIGNER = LinkSigner([LINKS_KEY])


@pytest.mark.parametrize("path", corpus.payloads(), ids=meta_corpus.name_of)
def test_a_recorded_submission_is_read_as_expected(path: Path) -> None:
    form = corpus.built()
    [outcome] = form.read(corpus.delivery(path.read_bytes(), form))
    meta_corpus.assert_golden(path, meta_corpus.as_json(outcome))


def submission(name: str, **own: Any) -> Submission:
    form = corpus.built(**own)
    payload = (corpus.ROOT / f"{name}.json").read_bytes()
    [outcome] = form.read(corpus.delivery(payload, form))
    assert isinstance(outcome, Submission)
    return outcome


def test_a_tick_waits_for_confirmation_where_the_form_said_so() -> None:
    assert submission("confirm_first", double_opt_in=True).needs_confirmation
    assert submission("confirm_first").needs_confirmation is False  # its wording is not known here
    assert submission("ticked", double_opt_in=True).needs_confirmation is False


def test_what_somebody_looked_at_is_read_whatever_it_looks_like() -> None:
    form = corpus.built()
    for path in corpus.payloads():
        seen = corpus.delivery(path.read_bytes(), form, ACCEPTED_MEDIA_TYPE)
        [outcome] = form.read(seen)
        assert not isinstance(outcome, Problem) or outcome.code not in {
            ProblemCode.SPAM,
            ProblemCode.IN_REVIEW,
        }


def test_the_wording_changes_with_every_word_that_people_see() -> None:
    usual = notice_id(corpus.built().notice)
    changes: list[dict[str, Any]] = [
        {"title": "Talk to us"},
        {"intro": "We answer soon."},
        {"privacy_version": "2"},
        {"privacy_note": "Look here:"},
        {"boxes_note": "Really free."},
        {"submit_text": "Off it goes"},
        {"double_opt_in": True},
        {"language": "de"},
        {"tick_boxes": corpus.SETTINGS["tick_boxes"][:1]},
        {"fields": [{"key": "email", "hint": "The one you read."}]},
    ]
    ids = {notice_id(corpus.built(**change).notice) for change in changes}
    assert len(ids) == len(changes)
    assert usual not in ids
    assert notice_id(corpus.built(keep_ip="truncated", most_links=5).notice) == usual


def test_no_box_is_ever_required_or_ticked_beforehand() -> None:
    for box in corpus.built().notice.boxes:
        assert (box.is_required, box.is_pre_ticked) == (False, False)
    required = {"key": "news", "wording": "Yes, send me news.", "is_required": True}
    with pytest.raises(ValidationError, match="Extra inputs"):
        corpus.built(tick_boxes=[required])


@pytest.mark.parametrize(
    ("own", "told"),
    [
        ({"fields": [{"key": "message"}]}, "nobody could be answered"),
        ({"fields": [{"key": "email"}, {"key": "email"}]}, "stands twice"),
        ({"fields": [{"key": "email"}, {"key": "homepage", "label": "x"}]}, "form itself"),
        ({"fields": [{"key": "email"}, {"key": "colour"}]}, "needs a `label`"),
        ({"fields": [{"key": "email", "kind": "text"}]}, "has its own kind"),
        ({"fields": [{"key": "email"}, {"key": "c", "label": "C", "kind": "choice"}]}, "options"),
        ({"fields": [{"key": "phone"}], "double_opt_in": True}, "ask for `email` too"),
        ({"origins": ["https://a.example/path"]}, "no origin"),
        ({"origins": ["http://a.example"]}, "https"),
        ({"origins": ["*"]}, "https"),
        ({"privacy_url": "javascript:alert(1)"}, "https"),
        ({"thanks_url": "https://user@a.example"}, "https"),
        ({"rate_per_form": "often"}, "no rate"),
        ({"captcha": "turnstile"}, "captcha_site_key"),
        ({"captcha_site_key": "x"}, "name the provider"),
        ({"captcha": "friendly"}, "turnstile"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_with_its_cure(
    own: dict[str, Any], told: str
) -> None:
    with pytest.raises(ValidationError, match=told):
        corpus.built(**own)


def test_a_token_says_which_wording_and_when_and_cannot_be_changed() -> None:
    form = corpus.built()
    moment = corpus.RECEIVED_AT
    page = token_of_page(SIGNER, form.notice_id, moment, bytes(16))
    shown = shown_by(SIGNER, page)
    assert shown is not None
    assert (shown.notice_id, shown.rendered_at, shown.nonce) == (form.notice_id, moment, "00" * 16)
    pasted = shown_by(SIGNER, token_of_snippet(SIGNER, form.notice_id))
    assert pasted is not None
    assert (pasted.notice_id, pasted.rendered_at, pasted.nonce) == (form.notice_id, None, None)
    stranger = LinkSigner([b"another-key-of-somebody-else-0123456789"])
    assert shown_by(stranger, page) is None
    for broken in (page[:-1], page + "x", page[1:], "", "ä", "x" * 300):
        assert shown_by(SIGNER, broken) is None


@given(content=st.binary(max_size=80))
def test_nothing_that_was_signed_for_a_form_makes_reading_a_token_fail(content: bytes) -> None:
    shown_by(SIGNER, SIGNER.sign("form", content))
    assert shown_by(SIGNER, SIGNER.sign("unsubscribe", content)) is None


@given(address=st.text(max_size=120))
def test_no_address_makes_the_reading_of_a_visit_fail(address: str) -> None:
    for text in (address, f"https://a.example/?{address}", f"https://{address}"):
        found = cleaned_address(text)
        assert found is None or "gclid" not in found.partition("?")[2]
        assert all(len(value) <= 256 for value in campaign_of(text).values())
        assert all(len(value) <= 256 for value in clicks_of(text).values())


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://a.example/p?token=s3cret&utm_source=x#frag", "https://a.example/p?utm_source=x"),
        ("https://user:word@a.example/", "https://a.example/"),
        ("javascript:alert(1)", None),
        ("https://a.example:port/", None),
        ("https://a.example/\x00", None),
        ("https://a.example/?utm_source=<script>", "https://a.example/"),
        ("nonsense", None),
    ],
)
def test_of_an_address_only_the_page_and_the_campaign_are_kept(
    address: str, kept: str | None
) -> None:
    assert cleaned_address(address) == kept


def test_without_a_key_no_form_is_signed_and_the_cure_is_named() -> None:
    io = ConnectorIO(lambda: corpus.RECEIVED_AT, lambda _: None, structlog.get_logger())
    form = WebForm(corpus.built().settings, io)
    attempts: list[Callable[[], object]] = [
        form.snippet_token,
        lambda: form.page_token(corpus.RECEIVED_AT, os.urandom(16)),
        lambda: form.draft(corpus.sent({})),
    ]
    for attempt in attempts:
        with pytest.raises(ConfigError, match=r"keys\.links: no key.*Cure:"):
            attempt()


def test_the_same_content_without_a_number_is_the_same_for_ten_minutes() -> None:
    form = corpus.built()
    first = form.draft(corpus.sent({"email": "a@mail.example", "message": "x\r\ny"}))
    later = corpus.sent({"message": "x\ny ", "email": "a@mail.example"})
    soon = form.draft(later._replace(received_at=corpus.RECEIVED_AT + SAME_WITHIN))
    late = form.draft(later._replace(received_at=corpus.RECEIVED_AT + 2 * SAME_WITHIN))
    assert first.seal == soon.seal == late.seal
    assert first.ids[0] in soon.ids
    assert first.ids[0] not in late.ids
    assert form.is_recent(soon, corpus.RECEIVED_AT)
    assert not form.is_recent(soon, corpus.RECEIVED_AT - timedelta(seconds=1))


def test_a_number_of_a_submission_tells_nothing_of_what_was_sent() -> None:
    form = corpus.built()
    others = WebForm(
        form.settings,
        ConnectorIO(
            lambda: corpus.RECEIVED_AT,
            lambda _: None,
            structlog.get_logger(),
            LinkSigner([b"another-key-of-somebody-else-0123456789"]),
        ),
    )
    post = corpus.sent({"email": "a@mail.example"}, {"idempotency-key": "a@mail.example"})
    assert form.draft(post).ids != others.draft(post).ids
    assert form.draft(post).seal != others.draft(post).seal
    assert "mail" not in repr([form.draft(post), post])
