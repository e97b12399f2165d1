"""`check` says of each client whose leads nobody may use why that is."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.check_controllers import check_controllers
from pipeline.finding import Fault
from pipeline.settings import ControllerSettings
from tests import build
from tests.build import NOW, client, controller


def told(owner: ControllerSettings) -> list[str]:
    settings = replace(build.settings("sqlite:///leads.db"), controllers=[owner])
    found = check_controllers(settings, NOW)
    return [each.message for each in found if each.fault == Fault.CLIENT_NOT_INSTRUCTED]


@pytest.mark.parametrize(
    ("owner", "fact"),
    [
        (client().model_copy(update={"contract": None}), "there is no contract"),
        (client(ends_on=date(2026, 11, 21)), "the contract ended on 2026-11-21"),
        (client(starts_on=date(2026, 11, 23)), "the contract begins on 2026-11-23"),
        (client("shop", {"until": "2026-11-21"}), "no instruction is in force"),
        (client("shop", {"from": "2026-11-23"}), "no instruction is in force"),
    ],
)
def test_a_client_that_nobody_may_be_used_of_is_told(owner: ControllerSettings, fact: str) -> None:
    [message] = told(owner)
    assert message.startswith(f"{fact}, so this client's leads are kept and every use is denied.")
    assert "Cure: " in message


def test_nothing_is_told_of_who_is_instructed_nor_of_the_agency_itself() -> None:
    assert told(client(ends_on=date(2026, 11, 22))) == []
    assert told(controller()) == []
