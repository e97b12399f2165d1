"""What the settings of a form tool's webhook may say, and what they may not."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.form_webhook import source as declared
from tests.connectors import form_webhook_corpus as corpus

BOX: dict[str, Any] = corpus.settings("typeform")["tick_boxes"][0]


def mistake(of: str = "typeform", **own: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        declared.settings.model_validate(corpus.settings(of) | own)
    return str(refused.value)


@pytest.mark.parametrize("tool", corpus.TOOLS)
def test_the_settings_of_the_tests_are_right(tool: str) -> None:
    declared.settings.model_validate(corpus.settings(tool))


@pytest.mark.parametrize(
    ("own", "said"),
    [
        ({"tool": "google_forms"}, "'standard', 'typeform', 'tally'"),
        ({"form": "two words"}, "should match pattern"),
        ({"header": "X Secret:"}, "should match pattern"),
        ({"colour": "red"}, "Extra inputs"),
        ({"fields": {"full_name": "Name"}}, "nobody could be reached"),
        ({"fields": {"email": "news"}}, "field 'news' is mapped twice"),
        ({"fields": {"email": ["a", "A "]}}, "field 'a' is mapped twice"),
        ({"tick_boxes": [BOX, BOX]}, "stands twice"),
        ({"tick_boxes": [BOX | {"field": "ad_storage"}]}, "which is no consent to be written to"),
        ({"tick_boxes": [BOX | {"yes": ["true", ""]}]}, "an empty answer is nobody's yes"),
        ({"tick_boxes": [BOX | {"wording": "…"}]}, "write down the exact words"),
        ({"ad_consent": {"field": "ads", "yes": []}}, "at least 1 item"),
    ],
)
def test_what_does_not_fit_together_is_refused(own: dict[str, Any], said: str) -> None:
    assert said in mistake(**own)


@pytest.mark.parametrize("tool", [tool for tool in corpus.TOOLS if tool != "standard"])
def test_a_secret_that_could_be_guessed_is_refused_and_not_repeated(tool: str) -> None:
    said = mistake(tool, secrets=[corpus.SECRET, "canary-shrt"])
    assert "fewer than 12 characters" in said
    assert "canary" not in said


@pytest.mark.parametrize(
    "secret",
    ["", "whsec_", "whsec_AAAA", "whsec_!!!!", corpus.WHSEC[6:], corpus.WHSEC + "é",
     "whsec_" + "A" * 88],
)  # fmt: skip
def test_a_secret_that_is_none_of_standard_webhooks_is_refused(secret: str) -> None:
    assert "is no whsec_ and base64" in mistake("standard", secrets=[secret])


@pytest.mark.parametrize("tool", corpus.KEYED)
@pytest.mark.parametrize("secret", ["with a space in it", "per%20cent-encoded", "schlüssel-lang"])
def test_a_secret_that_would_be_changed_in_an_address_is_refused(tool: str, secret: str) -> None:
    said = mistake(tool, secrets=[secret])
    assert "letters, digits and -._~ only" in said
    assert secret not in said


@pytest.mark.parametrize("tool", corpus.SIGNED[1:])
def test_the_secret_of_a_tool_that_signs_may_have_any_letters(tool: str) -> None:
    declared.settings.model_validate(corpus.settings(tool, secrets=["ключ für alles ✓"]))


def test_two_boxes_may_share_a_field_whose_choices_they_are() -> None:
    boxes = [BOX | {"yes": ["E-mail"]}, BOX | {"key": "calls", "yes": ["Phone"]}]
    declared.settings.model_validate(corpus.settings("tally", tick_boxes=boxes))
