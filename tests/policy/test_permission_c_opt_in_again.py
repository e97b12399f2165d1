"""The decision table, group C: consent after an opt-out, and looking it up (PERM-14 to PERM-16)."""

from typing import Any

import pytest

from policy.facts import LeadFacts
from policy.missing import Missing
from policy.vocabulary import Channel, EventKind, Purpose
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import SOURCE, TICK
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    FROM_LEAD_GONE,
    OBJECTED,
    ONLINE,
    RE_GIVEN,
    SUPPRESSED,
    TWO_LEADS,
    Row,
    assert_answered,
    name_of,
)

TO_AUDIENCE = use(AUDIENCE, ONLINE)
LOOK_UP = use(Purpose.SUPPRESSION_CHECK)
NO_LONGER = (R.OBJECTED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING)
ALL_THREE = (R.OBJECTED, R.SUPPRESSED, R.CONSENT_WITHDRAWN, R.CONSENT_MISSING)


def given_again(**flaw: Any) -> tuple[LeadFacts, ...]:
    return (lead(2, submitted_at=days_ago(1), **flaw),)


CASES = (
    Row(
        "14",
        "a consent with any item of its evidence missing closes nothing",
        facts(
            given(),
            OBJECTED,
            RE_GIVEN,
            leads=(lead(), *given_again(missing_evidence=frozenset({Missing.LANGUAGE}))),
        ),
        (R.OBJECTED, R.CONSENT_UNPROVEN),
        by="12 34",
    ),
    Row(
        "12",
        "an objection counts again once the consent that closed it is too old",
        facts(
            given(), OBJECTED, given(days_ago(1), lead_number=2, valid_until=NOW), leads=TWO_LEADS
        ),
        (R.OBJECTED, R.CONSENT_EXPIRED),
        by="12 43",
    ),
    Row(
        "14",
        "an objection stays closed up to the last instant of the consent",
        facts(
            given(),
            OBJECTED,
            given(days_ago(1), lead_number=2, valid_until=NOW + TICK),
            leads=TWO_LEADS,
        ),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "14",
        "a later evidenced consent closes objection and suppression",
        facts(given(), OBJECTED, RE_GIVEN, leads=TWO_LEADS, suppressed_since=SUPPRESSED),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "14",
        "a consent of the same instant closes nothing",
        facts(given(days_ago(5)), suppressed_since=SUPPRESSED),
        (R.SUPPRESSED,),
        by="13",
    ),
    Row(
        "14",
        "a consent of the next instant closes the entry",
        facts(given(days_ago(5) + TICK), suppressed_since=SUPPRESSED),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "14",
        "a later consent for another channel closes nothing",
        facts(
            OBJECTED,
            given(days_ago(1), channel=Channel.SMS, lead_number=2),
            leads=TWO_LEADS,
            suppressed_since=SUPPRESSED,
        ),
        (
            R.OBJECTED,
            R.SUPPRESSED,
            R.CONSENT_NOT_FOR_CHANNEL,
            R.CONSENT_WITHDRAWN,
            R.CONSENT_MISSING,
        ),
        by="12 13 37 41 49",
    ),
    Row(
        "14",
        "a later consent whose proof is gone closes nothing",
        facts(OBJECTED, FROM_LEAD_GONE, suppressed_since=SUPPRESSED),
        (R.OBJECTED, R.SUPPRESSED, R.CONSENT_UNPROVEN),
        by="12 13 34",
    ),
    Row(
        "14",
        "a later consent without notice closes nothing",
        facts(
            OBJECTED,
            RE_GIVEN,
            leads=given_again(has_privacy_link=False),
            suppressed_since=SUPPRESSED,
        ),
        (R.OBJECTED, R.SUPPRESSED, R.NOTICE_MISSING),
        by="12 13 30",
    ),
    Row(
        "14",
        "a later consent to an unknown wording closes nothing",
        facts(OBJECTED, RE_GIVEN, leads=given_again(is_wording_known=False)),
        (R.CONSENT_UNPROVEN, R.OBJECTED),
        by="3 12",
    ),
    Row(
        "14",
        "a test closes nothing",
        facts(OBJECTED, RE_GIVEN, leads=given_again(is_test=True)),
        (R.TEST_LEAD, R.OBJECTED),
        by="1 12",
    ),
    Row(
        "14",
        "a consent that somebody else obtained closes nothing",
        facts(OBJECTED, RE_GIVEN, leads=given_again(indirect=SOURCE)),
        (R.OBJECTED,),
        by="12",
    ),
    Row(
        "14",
        "an entry counts again once the consent that closed it is withdrawn",
        facts(
            OBJECTED,
            RE_GIVEN,
            event(EventKind.WITHDRAWN, days_ago(0.5), lead_number=None),
            leads=TWO_LEADS,
        ),
        NO_LONGER,
        by="12 41 49",
    ),
    Row(
        "14",
        "a consent for an audience closes an older objection to marketing for the audience",
        facts(OBJECTED, given(days_ago(1), purpose=AUDIENCE, channel=ONLINE)),
        (R.OK_CONSENT,),
        TO_AUDIENCE,
        "73",
    ),
    Row(
        "15",
        "an enquiry after a suppression is answered",
        facts(OBJECTED, enquired(days_ago(1)), suppressed_since=SUPPRESSED),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row(
        "15",
        "an enquiry after a suppression permits no marketing",
        facts(OBJECTED, enquired(days_ago(1)), suppressed_since=SUPPRESSED),
        ALL_THREE,
        by="12 13 41 49",
    ),
    Row(
        "16",
        "the list of the suppressed may be asked about somebody on it",
        facts(OBJECTED, suppressed_since=SUPPRESSED),
        (R.OK_SUPPRESSION_CHECK,),
        LOOK_UP,
    ),
    Row(
        "16",
        "the list of the suppressed may be asked about somebody who is not on it",
        facts(),
        (R.OK_SUPPRESSION_CHECK,),
        LOOK_UP,
    ),
    Row(
        "16",
        "the list of the suppressed is asked about people whom nothing is known of",
        facts(leads=()),
        (R.OK_SUPPRESSION_CHECK,),
        LOOK_UP,
    ),
    Row(
        "16",
        "the list of the suppressed is asked whatever else stands",
        facts(
            leads=(lead(is_test=True, has_identity_conflict=True, expires_at=NOW),),
            is_restricted=True,
            erased_at=days_ago(1),
            died_at=days_ago(1),
        ),
        (R.OK_SUPPRESSION_CHECK,),
        LOOK_UP,
    ),
    Row(
        "16",
        "the list of the suppressed is asked by an identifier that fits",
        facts(identifier_fits=False),
        (R.NO_IDENTIFIER,),
        LOOK_UP,
        "0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_only_a_later_proven_consent_closes_an_opt_out(case: Row) -> None:
    assert_answered(case)
