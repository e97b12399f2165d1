"""The decision table, group I: recipients and authorities (PERM-75 to PERM-77)."""

from dataclasses import replace
from datetime import date

import pytest

from policy.periods import Period
from policy.vocabulary import (
    Channel,
    LawfulBasis,
    Operation,
    Purpose,
    RecipientRole,
)
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, facts, given, use
from tests.policy.grounds import (
    AUTHORITY,
    CLIENT,
    CONTRACT,
    DUTY,
    MAILER,
    STRANGER,
    TICK,
)
from tests.policy.rows import AUDIENCE, ENQUIRY, ONLINE, Row, assert_answered, name_of

TO_AUDIENCE = use(AUDIENCE, ONLINE)
FOR_AUDIENCE = given(purpose=AUDIENCE, channel=ONLINE)
TO_COURT = use(Purpose.AUTHORITY_DISCLOSURE, Channel.NONE, recipient=AUTHORITY, duty=DUTY)
NO_CONTRACT = (R.RECIPIENT_NO_CONTRACT,)
NO_BASIS = (R.NO_LAWFUL_BASIS,)
TOMORROW = date(2026, 3, 3)


CASES = (
    Row(
        "77",
        "a duty to tell an authority tells nobody else",
        facts(),
        NO_BASIS,
        replace(TO_COURT, recipient=replace(AUTHORITY, role=RecipientRole.THIRD_PARTY)),
        "0",
    ),
    *(
        Row(
            "75",
            f"a processor gets nothing whose contract {state}",
            facts(given()),
            NO_CONTRACT,
            use(recipient=replace(MAILER, contract=contract)),
        )
        for state, contract in {
            "does not exist": None,
            "starts at the next instant": Period(NOW + TICK),
            "ends at this instant": Period(days_ago(9), NOW),
        }.items()
    ),
    *(
        Row(
            "75",
            f"a processor gets what it needs whose contract {state}",
            facts(given()),
            (R.OK_CONSENT,),
            use(recipient=replace(MAILER, contract=contract)),
            "33",
        )
        for state, contract in {
            "starts at this instant": Period(NOW),
            "ends at the next instant": Period(days_ago(9), NOW + TICK),
        }.items()
    ),
    Row(
        "75",
        "a processor without a contract answers no enquiry",
        facts(enquired()),
        NO_CONTRACT,
        use(ENQUIRY, recipient=replace(MAILER, contract=None)),
    ),
    Row(
        "75",
        "a processor without a contract stores nothing",
        facts(),
        NO_CONTRACT,
        use(operation=Operation.STORE, recipient=replace(MAILER, contract=None)),
    ),
    Row(
        "75",
        "an authority needs no processor's contract",
        facts(),
        (R.OK_LEGAL_OBLIGATION,),
        TO_COURT,
        "77",
    ),
    Row(
        "76",
        "a third party gets nobody for its own marketing",
        facts(given()),
        (R.PURPOSE_MISMATCH,),
        use(recipient=STRANGER),
    ),
    Row(
        "76",
        "a third party gets no audience",
        facts(FOR_AUDIENCE),
        (R.PURPOSE_MISMATCH,),
        replace(TO_AUDIENCE, recipient=STRANGER),
    ),
    Row(
        "76",
        "marketing for a third party is not offered at all",
        facts(),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.THIRD_PARTY_MARKETING, Channel.NONE),
        "76 0",
    ),
    Row(
        "76",
        "not even a consent opens marketing for a third party",
        facts(given(purpose=Purpose.THIRD_PARTY_MARKETING)),
        (R.PURPOSE_MISMATCH, R.NO_LAWFUL_BASIS),
        use(Purpose.THIRD_PARTY_MARKETING),
        "76 0",
    ),
    Row(
        "76",
        "a third party may be needed for what the person's contract is about",
        facts(client_contract=CONTRACT),
        (R.OK_CONTRACT,),
        use(Purpose.CONTRACT_DELIVERY, recipient=STRANGER),
        "80",
    ),
    *(
        Row(
            "76",
            f"{whose} is told of no enquiry",
            facts(enquired()),
            (R.PURPOSE_MISMATCH,),
            use(ENQUIRY, recipient=recipient),
        )
        for whose, recipient in {
            "a third party": STRANGER,
            "an authority without a duty": AUTHORITY,
            "a client": CLIENT,
        }.items()
    ),
    Row(
        "76",
        "a client gets no list of the agency's own leads",
        facts(given()),
        (R.PURPOSE_MISMATCH,),
        use(recipient=CLIENT),
    ),
    Row(
        "76",
        "who is on the list of opt-outs is no business of others",
        facts(),
        (R.PURPOSE_MISMATCH,),
        use(Purpose.SUPPRESSION_CHECK, recipient=STRANGER),
    ),
    Row(
        "77", "an authority gets what the law demands", facts(), (R.OK_LEGAL_OBLIGATION,), TO_COURT
    ),
    Row(
        "77",
        "an authority gets what a recognised interest needs",
        facts(),
        (R.OK_RECOGNISED_LI,),
        replace(TO_COURT, duty=replace(DUTY, basis=LawfulBasis.RECOGNISED_INTEREST)),
    ),
    *(
        Row(
            "77",
            f"an authority gets nothing {without}",
            facts(),
            NO_BASIS,
            replace(TO_COURT, duty=duty),
            "0",
        )
        for without, duty in {
            "that no duty demands": None,
            "on another basis": replace(DUTY, basis=LawfulBasis.LEGITIMATE_INTERESTS),
            "without an enactment or order": replace(DUTY, reference=" "),
            "without a scope": replace(DUTY, scope=""),
            "without a date": replace(DUTY, dated=None),
            "under a duty of tomorrow": replace(DUTY, dated=TOMORROW),
            "unless somebody asks by name": replace(DUTY, requester=""),
            "unless somebody approves": replace(DUTY, approver=""),
            "that it does not need": replace(DUTY, necessity=""),
        }.items()
    ),
    Row(
        "77",
        "an authority gets nothing of people who are not held",
        facts(leads=()),
        NO_BASIS,
        TO_COURT,
        "0",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_nobody_gets_data_without_contract_or_duty(case: Row) -> None:
    assert_answered(case)
