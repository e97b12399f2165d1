"""What an auditor is told of a time: opt-outs, retention, uses, requests, breaches."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.export import Export
from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span
from pipeline.audit_breaches import audit_breaches
from pipeline.audit_opt_outs import audit_opt_outs
from pipeline.audit_retention import audit_retention
from pipeline.audit_rights import audit_complaints, audit_rights
from pipeline.audit_uses import (
    audit_interests,
    audit_screening,
    audit_segregation,
    audit_soft_opt_in,
)
from pipeline.hold import Order, place_hold
from pipeline.opt_out import Said, opt_out
from pipeline.receive_request import Asked, receive_request
from pipeline.record_breach import record_breach
from policy.opt_out_honoured import Stopped, Used, breaks_opt_out
from policy.rights.table import Right
from policy.vocabulary import Channel, Purpose, Role
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    kept,
    phone,
    take,
)
from tests.pipeline.erasing import listed
from tests.pipeline.stopping import expire_at, stop
from tests.pipeline.test_breaches import FOUND

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVER = Span(None, NOW + 1_000 * DAY)
ENDED = datetime.fromisoformat("2028-11-21T00:00:00+00:00")  # 24 months after the lead of yesterday


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store with a lead of a day ago, whose boxes for mail and calls were ticked."""
    take(store, declared(store), delivery())
    return store


def opt_outs(store: Store, span: Span = EVER) -> AuditAnswer:
    return audit_opt_outs(store, ["nectra"], span)


def change(store: Store, statement: str, **values: object) -> None:
    with store.writing("nectra") as connection:
        connection.execute(text(statement), values)


def test_an_opt_out_that_was_honoured_is_shown_with_its_wait(
    stocked: Store, tmp_path: Path
) -> None:
    said = Said(None, NOW, "test", noted_at=NOW + 10 * HOUR)
    listed(stocked, tmp_path / "1.csv", at=NOW + HOUR)
    opt_out(stocked, [controller()], SUPPRESSION_KEY, [email()], said)
    listed(stocked, tmp_path / "2.csv", at=NOW + 11 * HOUR)
    found = opt_outs(stocked, Span(NOW, NOW + 12 * HOUR))
    assert found.is_clean
    [one] = found.facts["opt_outs"]
    assert (one["said_at"], one["effective_at"]) == (NOW, NOW + 10 * HOUR)
    assert (one["uses_before_it_was_written"], one["later_uses"]) == (1, [])
    assert found.facts["lag"]["median_seconds"] == 36_000
    assert found.facts["recipients_to_be_told"] == 1
    assert opt_outs(stocked, Span(NOW + 20 * HOUR, NOW + DAY)).facts["opt_outs"] == []


def test_a_use_in_spite_of_an_opt_out_is_found_whichever_address_was_used(
    stocked: Store, tmp_path: Path
) -> None:
    listed(stocked, tmp_path / "1.csv", at=NOW + HOUR)
    stop(stocked, phone(), at=NOW + 2 * HOUR)
    assert opt_outs(stocked).must_be_zero["later_uses"] == 0
    at = NOW + 3 * HOUR
    number = int(at.timestamp()) * 1_000_000
    change(stocked, f"UPDATE disclosure SET decided_at = {number}")  # noqa: S608 - of ours
    change(stocked, f"UPDATE export SET closed_at = '{at:%Y-%m-%d %H:%M:%S.%f}'")  # noqa: S608 - of ours
    found = opt_outs(stocked)
    assert found.must_be_zero["later_uses"] == 1
    [one] = found.facts["opt_outs"]
    assert one["later_uses"] == [str(kept(stocked, Export)[0].id)]


def test_who_agrees_anew_after_an_opt_out_may_be_used_again(stocked: Store, tmp_path: Path) -> None:
    stop(stocked, email())
    again = delivery("200000000000002", at=NOW + HOUR, received_at=NOW + 2 * HOUR)
    take(stocked, declared(stocked), again, at=NOW + 2 * HOUR)
    report = listed(stocked, tmp_path / "1.csv", at=NOW + 3 * HOUR)
    assert report.allowed == 1
    assert opt_outs(stocked).must_be_zero["later_uses"] == 0


def test_what_breaks_an_opt_out_is_a_later_use_in_its_scope_without_a_new_consent() -> None:
    stopped = Stopped(Channel.EMAIL, None, NOW, NOW + HOUR)
    use = Used(Purpose.DIRECT_MARKETING, Channel.EMAIL, NOW + 2 * HOUR)
    assert breaks_opt_out(stopped, use, ())
    assert not breaks_opt_out(stopped, use, [NOW + HOUR])
    assert breaks_opt_out(stopped, use, [NOW - HOUR, NOW + 3 * HOUR])
    assert not breaks_opt_out(stopped, use._replace(channel=Channel.SMS), ())
    assert not breaks_opt_out(stopped, use._replace(purpose=Purpose.ENQUIRY_RESPONSE), ())
    assert not breaks_opt_out(stopped, use._replace(decided_at=NOW + HOUR / 2), ())
    one = stopped._replace(purpose=Purpose.AD_AUDIENCE)
    assert not breaks_opt_out(one, use, ())


def retention(store: Store, at: datetime) -> AuditAnswer:
    return audit_retention(store, ["nectra"], at, at)


