"""The gaps of the published policy are told to whoever looks, until they are closed."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.check import check
from pipeline.load_settings import load_settings
from policy.errors import ConfigError
from policy.policy_gaps import GAPS, NAMES
from policy.vocabulary import Role
from tests import build

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text(encoding="utf-8")
CONFIG = """
[keys]
suppression = { env = "SUPPRESSION_KEY" }

[[controllers]]
id = "agency"
name = "Agency"
privacy_contact = "privacy@agency.example"
closed_policy_gaps = ["GAPS"]
"""


def gaps_told(
    tmp_path: Path, *, role: str = "controller", closed: tuple[str, ...] = ()
) -> list[str]:
    settings = build.settings(f"sqlite:///{tmp_path}/leads.db")
    [controller] = settings.controllers
    changed = controller.model_copy(update={"role": Role(role), "closed_policy_gaps": closed})
    settings = replace(settings, controllers=(changed,))
    found = list(check(settings, offline=True))
    told = [each for each in found if "policy gap" in each.subject]
    assert all(each.is_ok is None for each in told)  # worth a word, and no fault of the set-up
    return [each.message for each in told]


def test_every_gap_of_the_policy_is_told_with_its_law_and_cure(tmp_path: Path) -> None:
    told = gaps_told(tmp_path)
    assert len(told) == len(GAPS)
    for gap, message in zip(GAPS, told, strict=True):
        assert f"clause {gap.clause} {gap.fact} ({gap.law})" in message
        assert f"Cure: {gap.cure}" in message


def test_a_gap_that_was_closed_is_told_no_more(tmp_path: Path) -> None:
    told = gaps_told(tmp_path, closed=("complaints-route",))
    assert len(told) == len(GAPS) - 1
    assert not any("164A" in message for message in told)


def test_a_clients_policy_is_the_clients(tmp_path: Path) -> None:
    assert gaps_told(tmp_path, role="processor") == []


def test_closing_a_gap_that_nobody_knows_is_a_mistake(tmp_path: Path) -> None:
    environment = {"SUPPRESSION_KEY": "k" * 40}
    file = tmp_path / "config.toml"
    file.write_text(CONFIG.replace("GAPS", "complaints-route"))
    assert load_settings(file, environment).controllers[0].closed_policy_gaps == (
        "complaints-route",
    )
    file.write_text(CONFIG.replace("GAPS", "complaint-route"))
    with pytest.raises(ConfigError, match="knows no gap named complaint-route; there are"):
        load_settings(file, environment)


def test_the_page_lists_exactly_these_gaps() -> None:
    section = PAGE.partition("## Gaps of the privacy policy itself")[2]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| `")]
    assert [row[1].strip(" `") for row in rows] == [gap.name for gap in GAPS]
    assert [int(row[2]) for row in rows] == [gap.clause for gap in GAPS]
    assert all(gap.fact in row[3] for gap, row in zip(GAPS, rows, strict=True))
    assert len(NAMES) == len(GAPS)
