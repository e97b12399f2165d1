"""A client in the configuration: contract and instructions, each mistake with its cure, at once."""

from pathlib import Path

import pytest

from pipeline.load_settings import load_settings
from pipeline.settings import ControllerSettings
from policy.client_contract import ExitChoice
from policy.errors import ConfigError
from policy.vocabulary import Channel, Purpose

CLIENT = """\
[keys]
suppression = { env = "KEY" }
[[controllers]]
id = "shop"
name = "Shop"
role = "processor"
privacy_contact = "privacy@shop.example"
"""
CONTRACT = """\
[controllers.contract]
reference = "DPA-1"
starts_on = 2026-01-01
"""
INSTRUCTION = """\
[[controllers.instructions]]
reference = "INS-1"
text = "Write to those who asked."
purposes = ["direct_marketing"]
channels = ["email"]
from = 2026-01-01
"""


def loaded(folder: Path, text: str) -> ControllerSettings:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    [found] = load_settings(path, {"KEY": "0123456789abcdef0123456789abcdef"}).controllers
    return found


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        loaded(folder, text)
    return caught.value.mistakes


def test_a_client_has_a_contract_and_instructions(tmp_path: Path) -> None:
    found = loaded(tmp_path, CLIENT + CONTRACT + INSTRUCTION)
    assert found.contract is not None
    assert (found.contract.exit, found.contract.exit_days) == (None, 30)
    [given] = found.instructions
    assert (given.purposes, given.channels) == ((Purpose.DIRECT_MARKETING,), (Channel.EMAIL,))
    assert (given.version, given.recipients, given.until_on) == ("1", (), None)


def test_a_client_may_have_no_contract_and_an_own_controller_has_none(tmp_path: Path) -> None:
    assert loaded(tmp_path, CLIENT).contract is None
    own = (CLIENT + CONTRACT).replace('"processor"', '"controller"')
    assert any("are a client's. Cure: set `role`" in told for told in mistakes(tmp_path, own))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (CONTRACT + "ends_on = 2025-12-31\n", "ends before it starts. Cure: mend `starts_on`"),
        (CONTRACT + "exit_days = 31\n", "more than 30. Cure: lower it, or name"),
        (CONTRACT + 'exit = "burn"\n', "controllers[shop].contract.exit"),
        (CONTRACT + INSTRUCTION + "until = 2025-12-31\n", "Cure: mend `from` or `until`"),
        (CONTRACT + INSTRUCTION.replace("from =", "form ="), "did you mean 'from'?"),
        (CONTRACT + INSTRUCTION.replace('["email"]', "[]"), "instructions[0].channels"),
        (CONTRACT + INSTRUCTION + INSTRUCTION, "version 1 twice. Cure: give the changed one"),
        (INSTRUCTION, "no contract. Cure: add [controllers.contract]"),
    ],
)
def test_a_mistake_is_told_with_its_cure(tmp_path: Path, text: str, told: str) -> None:
    found = mistakes(tmp_path, CLIENT + text)
    assert any(told in each for each in found), found


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    wrong = CONTRACT + "exit_days = 0\n" + INSTRUCTION.replace("2026-01-01", '"soon"')
    told = "\n".join(mistakes(tmp_path, CLIENT + wrong))
    assert "contract.exit_days" in told
    assert "instructions[0].from" in told


def test_more_days_than_the_rule_are_allowed_by_a_decision(tmp_path: Path) -> None:
    decided = CONTRACT + 'exit_days = 60\nexit_decision = "D-7"\nexit = "delete"\n'
    contract = loaded(tmp_path, CLIENT + decided).contract
    assert contract is not None
    assert (contract.exit_days, contract.exit) == (60, ExitChoice.DELETE)
