"""What ends the time of keeping one record: its own clocks, and what may come earlier."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, get_args

from policy.instants import in_utc
from policy.london import months_after, possible
from policy.periods import Period
from policy.retention_rules import (
    RETENTION_RULES,
    Clock,
    ClockStart,
    DataClass,
    RetentionReason,
    RetentionRule,
)
from policy.vocabulary import Word

OPEN_ENQUIRY_DAYS = 30
OPT_OUT_DAYS = 30
MONTHS_AFTER_ENQUIRY = 6
DELETION_LAG = timedelta(hours=24)
_FIRST_YEAR, _LAST_YEAR = 1900, 9900


class LivePurpose(Word):
    """What data may be needed for although its own purpose is over (UK GDPR Art. 17(1)(a), (3))."""

    OPEN_ENQUIRY = "open_enquiry"
    CONTRACT = "contract"
    LEGAL_CLAIM = "legal_claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionFacts:
    """All that is known of one record when its time of keeping is asked for.

    What is not known is None, empty or False, and then keeps nothing. Times are aware, and kept in
    UTC. `started_at` is the source's time, or receipt where the source gave none; for a consent
    when it was given, for a file or a backup when it was made. `has_permission`: a marketing
    permission given with this record stands; `permission_ended_at` is when its last one ended for
    another reason than an opt-out. `valid_until` is the end that a consent's wording names.
    `opted_out_at` is when the person opted out of all marketing. `erasure_owed_at` is when it was
    found that the person must be erased. `contract_exit` is the time that a client's contract gives
    for returning its data, `client_served_at` when the client had its data back or chose deletion.
    `live_purposes`: what else the person's data is needed for now; OPEN_ENQUIRY stands for another
    enquiry made before an opt-out, as the record's own is known from its times. `open_requests`
    are for access, portability, or a complaint.

    Raises:
        UsageError: a time has no zone, be it that of a hold or of a request.
    """

    data_class: DataClass
    started_at: datetime
    received_at: datetime | None = None
    has_permission: bool = False
    permission_ended_at: datetime | None = None
    valid_until: datetime | None = None
    opted_out_at: datetime | None = None
    enquiry_closed_at: datetime | None = None
    erasure_owed_at: datetime | None = None
    contract_ended_at: datetime | None = None
    contract_exit: timedelta | None = None
    client_served_at: datetime | None = None
    marketing_ended_at: datetime | None = None
    last_event_at: datetime | None = None
    live_purposes: frozenset[LivePurpose] = frozenset()
    holds: Sequence[Period] = ()
    open_requests: Sequence[Period] = ()

    def __post_init__(self) -> None:
        """Refuse a time without a zone, and bring the others to UTC."""
        for name in _MOMENTS:
            at = getattr(self, name)
            if at is not None and not _is_plain(at):
                object.__setattr__(self, name, _known(at, name))
        for name, what in (("holds", "hold"), ("open_requests", "request")):
            if periods := getattr(self, name):
                object.__setattr__(self, name, _in_utc(periods, what))

    @property
    def clock_started_at(self) -> datetime:
        """Return the source's time, or receipt where that was earlier: no clock may run ahead."""
        return min(self.started_at, self.received_at or self.started_at)

    @property
    def own_enquiry_ends_at(self) -> datetime:
        """Return until when the record's own enquiry counts as open, even if nobody closed it."""
        left_open = self.clock_started_at + timedelta(days=OPEN_ENQUIRY_DAYS)
        return min(self.enquiry_closed_at or left_open, left_open)


_MOMENTS = tuple(
    field.name
    for field in fields(RetentionFacts)
    if datetime in (field.type, *get_args(field.type))
)


def _is_plain(at: datetime) -> bool:
    """Say whether a time is in UTC already, and one that calendars can count from."""
    return at.tzinfo is UTC and _FIRST_YEAR < at.year < _LAST_YEAR


def _in_utc(periods: Sequence[Period], what: str) -> tuple[Period, ...]:
    """Return periods in UTC; one that ends where no calendar goes ends with the calendars."""
    return tuple(
        Period(
            _known(period.start, f"The start of a {what}"),
            None if period.end is None else _known(period.end, f"The end of a {what}"),
        )
        for period in periods
    )


def _known(at: datetime, what: str) -> datetime:
    return in_utc(possible(at) if at.tzinfo else at, what)


class End(NamedTuple):
    """One thing that ends the time of keeping. Times are UTC.

    `due_at` is when deletion falls due by it, `delete_by` the latest instant for it; both are None
    while one of the purposes in `kept_for` puts it off.
    """

    reason: RetentionReason
    comes_at: datetime
    use_stops_at: datetime
    due_at: datetime | None
    delete_by: datetime | None
    rules: tuple[str, ...]
    kept_for: frozenset[LivePurpose] = frozenset()


def ends_of(facts: RetentionFacts) -> Iterator[End]:
    """Yield all that ends, or will end, the keeping of a record: its own clock first.

    Nothing, where even its own clock has not started (a contract that still runs).
    """
    rule = RETENTION_RULES[facts.data_class]
    yield from _own_end(rule, facts)
    for reason in rule.ended_by:
        yield from _EARLY_ENDS[reason](facts)


def _own_end(rule: RetentionRule, facts: RetentionFacts) -> Iterator[End]:
    """The clock that ends first counts: no later fact moves it (RET-4, RET-5)."""
    starts = [(clock, _start_of(clock.start, facts)) for clock in rule.clocks]
    running = [(clock, start) for clock, start in starts if start is not None]
    if not running:
        return
    over_at = min([_end_of(clock, start, facts) for clock, start in running])
    use_stops_at = over_at if rule.is_used_while_kept else min([start for _, start in running])
    delete_by = over_at + timedelta(hours=rule.lag_hours)
    yield End(rule.over, over_at, use_stops_at, over_at, delete_by, rule.rules)


