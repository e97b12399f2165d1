"""What a form showed when somebody sent it: proven only between two looks that found the same."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from connectors._google_forms import CUSTOM
from connectors._google_snapshots import looked
from connectors.base import Delivery
from policy.evidence import notice_id
from policy.london import midnight
from policy.snapshots import Seen, looked_at, shown_at
from simulator.google_ads_api import GoogleAdsServer
from simulator.google_forms import FORMS, OPT_IN_QUESTION, OPT_IN_YES, WEBHOOK_SECRET, Question
from tests.build import notice
from tests.connectors.google_rig import NOW, Pulled, asked, hours, rig, served

GIVEN = {"FULL_NAME": "Ines Moreau", "EMAIL": "ines.moreau@mail.example"}
YES = {OPT_IN_QUESTION: OPT_IN_YES}


def _form(server: GoogleAdsServer) -> tuple[str, int]:
    account = min(server.world.client_ids)
    return account, server.world.asset_ids(account)[0]


def _send(server: GoogleAdsServer, at: datetime) -> str:
    account, asset = _form(server)
    return server.world.submit(account, asset, at=at, fields=GIVEN, custom=YES)


def _poll(server: GoogleAdsServer, at: datetime, cursors: dict[str, str], **own: Any) -> Pulled:
    """Poll at a time, and move the cursors on."""
    server.world.now = max(server.world.now, at)
    pulled = rig(server, now=at, **own).poll(cursors)
    assert pulled.error is None
    assert pulled.failures == []
    cursors |= pulled.cursors
    return pulled


def _of(pulled: Pulled, name: str) -> Delivery:
    return next(one for one in pulled.deliveries if one.external_id == name)


def _is_proven(pulled: Pulled, name: str) -> bool:
    delivery = _of(pulled, name)
    assert delivery.notice is not None
    return delivery.notice.wording_known


def test_each_poll_looks_at_each_form_once_and_keeps_its_wording() -> None:
    with served() as server:
        cursors: dict[str, str] = {}
        for n in range(3):
            pulled = _poll(server, NOW + hours(n), cursors)
            assert len(asked(server, "asset")) == 3 * (n + 1)
            shown = {b.stream: b.notices[0] for b in pulled.batches if b.notices}
            assert len(shown) == 6
            for stream, notice_ in shown.items():
                account, _, form_id = stream.split("/")
                assert notice_.form_id == form_id
                assert int(form_id) in server.world.asset_ids(account)
                assert notice_.wording_known


def test_a_notice_holds_everything_that_the_form_shows() -> None:
    with served(0, accounts=1) as server:
        shown = [batch.notices[0] for batch in rig(server).poll().batches]
    by_name = {one.name: one for one in shown}
    for form in FORMS[:2]:
        found = by_name[form.name]
        surroundings = orjson.loads(found.surroundings or "")
        assert found.privacy_url == form.privacy_policy_url
        assert (found.title, found.body) == (form.headline, form.description)
        assert found.locale == "en-GB"
        assert surroundings["business_name"] == form.business_name
        assert surroundings.get("custom_disclosure") == form.custom_disclosure
        assert surroundings["call_to_action"] == form.call_to_action_type
        assert surroundings["call_to_action_description"] == form.call_to_action_description
        assert surroundings["desired_intent"] == form.desired_intent
        assert surroundings.get("post_submit_headline") == form.post_submit_headline
        asked_ = [(q.name, q.answers) for q in (*form.fields, *form.custom_questions)]
        kept = [(q.key if q.type == CUSTOM else q.type, q.options) for q in found.questions]
        assert kept == asked_
        assert [box.text for box in found.boxes] == [OPT_IN_QUESTION] * form.asks_to_opt_in
        assert not any(box.is_required or box.is_pre_ticked for box in found.boxes)


def test_a_lead_sent_before_the_first_look_met_words_that_nobody_has_seen() -> None:
    with served(0) as server:
        before = _send(server, NOW - hours(1))
        one = rig(server)
        pulled = one.poll()
        assert not _is_proven(pulled, before)
        found = one.read(_of(pulled, before))
        assert "form_seen_at_another_time" in found.remarks
        assert found.notice is not None
        assert (found.notice.title, found.notice.body, found.notice.privacy_url) == (None,) * 3
        assert [box.is_ticked for box in found.boxes or ()] == [True]  # said, but not proven


def test_between_two_looks_that_found_the_same_the_wording_is_exact() -> None:
    with served(0) as server:
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        between = _send(server, NOW + hours(1))
        one = rig(server, now=NOW + hours(2))
        pulled = _poll(server, NOW + hours(2), cursors)
        assert _is_proven(pulled, between)
        found = one.read(_of(pulled, between))
        assert "form_seen_at_another_time" not in found.remarks
        assert found.notice is not None
        assert found.notice.title == FORMS[0].headline


def test_a_lead_sent_after_the_look_is_proven_by_the_next_one() -> None:
    """Its cursor stays behind it, so that it comes again."""
    with served(0) as server:
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        late = _send(server, NOW + timedelta(seconds=3))
        assert not _is_proven(_poll(server, NOW, cursors), late)
        for days in (1, 20):
            _send(server, NOW + timedelta(days=days))
        assert _is_proven(_poll(server, NOW + timedelta(days=20, minutes=1), cursors), late)


CHANGES = [
    {"headline": "Another headline"},
    {"description": "We sell your details."},
    {"privacy_policy_url": "https://elsewhere.example/privacy"},
    {"custom_disclosure": "Something new"},
    {"business_name": "Somebody else"},
    {"call_to_action_description": "Win"},
    {"post_submit_description": "Bye"},
    {"custom_questions": (Question("May we sell it?", ("Yes, please", "No, thank you")),)},
    {"custom_questions": (Question(OPT_IN_QUESTION, (OPT_IN_YES,)),)},
    {"fields": (Question("EMAIL"),)},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_between_two_looks_that_differ_nothing_is_proven_and_around_them_all_is(
    change: dict[str, Any],
) -> None:
    with served(0) as server:
        _, asset = _form(server)
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        first = _send(server, NOW + hours(1))
        _poll(server, NOW + hours(2), cursors)
        second = _send(server, NOW + hours(3))
        server.world.change_form(asset, at=NOW + hours(4), **change)
        third = _send(server, NOW + hours(5))
        pulled = _poll(server, NOW + hours(6), cursors)
        fourth = _send(server, NOW + hours(7))
        pulled = _poll(server, NOW + hours(8), cursors)
        proven = {name: _is_proven(pulled, name) for name in (first, second, third, fourth)}
        assert proven == {first: True, second: False, third: False, fourth: True}
        old, new = _of(pulled, first).notice, _of(pulled, fourth).notice
        assert old is not None
        assert new is not None
        assert notice_id(old) != notice_id(new)


def test_a_form_that_is_changed_back_is_proven_only_within_its_looks() -> None:
    with served(0) as server:
        _, asset = _form(server)
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        one = _send(server, NOW + hours(1))
        _poll(server, NOW + hours(2), cursors)
        server.world.change_form(asset, at=NOW + hours(3), headline="Another")
        two = _send(server, NOW + hours(4))
        _poll(server, NOW + hours(5), cursors)
        server.world.change_form(asset, at=NOW + hours(6), headline=FORMS[0].headline)
        three = _send(server, NOW + hours(7))
        _poll(server, NOW + hours(8), cursors)
        four = _send(server, NOW + hours(9))
        pulled = _poll(server, NOW + hours(10), cursors)
        assert [_is_proven(pulled, name) for name in (one, two, three, four)] == [1, 0, 0, 1]
        assert _of(pulled, one).notice == _of(pulled, four).notice


def test_one_changed_form_leaves_the_others_proven() -> None:
    with served(0) as server:
        account, asset = _form(server)
        other = server.world.asset_ids(account)[1]
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        server.world.change_form(asset, at=NOW + hours(1), headline="Another")
        mine = _send(server, NOW + hours(2))
        theirs = server.world.submit(account, other, at=NOW + hours(2), fields=GIVEN)
        pulled = _poll(server, NOW + hours(3), cursors)
        assert not _is_proven(pulled, mine)
        assert _is_proven(pulled, theirs)


def test_who_vouches_that_nothing_changed_proves_what_came_before_the_first_look() -> None:
    with served(0) as server:
        day = date(2026, 11, 20)
        before, after = midnight(day) - timedelta(seconds=1), midnight(day)
        unvouched, vouched = _send(server, before), _send(server, after)
        pulled = _poll(server, NOW, {}, forms_unchanged_since=day.isoformat())
        assert not _is_proven(pulled, unvouched)
        assert _is_proven(pulled, vouched)


def test_who_vouches_later_proves_what_is_read_again() -> None:
    with served(0) as server:
        cursors: dict[str, str] = {}
        lead = _send(server, NOW - timedelta(days=1))
        old = _send(server, NOW - timedelta(days=30))
        assert not _is_proven(_poll(server, NOW, cursors), lead)
        own: dict[str, Any] = {"forms_unchanged_since": "2026-10-01"}
        again = _poll(server, NOW + hours(1), cursors, **own)
        assert _is_proven(again, lead)
        assert _is_proven(again, old)
        assert old not in _poll(server, NOW + hours(2), cursors, **own).ids


def test_nobody_can_vouch_against_a_change_that_was_found() -> None:
    with served(0) as server:
        _, asset = _form(server)
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        server.world.change_form(asset, at=NOW + hours(1), headline="Another")
        between = _send(server, NOW + hours(2))
        own: dict[str, Any] = {"forms_unchanged_since": "2026-10-01"}
        assert not _is_proven(_poll(server, NOW + hours(3), cursors, **own), between)
        assert not _is_proven(_poll(server, NOW + hours(4), cursors, **own), between)


def test_a_form_that_is_gone_or_never_listed_proves_nothing() -> None:
    with served(0) as server:
        account, asset = _form(server)
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        lead = _send(server, NOW + hours(1))
        server.world._assets[account].remove(asset)
        server.world.now = NOW + hours(1)
        one = rig(server, now=NOW + hours(2))
        delivery = _of(one.poll(cursors), lead)
        assert delivery.notice is None
        found = one.read(delivery)
        assert found.form_id == str(asset)
        assert found.notice is None


UNREADABLE = [
    "",
    "[]",
    "null",
    "7",
    "{}",
    '{"seen": [], "notices": 7}',
    '{"seen": 7, "notices": {}}',
    '{"seen": [["a"]], "notices": {}}',
    '{"seen": [["a", "b", "c"]], "notices": {}}',
    '{"seen": [["a", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"]], "notices": {}}',
    '{"seen": [["a", 1, 2]], "notices": {}}',
    '{"seen": [], "notices": {"a": "{}"}}',
    '{"seen": [], "notices": {"a": 7}}',
    '{"seen": [[[], "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00+00:00"]], "notices": {}}',
]


def _naive(cursor: str) -> str:
    """Return a form's cursor whose times have lost their offsets."""
    return cursor.replace("+00:00", "")


