"""The check of recipients: contracts, safeguards, their tests, and platforms without any."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.check_recipients import TOLD, check_recipients
from pipeline.finding import Fault, Finding
from policy.recipients import Lack
from tests import audiences, build
from tests.build import NOW
from tests.pipeline.checking import installed, the

TODAY = NOW.date()
ABROAD = {"mechanism": "scc", "from": date(2025, 1, 1), "tested_on": date(2026, 6, 1)}


def _found(**changes: Any) -> list[Finding]:
    known = build.settings("sqlite://")
    return list(check_recipients(replace(known, recipients=[build.recipient(**changes)]), NOW))


def _contract(until: date) -> dict[str, Any]:
    return {"reference": "A", "from": date(2025, 1, 1), "until": until}


@pytest.mark.parametrize(
    ("changes", "fault", "is_ok"),
    [
        ({"contract": None}, Fault.RECIPIENT_NO_CONTRACT, False),
        ({"contract": _contract(TODAY - timedelta(days=1))}, Fault.RECIPIENT_NO_CONTRACT, False),
        ({"contract": _contract(TODAY)}, Fault.RECIPIENT_CONTRACT_ENDS, None),
        ({"country": "US"}, Fault.RECIPIENT_NO_SAFEGUARD, False),
        (
            {"country": "US", "safeguard": ABROAD | {"tested_on": None}},
            Fault.RECIPIENT_NO_SAFEGUARD,
            False,
        ),
        (
            {"country": "US", "safeguard": ABROAD | {"until": TODAY}},
            Fault.RECIPIENT_SAFEGUARD_ENDS,
            None,
        ),
        (
            {"country": "US", "safeguard": ABROAD | {"tested_on": date(2025, 11, 1)}},
            Fault.RECIPIENT_TEST_OLD,
            None,
        ),
    ],
)
def test_what_a_recipient_lacks_is_found_with_its_cure(
    changes: dict[str, Any], fault: Fault, is_ok: object
) -> None:
    [finding] = _found(**changes)
    assert (finding.subject, finding.fault, finding.is_ok) == (
        "recipients[mail-house]",
        fault,
        is_ok,
    )
    assert "Cure: " in finding.message


def test_a_recipient_that_lacks_nothing_is_all_right() -> None:
    for changes in ({}, {"country": "FR"}, {"country": "US", "safeguard": ABROAD}):
        [finding] = _found(**changes)
        assert (finding.is_ok, finding.fault) == (True, "")


def test_every_lack_has_words() -> None:
    assert set(TOLD) == set(Lack)


def test_an_audience_whose_platform_gets_nothing_is_found(sqlite_url: str, tmp_path: Path) -> None:
    known = audiences.configured(audiences.META, audiences.meta_settings("http://127.0.0.1:9"))
    office = installed(sqlite_url, tmp_path, audiences=[replace(known, recipient=None)])
    told = the(Fault.AUDIENCE_BARRED, office)
    assert told.is_ok is False
    assert "add a [[recipients]] table for the platform" in told.message
    office = replace(office, audiences=[known])
    assert list(check_recipients(office, NOW)) == []
