"""Where a legitimate interest stands, in published terms. Rule BAS-12."""

from datetime import date

import pytest

from policy.consent_records.record import interest_record
from policy.consent_records.terms import context
from policy.facts import Assessment
from policy.vocabulary import Purpose

DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("is_told", "shows_right", "is_objected", "status"),
    [
        (True, True, False, "NotObjected"),
        (True, True, True, "Objected"),
        (False, True, False, "Uninformed"),
        (True, False, False, "Uninformed"),
        (False, False, True, "Objected"),
    ],
)
def test_where_a_legitimate_interest_stands_is_told(
    status: str, *, is_told: bool, shows_right: bool, is_objected: bool
) -> None:
    """Rule BAS-12."""
    purposes = frozenset({Purpose.DIRECT_MARKETING, Purpose.ANALYTICS})
    assessment = Assessment(
        "lia-1", "2", DAY, DAY, "officer", True, purposes, frozenset(), is_told, shows_right
    )
    assert interest_record(assessment, is_objected=is_objected) == {
        "@context": context(),
        "@type": "dpv:Process",
        "lawful_basis": ["eu-gdpr:A6-1-f", "dpv:LegitimateInterestOfController"],
        "dpv:hasStatus": {"@id": f"dpv:LegitimateInterest{status}"},
        "dpv:hasAssessment": {
            "@type": "dpv:LegitimateInterestAssessment",
            "dct:identifier": "lia-1",
            "dct:hasVersion": "2",
        },
        "purpose": [
            {"purpose_type": "dpv:ServiceUsageAnalytics", "dct:identifier": "analytics"},
            {"purpose_type": "dpv:DirectMarketing", "dct:identifier": "direct_marketing"},
        ],
    }