@pytest.mark.parametrize("cursor", [*UNREADABLE, _naive])
def test_a_forms_cursor_that_cannot_be_read_is_warned_of_and_begun_anew(cursor: Any) -> None:
    with served(0) as server:
        account, asset = _form(server)
        cursors: dict[str, str] = {}
        _poll(server, NOW, cursors)
        stream = f"{account}/form/{asset}"
        cursors[stream] = cursor(cursors[stream]) if callable(cursor) else cursor
        lead = _send(server, NOW + hours(1))
        with capture_logs() as logs:
            pulled = _poll(server, NOW + hours(2), cursors)
        assert [(log["event"], log["form_id"]) for log in logs] == [
            ("google.form_cursor_unreadable", str(asset))
        ]
        assert not _is_proven(pulled, lead)  # what was known of then is lost
        after = _send(server, NOW + hours(3))
        assert _is_proven(_poll(server, NOW + hours(4), cursors), after)


def test_no_cursor_and_no_notice_holds_the_webhooks_secret_or_a_person() -> None:
    with served(60) as server:
        cursors: dict[str, str] = {}
        pulled = _poll(server, NOW, cursors)
        kept = "".join([*cursors.values(), *(repr(b.notices) for b in pulled.batches)])
        assert WEBHOOK_SECRET not in kept
        people = {
            said
            for account in server.world.client_ids
            for one in server.world.submissions(account)
            for name, said in one.fields
            if name in {"EMAIL", "WORK_EMAIL", "PHONE_NUMBER", "FULL_NAME"}
        }
        assert people
        assert not [person for person in people if person in kept]


