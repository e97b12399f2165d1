"""Who may do what: each role against each action (rules STAFF-1 to STAFF-3)."""

import pytest

from policy.access import (
    ASKS_WHO,
    HANDS_OUT,
    READS_PEOPLE,
    Action,
    StaffRole,
    View,
    may,
    may_list,
    must_sign_in,
    view_of,
)
from policy.vocabulary import Purpose

EVERYBODY = {Action.COME_IN, Action.OWN_PASSWORD, Action.SEE_STATE}
GRANTED = {
    StaffRole.SALES: {Action.ASK_WHY, Action.SEE_LEADS, Action.EXPORT, Action.STOP},
    StaffRole.PRIVACY: {
        *(Action.ASK_WHY, Action.SEE_LEADS, Action.SEE_RECORDS, Action.STOP, Action.HOLD),
        *(Action.ANSWER_RIGHTS, Action.ERASE, Action.SEE_STAFF, Action.SEE_ACCESS_LOG),
        Action.SEE_CONDUCT,
    },
    StaffRole.AUDITOR: {
        *(Action.ASK_WHY, Action.SEE_LEADS, Action.SEE_RECORDS),
        *(Action.SEE_STAFF, Action.SEE_ACCESS_LOG, Action.SEE_CONDUCT),
    },
}
CHANGES = {
    *(Action.EXPORT, Action.STOP, Action.ANSWER_RIGHTS, Action.HOLD, Action.ERASE),
    *(Action.OPERATE, Action.RETURN_DATA, Action.CHANGE_STAFF),
}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", StaffRole)
def test_a_role_may_what_the_table_grants_and_nothing_else(role: StaffRole, action: Action) -> None:
    granted = set(Action) if role is StaffRole.ADMIN else EVERYBODY | GRANTED[role]
    assert may(role, action) == (action in granted)


@pytest.mark.parametrize("action", sorted(CHANGES))
def test_an_auditor_changes_nothing(action: Action) -> None:
    assert not may(StaffRole.AUDITOR, action)


def test_a_role_that_no_table_knows_may_nothing_and_sees_nobody() -> None:
    unknown: StaffRole = "guest"  # type: ignore[assignment] # as an older version meets a newer row
    assert not any(may(unknown, action) for action in Action)
    assert view_of(unknown) is View.MASKED


def test_sales_see_who_may_be_reached_auditors_see_nobody_and_the_others_see_all() -> None:
    assert {role: view_of(role) for role in StaffRole} == {
        StaffRole.SALES: View.ALLOWED,
        StaffRole.PRIVACY: View.WHOLE,
        StaffRole.AUDITOR: View.MASKED,
        StaffRole.ADMIN: View.WHOLE,
    }


@pytest.mark.parametrize("action", Action)
def test_where_it_is_required_what_shows_people_asks_who_it_is(action: Action) -> None:
    asks = must_sign_in(action, is_required=True, has_admin=True)
    assert asks == (action in ASKS_WHO)
    assert not must_sign_in(action, is_required=False, has_admin=True)
    # the first admin must be let in by somebody
    assert must_sign_in(action, is_required=True, has_admin=False) == (
        action in READS_PEOPLE | HANDS_OUT
    )


@pytest.mark.parametrize("purpose", Purpose)
def test_sales_make_lists_of_whom_they_reach_only(purpose: Purpose) -> None:
    """Rule: STAFF-10."""
    reaches = purpose in (Purpose.DIRECT_MARKETING, Purpose.ENQUIRY_RESPONSE)
    assert may_list(View.ALLOWED, purpose) == reaches
    assert may_list(View.WHOLE, purpose)
    assert not may_list(View.MASKED, purpose)
