"""`[[audiences]]`: several for one controller, and every mistake at once with its cure."""

from pathlib import Path

import pytest

from pipeline.load_settings import load_settings
from policy.audience_hashes import HashRule
from policy.errors import ConfigError

BASE = """\
[keys]
suppression = { env = "KEY" }
[[controllers]]
id = "nectra"
name = "Nectra"
privacy_contact = "privacy@nectra.example"
"""
META = """\
[[audiences]]
id = "meta-ads"
kind = "meta_custom_audiences"
controller = "nectra"
ad_account_id = "act_123"
access_token = { env = "TOKEN" }
"""
GOOGLE = """\
[[audiences]]
id = "google-ads"
kind = "google_customer_match"
controller = "nectra"
account_id = "123-456-7890"
audience_ids = ["7000000001"]
service_account_key = { env = "TOKEN" }
"""
ENVIRONMENT = {"KEY": "0123456789abcdef0123456789abcdef", "TOKEN": "canary-token"}


def loaded(folder: Path, text: str) -> list[tuple[str, HashRule]]:
    path = folder / "config.toml"
    path.write_text(BASE + text, encoding="utf-8")
    found = load_settings(path, ENVIRONMENT).audiences
    return [(each.id, each.hash_rule) for each in found]


def test_a_controller_has_as_many_audiences_as_it_wants(tmp_path: Path) -> None:
    assert loaded(tmp_path, "") == []
    assert loaded(tmp_path, META + GOOGLE) == [
        ("meta-ads", HashRule.META),
        ("google-ads", HashRule.GOOGLE),
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (META.replace("meta_custom", "meta_customer"), "did you mean 'meta_custom_audiences'"),
        (META.replace("meta_custom_audiences", "meta_lead_ads"), "is no kind of audience"),
        (META.replace('"nectra"', '"nobody"'), "no usable controller 'nobody'"),
        (META.replace("act_123", "mine"), "no id of an ad account"),
        (META.replace("ad_account_id", "account"), "there is no such key"),
        (META + META, "stands twice"),
        (GOOGLE.replace('{ env = "TOKEN" }', '"canary"'), "a secret never stands in this file"),
        (GOOGLE.replace('["7000000001"]', "[]"), "audience_ids: lists too little"),
        (GOOGLE.replace("service_account_key", "client_id"), "client_id"),
        ("[audiences]\nid = 1\n", r"must be tables. Cure: write [[audiences]]"),
    ],
)
def test_a_mistake_is_told_with_its_cure(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, text)
    assert any(told in mistake for mistake in caught.value.mistakes), caught.value.mistakes
    assert "canary" not in str(caught.value)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, META.replace("act_123", "mine") + GOOGLE.replace("7890", "78"))
    assert len(caught.value.mistakes) == 2
