"""The decision table, group G: consent that is not proven or no choice (PERM-34 to PERM-36)."""

import pytest

from policy.facts import Facts
from policy.missing import Missing
from policy.vocabulary import BoxDefect, Channel, EventKind
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import days_ago, event, facts, given, lead, use
from tests.policy.grounds import ASSESSMENT, Flaws, obtained
from tests.policy.rows import (
    FROM_LEAD_GONE,
    Row,
    assert_answered,
    attempted,
    name_of,
)

LETTER = use(channel=Channel.POST)

UNPROVEN = (R.CONSENT_UNPROVEN, R.CONSENT_MISSING)
FLAWS_OF_SOURCE: Flaws = {
    "by nobody": {"name": " "},
    "without its wording": {"wording": None},
    "with an empty wording": {"wording": " "},
    "unchecked": {"diligence_ref": None},
}
INVALID = (R.CONSENT_INVALID, R.CONSENT_MISSING)


def on_letters(kind: EventKind, defect: BoxDefect | None = None) -> Facts:
    """Return an answer about letters, which an assessment would carry."""
    return facts(event(kind, channel=Channel.POST, defect=defect), assessment=ASSESSMENT)


CASES = (
    Row(
        "34",
        "a consent with any item of its evidence missing proves nothing",
        facts(given(), leads=(lead(missing_evidence=frozenset({Missing.LANGUAGE})),)),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "34",
        "a consent whose lead is not held is not proven",
        facts(FROM_LEAD_GONE),
        (R.CONSENT_UNPROVEN,),
    ),
    Row(
        "34",
        "an unreadable answer is no consent",
        facts(event(EventKind.UNKNOWN, defect=BoxDefect.VALUE_UNREADABLE)),
        UNPROVEN,
        by="34 49",
    ),
    Row(
        "34",
        "a consent that was taken back by us does not count",
        facts(given(), event(EventKind.REVOKED, days_ago(1))),
        UNPROVEN,
        by="34 49",
    ),
    *(
        Row(
            "34",
            f"a tick that is {defect.value} is not proven",
            attempted(defect),
            UNPROVEN,
            by="34 49",
        )
        for defect in (
            BoxDefect.NO_WORDING,
            BoxDefect.NOT_ON_FORM,
            BoxDefect.TIME_UNPROVEN,
            BoxDefect.RESPONSE_MISSING,
            BoxDefect.VALUE_UNREADABLE,
        )
    ),
    Row(
        "34",
        "no interest takes the place of an answer that cannot be read",
        on_letters(EventKind.UNKNOWN),
        (R.CONSENT_UNPROVEN,),
        LETTER,
    ),
    Row(
        "34",
        "an unknown wording and an unknown answer are one reason",
        facts(event(EventKind.UNKNOWN), leads=(lead(is_wording_known=False),)),
        UNPROVEN,
        by="3 34 49",
    ),
    *(
        Row(
            "34",
            f"a consent passed on {without} is not proven",
            obtained(**flaw),
            (R.CONSENT_UNPROVEN,),
        )
        for without, flaw in FLAWS_OF_SOURCE.items()
    ),
    Row(
        "35",
        "a box ticked beforehand gives nothing",
        attempted(BoxDefect.PRE_TICKED),
        INVALID,
        by="35 49",
    ),
    Row(
        "35",
        "a consent found defective later does not count",
        facts(given(), event(EventKind.INVALIDATED, days_ago(1))),
        INVALID,
        by="35 49",
    ),
    Row(
        "35",
        "no interest takes the place of a defective consent",
        on_letters(EventKind.INVALIDATED),
        (R.CONSENT_INVALID,),
        LETTER,
    ),
    Row(
        "36",
        "a box that had to be ticked gives nothing",
        attempted(BoxDefect.REQUIRED),
        INVALID,
        by="36 49",
    ),
    Row(
        "36",
        "no interest takes the place of a forced tick",
        on_letters(EventKind.ATTEMPTED, BoxDefect.REQUIRED),
        (R.CONSENT_INVALID,),
        LETTER,
    ),
    Row(
        "36",
        "of two ticks that cannot count the last is named",
        facts(
            event(EventKind.ATTEMPTED, days_ago(3), defect=BoxDefect.PRE_TICKED),
            event(EventKind.ATTEMPTED, days_ago(2), defect=BoxDefect.REQUIRED),
        ),
        INVALID,
        by="36 49",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_consent_that_is_not_proven_or_no_choice_is_none(case: Row) -> None:
    assert_answered(case)