def test_the_cursor_of_a_form_stays_small_however_often_it_changes() -> None:
    cursor, shown = None, notice()
    for day in range(200):
        at = NOW + timedelta(days=day)
        shown = notice(title=f"Title {day}")
        form = looked(cursor, shown, at, oldest=at - timedelta(days=90), vouched_since=None)
        cursor = form.cursor()
    assert len(form.seen) <= 92
    assert set(form.notices) == {seen.content for seen in form.seen}


def test_a_form_shows_the_same_object_for_the_same_wording() -> None:
    form = looked(None, notice(), NOW, oldest=NOW - timedelta(days=90), vouched_since=None)
    assert form.shown_at(NOW) is form.now
    assert form.shown_at(NOW - hours(1)) is form.shown_at(None) is form.unproven


LOOKS = st.lists(
    st.tuples(st.integers(0, 200), st.sampled_from("ABC")),
    min_size=1,
    max_size=12,
    unique_by=lambda look: look[0],
).map(sorted)


def _at(hour: int) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=hour)


@given(looks=LOOKS, asked_at=st.integers(-10, 210))
def test_only_what_two_neighbouring_looks_agree_on_is_ever_said(
    looks: list[tuple[int, str]], asked_at: int
) -> None:
    """EV-10, against the plainest telling of the rule."""
    seen: list[Seen] = []
    for hour, content in looks:
        seen = looked_at(seen, content, _at(hour), oldest=_at(-1000))
    expected = {content for hour, content in looks if hour == asked_at}
    for (start, one), (end, other) in itertools.pairwise(looks):
        if one == other and start <= asked_at <= end:
            expected.add(one)
    assert shown_at(_at(asked_at), seen) == (expected.pop() if expected else None)


