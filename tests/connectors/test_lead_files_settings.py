"""What the description of a file may say, and what it may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.lead_files import source as declared
from tests.connectors.lead_files_corpus import SETTINGS

BOX: dict[str, Any] = SETTINGS["tick_boxes"][0]
COLUMNS: dict[str, Any] = SETTINGS["columns"]


def mistake(**own: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        declared.settings.model_validate(SETTINGS | own)
    return str(refused.value)


@pytest.mark.parametrize(
    "column",
    ["gcs", "gcd", "GPP", "us_privacy", "TC String", "euconsent-v2", "addtl_consent", "ad_storage",
     "ad_user_data", "Consent mode", "cookie_consent", "CookieConsent", "gclid", "fbclid",
     "utm_source", "IABTCF_TCString"],
)  # fmt: skip
def test_a_choice_about_cookies_is_refused_as_a_tick_box(column: str) -> None:
    said = mistake(tick_boxes=[BOX | {"column": column}])
    assert "which is no consent to be written to. Cure: take this box out" in said


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"yes": []}, "at least 1 item"),
        ({"yes": ["yes", ""]}, "an empty answer is nobody's yes"),
        ({"yes": ["YES"], "no": ["yes "]}, "`yes` and `no` share yes"),
        ({"wording": "…"}, "write down the exact words"),
        ({"wording": " ... "}, "write down the exact words"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_a_box_that_could_prove_nothing_is_refused(own: dict[str, Any], said: str) -> None:
    assert said in mistake(tick_boxes=[BOX | own])


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"date_format": "%d/%m %H:%M"}, "does not name day, month and year"),
        ({"date_format": "%d/%m/%Y %I:%M"}, "names an hour of twelve without %p"),
        ({"date_format": "%Y-%d-%m"}, "cannot be told from an ISO date"),
        ({"date_format": ["iso", "…"]}, "does not name day, month and year"),
        ({"date_format": []}, "name a format"),
        ({"time_zone": None}, "whose clock was it?"),
        ({"time_zone": "Europe/Nowhere"}, "is no time zone"),
        ({"time_zone": "../etc/passwd"}, "is no time zone"),
        ({"encoding": "base64"}, "is no encoding"),
        ({"encoding": "latin-99"}, "is no encoding"),
        ({"delimiter": ";;"}, "at most 1 character"),
        ({"collected_on": "2026-05-17"}, "not both"),
        ({"columns": {"full_name": "Name"}}, "nobody could be reached"),
        ({"columns": COLUMNS | {"company": "name"}}, "column 'name' is mapped twice"),
        ({"ignore": ["Newsletter"]}, "column 'newsletter' is mapped twice"),
        ({"columns": COLUMNS | {"shoe_size": "x"}}, "Extra inputs"),
        ({"tick_boxes": [BOX, BOX]}, "stands twice"),
        ({"columns": None}, "map those too"),
        ({"language": "…"}, "should match pattern"),
        ({"form": "spring fair"}, "should match pattern"),
    ],
)
def test_what_does_not_fit_together_is_refused(own: dict[str, Any], said: str) -> None:
    assert said in mistake(**own)


def test_two_boxes_may_share_a_column() -> None:
    boxes = [BOX | {"yes": ["email", "both"]}, BOX | {"key": "calls", "yes": ["phone", "both"]}]
    found = declared.settings.model_validate(SETTINGS | {"tick_boxes": boxes})
    assert len(found.model_dump()["tick_boxes"]) == 2


def test_an_empty_description_is_valid_so_that_one_can_be_proposed() -> None:
    found = declared.settings.model_validate({"form": "fair"})
    assert found.model_dump()["columns"] is None
