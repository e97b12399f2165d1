"""The decision table, group G: how long consent counts, and from whom (PERM-43 to PERM-46)."""

from datetime import UTC, datetime

import pytest

from policy.vocabulary import Channel
from policy.vocabulary import ReasonCode as R
from tests.policy.facts import EXPIRES_AT, NOW, facts, given, lead, use
from tests.policy.grounds import ASSESSMENT, TICK, obtained
from tests.policy.rows import (
    Row,
    assert_answered,
    name_of,
)

LETTER = use(channel=Channel.POST)
TWO_YEARS_AGO = datetime(2024, 3, 2, 9, 30, tzinfo=UTC)
TODAY = datetime(2026, 3, 2, tzinfo=UTC)
LATE_ON_15_SEPTEMBER = datetime(2025, 9, 15, 23, 30, tzinfo=UTC)
END_OF_AUGUST = datetime(2025, 8, 31, 9, tzinfo=UTC)


CASES = (
    Row(
        "43",
        "a consent is over at its end, though the lead is kept",
        facts(given(valid_until=NOW)),
        (R.CONSENT_EXPIRED,),
    ),
    Row(
        "43",
        "a consent counts until the last instant before its end",
        facts(given(valid_until=NOW + TICK)),
        (R.OK_CONSENT,),
        by="33",
    ),
    *(
        Row(
            "43",
            f"a consent is over after 24 months {end}, whatever it says",
            facts(
                given(TWO_YEARS_AGO, valid_until=until), leads=(lead(submitted_at=TWO_YEARS_AGO),)
            ),
            (R.CONSENT_EXPIRED,),
            use(at=TODAY),
        )
        for end, until in {"without an end": None, "with a later one": EXPIRES_AT}.items()
    ),
    Row(
        "43",
        "a consent counts until the last instant of its 24 months",
        facts(given(TWO_YEARS_AGO), leads=(lead(submitted_at=TWO_YEARS_AGO),)),
        (R.OK_CONSENT,),
        use(at=TODAY - TICK),
        "33",
    ),
    Row(
        "43",
        "no interest takes the place of a consent that is over",
        facts(given(channel=Channel.POST, valid_until=NOW), assessment=ASSESSMENT),
        (R.CONSENT_EXPIRED,),
        LETTER,
    ),
    Row(
        "44",
        "a consent that does not name us is none to us",
        obtained(names_controller=False),
        (R.CONSENT_INDIRECT_UNNAMED,),
    ),
    Row(
        "44",
        "a consent that neither names us nor is proven has both flaws",
        obtained(names_controller=False, wording=None),
        (R.CONSENT_UNPROVEN, R.CONSENT_INDIRECT_UNNAMED),
        by="34 44",
    ),
    Row("45", "a consent passed on that names us permits", obtained(), (R.OK_CONSENT,)),
    Row(
        "45",
        "a consent passed on permits until the last instant of its six months",
        obtained(LATE_ON_15_SEPTEMBER),
        (R.OK_CONSENT,),
        use(at=datetime(2026, 3, 16, tzinfo=UTC) - TICK),
    ),
    Row(
        "45",
        "a consent passed on and used in time permits later too",
        obtained(LATE_ON_15_SEPTEMBER, first_used_at=datetime(2026, 3, 16, tzinfo=UTC) - TICK),
        (R.OK_CONSENT,),
        use(at=datetime(2026, 3, 17, tzinfo=UTC)),
    ),
    Row(
        "46",
        "a consent passed on and not used within six months is over",
        obtained(LATE_ON_15_SEPTEMBER),
        (R.CONSENT_EXPIRED,),
        use(at=datetime(2026, 3, 16, tzinfo=UTC)),
    ),
    Row(
        "46",
        "six months from the end of August end with February",
        obtained(END_OF_AUGUST),
        (R.CONSENT_EXPIRED,),
        use(at=datetime(2026, 2, 28, tzinfo=UTC)),
    ),
    Row(
        "46",
        "six months from the end of August are not over on the day before",
        obtained(END_OF_AUGUST),
        (R.OK_CONSENT,),
        use(at=datetime(2026, 2, 28, tzinfo=UTC) - TICK),
        "45",
    ),
    Row(
        "46",
        "a consent passed on and first used too late stays over",
        obtained(LATE_ON_15_SEPTEMBER, first_used_at=datetime(2026, 3, 16, tzinfo=UTC)),
        (R.CONSENT_EXPIRED,),
        use(at=datetime(2026, 3, 17, tzinfo=UTC)),
    ),
    Row(
        "46",
        "a use that is still to come does not count against it",
        obtained(LATE_ON_15_SEPTEMBER, first_used_at=datetime(2026, 4, 1, tzinfo=UTC)),
        (R.OK_CONSENT,),
        use(at=datetime(2026, 3, 16, tzinfo=UTC) - TICK),
        "45",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_consent_counts_for_its_time_and_for_whom_it_names(case: Row) -> None:
    assert_answered(case)
