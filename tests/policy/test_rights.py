"""What each right is entitled to, one row each, and what happens the moment it is asked for."""

from datetime import datetime

import pytest

from policy.errors import UsageError
from policy.rights.extensions import may_be_extended
from policy.rights.refusals import may_be_refused
from policy.rights.table import (
    RIGHTS,
    AtOnce,
    DeadlineRule,
    IdentityCheck,
    Right,
    effective_at,
    may_ask_identity,
    one_click_honoured_by,
)
from tests.policy.requests_made import at

NEVER, LIGHT, PROPORTIONATE = IdentityCheck
MONTH, NOW, ACKNOWLEDGED = DeadlineRule
NOTHING, STOPS, RESTRICTED = AtOnce
EVERY = pytest.mark.parametrize("right", Right)

# identity, period, what happens at once, may be clarified, recipients are told
TABLE = {
    Right.ACCESS: (PROPORTIONATE, MONTH, NOTHING, True, False),
    Right.RECTIFICATION: (PROPORTIONATE, MONTH, NOTHING, False, True),
    Right.ERASURE: (LIGHT, MONTH, NOTHING, False, True),
    Right.RESTRICTION: (LIGHT, MONTH, NOTHING, False, True),
    Right.OBJECTION_TO_MARKETING: (NEVER, NOW, STOPS, False, False),
    Right.OBJECTION_TO_OTHER_USE: (LIGHT, MONTH, RESTRICTED, False, False),
    Right.PORTABILITY: (PROPORTIONATE, MONTH, NOTHING, False, False),
    Right.WITHDRAWAL_OF_CONSENT: (NEVER, NOW, STOPS, False, False),
    Right.ONE_CLICK_UNSUBSCRIBE: (NEVER, NOW, STOPS, False, False),
    Right.COMPLAINT: (NEVER, ACKNOWLEDGED, NOTHING, False, False),
    Right.AUTOMATED_DECISION: (PROPORTIONATE, MONTH, NOTHING, False, False),
}


@EVERY
def test_each_right_has_its_row(right: Right) -> None:
    assert tuple(RIGHTS[right])[:-1] == TABLE[right]


@EVERY
def test_each_right_names_its_articles(right: Right) -> None:
    assert any(law in RIGHTS[right].source for law in ("UK GDPR Art. ", "DPA s. "))


def test_no_right_is_without_a_row() -> None:
    assert list(RIGHTS) == list(Right)


# T-7
@EVERY
def test_identity_is_asked_in_reasonable_doubt_only_and_for_some_rights_never(
    right: Right,
) -> None:
    never = {
        Right.OBJECTION_TO_MARKETING,
        Right.WITHDRAWAL_OF_CONSENT,
        Right.ONE_CLICK_UNSUBSCRIBE,
        Right.COMPLAINT,
    }
    assert may_ask_identity(right, doubt_is_reasonable=True) == (right not in never)
    assert not may_ask_identity(right, doubt_is_reasonable=False)


# T-10
@EVERY
def test_an_objection_or_withdrawal_is_effective_the_moment_it_arrives(right: Right) -> None:
    received = at("2026-07-14T23:30+01:00")
    effective = effective_at(right, received)
    if TABLE[right][2] is NOTHING:
        assert effective is None
    else:
        assert effective == received
        assert effective.isoformat() == "2026-07-14T22:30:00+00:00"


# T-10
def test_mailbox_providers_expect_a_one_click_request_honoured_within_48_hours() -> None:
    assert one_click_honoured_by(at("2026-03-28T01:30Z")) == at("2026-03-30T01:30Z")
    # elapsed hours, although the clocks in London go forward in between
    local = at("2026-03-28T01:30Z").astimezone(at("2026-03-28T01:30+05:30").tzinfo)
    assert one_click_honoured_by(local).isoformat() == "2026-03-30T01:30:00+00:00"


# T-5, T-8
@EVERY
def test_what_takes_effect_at_once_is_neither_put_off_nor_refused(right: Right) -> None:
    is_weighed = TABLE[right][1] is MONTH
    assert may_be_extended(right) == is_weighed
    assert may_be_refused(right) == is_weighed


@pytest.mark.parametrize(
    ("when", "message"),
    [
        (
            datetime(2026, 6, 1, 12),  # noqa: DTZ001 - refused for this very reason
            (
                "The time of receipt is 2026-06-01T12:00:00, without a time zone. "
                "Cure: add one, such as +00:00."
            ),
        ),
        (
            at("0001-01-01T00:00+05:00"),
            (
                "The time of receipt is 0001-01-01T00:00:00+05:00, where no calendar goes. "
                "Cure: give the true date."
            ),
        ),
    ],
)
def test_a_time_that_is_no_instant_is_refused(when: datetime, message: str) -> None:
    for function in (one_click_honoured_by, lambda then: effective_at(Right.ERASURE, then)):
        with pytest.raises(UsageError) as refused:
            function(when)
        assert str(refused.value) == message
