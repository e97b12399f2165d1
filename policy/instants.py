"""Instants as the deadlines count them: with a zone, and told apart from wall clocks."""

from datetime import UTC, datetime

from policy.errors import UsageError


def in_utc(at: datetime, what: str) -> datetime:
    """Return an instant in UTC; `what` names it in the error.

    Adding hours to a local time would follow its clock changes, so hours are added in UTC only.
    Rule: T-12. UK GDPR Art. 33(1).

    Raises:
        UsageError: the time has no zone, so nobody can say which instant it is; or it lies where no
            calendar goes.
    """
    if at.tzinfo is None:
        raise UsageError(
            f"{what} is {at.isoformat()}, without a time zone. Cure: add one, such as +00:00."
        )
    try:
        return at.astimezone(UTC)
    except OverflowError as problem:
        raise UsageError(
            f"{what} is {at.isoformat()}, where no calendar goes. Cure: give the true date."
        ) from problem