@given(looks=LOOKS, keep=st.integers(0, 100))
def test_what_is_forgotten_of_old_wordings_never_says_more(
    looks: list[tuple[int, str]], keep: int
) -> None:
    full: list[Seen] = []
    short: list[Seen] = []
    for hour, content in looks:
        full = looked_at(full, content, _at(hour), oldest=_at(-1000))
        short = looked_at(short, content, _at(hour), oldest=_at(hour - keep))
        for moment in range(-5, 205, 7):
            said = shown_at(_at(moment), short)
            assert said in {None, shown_at(_at(moment), full)}
            if moment >= hour - keep:
                assert said == shown_at(_at(moment), full)


@given(looks=LOOKS, vouched=st.integers(-50, 250), asked_at=st.integers(-60, 210))
def test_vouching_never_reaches_past_a_change(
    looks: list[tuple[int, str]], vouched: int, asked_at: int
) -> None:
    seen: list[Seen] = []
    plain: list[Seen] = []
    for hour, content in looks:
        seen = looked_at(seen, content, _at(hour), oldest=_at(-1000), vouched_since=_at(vouched))
        plain = looked_at(plain, content, _at(hour), oldest=_at(-1000))
    said = shown_at(_at(asked_at), seen)
    if asked_at >= looks[0][0] or asked_at < vouched:
        assert said == shown_at(_at(asked_at), plain)
    else:
        assert said == looks[0][1]


def test_a_lead_without_a_time_met_nobody_knows_what() -> None:
    assert shown_at(None, [Seen("A", _at(0), _at(10))]) is None
