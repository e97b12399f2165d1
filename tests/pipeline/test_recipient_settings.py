"""`[[recipients]]`: each mistake at once with its cure, and no price for data."""

from pathlib import Path

import pytest

from pipeline.load_settings import load_settings
from pipeline.settings import Settings
from policy.errors import ConfigError
from policy.london import midnight
from tests.pipeline.test_audience_settings import BASE, ENVIRONMENT, META

HOUSE = """\
[[recipients]]
id = "mail-house"
name = "Mail House Ltd"
controller = "nectra"
role = "processor"
country = "GB"
channels = ["email"]
contract = { reference = "DPA-1", from = 2026-01-01, until = "2026-12-31" }
"""


def loaded(folder: Path, text: str, **more: str) -> Settings:
    path = folder / "config.toml"
    path.write_text(BASE + text, encoding="utf-8")
    return load_settings(path, ENVIRONMENT | more)


def test_a_recipient_is_read_and_its_last_day_belongs_to_its_contract(tmp_path: Path) -> None:
    [recipient] = loaded(tmp_path, HOUSE).recipients
    contract = recipient.facts.contract
    assert contract is not None
    assert recipient.contract is not None
    assert contract.start == midnight(recipient.contract.from_on)
    assert contract.end is not None
    assert contract.end.isoformat() == "2027-01-01T00:00:00+00:00"
    assert not recipient.facts.has_consideration


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"GB"', '"GB"\nconsideration = "10 GBP a lead"', "we do not sell data"),
        ('"GB"', '"uk"', "country: is not written as it must be"),
        ('"mail-house"', '"internal"', "is the controller itself"),
        ('"nectra"', '"nobody"', "no usable controller 'nobody'"),
        ('"processor"', '"buyer"', "recipients[mail-house].role"),
        ('["email"]', "[]", "channels: lists too little"),
        ('"2026-12-31"', '"2025-12-31"', "`until` lies before `from`"),
        ('reference = "DPA-1"', 'reference = ""', "contract.reference"),
    ],
)
def test_a_mistake_is_told_with_its_cure(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(tmp_path, HOUSE.replace(old, new))
    assert any(told in each for each in caught.value.mistakes), caught.value.mistakes
    assert "Cure: " in str(caught.value)


def test_no_price_can_be_set_from_outside(tmp_path: Path) -> None:
    name = "LEADLEDGER__RECIPIENTS__MAIL_HOUSE__CONSIDERATION"
    with pytest.raises(ConfigError, match="we do not sell data"):
        loaded(tmp_path, HOUSE, **{name: "lunch"})


def test_an_audience_names_a_recipient_of_its_own_controller(tmp_path: Path) -> None:
    named = META.replace('"nectra"\n', '"nectra"\nrecipient = "mail-house"\n')
    [audience] = loaded(tmp_path, HOUSE + named).audiences
    assert audience.recipient is not None
    assert audience.recipient.id == "mail-house"
    with pytest.raises(ConfigError, match="has no usable recipient 'mail-house'"):
        loaded(tmp_path, named)
    [audience] = loaded(tmp_path, META).audiences
    assert audience.recipient is None
