"""The key of Google's webhook: compared with every key, kept nowhere."""

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from connectors._google_webhook import LARGEST_BODY, read_webhook, receive
from connectors._google_webhook_key import WebhookKeys, members_of
from connectors.base import Delivery
from connectors.pushed import Push, Refusal
from tests.connectors import google_corpus as corpus

KEY = corpus.KEY
PUSHED_AT = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


def body(**members: object) -> bytes:
    return json.dumps({"lead_id": "a", "google_key": KEY} | members).encode()


def refused(given: bytes, keys: WebhookKeys = corpus.KEYS) -> Refusal:
    found = corpus.pushed(given, keys)
    assert isinstance(found, Refusal), found
    return found


def test_a_delivery_says_when_it_came_and_what_it_is() -> None:
    found = receive(Push(body(), {}, PUSHED_AT), corpus.KEYS)
    assert isinstance(found, Delivery)
    assert found.received_at == PUSHED_AT
    assert found.media_type == "application/vnd.leadledger.google-webhook+json"
    assert found.external_id == "a"
    assert found.payload == b'{"lead_id": "a"}'


@pytest.mark.parametrize(
    "key", ["", KEY[:-1], KEY + "x", KEY.upper(), None, 5, True, [KEY], {}, "ключ"]
)
def test_any_other_key_is_refused_for_good(key: object) -> None:
    assert refused(body(google_key=key)).status == 403


def test_a_missing_key_is_refused_for_good() -> None:
    assert refused(b'{"lead_id": "a"}').status == 403


def test_a_key_of_one_form_opens_for_that_form_only() -> None:
    own = body(google_key=corpus.KEY_OF_ONE_FORM, form_id=int(corpus.FORM_WITH_A_KEY))
    assert isinstance(corpus.pushed(own), Delivery)
    other = body(google_key=corpus.KEY_OF_ONE_FORM, form_id=int(corpus.FORM))
    assert refused(other).status == 403
    none = body(google_key=corpus.KEY_OF_ONE_FORM)
    assert refused(none).status == 403


def test_a_source_with_keys_of_forms_alone_takes_no_other_form() -> None:
    keys = WebhookKeys(None, {corpus.FORM: SecretStr(KEY)})
    assert isinstance(corpus.pushed(body(form_id=corpus.FORM), keys), Delivery)
    assert refused(body(form_id=corpus.FORM_WITH_A_KEY), keys).status == 403


def test_a_test_of_the_interface_may_have_the_key_of_any_form() -> None:
    test = body(google_key=corpus.KEY_OF_ONE_FORM, form_id=40000000000, is_test=True)
    found = corpus.pushed(test)
    assert isinstance(found, Delivery)
    assert found.external_id == "test:a"
    assert refused(body(google_key="another key of 22 c.", is_test=True)).status == 403


def test_while_no_key_is_set_google_is_to_try_again() -> None:
    found = refused(body(), WebhookKeys())
    assert found.status == 503
    assert refused(body(google_key=""), WebhookKeys()).status == 503


def test_a_key_beyond_ascii_is_compared_like_any_other() -> None:
    keys = WebhookKeys(SecretStr("schlüssel-ключ-鍵-🔑"))
    for ensure_ascii in (True, False):
        text = json.dumps(
            {"lead_id": "a", "google_key": "schlüssel-ключ-鍵-🔑"}, ensure_ascii=ensure_ascii
        )
        found = corpus.pushed(text.encode(), keys)
        assert isinstance(found, Delivery)
        assert found.payload == b'{"lead_id": "a"}'
    assert refused(body(google_key="schlussel-ключ-鍵-🔑"), keys).status == 403
    assert refused(b'{"lead_id": "a", "google_key": "\\ud83d\\ud83d"}', keys).status == 403


@pytest.mark.parametrize("short", ["", "x", "x" * 11])
def test_a_key_that_could_be_guessed_is_refused_in_the_settings(short: str) -> None:
    with pytest.raises(ValueError, match="fewer than 12"):
        WebhookKeys(SecretStr(short))
    with pytest.raises(ValueError, match="fewer than 12"):
        WebhookKeys(SecretStr(KEY), {"1": SecretStr(short)})


def test_a_body_that_is_too_large_is_refused_unread() -> None:
    whole = body(more="x" * (LARGEST_BODY - len(body(more=""))))
    assert len(whole) == LARGEST_BODY
    assert isinstance(corpus.pushed(whole), Delivery)
    assert refused(whole + b" ").status == 413


