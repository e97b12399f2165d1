"""What the events of several identifiers say together (rules RET-6, RET-7, RET-8, RET-20)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from policy.retention_people import RecordPermission, permission_of_record, person_opted_out_at
from policy.vocabulary import Channel, EventKind, PermissionEvent, Purpose

T = datetime(2026, 5, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LEAD, OTHER = UUID(int=1), UUID(int=2)
STANDS = RecordPermission(stands=True, ended_at=None)


def event(
    kind: EventKind,
    days: int = -9,
    *,
    channel: Channel | None = Channel.EMAIL,
    lead: UUID | None = None,
    purpose: Purpose = Purpose.DIRECT_MARKETING,
    until: datetime | None = None,
) -> PermissionEvent:
    return PermissionEvent(kind, purpose, channel, T + days * DAY, lead, valid_until=until)


def given(days: int = -9, lead: UUID = LEAD, until: datetime | None = None) -> PermissionEvent:
    return event(EventKind.GIVEN, days, lead=lead, until=until)


def test_ret_7_an_objection_on_one_identifier_counts_for_all() -> None:
    objection = event(EventKind.OBJECTED, -3, channel=None)
    assert person_opted_out_at([[given()], [objection]], T) == T - 3 * DAY
    assert person_opted_out_at([[objection], [given()], []], T) == T - 3 * DAY


def test_ret_8_a_withdrawal_counts_for_the_identifier_it_was_made_for() -> None:
    withdrawn = event(EventKind.WITHDRAWN, -3)
    assert person_opted_out_at([[given(), withdrawn], [given()]], T) is None
    assert person_opted_out_at([[given(), withdrawn]], T) == T - 3 * DAY


def test_ret_7_the_last_identifier_to_opt_out_decides_when() -> None:
    early, late = event(EventKind.WITHDRAWN, -5), event(EventKind.WITHDRAWN, -2)
    assert person_opted_out_at([[given(), early], [given(), late]], T) == T - 2 * DAY


def test_who_was_never_asked_about_marketing_did_not_opt_out_of_it() -> None:
    enquiry = event(EventKind.ENQUIRED, purpose=Purpose.ENQUIRY_RESPONSE)
    assert person_opted_out_at([], T) is None
    assert person_opted_out_at([[enquiry], []], T) is None


def test_ret_20_a_permission_given_with_the_record_stands() -> None:
    assert permission_of_record([[], [given()]], LEAD, T) == STANDS
    assert permission_of_record([[given(until=T + DAY)]], LEAD, T) == STANDS


def test_ret_6_a_permission_ends_at_its_own_end_and_not_a_second_before() -> None:
    own = [[given(until=T)]]
    assert permission_of_record(own, LEAD, T - timedelta(seconds=1)) == STANDS
    assert permission_of_record(own, LEAD, T) == RecordPermission(False, T)


def test_a_permission_of_another_record_keeps_that_one_only() -> None:
    assert permission_of_record([[given(lead=OTHER)]], LEAD, T) == RecordPermission(False, None)
    renewed = [[given(), given(-4, OTHER)]]
    assert permission_of_record(renewed, LEAD, T) == RecordPermission(False, T - 4 * DAY)
    assert permission_of_record(renewed, OTHER, T) == STANDS


def test_an_opt_out_is_no_end_of_another_kind() -> None:
    for kind in (EventKind.WITHDRAWN, EventKind.OBJECTED):
        own = [[given(), event(kind, -3)]]
        assert permission_of_record(own, LEAD, T) == RecordPermission(False, None)


def test_the_latest_of_several_ends_counts() -> None:
    by_email = [given(), event(EventKind.REVOKED, -6)]
    by_call = [
        event(EventKind.GIVEN, -9, channel=Channel.LIVE_CALL, lead=LEAD),
        event(EventKind.INVALIDATED, -4, channel=Channel.LIVE_CALL),
    ]
    assert permission_of_record([by_email, by_call], LEAD, T).ended_at == T - 4 * DAY


def test_what_is_given_for_every_channel_or_in_the_future_is_not_counted_yet() -> None:
    assert permission_of_record([[given(1)]], LEAD, T) == RecordPermission(False, None)
    everywhere = event(EventKind.GIVEN, channel=None, lead=LEAD)
    assert permission_of_record([[everywhere]], LEAD, T) == RecordPermission(False, None)


def test_of_several_permissions_of_a_record_each_is_looked_at() -> None:
    """RET-20: an opt-out of one channel says nothing of another."""
    by_mail, by_text = given(), event(EventKind.GIVEN, lead=LEAD, channel=Channel.SMS)
    no_mail, no_text = event(EventKind.WITHDRAWN, -3), event(EventKind.WITHDRAWN, -3, channel=None)
    assert permission_of_record([[by_mail, by_text, no_mail]], LEAD, T) == STANDS
    assert not permission_of_record([[by_mail, by_text, no_text]], LEAD, T).stands


def test_ret_6_a_permission_without_an_end_ends_after_24_months() -> None:
    first = datetime(2024, 5, 1, 12, tzinfo=UTC)
    end = datetime(2026, 4, 30, 23, tzinfo=UTC)  # midnight in London, in summer
    old = PermissionEvent(
        EventKind.GIVEN, Purpose.DIRECT_MARKETING, Channel.EMAIL, first, LEAD, valid_until=None
    )
    assert permission_of_record([[old]], LEAD, end - DAY / 86_400) == STANDS
    assert permission_of_record([[old]], LEAD, end) == RecordPermission(stands=False, ended_at=end)


def test_a_permission_of_the_future_hides_none_of_today() -> None:
    """RET-20: whatever the order in which the permissions are looked at."""
    later = [event(EventKind.GIVEN, 1, lead=LEAD, channel=each) for each in Channel]
    others = [each for each in later if each.channel is not Channel.EMAIL]
    assert permission_of_record([[*others, given()]], LEAD, T) == STANDS
