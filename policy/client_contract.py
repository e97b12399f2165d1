"""What the contract with a client says: from when to when, and how its end is dealt with.

A client is a controller whose data the agency holds as processor. Days are London dates.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from policy.london import midnight
from policy.periods import Period
from policy.retention_rules import RETENTION_RULES, DataClass
from policy.vocabulary import Role, Word

EXIT_DAYS = RETENTION_RULES[DataClass.PROCESSOR_DATA].clocks[0].days


class ExitChoice(Word):
    """What a client wants done with its data when the contract ends (UK GDPR Art. 28(3)(g)).

    Whatever it is, no copy stays here: what was only returned goes at the deadline.
    """

    RETURN = "return"
    DELETE = "delete"
    RETURN_AND_DELETE = "return_and_delete"

    @property
    def is_returned(self) -> bool:
        """Say whether the client is to have its data back."""
        return self is not ExitChoice.DELETE


def becomes_own(was: Role, will_be: Role) -> bool:
    """Say whether a change of role would make data that is held for a client the agency's own.

    Who decides why data is used is no matter of a configuration: as long as any of it is here, it
    is the client's. Rule: CNT-7. UK GDPR Art. 5(1)(b), 28(3)(a), 28(10).
    """
    return was is Role.PROCESSOR and will_be is not Role.PROCESSOR


def days_period(first: date, last: date | None) -> Period:
    """Return the time from the start of one London day to the end of another (None: open).

    Rule: CNT-1. UK GDPR Art. 28(3).
    """
    return Period(midnight(first), None if last is None else midnight(last + timedelta(days=1)))


def lacks_decision(exit_days: int, decision: str | None) -> bool:
    """Say whether a contract gives more time for its end than the rule, and nobody decided that.

    30 days are the promise; more needs the id of a written decision, less needs nothing. Rule:
    CNT-2. UK GDPR Art. 24, 25(2), 28(3)(g); own rule.
    """
    return exit_days > EXIT_DAYS and not (decision or "").strip()


def ended_early(period: Period, ends: Iterable[tuple[datetime, datetime]], at: datetime) -> Period:
    """Return a contract's time as it stood at an instant, with the ends that were agreed by then.

    `ends` are pairs: when somebody recorded that the contract ends, and the end itself. One that
    lies before the contract's start ended an earlier contract. What was not known yet changes no
    answer about the past. Rule: CNT-3. UK GDPR Art. 5(2), 28(3)(g).
    """
    known = [end for recorded, end in ends if recorded <= at and end > period.start]
    if period.end is not None:
        known.append(period.end)
    return Period(period.start, min(known, default=None))