@pytest.mark.parametrize("mark", ["[", '{"a":'])
def test_a_body_nested_without_end_is_refused(mark: str) -> None:
    deep = mark * (200_000 // len(mark))
    assert refused(deep.encode()).status == 400
    assert refused(f'{{"google_key": "{KEY}", "a": {deep}'.encode()).status == 400


def test_a_name_that_comes_twice_is_refused_whatever_the_key() -> None:
    for twice in (
        '"google_key": "wrong", ',
        '"form_id": 1, "form_id": 2, ',
        '"a": 1, "\\u0061": 2, ',
    ):
        text = body().decode().replace("{", "{" + twice, 1)
        assert refused(text.encode()).status == 400


def test_a_refusal_repeats_nothing_that_was_sent() -> None:
    for sent in (
        body(google_key="sent-by-somebody"),
        b"sent-by-somebody",
        b'["sent-by-somebody"]',
    ):
        assert "sent-by" not in repr(refused(sent))


SPACE = st.text(" \t\r\n", max_size=3)
MEMBERS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(max_size=8)
    | st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=3),
    max_size=4,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(before=MEMBERS, after=MEMBERS, space=SPACE)
def test_everything_but_the_key_stays_byte_for_byte(
    before: dict[str, object], after: dict[str, object], space: str
) -> None:
    after = {name: value for name, value in after.items() if name not in before}

    def written(members: dict[str, object]) -> list[str]:
        return [
            f"{json.dumps(name)}{space}:{space}{json.dumps(value)}"
            for name, value in members.items()
        ]

    def listed(parts: list[str]) -> str:
        return f"{{{space}" + f",{space}".join(parts) + f"{space}}}"

    with_key = listed([*written(before), f'"google_key":"{KEY}"', *written(after)])
    found = corpus.pushed(with_key.encode())
    assert isinstance(found, Delivery)
    kept = found.payload.decode()
    rest = [*written(before), *written(after)]
    if after or not rest:
        expected = listed(rest) if rest else f"{{{space}{space}}}"
        assert kept == expected
    assert json.loads(kept) == before | after
    assert [member.name for member in members_of(kept)] == [*before, *after]


@pytest.mark.parametrize(
    "place",
    [
        {"relay": KEY},
        {KEY: 1},
        {"a": [[{"b": f"https://relay.example/?k={KEY}"}]]},
        {"user_column_data": [{"column_id": "CITY", "string_value": KEY}]},
        {"a": {"google_key": KEY}},
        {"a": f'"{KEY}\\'},
        {"a": KEY + KEY},
    ],
)
def test_a_key_that_stands_elsewhere_is_removed_there_too(place: dict[str, object]) -> None:
    for text in (
        json.dumps({"google_key": KEY, "lead_id": "a", "is_test": False, **place}),
        json.dumps({"google_key": KEY, "lead_id": "a", "is_test": False, **place}).replace(
            KEY, "".join(f"\\u{ord(sign):04x}" for sign in KEY)
        ),
    ):
        found = corpus.pushed(text.encode())
        assert isinstance(found, Delivery)
        kept = json.loads(found.payload)
        assert KEY not in json.dumps(kept, ensure_ascii=False)
        assert "[removed]" in json.dumps(kept)
        assert (kept["lead_id"], kept["is_test"]) == ("a", False)


def test_a_key_of_digits_is_removed_from_numbers_too() -> None:
    keys = WebhookKeys(SecretStr("1234567890123456"))
    text = '{"lead_id": "a", "google_key": "1234567890123456", "n": 12345678901234567, "m": 5}'
    found = corpus.pushed(text.encode(), keys)
    assert isinstance(found, Delivery)
    assert json.loads(found.payload) == {"lead_id": "a", "n": "[removed]7", "m": 5}


@pytest.mark.parametrize("path", corpus.payloads("webhooks"), ids=corpus.name_of)
def test_a_key_is_in_nothing_that_is_kept_shown_or_logged(
    path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    push = Push(path.read_bytes(), {"content-type": "application/json"}, PUSHED_AT)
    found = receive(push, corpus.KEYS)
    shown = [repr(push), repr(corpus.KEYS), repr(found), str(found)]
    if isinstance(found, Delivery):
        read = read_webhook(found._replace(notice=corpus.NOTICE), corpus.OPT_INS, corpus.boxed)
        shown += [repr(read), repr(tuple(read)) if isinstance(read, tuple) else ""]
        shown += [found.payload.decode(), json.dumps(json.loads(found.payload))]
        shown += [repr(tuple(found))]
    shown += [caplog.text, *capfd.readouterr()]
    assert not [text for text in shown if "canary" in text]


def test_a_bug_surfaces_and_does_not_show_the_key() -> None:
    by_form = {"1": SecretStr(KEY)}
    keys = WebhookKeys(SecretStr(KEY), by_form)
    by_form["1"] = None  # type: ignore[assignment]
    with pytest.raises(AttributeError) as raised:
        receive(Push(body(), {}, PUSHED_AT), keys)
    assert "canary" not in str(raised.value)