def test_nothing_outlives_its_time_as_at_any_day_if_the_job_ran(stocked: Store) -> None:
    assert retention(stocked, NOW + HOUR).facts["live_leads"] == 1
    assert retention(stocked, NOW - HOUR).facts["live_leads"] == 0
    expire_at(stocked, ENDED + 2 * HOUR)
    for at in (NOW + HOUR, ENDED - HOUR, ENDED + HOUR, ENDED + 3 * HOUR, ENDED + 9 * DAY):
        assert retention(stocked, at).is_clean, at
    then, later = retention(stocked, ENDED + HOUR), retention(stocked, ENDED + 3 * HOUR)
    assert (then.facts["live_leads"], then.facts["within_their_day"]) == (1, 1)
    assert (later.facts["live_leads"], len(later.facts["last_runs"])) == (0, 1)


def test_what_was_kept_too_long_shows_also_after_it_is_gone(stocked: Store) -> None:
    late = retention(stocked, ENDED + 3 * DAY)
    assert late.must_be_zero["leads_kept_beyond_their_day"] == 1
    assert len(late.facts["overdue"]) == 1
    expire_at(stocked, ENDED + 3 * DAY)
    then = retention(stocked, ENDED + 2 * DAY)
    assert then.must_be_zero["leads_of_then_that_went_too_late"] == 1
    assert retention(stocked, ENDED + 4 * DAY).is_clean


def test_a_hold_explains_what_is_kept_and_is_named_with_its_matter(stocked: Store) -> None:
    review = (ENDED + 30 * DAY).date()
    order = Order(controller(), "Claim 7 of 2026", "The board", review, email())
    place_hold(stocked, order, "test", NOW)
    found = retention(stocked, ENDED + 9 * DAY)
    assert found.is_clean
    assert found.facts["kept_by_a_hold_or_request"] == 1
    assert [each["matter"] for each in found.facts["holds"]] == ["Claim 7 of 2026"]
    assert retention(stocked, NOW - HOUR).facts["holds"] == []


def test_uses_are_told_apart_by_what_permits_them(stocked: Store, tmp_path: Path) -> None:
    listed(stocked, tmp_path / "1.csv")
    listed(stocked, tmp_path / "2.csv", channel=Channel.LIVE_CALL)
    screening = audit_screening(stocked, ["nectra"], EVER)
    assert screening.is_clean
    [calls] = screening.facts["lists_for_live_calls"]
    assert calls["people_by_decision"] == {"OK_CONSENT": 1}
    interests = audit_interests(stocked, ["nectra"], EVER)
    assert (interests.is_clean, interests.facts["uses"]) == (True, 0)
    assert audit_soft_opt_in(stocked, ["nectra"], EVER).is_clean
    assert (
        audit_screening(stocked, ["nectra"], Span(NOW + DAY, NOW + 2 * DAY)).facts[
            "lists_for_live_calls"
        ]
        == []
    )


@pytest.mark.parametrize(
    ("code", "ask"),
    [
        ("OK_LI_CALL", audit_screening),
        ("OK_LI_CORPORATE", audit_interests),
        ("OK_SOFT_OPTIN", audit_soft_opt_in),
    ],
)
def test_a_use_without_its_evidence_is_found_also_in_lists_of_older_versions(
    stocked: Store, tmp_path: Path, code: str, ask: object
) -> None:
    assert callable(ask)
    listed(stocked, tmp_path / "1.csv", channel=Channel.LIVE_CALL)
    change(stocked, "UPDATE export SET codes = :codes", codes=json.dumps({code: 1}))
    assert ask(stocked, ["nectra"], EVER).is_clean  # the ledger counts, not what was changed
    change(stocked, "UPDATE ledger SET body = replace(body, '\"codes\"', '\"other\"')")
    found = ask(stocked, ["nectra"], EVER)
    assert list(found.must_be_zero.values()) == [1]


def test_a_clients_data_that_was_used_for_anything_else_is_found(
    stocked: Store, tmp_path: Path
) -> None:
    listed(stocked, tmp_path / "1.csv")
    assert audit_segregation(stocked, [controller()], EVER).facts["clients"] == []
    found = audit_segregation(stocked, [controller(role=Role.PROCESSOR)], EVER)
    assert found.must_be_zero == {"uses_outside_instruction": 1}


def test_requests_and_complaints_are_listed_without_a_word_of_the_person(store: Store) -> None:
    declared(store)
    for right in (Right.ACCESS, Right.COMPLAINT):
        asked = Asked(right, "Priya Sharma", "priya.sharma@mail.example", None, "About me.")
        receive_request(store, controller(), SUPPRESSION_KEY, asked, NOW)
    found = audit_rights(store, ["nectra"], EVER, NOW + DAY)
    assert found.is_clean
    assert found.facts["by_right"] == {"access": 1, "complaint": 1}
    assert {step["what"] for each in found.facts["requests"] for step in each["steps"]} == {
        "request_received"
    }
    assert "riya" not in str(found.data)
    late = audit_complaints(store, ["nectra"], EVER, NOW + 90 * DAY)
    assert len(late.facts["complaints"]) == 1
    assert late.must_be_zero["acknowledged_late_or_not_at_all"] == 1
    assert audit_rights(store, ["nectra"], EVER, NOW + 90 * DAY).must_be_zero["overdue"] == 2
    assert (
        audit_rights(store, ["nectra"], Span(NOW + DAY, NOW + 2 * DAY), NOW).facts["requests"] == []
    )


def test_breaches_are_listed_with_what_was_told_too_late(store: Store) -> None:
    declared(store)
    record_breach(store, replace(FOUND), "test", NOW)
    assert audit_breaches(store, ["nectra"], EVER, NOW).is_clean
    late = audit_breaches(store, ["nectra"], EVER, NOW + 4 * DAY)
    assert late.must_be_zero["notices_late_or_not_given"] == 1
    assert audit_breaches(store, ["nectra"], Span(NOW, NOW + DAY), NOW).facts["breaches"] == []
