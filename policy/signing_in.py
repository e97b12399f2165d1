"""How somebody of the staff proves who they are, for how long, and what stops guessing."""

from datetime import date, datetime, timedelta

from policy.access import StaffRole
from policy.errors import UsageError
from policy.london import london_date, midnight

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 1_024
"""No rule of strength: a bound on the work that a stranger can cause."""
FREE_TRIES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)
IDLE = timedelta(minutes=15)
LONGEST_SESSION = timedelta(hours=8)
LONGEST_AUDIT = timedelta(days=366)
_FEWEST_SIGNS = 5


def require_good_password(password: str, login: str) -> None:
    """Refuse a password that is soon guessed: short, the login, or a few signs again and again.

    Rule: STAFF-4. UK GDPR Art. 32(1)(b).

    Raises:
        UsageError: with the cure; the password is not repeated.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(
            f"The password has fewer than {SHORTEST_PASSWORD} characters."
            " Cure: take several words that nobody would put together."
        )
    if len(password) > LONGEST_PASSWORD:
        raise UsageError(f"The password has over {LONGEST_PASSWORD:,} characters. Cure: less.")
    plain = password.casefold()
    if not plain.replace(login.casefold(), ""):
        raise UsageError("The password is the login. Cure: take another one.")
    if len(set(plain)) < _FEWEST_SIGNS:
        raise UsageError("The password is a few signs again and again. Cure: take several words.")


def locked_until(tries: int, now: datetime) -> datetime | None:
    """Return until when nobody gets in under a login, after some wrong tries in a row.

    Five tries are free; then the lock doubles with each further one, up to a day. It is over by
    itself, so that a stranger can delay somebody and not keep them out. Rule: STAFF-5. UK GDPR
    Art. 32(1)(b).
    """
    if tries < FREE_TRIES:
        return None
    # doubled nine times it is over a day already
    doubled: timedelta = FIRST_LOCK * (1 << min(tries - FREE_TRIES, 9))
    return now + min(doubled, LONGEST_LOCK)


def session_lasts(began_at: datetime, used_at: datetime, now: datetime) -> bool:
    """Say whether somebody who signed in still counts as there: 15 minutes idle, 8 hours in all.

    Times ahead of the clock end it too. Rule: STAFF-6. UK GDPR Art. 32(1)(b).
    """
    is_past = began_at <= used_at <= now
    return is_past and now - used_at <= IDLE and now - began_at <= LONGEST_SESSION


def end_of_access(role: StaffRole, last_day: date | None, now: datetime) -> datetime | None:
    """Return the instant at which an access ends, after its last day in London; None: never.

    An auditor comes from outside or for a while: their access has an end from the beginning, a
    year ahead at the most. Rule: STAFF-7. UK GDPR Art. 5(1)(f), 25(2), 32(4).

    Raises:
        UsageError: an auditor's access has no end, or the day is over or too far away.
    """
    if last_day is None:
        if role is StaffRole.AUDITOR:
            raise UsageError("An auditor's access has an end. Cure: add --until, as 2027-01-31.")
        return None
    if last_day < london_date(now):
        raise UsageError("The last day of the access is over. Cure: name a later --until.")
    if role is StaffRole.AUDITOR and last_day > london_date(now + LONGEST_AUDIT):
        raise UsageError("An auditor's access ends within a year. Cure: name an earlier --until.")
    if last_day > london_date(now) + timedelta(days=36_500):
        raise UsageError("--until is too far away. Cure: leave it out for an access without end.")
    return midnight(last_day + timedelta(days=1))


def password_counts_after_restore(*, has_journal: bool) -> bool:
    """Say whether a password that a backup brings back may count: not if nobody knows who left.

    The journal says who was removed since the backup, and whose password was changed. Without it
    each of them would get in again. Sign-ins never outlive a restore: that one was ended stands
    nowhere. Rule: STAFF-12. UK GDPR Art. 32(1)(b), 32(4).
    """
    return has_journal


def is_in_force(valid_until: datetime | None, removed_at: datetime | None, now: datetime) -> bool:
    """Say whether an access stands: not removed, and not over. Rule: STAFF-7."""
    return removed_at is None and (valid_until is None or now < valid_until)
