"""The decision table, group E: children (PERM-25, PERM-26)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from policy.decision_table.e_person import birthday
from policy.facts import Facts, Instruction, Subscriber
from policy.permission import decide
from policy.vocabulary import Channel, EventKind, Operation, PermissionEvent, Purpose, Role
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, use
from tests.policy.grounds import (
    ASSESSMENT,
    GERMAN,
    HARMLESS,
    INSTRUCTION,
    TICK,
    processor_contract,
)
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    MARKETING_BY_EMAIL,
    ONLINE,
    Row,
    assert_answered,
    name_of,
)

LETTER = use(channel=Channel.POST)
SCORE = use(Purpose.ANALYTICS, Channel.NONE, operation=Operation.PROFILE, automated=HARMLESS)
TODAY = given(NOW)
SUMMER_MIDNIGHT = datetime(2026, 6, 30, 23, tzinfo=UTC)
LAST_OF_FEBRUARY = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)
FIRST_OF_MARCH = datetime(2026, 3, 1, tzinfo=UTC)

THIRTEEN, NOT_YET_THIRTEEN = date(2013, 3, 2), date(2013, 3, 3)
SIXTEEN, NOT_YET_SIXTEEN = date(2010, 3, 2), date(2010, 3, 3)
ADULT, NOT_YET_ADULT = date(2008, 3, 2), date(2008, 3, 3)


def born(on: date, *events: PermissionEvent, **fields: Any) -> Facts:
    return facts(*events, born_on=on, **fields)


def weighed(on: date) -> Facts:
    """Return what an assessment carries for somebody born on a day."""
    return facts(born_on=on, assessment=ASSESSMENT)


def client_data(*instructions: Instruction, **fields: Any) -> Facts:
    contract = processor_contract(*instructions)
    return facts(given(), role=Role.PROCESSOR, processor_contract=contract, **fields)


CASES = (
    Row(
        "25",
        "a child of 12 agrees to nothing",
        born(NOT_YET_THIRTEEN, TODAY),
        (R.MINOR,),
        by="25 26",
    ),
    Row(
        "25",
        "a child of 13 agrees, and gets no marketing all the same",
        born(THIRTEEN, TODAY),
        (R.MINOR,),
        by="26",
    ),
    Row(
        "25",
        "a parent agrees for a child of 12, who gets no marketing all the same",
        born(NOT_YET_THIRTEEN, TODAY, has_parental_authority=True),
        (R.MINOR,),
        by="26",
    ),
    Row(
        "25",
        "in the EEA a child of 15 agrees to nothing",
        born(NOT_YET_SIXTEEN, TODAY, subscriber=GERMAN),
        (R.MINOR,),
        by="25 26",
    ),
    Row(
        "25",
        "in the EEA a child agrees from the sixteenth birthday on",
        born(SIXTEEN, TODAY, subscriber=GERMAN),
        (R.MINOR,),
        by="26",
    ),
    Row(
        "25",
        "outside the EEA the British age holds",
        born(NOT_YET_SIXTEEN, TODAY, subscriber=Subscriber(country="US")),
        (R.MINOR,),
        by="26",
    ),
    Row(
        "25",
        "where nothing rests on consent its age is not asked",
        weighed(NOT_YET_THIRTEEN),
        (R.MINOR,),
        LETTER,
        "26",
    ),
    Row(
        "25",
        "a child's enquiry is answered",
        born(NOT_YET_THIRTEEN, enquired()),
        (R.OK_SERVICE,),
        use(ENQUIRY),
        "71",
    ),
    Row("26", "on the day before 18 there is no marketing", born(NOT_YET_ADULT, TODAY), (R.MINOR,)),
    Row(
        "26",
        "from the eighteenth birthday on there is",
        born(ADULT, TODAY),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "26",
        "a consent of the day before 18 never counts",
        born(ADULT, given(days_ago(1))),
        (R.MINOR,),
    ),
    Row(
        "26",
        "a consent of the day before 18 counts if it is renewed at 18",
        born(ADULT, given(days_ago(1)), event(EventKind.RENEWED, NOW)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "26",
        "no minor is put into an audience",
        born(NOT_YET_ADULT, given(NOW, purpose=AUDIENCE, channel=ONLINE)),
        (R.MINOR,),
        use(AUDIENCE, ONLINE),
    ),
    Row("26", "no letter reaches a minor", weighed(NOT_YET_ADULT), (R.MINOR,), LETTER),
    Row("26", "a letter reaches an adult", weighed(ADULT), (R.OK_LI_POST,), LETTER, "70"),
    Row(
        "26",
        "no minor is scored, for no purpose",
        client_data(INSTRUCTION, born_on=NOT_YET_ADULT),
        (R.MINOR,),
        SCORE,
    ),
    Row(
        "26",
        "what is analysed without a score may be of a minor",
        client_data(INSTRUCTION, born_on=NOT_YET_ADULT),
        (R.OK_PROCESSOR_INSTRUCTION,),
        replace(SCORE, operation=Operation.USE),
        "9",
    ),
    Row(
        "26",
        "an adult is scored as the client asked",
        client_data(INSTRUCTION, born_on=ADULT),
        (R.OK_PROCESSOR_INSTRUCTION,),
        SCORE,
        "9",
    ),
    Row(
        "26",
        "who was born on 29 February is 17 on the last of February",
        weighed(date(2008, 2, 29)),
        (R.MINOR,),
        use(channel=Channel.POST, at=LAST_OF_FEBRUARY),
    ),
    Row(
        "26",
        "who was born on 29 February is 18 on the first of March",
        weighed(date(2008, 2, 29)),
        (R.OK_LI_POST,),
        use(channel=Channel.POST, at=FIRST_OF_MARCH),
        "70",
    ),
    Row(
        "26",
        "a birthday starts when its day starts in London",
        weighed(date(2008, 7, 1)),
        (R.OK_LI_POST,),
        use(channel=Channel.POST, at=SUMMER_MIDNIGHT),
        "70",
    ),
    Row(
        "26",
        "until the last instant before London's midnight a minor is a minor",
        weighed(date(2008, 7, 1)),
        (R.MINOR,),
        use(channel=Channel.POST, at=SUMMER_MIDNIGHT - TICK),
    ),
    Row(
        "26",
        "a consent is dated by London's calendar too",
        born(date(2008, 7, 1), given(SUMMER_MIDNIGHT)),
        (R.OK_CONSENT,),
        use(at=SUMMER_MIDNIGHT),
        "33",
    ),
    Row(
        "26",
        "a consent of the last instant before London's midnight is a minor's",
        born(date(2008, 7, 1), given(SUMMER_MIDNIGHT - TICK)),
        (R.MINOR,),
        use(at=SUMMER_MIDNIGHT),
    ),
    Row(
        "26",
        "what a minor agreed to makes no adult a minor where it is not relied on",
        replace(
            client_data(INSTRUCTION, born_on=ADULT),
            events=(given(days_ago(1), purpose=Purpose.ANALYTICS, channel=Channel.NONE),),
        ),
        (R.OK_PROCESSOR_INSTRUCTION,),
        SCORE,
        "9",
    ),
    Row(
        "26",
        "what a minor took back makes no adult a minor",
        born(ADULT, event(EventKind.WITHDRAWN, days_ago(1))),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        by="41 49",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_children_are_left_alone(case: Row) -> None:
    assert_answered(case)


@pytest.mark.parametrize(
    ("born_on", "age", "expected"),
    [
        (date(2008, 2, 29), 16, date(2024, 2, 29)),
        (date(2008, 2, 29), 18, date(2026, 3, 1)),
        (date(2008, 2, 28), 18, date(2026, 2, 28)),
        (date(2008, 3, 1), 18, date(2026, 3, 1)),
        (date(9981, 6, 1), 18, date(9999, 6, 1)),
        (date(9982, 6, 1), 18, date.max),
    ],
)
def test_rows_25_and_26_a_birthday_of_29_february_is_1_march_in_common_years(
    born_on: date, age: int, expected: date
) -> None:
    assert birthday(born_on, age) == expected


def test_rows_25_and_26_where_no_age_is_known_nobody_is_a_child() -> None:
    assert decide(MARKETING_BY_EMAIL, facts(TODAY)).is_allowed
