"""What is said of a mistake in the configuration: where, what, and the cure, however deep it is."""

from pathlib import Path

import pytest

from pipeline.load_settings import load_settings
from policy.errors import ConfigError

BASE = """
[keys]
suppression = { env = "KEY" }
[[controllers]]
id = "nectra"
name = "Nectra"
privacy_contact = "privacy@nectra.example"
[[sources]]
id = "google-main"
kind = "google_lead_forms"
controller = "nectra"
"""
QUESTION = """
[[sources.opt_in_questions]]
key = "email"
question = "May we?"
"""


def mistakes(folder: Path, more: str) -> list[str]:
    path = folder / "config.toml"
    path.write_text(BASE + more, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_settings(path, {"KEY": "k" * 64})
    return refused.value.mistakes


def test_a_mistyped_key_within_a_table_is_told_by_what_was_meant(tmp_path: Path) -> None:
    found = mistakes(tmp_path, QUESTION + 'yess = ["Yes"]\nno = ["No"]\n')
    place = "sources[google-main].opt_in_questions[0]"
    assert f"{place}.yess: there is no such key (did you mean 'yes'?)." in found[1]
    assert found[0] == f"{place}.yes: is missing (The answers that mean yes). Cure: add it."


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('api_version = "26"', "api_version: is not written as it must be (The version of the"),
        ('form_language = "English!"', "for instance 'en-GB'"),
        ('opt_in_questions = ["x"]', "opt_in_questions[0]: must be a table (The questions on the"),
        (QUESTION + 'yes = []\nno = ["No"]', ".yes: lists too little (The answers that mean yes)"),
        ("local_services = 7", "local_services: "),
    ],
)
def test_a_wrong_value_is_told_with_what_the_key_is_for(
    tmp_path: Path, written: str, told: str
) -> None:
    [found] = mistakes(tmp_path, written + "\n")
    assert told in found
    assert "Cure: correct the value" in found
    assert "pattern" not in found
