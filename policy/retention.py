"""When use stops, when data must be deleted, and what keeps it: the clocks and the plan.

How long each class of data is kept stands in `policy/retention_rules.py`, what may end it earlier
in `policy/retention_ends.py`. Nothing extends a record: a new submission is a new record with its
own clock (RET-4), and no message, open, click, edit, import, merge, export, score, opt-out, request
or complaint is a fact that could move an end later (RET-5). Holds (RET-15) and open requests
(RET-16) delay deletion and never allow use.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain

from policy.errors import UsageError
from policy.instants import in_utc
from policy.london import months_after
from policy.retention_ends import DELETION_LAG, End, LivePurpose, RetentionFacts, ends_of
from policy.retention_rules import RETENTION_RULES, DataClass, RetentionReason
from policy.vocabulary import Word

KEEP_MONTHS = RETENTION_RULES[DataClass.MARKETING_LEAD].clocks[0].months
QUARANTINE_DAYS = RETENTION_RULES[DataClass.QUARANTINE].clocks[0].days
EXPORT_VALID_DAYS = RETENTION_RULES[DataClass.EXPORT_FILE].clocks[0].days


def expires_at(submitted_at: datetime) -> datetime:
    """Return the UTC instant from which a submission may neither be used nor kept.

    The clock starts on the London date of the source's time (RET-1) and ends 24 calendar months
    later, on the same-numbered day or the month's last (RET-2), when that day starts in London
    (RET-3). Nothing extends it. Privacy policy clause 8; UK GDPR Art. 5(1)(e).

    Example:
        >>> from datetime import UTC
        >>> expires_at(datetime(2024, 2, 29, 12, tzinfo=UTC))
        datetime.datetime(2026, 2, 28, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return months_after(submitted_at, KEEP_MONTHS)


def consent_ends_at(given_at: datetime, valid_until: datetime | None = None) -> datetime:
    """Return when a consent stops to count: 24 months from its own giving, or as it was worded.

    A later submission without a new affirmative act does not refresh it. Rule: RET-6. UK GDPR
    Art. 7; ICO guidance on consent; own rule for 24 months.
    """
    at_the_latest = expires_at(given_at)
    return at_the_latest if valid_until is None else min(valid_until, at_the_latest)


def erasure_owed_since(
    submitted_at: datetime, received_at: datetime, ends_at: datetime
) -> datetime | None:
    """Return since when a submission is owed an erasure: its time was ended before its own day.

    What the platform has erased is erased here at once; a hold delays that, and until then nobody
    may use it. All times are aware. Rule: RET-26. UK GDPR Art. 5(1)(d), 17(1).
    """
    own_day = expires_at(min(submitted_at, received_at))
    return ends_at if ends_at < own_day else None


def quarantine_until(received_at: datetime) -> datetime:
    """Return when a delivery that was set aside must be gone. Rule: RET-22."""
    return received_at + timedelta(days=QUARANTINE_DAYS)


def quarantine_began(now: datetime) -> datetime:
    """Return when that must have come which is to be gone now. Rule: RET-22."""
    return now - timedelta(days=QUARANTINE_DAYS)


class Action(Word):
    """What is to be done with a record now."""

    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done with a record, why, and by when. Times are UTC.

    `use_stops_at` ends the use that the data is kept for (after a full opt-out: marketing; an open
    enquiry may still be answered); None where no end of it is known. `due_at` is when deletion
    falls due, `delete_by` the latest instant for it; None while something without a known end
    stands against it. `reasons` are the answer to "may it be deleted?" (DELETE_OK, or all that
    denies), then what has ended the time of keeping. `kept_for`: the purposes that put an end off.
    """

    action: Action
    is_use_over: bool
    use_stops_at: datetime | None
    due_at: datetime | None
    delete_by: datetime | None
    is_overdue: bool
    reasons: tuple[RetentionReason, ...]
    rules: tuple[str, ...]
    kept_for: frozenset[LivePurpose] = frozenset()


@dataclass(frozen=True, slots=True)
class DeletionAnswer:
    """May it be deleted? If not, every reason against. A denial never permits any use (RET-23)."""

    is_allowed: bool
    reasons: tuple[RetentionReason, ...]


def plan(now: datetime, facts: RetentionFacts) -> Plan:
    """Return what is to be done with a record at an instant.

    Use stops by the record's clocks and the person's opt-outs alone. Deletion falls due then, or
    later where RET-7, RET-19 or RET-20 say so; it must be done within 24 hours (RET-10), or within
    30 days of a full opt-out. A hold or an open request delays it until 24 hours after its end.
    UK GDPR Art. 5(1)(b), 5(1)(e), 17, 18, 21(3). Rules: RET-1 to RET-10, RET-13 to RET-23, RET-25.

    Raises:
        UsageError: `now` has no time zone.
    """
    now = in_utc(now, "now")
    ends = tuple(ends_of(facts))
    come = [end for end in ends if end.comes_at <= now]
    denials = _denials(now, facts, ends)
    use_stops_at = min([end.use_stops_at for end in ends], default=None)
    due_at, delete_by = _deadline(now, facts, ends)
    action = Action.KEEP if denials else Action.DELETE
    return Plan(
        action,
        use_stops_at is not None and use_stops_at <= now,
        use_stops_at,
        due_at,
        delete_by,
        action is Action.DELETE and delete_by is not None and now > delete_by,
        (*(denials or (RetentionReason.DELETE_OK,)), *[end.reason for end in come]),
        _rules(facts.data_class, tuple([end.rules for end in come]), denials),
        _kept_for(come, denials),
    )


def may_delete(now: datetime, facts: RetentionFacts) -> DeletionAnswer:
    """Say whether a record may be deleted: DELETE_OK, or each reason against it. Rule: RET-23.

    A denial is about deletion only and permits no use. UK GDPR Art. 5(1)(e), 17(3).

    Raises:
        UsageError: `now` has no time zone.
    """
    now = in_utc(now, "now")
    denials = _denials(now, facts, tuple(ends_of(facts)))
    return DeletionAnswer(not denials, denials or (RetentionReason.DELETE_OK,))


def _is_due(end: End, now: datetime) -> bool:
    return end.due_at is not None and end.due_at <= now


def _denials(
    now: datetime, facts: RetentionFacts, ends: Sequence[End]
) -> tuple[RetentionReason, ...]:
    """Name what stands against deletion (RET-23): first what would stand against it if it were due.

    A live purpose puts an early end off, never the record's own date (RET-9).
    """
    against: list[RetentionReason] = []
    if facts.holds and any(hold.covers(now) for hold in facts.holds):
        against.append(RetentionReason.LEGAL_HOLD)  # RET-15
    if facts.open_requests and any(request.covers(now) for request in facts.open_requests):
        against.append(RetentionReason.OPEN_REQUEST)  # RET-16
    if not any(_is_due(end, now) for end in ends):
        if any(end.comes_at <= now and end.kept_for for end in ends):
            against.append(RetentionReason.OTHER_LIVE_PURPOSE)  # RET-7, RET-20
        else:
            against.append(RetentionReason.NOT_YET_DUE)
    return tuple(against)


def _deadline(
    now: datetime, facts: RetentionFacts, ends: Sequence[End]
) -> tuple[datetime | None, datetime | None]:
    """Return when deletion falls due and the latest instant for it, delayed by what stood against.

    On release of a hold an expired record is due at once (RET-15); a request delays until its
    answer was sent (RET-16). What reaches us after its end is gone within 24 hours of its receipt.
    """
    due_at = min([end.due_at for end in ends if end.due_at], default=None)
    delete_by = min([end.delete_by for end in ends if end.delete_by], default=None)
    if due_at is None or delete_by is None:
        return None, None
    if facts.received_at:
        delete_by = max(delete_by, facts.received_at + DELETION_LAG)
    for period in (*facts.holds, *facts.open_requests):
        if period.start > now or period.is_over(max(period.start, due_at)):
            continue
        if period.end is None:
            return None, None
        due_at, delete_by = period.end, max(delete_by, period.end + DELETION_LAG)
    return due_at, delete_by


def _kept_for(come: Sequence[End], denials: Sequence[RetentionReason]) -> frozenset[LivePurpose]:
    """Return the purposes that put off what has come; none once the record's own date has."""
    if RetentionReason.OTHER_LIVE_PURPOSE not in denials:
        return frozenset()
    return frozenset().union(*(end.kept_for for end in come))


@lru_cache(maxsize=1_024)
def _rules(
    data_class: DataClass,
    of_ends: tuple[tuple[str, ...], ...],
    denials: tuple[RetentionReason, ...],
) -> tuple[str, ...]:
    """Return the ids of the rules that were applied: the class's own first."""
    named = [*RETENTION_RULES[data_class].rules, *chain.from_iterable(of_ends)]
    named += [_RULE_OF[denial] for denial in denials if denial in _RULE_OF]
    named += ["RET-23"] if denials else ["RET-10", "RET-23"]
    return tuple(dict.fromkeys(named))


_RULE_OF = {RetentionReason.LEGAL_HOLD: "RET-15", RetentionReason.OPEN_REQUEST: "RET-16"}


def profile_due_at(plans: Sequence[Plan]) -> datetime | None:
    """Return when a person's profile falls due: with the last of its submissions. Rule: RET-4.

    Each submission's payload still goes on its own date. None while one has no known end. UK GDPR
    Art. 5(1)(c), 5(1)(e).

    Raises:
        UsageError: there is no submission, so there is nothing to count from.
    """
    if not plans:
        raise UsageError("A profile has no submission. Cure: delete it with its last submission.")
    dues = [each.due_at for each in plans]
    return None if None in dues else max(due for due in dues if due)
