"""The decision table, group E: special categories (PERM-27 to PERM-29)."""

from dataclasses import replace
from typing import Any

import pytest

from policy.facts import Facts, Instruction
from policy.periods import Period
from policy.vocabulary import ReasonCode as R
from policy.vocabulary import Role
from tests.policy.facts import NOW, days_ago, enquired, facts, given, lead, use
from tests.policy.grounds import (
    INSTRUCTION,
    processor_contract,
)
from tests.policy.rows import (
    AUDIENCE,
    ENQUIRY,
    ONLINE,
    Row,
    assert_answered,
    name_of,
)


def client_data(*instructions: Instruction, **fields: Any) -> Facts:
    contract = processor_contract(*instructions)
    return facts(given(), role=Role.PROCESSOR, processor_contract=contract, **fields)


HEALTH = (lead(special_category_fields=frozenset({"health"})),)
HEALTH_WITH_CONDITION = (replace(HEALTH[0], has_special_condition=True),)
COVERING = replace(INSTRUCTION, covers_special_categories=True)
NO_CONDITION = (R.SPECIAL_CATEGORY_NO_CONDITION,)


CASES = (
    Row("27", "what is said of health is not used", facts(given(), leads=HEALTH), NO_CONDITION),
    Row(
        "27",
        "what is said of health is not used even to answer",
        facts(enquired(), leads=HEALTH),
        NO_CONDITION,
        use(ENQUIRY),
    ),
    Row(
        "27",
        "one field of health among others is one too many",
        facts(given(), leads=HEALTH),
        NO_CONDITION,
        use(fields=frozenset({"email", "health"})),
    ),
    Row(
        "27",
        "a recorded condition lets a controller use it",
        facts(given(), leads=HEALTH_WITH_CONDITION),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "27",
        "a client's instruction must cover it",
        client_data(INSTRUCTION, leads=HEALTH),
        NO_CONDITION,
    ),
    Row(
        "27",
        "a controller's condition is no client's instruction",
        client_data(INSTRUCTION, leads=HEALTH_WITH_CONDITION),
        NO_CONDITION,
    ),
    Row(
        "27",
        "a client's instruction that covers it lets a processor use it",
        client_data(INSTRUCTION, COVERING, leads=HEALTH),
        (R.OK_PROCESSOR_INSTRUCTION,),
        by="9",
    ),
    Row(
        "27",
        "a client's instruction that is over covers nothing",
        client_data(
            INSTRUCTION, replace(COVERING, in_force=Period(days_ago(9), NOW)), leads=HEALTH
        ),
        NO_CONDITION,
    ),
    Row(
        "28",
        "the other fields of such a lead are used",
        facts(given(), leads=HEALTH),
        (R.OK_CONSENT,),
        use(fields=frozenset({"email", "name"})),
        "33",
    ),
    Row(
        "28",
        "what is masked is no field any more",
        facts(given(), leads=(replace(HEALTH[0], special_category_fields=frozenset()),)),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "29",
        "a score made from health serves no marketing",
        facts(given()),
        NO_CONDITION,
        use(special_category_score=True),
    ),
    Row(
        "29",
        "an audience made from health is none",
        facts(given(purpose=AUDIENCE, channel=ONLINE)),
        NO_CONDITION,
        use(AUDIENCE, ONLINE, special_category_score=True),
    ),
    Row(
        "29",
        "a condition for what was said is none for a score made from it",
        facts(given(), leads=HEALTH_WITH_CONDITION),
        NO_CONDITION,
        use(special_category_score=True),
    ),
    Row(
        "29",
        "a score is no bar to an answer",
        facts(enquired()),
        (R.OK_SERVICE,),
        use(ENQUIRY, special_category_score=True),
        "71",
    ),
    Row(
        "29",
        "the special fields and the score are both named",
        facts(given(), leads=HEALTH),
        NO_CONDITION,
        use(special_category_score=True),
        "27 29",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_what_is_said_of_health_and_belief_is_left_alone(case: Row) -> None:
    assert_answered(case)
