"""The settings of a Google source: each wrong value has a clear sentence, no secret is shown."""

import traceback
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from connectors.base import ConnectorIO
from connectors.google_lead_forms import PulledGoogleLeadForms, source
from tests.connectors.google_rig import NOW, OPT_IN, unpolled

KEY = {"service_account_key": "canary-key-4f2a", "manager_id": "1234567890"}
REFRESH = {
    "client_id": "client.apps.example",
    "client_secret": "canary-secret-91bb",
    "refresh_token": "canary-refresh-77c0",
}
CANARIES = ("canary-key", "canary-secret", "canary-refresh", "canary-webhook", "canary-developer")


def _mistakes(**own: Any) -> str:
    with pytest.raises(ValidationError) as raised:
        source.settings.model_validate(own)
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value)
    assert not [canary for canary in CANARIES if canary in told]
    return str(raised.value)


def _read(**own: Any) -> Any:
    return source.settings.model_validate(own)


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"manager_id": "123"}, "ten digits"),
    ({"manager_id": "123-456-78901"}, "ten digits"),
    ({"manager_id": "my agency"}, "ten digits"),
    ({"manager_id": "１２３４５６７８９０"}, "ten digits"),  # noqa: RUF001 - digits, but not these
    ({"manager_id": 12345}, "ten digits"),
    ({"customer_ids": ["123-456-7890", "12"]}, "ten digits"),
    ({"service_account_key": "canary-key-4f2a"}, "manager_id, or customer_ids"),
    (REFRESH, "manager_id, or customer_ids"),
    (KEY | REFRESH, "not both"),
    ({"client_id": "x", "manager_id": "1234567890"}, "belong together"),
    ({"refresh_token": "canary-refresh-77c0", "manager_id": "1234567890"}, "belong together"),
    ({"client_secret": "canary-secret-91bb"}, "belong together"),
    ({"token_url": "http://tokens.example/token"}, "https"),
    ({"token_url": "ftp://127.0.0.2/x"}, "https"),
    ({"token_url": "http://localhost.evil.example/token"}, "https"),
    ({"api_version": "26"}, "api_version"),
    ({"api_version": "v26.1"}, "api_version"),
    ({"api_version": "../v26"}, "api_version"),
    ({"endpoint": "https://googleads.googleapis.com"}, "endpoint"),
    ({"endpoint": "googleads.googleapis.com/path"}, "endpoint"),
    ({"form_language": "English!"}, "form_language"),
    ({"forms_unchanged_since": "last spring"}, "forms_unchanged_since"),
    ({"overlap_days": 1}, "greater than or equal to 2"),
    ({"overlap_days": 61}, "less than or equal to 60"),
    ({"time_zone": "GMT+25"}, "no time zone"),
    ({"time_zone": "Europe"}, "no time zone"),
    ({"time_zone": "../../etc/passwd"}, "no time zone"),
    ({"time_zone": "x" * 5000}, "no time zone"),
    ({"date_order": "ymd"}, "date_order"),
    ({"webhook_key": "canary-webh"}, "fewer than 12"),
    ({"form_keys": [{"form": "1", "key": "canary-webh"}]}, "fewer than 12"),
    ({"form_keys": [{"form": "x", "key": "canary-webhook-key"}]}, "form"),
    ({"form_keys": [{"form": "1", "key": "canary-webhook-key"}] * 2}, "a form twice"),
    ({"timeout_seconds": 0}, "timeout_seconds"),
    ({"max_wait_minutes": -1}, "max_wait_minutes"),
    ({"max_wait_minutes": 121}, "max_wait_minutes"),
    ({"opt_in_questions": [OPT_IN | {"yes": []}]}, "yes"),
    ({"opt_in_questions": [OPT_IN | {"no": []}]}, "no"),
    ({"opt_in_questions": [OPT_IN | {"no": ["yes,  PLEASE"]}]}, "under yes and under no"),
    ({"opt_in_questions": [OPT_IN | {"yes": [" "]}]}, "an answer is empty"),
    ({"opt_in_questions": [OPT_IN | {"question": "?!"}]}, "no words"),
    ({"opt_in_questions": [OPT_IN | {"key": "two words"}]}, "key"),
    ({"opt_in_questions": [OPT_IN, OPT_IN | {"question": "Another?"}]}, "the same key"),
    ({"opt_in_questions": [OPT_IN, OPT_IN | {"key": "other"}]}, "the same letters"),
    ({"colour": "green"}, "Extra inputs"),
]


@pytest.mark.parametrize(("own", "words"), WRONG, ids=lambda value: str(value)[:40])
def test_every_wrong_value_is_refused_with_a_clear_sentence(
    own: dict[str, Any], words: str
) -> None:
    assert words in _mistakes(**own)


@pytest.mark.parametrize("given", ["123-456-7890", "1234567890", 1234567890, " 123-456-7890 "])
def test_an_id_is_taken_with_dashes_and_without(given: object) -> None:
    assert _read(manager_id=given).manager_id == "1234567890"
    assert _read(customer_ids=[given]).customer_ids == ("1234567890",)


def test_nothing_at_all_is_a_source_of_files() -> None:
    assert not isinstance(unpolled(), PulledGoogleLeadForms)


@pytest.mark.parametrize("own", [KEY, REFRESH | {"customer_ids": ["1234567890"]}])
def test_a_way_in_makes_a_source_that_is_pulled(own: dict[str, Any]) -> None:
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    assert isinstance(source.build(_read(**own), io), PulledGoogleLeadForms)


def test_a_developer_token_is_taken_and_dropped() -> None:
    read = _read(**KEY, developer_token="canary-developer-1")
    assert "canary-developer" not in repr(read)


@pytest.mark.parametrize(
    "url", ["https://oauth2.googleapis.com/token", "http://127.0.0.1:99/t", "http://[::1]:9/t"]
)
def test_tokens_go_over_https_or_to_loopback(url: str) -> None:
    assert _read(token_url=url).token_url == url


def test_no_secret_is_shown_by_settings_or_connectors() -> None:
    own = {**REFRESH, "manager_id": "1234567890", "webhook_key": "canary-webhook-key-1"}
    read = _read(**own, form_keys=[{"form": "1", "key": "canary-webhook-key-2"}])
    io = ConnectorIO(now=lambda: NOW, sleep=lambda _: None, log=structlog.get_logger())
    connector = source.build(read, io)
    shown = [repr(read), str(read), str(read.model_dump()), read.model_dump_json(), repr(connector)]
    shown += [repr(vars(connector)), repr(read.webhook_keys()), repr(connector._line())]  # type: ignore[attr-defined]
    assert not [text for text in shown for canary in CANARIES if canary in text]
