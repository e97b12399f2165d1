"""When something counts as wrong, how bad it is, and when that is told."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.alarm_news import CLOSED, Change, change_to_tell
from policy.alarms import RANK, AlarmKind, AlarmLimits, Severity
from policy.alarms_of_runs import (
    Ended,
    Runs,
    alarm_of_job,
    alarm_of_no_pull,
    alarm_of_pull,
    alarms_of_missed_jobs,
    short,
)
from policy.alarms_of_sources import (
    alarm_of_inbox,
    alarm_of_refused_pushes,
    alarm_of_silence,
    alarms_of_looks,
)
from policy.alarms_of_the_house import (
    alarm_of_backup,
    alarm_of_disk,
    alarm_of_expiry,
    alarm_of_mails,
    alarm_of_questions,
    alarm_of_requests,
)
from policy.looks import Look, Looked

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = AlarmLimits()
TOLD = st.sampled_from([None, CLOSED, "soon", "over"])


def runs(ended: Ended, good_at: datetime | None = NOW - HOUR) -> Runs:
    return Runs("meta-main", ended, NOW, NOW - 9 * DAY, good_at, "It said no.")


def look(about: Looked, *, is_ok: bool = False, ends_at: datetime | None = None) -> Look:
    return Look(about, "a thing", is_ok, "Mend it.", NOW - HOUR, NOW - HOUR, ends_at)


def test_the_usual_limits_are_those_that_the_documents_promise() -> None:
    assert (USUAL.token_days, USUAL.request_days, USUAL.backup_hours) == (14, 3, 36)
    assert USUAL.failing == 3 * HOUR


def test_a_fault_is_one_at_once_and_what_is_out_of_reach_after_a_while() -> None:
    assert alarm_of_pull(runs(Ended.COMPLETE), USUAL, NOW) is None
    assert alarm_of_pull(runs(Ended.TRY_LATER), USUAL, NOW) is None
    late = alarm_of_pull(runs(Ended.TRY_LATER, NOW - 4 * HOUR), USUAL, NOW)
    never = alarm_of_pull(runs(Ended.TRY_LATER, None), USUAL, NOW)
    broken = alarm_of_pull(runs(Ended.BROKEN), USUAL, NOW)
    assert late is not None
    assert never is not None
    assert broken is not None
    assert {late.kind, never.kind, broken.kind} == {AlarmKind.SOURCE_FAILING}
    assert "ever" in never.fact
    refused = alarm_of_pull(runs(Ended.REFUSED), USUAL, NOW)
    assert refused is not None
    assert (refused.kind, refused.severity) == (AlarmKind.SOURCE_REFUSED, Severity.CRITICAL)


def test_a_job_is_judged_by_its_last_run() -> None:
    assert alarm_of_job(runs(Ended.COMPLETE), USUAL, NOW) is None
    assert alarm_of_job(runs(Ended.TRY_LATER), USUAL, NOW) is None
    failed = alarm_of_job(runs(Ended.BROKEN)._replace(subject="backup"), USUAL, NOW)
    assert failed is not None
    assert failed.kind is AlarmKind.BACKUP_FAILED


def test_a_source_that_nobody_asked_counts_from_when_it_was_last_tried() -> None:
    assert alarm_of_no_pull("meta-main", NOW - HOUR, HOUR, NOW) is None
    assert alarm_of_no_pull("meta-main", NOW - 2 * HOUR, HOUR, NOW) is not None


def test_a_job_is_missed_after_three_intervals_and_not_while_the_program_starts() -> None:
    def missed(last: datetime | None, started: datetime | None) -> bool:
        known = {} if last is None else {"expire": last}
        return bool(alarms_of_missed_jobs({"expire": HOUR}, known, started, NOW))

    assert not missed(NOW - 3 * HOUR, None)
    assert missed(NOW - 4 * HOUR, None)
    assert not missed(NOW - 4 * HOUR, NOW - timedelta(minutes=14))
    assert missed(NOW - 4 * HOUR, NOW - timedelta(minutes=16))
    assert not missed(None, None)
    assert not missed(None, NOW - 3 * HOUR)
    assert missed(None, NOW - 4 * HOUR)


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        (Looked.ACCESS, AlarmKind.SOURCE_REFUSED),
        (Looked.PERMISSION, AlarmKind.PERMISSION_LOST),
        (Looked.SUBSCRIPTION, AlarmKind.SUBSCRIPTION_LOST),
        (Looked.CLOCK, AlarmKind.CLOCK_SKEW),
    ],
)
def test_what_a_look_finds_wrong_is_an_alarm_of_its_kind(about: Looked, kind: AlarmKind) -> None:
    [found] = alarms_of_looks("meta-main", [look(about)], None, USUAL, NOW)
    assert (found.kind, found.subject) == (kind, "meta-main")
    assert "Mend it." in found.fact
    assert alarms_of_looks("meta-main", [look(about, is_ok=True)], None, USUAL, NOW) == []


def test_how_it_was_set_up_and_a_short_silence_of_the_platform_are_no_alarm() -> None:
    looks = [look(Looked.SETUP), look(Looked.REACH)]
    assert alarms_of_looks("meta-main", looks, None, USUAL, NOW) == []
    [found] = alarms_of_looks("meta-main", looks, None, USUAL, NOW + 3 * HOUR)
    assert found.kind is AlarmKind.SOURCE_FAILING
    assert alarms_of_looks("meta-main", looks, NOW, USUAL, NOW + 3 * HOUR) == []


def test_a_complete_pull_disproves_a_refusal_and_no_lost_permission() -> None:
    looks = [look(Looked.ACCESS), look(Looked.PERMISSION)]
    [found] = alarms_of_looks("meta-main", looks, NOW, USUAL, NOW)
    assert found.kind is AlarmKind.PERMISSION_LOST


@pytest.mark.parametrize(
    ("left", "state"),
    [
        (15 * DAY, None),
        (14 * DAY, "soon"),
        (3 * DAY, "very_soon"),
        (timedelta(0), "over"),
        (-DAY, "over"),
    ],
)
def test_a_token_is_told_fourteen_days_and_three_days_before_and_at_its_end(
    left: timedelta, state: str | None
) -> None:
    ends = look(Looked.EXPIRY, is_ok=True, ends_at=NOW + left)
    later = look(Looked.EXPIRY, is_ok=True, ends_at=NOW + 400 * DAY)
    found = alarms_of_looks("meta-main", [later, ends], None, USUAL, NOW)
    assert [each.state for each in found] == ([state] if state else [])


def test_silence_once_told_lasts_until_something_comes() -> None:
    hourly = [NOW - HOUR * n for n in range(100, 0, -1)]
    assert alarm_of_silence("form", hourly, None, NOW) is None
    assert alarm_of_silence("form", hourly, None, NOW + 2 * DAY) is not None
    assert alarm_of_silence("form", [], NOW - 80 * DAY, NOW) is not None
    assert alarm_of_silence("form", [NOW - HOUR], NOW - DAY, NOW) is None


def test_a_few_strangers_and_a_short_wait_are_no_alarm() -> None:
    assert alarm_of_refused_pushes("form", 24, USUAL) is None
    assert alarm_of_refused_pushes("form", 25, USUAL) is not None
    assert alarm_of_inbox("form", 1, NOW - HOUR, USUAL, NOW) is None
    assert alarm_of_inbox("form", 1, NOW - 2 * HOUR, USUAL, NOW) is not None


def test_a_request_is_told_three_days_before_it_is_due_by_londons_calendar() -> None:
    midsummer = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # the second of July in London
    due = [("a", date(2026, 7, 5))]
    assert alarm_of_requests("nectra", due, USUAL, midsummer - HOUR) is None
    found = alarm_of_requests("nectra", due, USUAL, midsummer)
    assert found is not None
    assert found.severity is Severity.SERIOUS
    late = alarm_of_requests("nectra", due, USUAL, midsummer + 4 * DAY)
    assert late is not None
    assert late.severity is Severity.CRITICAL
    assert late.state != found.state


def test_of_two_requests_a_second_one_is_told_and_time_alone_is_not() -> None:
    def state(*due: tuple[str, date], now: datetime = NOW) -> str | None:
        found = alarm_of_requests("nectra", due, USUAL, now)
        return found.state if found else None

    first, second = ("a", date(2026, 11, 25)), ("b", date(2026, 11, 25))
    assert state(first) == state(first, now=NOW + 2 * DAY)
    assert state(first) != state(first, second)
    assert state(first, second) == state(second, first)


def test_records_beyond_their_time_and_old_backups_are_alarms() -> None:
    assert alarm_of_expiry("nectra", 0) is None
    assert alarm_of_expiry("nectra", 1) is not None
    assert alarm_of_backup(NOW - 36 * HOUR, NOW - 90 * DAY, USUAL, NOW) is None
    assert alarm_of_backup(NOW - 37 * HOUR, NOW - 90 * DAY, USUAL, NOW) is not None
    assert alarm_of_backup(None, NOW - HOUR, USUAL, NOW) is None
    assert alarm_of_backup(None, NOW - 2 * DAY, USUAL, NOW) is not None


def test_room_that_comes_and_goes_about_the_limit_is_one_alarm() -> None:
    limit = USUAL.disk_free_mb * 1_000_000
    assert alarm_of_disk(limit, USUAL, is_open=False) is None
    assert alarm_of_disk(limit - 1, USUAL, is_open=False) is not None
    assert alarm_of_disk(limit, USUAL, is_open=True) is not None
    assert alarm_of_disk(limit * 12 // 10, USUAL, is_open=True) is None


def test_mails_get_hours_before_they_are_called_stuck() -> None:
    assert alarm_of_mails("nectra", (1, NOW - 6 * HOUR), USUAL, NOW, can_mail=True) is None
    found = alarm_of_mails("nectra", (1, NOW - 7 * HOUR), USUAL, NOW, can_mail=True)
    assert found is not None
    assert "check" in found.cure


def test_a_long_message_is_cut_and_says_so() -> None:
    assert short(None) == "no reason was written down."
    assert short("one\ntwo\nthree") == "one (And 2 more of the kind.)"
    assert len(short("x" * 10_000)) == 400


def test_severities_are_in_order() -> None:
    assert sorted(Severity, key=RANK.__getitem__) == [
        Severity.WARNING,
        Severity.SERIOUS,
        Severity.CRITICAL,
    ]


@given(told=TOLD, state=st.sampled_from(["soon", "over"]), is_open=st.booleans())
def test_whoever_was_told_is_told_nothing_more_until_it_changes(
    told: str | None, state: str, *, is_open: bool
) -> None:
    change = change_to_tell(state, told, is_open=is_open)
    knows = state if is_open else CLOSED
    assert (change is None) == (told == knows)
    assert change_to_tell(state, knows, is_open=is_open) is None
    assert (change in {Change.CLEARED, Change.PASSED}) <= (not is_open)


def test_a_question_that_nobody_answers_is_told_after_a_month_and_again_after_three() -> None:
    """ALM-9."""

    def found(*days: int) -> tuple[Severity, str] | None:
        waiting = [(f"key {n}", NOW.date() - n * DAY) for n in days]
        alarm = alarm_of_questions("nectra", waiting, USUAL, NOW)
        return (alarm.severity, alarm.state) if alarm else None

    assert found() is found(1, 29) is None
    month, more, three = found(30), found(30, 31), found(90)
    assert [each and each[0] for each in (month, more, three)] == [
        Severity.SERIOUS,
        Severity.SERIOUS,
        Severity.CRITICAL,
    ]
    assert month != more
    assert found(29, 30) == month
    assert found(30, 90) != found(30, 89)
