"""The decision table, group I: audiences, contracts, audits, machines (PERM-73, 74, 80 to 82)."""

from dataclasses import replace

import pytest

from policy.periods import Period
from policy.uses import AutomatedDecision
from policy.vocabulary import (
    Channel,
    EventKind,
    Operation,
    Purpose,
)
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import NOW, days_ago, enquired, event, facts, given, lead, use
from tests.policy.grounds import (
    AUDIT,
    CLIENT,
    CONTRACT,
    GERMAN,
    HARMLESS,
    MESSAGE,
    SOURCE,
    TICK,
)
from tests.policy.rows import AUDIENCE, ONLINE, Row, assert_answered, name_of

TO_AUDIENCE = use(AUDIENCE, ONLINE)
FOR_AUDIENCE = given(purpose=AUDIENCE, channel=ONLINE)
FOR_CLIENT = use(Purpose.CONTRACT_DELIVERY)
IN_AUDIT = use(Purpose.AUDIT, Channel.NONE, audit=AUDIT)
ALONE = (R.ADM_NO_SAFEGUARD,)
NO_BASIS = (R.NO_LAWFUL_BASIS,)
GUARDED = AutomatedDecision(is_significant=True, has_safeguards=True, has_eu_gateway=False)


CASES = (
    Row(
        "82",
        "a score that decides is no less one in a message",
        facts(given()),
        ALONE,
        use(automated=replace(GUARDED, has_safeguards=False)),
    ),
    Row(
        "74",
        "what is called marketing is an audience all the same",
        facts(given(channel=ONLINE)),
        (R.PURPOSE_MISMATCH,),
        use(channel=ONLINE),
    ),
    Row(
        "85",
        "and may be stored",
        facts(given(channel=ONLINE)),
        (R.OK_STORAGE,),
        use(channel=ONLINE, operation=Operation.STORE),
    ),
    Row(
        "74",
        "to be in an audience is not to be written to",
        facts(given(purpose=AUDIENCE)),
        (R.PURPOSE_MISMATCH,),
        use(AUDIENCE, message=MESSAGE),
    ),
    Row(
        "73",
        "an advertisement is shown to an audience",
        facts(FOR_AUDIENCE),
        (R.OK_CONSENT,),
        replace(TO_AUDIENCE, message=MESSAGE),
    ),
    Row(
        "73",
        "a consent to an audience permits the audience",
        facts(FOR_AUDIENCE),
        (R.OK_CONSENT,),
        TO_AUDIENCE,
    ),
    Row(
        "73",
        "a consent to an audience that somebody else obtained permits it too",
        facts(FOR_AUDIENCE, leads=(lead(indirect=SOURCE),)),
        (R.OK_CONSENT,),
        TO_AUDIENCE,
    ),
    Row(
        "74",
        "a consent without the platform's own signals opens no audience",
        facts(FOR_AUDIENCE, has_platform_signals=False),
        (R.CONSENT_MISSING,),
        TO_AUDIENCE,
    ),
    Row("74", "no consent, no audience", facts(enquired()), (R.CONSENT_MISSING,), TO_AUDIENCE),
    Row(
        "74",
        "a consent to marketing mail opens no audience, whatever the platform was told",
        facts(given()),
        (R.PURPOSE_MISMATCH, R.CONSENT_MISSING),
        TO_AUDIENCE,
        "38 74",
    ),
    Row(
        "74",
        "marketing mail needs none of the platform's signals",
        facts(given(), has_platform_signals=False),
        (R.OK_CONSENT,),
        by="33",
    ),
    Row(
        "74",
        "a consent to an audience that was withdrawn opens none",
        facts(FOR_AUDIENCE, event(EventKind.WITHDRAWN, purpose=AUDIENCE, channel=None)),
        (R.CONSENT_WITHDRAWN, R.CONSENT_MISSING),
        TO_AUDIENCE,
        "41 74",
    ),
    Row(
        "80",
        "a contract is delivered",
        facts(client_contract=CONTRACT),
        (R.OK_CONTRACT,),
        FOR_CLIENT,
    ),
    *(
        Row(
            "80",
            f"a contract {state} is delivered",
            facts(client_contract=replace(CONTRACT, period=period)),
            (R.OK_CONTRACT,),
            FOR_CLIENT,
        )
        for state, period in {
            "that starts at this instant": Period(NOW),
            "that ends at the next instant": Period(days_ago(9), NOW + TICK),
        }.items()
    ),
    *(
        Row(
            "80",
            f"no contract {flaw} is delivered",
            facts(client_contract=contract),
            NO_BASIS,
            FOR_CLIENT,
            "0",
        )
        for flaw, contract in {
            "that does not exist": None,
            "without a reference": replace(CONTRACT, reference=" "),
            "that nobody asked for": replace(CONTRACT, step_asked_for=""),
            "that does not need the data": replace(CONTRACT, necessity=""),
            "that is over at this instant": replace(CONTRACT, period=Period(days_ago(9), NOW)),
            "that starts at the next instant": replace(CONTRACT, period=Period(NOW + TICK)),
        }.items()
    ),
    Row(
        "80",
        "a contract permits no marketing",
        facts(client_contract=CONTRACT),
        (R.CONSENT_MISSING,),
        by="49",
    ),
    Row("81", "an auditor sees what the audit is about", facts(), (R.OK_AUDIT,), IN_AUDIT),
    Row(
        "81",
        "an audit counts from its very start on",
        facts(),
        (R.OK_AUDIT,),
        replace(IN_AUDIT, audit=replace(AUDIT, period=Period(NOW))),
    ),
    *(
        Row(
            "81",
            f"no audit {flaw} sees anything",
            facts(),
            NO_BASIS,
            replace(IN_AUDIT, audit=audit),
            "0",
        )
        for flaw, audit in {
            "that does not exist": None,
            "without an auditor": replace(AUDIT, auditor=""),
            "without a scope": replace(AUDIT, scope=""),
            "that is not logged": replace(AUDIT, is_logged=False),
            "that starts at the next instant": replace(AUDIT, period=Period(NOW + TICK)),
            "that is over at this instant": replace(AUDIT, period=Period(days_ago(1), NOW)),
        }.items()
    ),
    *(
        Row(
            "82",
            f"no machine decides {what}",
            facts(given()),
            ALONE,
            use(operation=Operation.PROFILE, automated=score),
        )
        for what, score in {
            "when nobody says what about": None,
            "alone on something of weight": replace(GUARDED, has_safeguards=False),
            "on the gateway of the Union alone": AutomatedDecision(
                is_significant=True, has_safeguards=False, has_eu_gateway=True
            ),
        }.items()
    ),
    Row(
        "82",
        "a machine decides with the safeguards of the United Kingdom",
        facts(given()),
        (R.OK_CONSENT,),
        use(operation=Operation.PROFILE, automated=GUARDED),
        "33",
    ),
    Row(
        "82",
        "on people in the EEA no machine decides with these alone",
        facts(given(), subscriber=GERMAN),
        ALONE,
        use(operation=Operation.PROFILE, automated=GUARDED),
    ),
    Row(
        "82",
        "on people in the EEA a machine decides with both",
        facts(given(), subscriber=GERMAN),
        (R.OK_CONSENT,),
        use(operation=Operation.PROFILE, automated=replace(GUARDED, has_eu_gateway=True)),
        "33",
    ),
    Row(
        "82",
        "a score that decides nothing of weight needs no safeguard",
        facts(given(), subscriber=GERMAN),
        (R.OK_CONSENT,),
        use(operation=Operation.PROFILE, automated=HARMLESS),
        "33",
    ),
    Row(
        "82",
        "who uses no machine needs no safeguard",
        facts(given()),
        (R.OK_CONSENT,),
        by="33",
    ),
    *(
        Row(
            "0",
            f"{purpose.value} by {channel.value} is permitted to nobody",
            facts(),
            NO_BASIS,
            use(purpose, channel),
        )
        for purpose in (Purpose.ANALYTICS, Purpose.CLIENT_DELIVERY)
        for channel in Channel
    ),
    Row(
        "0",
        "what goes to a client goes on a client's instruction",
        facts(),
        NO_BASIS,
        use(Purpose.CLIENT_DELIVERY, Channel.NONE, recipient=CLIENT),
    ),
    Row(
        "0",
        "data is not deleted by this table",
        facts(),
        NO_BASIS,
        use(operation=Operation.DELETE),
    ),
    Row(
        "80",
        "a consent beside the contract does not choose the lead",
        facts(given(purpose=Purpose.CONTRACT_DELIVERY, lead_number=9), client_contract=CONTRACT),
        (R.OK_CONTRACT,),
        FOR_CLIENT,
    ),
    Row(
        "81",
        "an audit counts until the last instant before its end",
        facts(),
        (R.OK_AUDIT,),
        replace(IN_AUDIT, audit=replace(AUDIT, period=Period(days_ago(1), NOW + TICK))),
    ),
    Row(
        "80",
        "an enquiry beside the contract does not choose the lead",
        facts(
            enquired(),
            leads=(lead(has_identity_conflict=True), lead(2, submitted_at=days_ago(1))),
            client_contract=CONTRACT,
        ),
        (R.OK_CONTRACT,),
        FOR_CLIENT,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_audiences_contracts_audits_and_scores_need_their_grounds(case: Row) -> None:
    assert_answered(case)
