"""Whom we must tell unasked: people whose data came from others, and those who got data from us."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from policy.errors import UsageError
from policy.instants import in_utc
from policy.london import add_months, london_date
from policy.rights.table import RIGHTS, Right
from policy.rights.told import ToldOutcome
from policy.vocabulary import Word


class NoticeTrigger(Word):
    """Which of the three comes first."""

    FIRST_COMMUNICATION = "first_communication"
    FIRST_DISCLOSURE = "first_disclosure"
    ONE_MONTH = "one_month"


class SourceNoticeDue(NamedTuple):
    """By which London date the notice is due, and why; the day itself is in time.

    Where the trigger is a communication or disclosure, the notice comes with it or before it:
    `with_it_at` is its UTC instant.
    """

    day: date
    trigger: NoticeTrigger
    with_it_at: datetime | None = None

    def is_late(self, at: datetime) -> bool:
        """Say whether a notice at this instant comes too late. Rule: T-14. UK GDPR Art. 14(3).

        Raises:
            UsageError: the time has no zone.
        """
        given = in_utc(at, "The time of the notice")
        if self.with_it_at is not None:
            return given > self.with_it_at
        return london_date(given) > self.day


def source_notice_due(
    obtained_at: datetime,
    first_communication_at: datetime | None = None,
    first_disclosure_at: datetime | None = None,
) -> SourceNoticeDue:
    """Return when somebody must be told that we have their data from somebody else.

    At the first communication with them or the first disclosure to another recipient, and at the
    latest one month after we obtained it. "At the latest" is not moved off a weekend or holiday.
    Rule: T-14. UK GDPR Art. 14(3).

    Raises:
        UsageError: a time has no zone, or a use comes before the data.
    """
    obtained = in_utc(obtained_at, "The time of obtaining")
    due = SourceNoticeDue(add_months(london_date(obtained), 1), NoticeTrigger.ONE_MONTH)
    uses = (
        (first_disclosure_at, NoticeTrigger.FIRST_DISCLOSURE),
        (first_communication_at, NoticeTrigger.FIRST_COMMUNICATION),
    )
    for at, trigger in uses:
        if at is not None:
            due = _earlier(due, _use_since(obtained, at, trigger), trigger)
    return due


def _use_since(obtained: datetime, at: datetime, trigger: NoticeTrigger) -> datetime:
    what = trigger.replace("_", " ")
    used = in_utc(at, f"The time of the {what}")
    if used < obtained:
        raise UsageError(
            f"The {what} is of {used.isoformat()}, before {obtained.isoformat()}, when the data "
            f"was obtained. Cure: name the first one after that."
        )
    return used


def _earlier(due: SourceNoticeDue, used: datetime, trigger: NoticeTrigger) -> SourceNoticeDue:
    """Return the stricter of a due date and a use; a use on the last day is the stricter."""
    is_earlier = london_date(used) <= due.day if due.with_it_at is None else used <= due.with_it_at
    return SourceNoticeDue(london_date(used), trigger, used) if is_earlier else due


class Disclosed(NamedTuple):
    """That a recipient got data of the person. An aware instant."""

    recipient_id: str
    at: datetime


class RecipientNotice(NamedTuple):
    """That a recipient was told, or cannot be. An aware instant; `reason` says why not."""

    recipient_id: str
    at: datetime
    outcome: ToldOutcome = ToldOutcome.TOLD
    reason: str | None = None


def recipients_to_tell(
    right: Right,
    completed_at: datetime | None,
    disclosures: Iterable[Disclosed],
    notices: Iterable[RecipientNotice],
) -> tuple[str, ...]:
    """Return who must still be told that data was rectified, erased or restricted, by id in order.

    Each recipient that got data before it was completed, and was not told since: a notice before
    completion told of something that had not happened. "Impossible" and "disproportionate" count
    with a reason only. None before completion (`completed_at` None), nor for other rights.
    Rule: T-15. UK GDPR Art. 19.

    Raises:
        UsageError: a time has no zone.
    """
    if completed_at is None or not RIGHTS[right].tells_recipients:
        return ()
    completed = in_utc(completed_at, "The time of completion")
    done = {
        each.recipient_id
        for each in notices
        if in_utc(each.at, "The time of a notice") >= completed
        and (each.outcome is ToldOutcome.TOLD or each.reason)
    }
    return tuple(each for each in _recipients(disclosures, completed) if each not in done)


def recipients_to_name(
    right: Right,
    completed_at: datetime | None,
    disclosures: Iterable[Disclosed],
    asked_at: datetime | None,
    named_at: datetime | None,
) -> tuple[str, ...]:
    """Return the recipients whom the person asked about and has not been told, by id in order.

    `asked_at` is when the person asked who they were (None: never), `named_at` when they were told
    (None: not yet; an answer before the question, or before completion, does not count). Rule:
    T-15. UK GDPR Art. 19.

    Raises:
        UsageError: a time has no zone.
    """
    if completed_at is None or asked_at is None or not RIGHTS[right].tells_recipients:
        return ()
    completed = in_utc(completed_at, "The time of completion")
    owed_since = max(completed, in_utc(asked_at, "The time of asking"))
    if named_at is not None and in_utc(named_at, "The time of naming") >= owed_since:
        return ()
    return _recipients(disclosures, completed)


def _recipients(disclosures: Iterable[Disclosed], until: datetime) -> tuple[str, ...]:
    found = {
        each.recipient_id
        for each in disclosures
        if in_utc(each.at, "The time of a disclosure") <= until
    }
    return tuple(sorted(found))
