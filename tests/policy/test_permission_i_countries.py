"""The decision table, group I: other countries (PERM-78, PERM-79)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from policy.facts import Facts, Subscriber
from policy.vocabulary import (
    Operation,
    Purpose,
    TransferMechanism,
)
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, facts, given, lead, use
from tests.policy.grounds import (
    GERMAN,
    MAILER,
    TICK,
    abroad,
    safeguard,
)
from tests.policy.rows import Row, assert_answered, name_of

UNSAFE = (R.TRANSFER_NO_SAFEGUARD,)
TOMORROW = date(2026, 3, 3)
END_OF_ADEQUACY = datetime(2031, 12, 28, tzinfo=UTC)
IN_THREE_YEARS = (
    lead(
        submitted_at=datetime(2031, 12, 1, tzinfo=UTC), expires_at=datetime(2033, 12, 1, tzinfo=UTC)
    ),
)


def in_adequacy(country: str | None) -> Facts:
    consent = given(IN_THREE_YEARS[0].submitted_at, valid_until=None)
    return facts(consent, leads=IN_THREE_YEARS, subscriber=Subscriber(country=country))


CASES = (
    Row("78", "nothing goes abroad unguarded", facts(given()), UNSAFE, use(recipient=abroad("US"))),
    Row(
        "78",
        "a country that is not known is abroad",
        facts(given()),
        UNSAFE,
        use(recipient=abroad("")),
    ),
    *(
        Row(
            "78",
            f"nothing goes abroad under an agreement {state}",
            facts(given()),
            UNSAFE,
            use(recipient=abroad("US", held)),
        )
        for state, held in {
            "that was not tested": safeguard(tested_on=None),
            "to be tested tomorrow": safeguard(tested_on=TOMORROW),
            "that is over at this instant": safeguard(end=NOW),
            "that starts at the next instant": safeguard(start=NOW + TICK),
        }.items()
    ),
    *(
        Row(
            "78",
            f"{mechanism.value} without a test is no safeguard",
            facts(given()),
            UNSAFE,
            use(recipient=abroad("US", safeguard(mechanism, tested_on=None))),
        )
        for mechanism in (
            TransferMechanism.ADDENDUM,
            TransferMechanism.SCC,
            TransferMechanism.BCR,
        )
    ),
    *(
        Row(
            "78",
            f"{mechanism.value} with a test of today lets data go",
            facts(given()),
            (R.OK_CONSENT,),
            use(recipient=abroad("US", safeguard(mechanism))),
            "33",
        )
        for mechanism in TransferMechanism
    ),
    *(
        Row(
            "78",
            f"{mechanism.value} needs no test",
            facts(given()),
            (R.OK_CONSENT,),
            use(recipient=abroad("JP", safeguard(mechanism, tested_on=None))),
            "33",
        )
        for mechanism in (TransferMechanism.REGULATIONS, TransferMechanism.EXCEPTION)
    ),
    *(
        Row(
            "78",
            f"{mechanism.value} that lapsed lets nothing go",
            facts(given()),
            UNSAFE,
            use(recipient=abroad("JP", safeguard(mechanism, end=NOW))),
        )
        for mechanism in (TransferMechanism.REGULATIONS, TransferMechanism.EXCEPTION)
    ),
    Row(
        "78",
        "no list goes abroad to be looked up",
        facts(),
        UNSAFE,
        use(Purpose.SUPPRESSION_CHECK, recipient=abroad("US")),
    ),
    Row(
        "78",
        "nothing is stored abroad unguarded",
        facts(),
        UNSAFE,
        use(operation=Operation.STORE, recipient=abroad("US")),
    ),
    Row(
        "78",
        "a processor without a contract abroad has both flaws",
        facts(given()),
        (R.RECIPIENT_NO_CONTRACT, R.TRANSFER_NO_SAFEGUARD),
        use(recipient=replace(abroad("US"), contract=None)),
        "75 78",
    ),
    *(
        Row(
            "79",
            f"data goes to {country} without more",
            facts(given()),
            (R.OK_CONSENT,),
            use(recipient=abroad(country)),
            "33",
        )
        for country in ("GB", "DE", "IS", "LI", "NO")
    ),
    Row(
        "79",
        "data of people in the EEA stays in the EEA without more",
        facts(given(), subscriber=GERMAN),
        (R.OK_CONSENT,),
        use(recipient=abroad("FR")),
        "33",
    ),
    Row(
        "79",
        "until the last instant of 27 December 2031 data comes from the EEA",
        in_adequacy("DE"),
        (R.OK_CONSENT,),
        use(at=END_OF_ADEQUACY - TICK, recipient=MAILER),
        "33",
    ),
    Row(
        "79",
        "from 28 December 2031 on no data comes from the EEA",
        in_adequacy("DE"),
        UNSAFE,
        use(at=END_OF_ADEQUACY, recipient=MAILER),
        "78",
    ),
    *(
        Row(
            "79",
            f"who is in {country or 'no known country'} needs no decision of the Commission",
            in_adequacy(country),
            (R.OK_CONSENT,),
            use(at=END_OF_ADEQUACY, recipient=MAILER),
            "33",
        )
        for country in (None, "GB")
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_nothing_goes_abroad_unguarded(case: Row) -> None:
    assert_answered(case)
