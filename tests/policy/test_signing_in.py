"""Passwords, locks, sessions and ends of access (rules STAFF-4 to STAFF-7)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from policy.access import StaffRole
from policy.errors import UsageError
from policy.signing_in import (
    end_of_access,
    is_in_force,
    locked_until,
    password_counts_after_restore,
    require_good_password,
    session_lasts,
)
from tests.build import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "fewer than 12"),
        ("elevenchars", "fewer than 12"),
        ("ava.marguerite", "the login"),
        ("Ava.MargueriteAva.Marguerite", "the login"),
        ("aaaaaaaaaaaaaaaa", "a few signs"),
        ("abababababababab", "a few signs"),
        ("x" * 2_000, "over 1,024"),
    ],
)
def test_a_password_that_is_soon_guessed_is_refused_and_not_repeated(
    password: str, why: str
) -> None:
    with pytest.raises(UsageError, match=why) as refused:
        require_good_password(password, "ava.marguerite")
    assert password not in str(refused.value)
    assert "Cure:" in str(refused.value)


def test_twelve_characters_that_are_not_the_login_are_enough() -> None:
    require_good_password("four words it", "ava")
    require_good_password("ava likes long walks", "ava")


@pytest.mark.parametrize(
    ("tries", "minutes"),
    [(1, None), (4, None), (5, 15), (6, 30), (7, 60), (11, 960), (12, 1_440), (500, 1_440)],
)
def test_five_tries_are_free_then_the_lock_doubles_up_to_a_day(
    tries: int, minutes: int | None
) -> None:
    until = NOW + minutes * MINUTE if minutes else None
    assert locked_until(tries, NOW) == until


@pytest.mark.parametrize(
    ("began", "used", "lasts"),
    [
        (0, 0, True),
        (60, 15, True),
        (60, 16, False),
        (480, 1, True),
        (481, 1, False),
        (10, 20, False),  # used before it began
        (-1, -1, False),  # ahead of the clock
    ],
)
def test_a_sign_in_lasts_fifteen_minutes_idle_and_eight_hours_in_all(
    began: int, used: int, lasts: object
) -> None:
    assert session_lasts(NOW - began * MINUTE, NOW - used * MINUTE, NOW) is lasts


def test_an_access_ends_after_its_last_day_in_london() -> None:
    ends = end_of_access(StaffRole.AUDITOR, date(2027, 6, 30), NOW)
    assert ends == datetime(2027, 6, 30, 23, tzinfo=UTC)  # summer time
    assert end_of_access(StaffRole.SALES, None, NOW) is None


@pytest.mark.parametrize(
    ("role", "day", "why"),
    [
        (StaffRole.AUDITOR, None, "has an end"),
        (StaffRole.AUDITOR, date(2028, 1, 1), "within a year"),
        (StaffRole.SALES, date(2026, 11, 21), "is over"),
        (StaffRole.ADMIN, date(9999, 12, 31), "too far away"),
    ],
)
def test_an_end_that_does_not_fit_is_refused(role: StaffRole, day: date | None, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        end_of_access(role, day, NOW)


def test_an_access_stands_until_it_ends_or_is_taken_away() -> None:
    assert is_in_force(None, None, NOW)
    assert is_in_force(NOW + MINUTE, None, NOW)
    assert not is_in_force(NOW, None, NOW)
    assert not is_in_force(NOW + MINUTE, NOW - MINUTE, NOW)


def test_a_password_of_a_backup_counts_only_if_the_journal_says_who_left_since() -> None:
    """STAFF-12."""
    assert password_counts_after_restore(has_journal=True)
    assert not password_counts_after_restore(has_journal=False)