def _start_of(start: ClockStart, facts: RetentionFacts) -> datetime | None:
    match start:
        case ClockStart.SOURCE_TIME:
            return facts.clock_started_at
        case ClockStart.RECEIPT:
            return facts.received_at or facts.started_at
        case ClockStart.CONTRACT_END | ClockStart.PROCESSING_END:
            return facts.contract_ended_at
        case ClockStart.MARKETING_END:
            return facts.marketing_ended_at
        case ClockStart.LAST_EVENT:
            return facts.last_event_at or facts.started_at


def _end_of(clock: Clock, start: datetime, facts: RetentionFacts) -> datetime:
    if clock.months:
        return months_after(start, clock.months)
    if clock.start is ClockStart.PROCESSING_END and facts.contract_exit is not None:
        return start + facts.contract_exit
    return start + timedelta(days=clock.days)


def _full_opt_out(facts: RetentionFacts) -> Iterator[End]:
    """Marketing is over at once, and the record goes as soon as no enquiry is open (RET-7).

    That is 30 days after the opt-out at the latest, as a record's own enquiry counts as open for 30
    days only. An opt-out says nothing of an enquiry that the person made after it: that is a
    purpose of its own, with its own clock. UK GDPR Art. 17(1)(b), 17(1)(c), 21(3); own rule.
    """
    opted_out_at = facts.opted_out_at
    if opted_out_at is None or opted_out_at < facts.clock_started_at:
        return
    delete_by = opted_out_at + timedelta(days=OPT_OUT_DAYS)
    is_another_open = LivePurpose.OPEN_ENQUIRY in facts.live_purposes
    due_at = delete_by if is_another_open else max(opted_out_at, facts.own_enquiry_ends_at)
    end = End(
        RetentionReason.FULL_OPT_OUT, opted_out_at, opted_out_at, due_at, delete_by, ("RET-7",)
    )
    if due_at > opted_out_at:
        end = end._replace(kept_for=frozenset({LivePurpose.OPEN_ENQUIRY}))
    yield _put_off(end, facts, _NEEDED_FOR_MORE)


def _enquiry_closed(facts: RetentionFacts) -> Iterator[End]:
    """Without a marketing permission nothing is left to do once the enquiry is closed (RET-20).

    UK GDPR Art. 5(1)(e); own rule for six months.
    """
    closed_at = facts.enquiry_closed_at
    if closed_at is None or facts.has_permission:
        return
    use_stops_at = max(closed_at, facts.permission_ended_at or closed_at)
    over_at = max(months_after(closed_at, MONTHS_AFTER_ENQUIRY), use_stops_at)
    end = End(
        RetentionReason.ENQUIRY_CLOSED,
        over_at,
        use_stops_at,
        over_at,
        over_at + DELETION_LAG,
        ("RET-20",),
    )
    yield _put_off(end, facts, _NEEDED_FOR_MORE)


def _erasure_owed(facts: RetentionFacts) -> Iterator[End]:
    """The person must be erased; a claim alone may need the data still. UK GDPR Art. 17(3)(e)."""
    owed_at = facts.erasure_owed_at
    if owed_at is None:
        return
    by = owed_at + DELETION_LAG
    end = End(RetentionReason.ERASURE_OWED, owed_at, owed_at, owed_at, by, ("RET-18",))
    yield _put_off(end, facts, frozenset({LivePurpose.LEGAL_CLAIM}))


def _consent_ran_out(facts: RetentionFacts) -> Iterator[End]:
    """A consent whose words end earlier counts no longer; its evidence stays (RET-6)."""
    ends_at = facts.valid_until
    if ends_at is not None:
        yield End(RetentionReason.CONSENT_RAN_OUT, ends_at, ends_at, None, None, ("RET-6",))


def _client_served(facts: RetentionFacts) -> Iterator[End]:
    """Once the client has its data back, or chose deletion, nothing is waited for (RET-19).

    UK GDPR Art. 28(3)(g).
    """
    served_at, contract_ended_at = facts.client_served_at, facts.contract_ended_at
    if served_at is None or contract_ended_at is None:
        return
    over_at = max(served_at, contract_ended_at)
    by = over_at + DELETION_LAG
    yield End(RetentionReason.CLIENT_SERVED, over_at, contract_ended_at, over_at, by, ("RET-19",))


_NEEDED_FOR_MORE = frozenset({LivePurpose.CONTRACT, LivePurpose.LEGAL_CLAIM})


def _put_off(end: End, facts: RetentionFacts, needed_for: frozenset[LivePurpose]) -> End:
    """Keep the record, not its use, for purposes that live on (RET-7). Never past its own date."""
    kept_for = facts.live_purposes & needed_for
    if not kept_for:
        return end
    return end._replace(due_at=None, delete_by=None, kept_for=end.kept_for | kept_for)


_EARLY_ENDS: dict[RetentionReason, Callable[[RetentionFacts], Iterator[End]]] = {
    RetentionReason.FULL_OPT_OUT: _full_opt_out,
    RetentionReason.ENQUIRY_CLOSED: _enquiry_closed,
    RetentionReason.ERASURE_OWED: _erasure_owed,
    RetentionReason.CONSENT_RAN_OUT: _consent_ran_out,
    RetentionReason.CLIENT_SERVED: _client_served,
}
