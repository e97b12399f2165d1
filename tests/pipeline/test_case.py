"""The case of a request, from the letter to the last step: kept, counted, and never guessed."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from models.ledger import LedgerKind, LedgerRecord
from models.permission import Suppression
from models.rights_request import IdentityState, RightsRequestRecord
from models.rights_step import RightsStep
from models.store import Store
from pipeline.case import whose_case
from pipeline.confirm_identity import confirm_identity
from pipeline.list_requests import list_requests
from pipeline.receive_request import Asked, receive_request
from policy.errors import UsageError
from policy.rights.owed import Owed
from policy.rights.refusal_reasons import RefusalReason
from policy.rights.refusals import RefusalContent
from policy.rights.request import QuestionAbout
from policy.rights.steps import RequestStatus, StepKind
from policy.rights.table import Right
from policy.vocabulary import Role
from tests.build import (
    NOW,
    SUPPRESSION_KEY,
    controller,
    declared,
    delivery,
    email,
    fields,
    kept,
    source,
)
from tests.build import take as take_in
from tests.pipeline.asking import may_email
from tests.pipeline.casework import LATER, PRIYA, extend, know, opened, row_of, take
from tests.pipeline.erasing import erased

DAY = timedelta(days=1)


@pytest.fixture
def own(store: Store) -> Store:
    """A store that knows a controller."""
    declared(store)
    return store


def entries(store: Store) -> list[str]:
    rows = kept(store, LedgerRecord)
    return [row.body for row in rows if row.kind is LedgerKind.REQUEST_STEP]


def test_a_letter_counts_from_the_day_on_which_it_came(own: Store) -> None:
    reference = opened(own, on=date(2026, 11, 2))
    row = row_of(own, reference)
    assert (row.received_at, row.due_on) == (datetime(2026, 11, 2, tzinfo=UTC), date(2026, 12, 2))
    assert (row.status, row.identity) == (RequestStatus.OPEN, IdentityState.BY_HAND)
    [step] = kept(own, RightsStep)
    assert (step.kind, step.detail, step.recorded_at) == ("taken_in", {"channel": "letter"}, NOW)
    assert {entry.recorded_at for entry in kept(own, LedgerRecord)} <= {NOW}


def test_a_letter_that_came_before_a_page_like_it_is_a_request_of_its_own(own: Store) -> None:
    asked = Asked(Right.ACCESS, "Priya Sharma", PRIYA)
    receive_request(own, controller(), SUPPRESSION_KEY, asked, NOW - DAY)
    earlier = opened(own, on=date(2026, 11, 2))
    assert row_of(own, earlier).due_on == date(2026, 12, 2)
    assert opened(own, on=date(2026, 11, 2)) == earlier
    assert len(kept(own, RightsRequestRecord)) == 2


def test_an_objection_by_telephone_stops_marketing_at_once_and_must_be_confirmed(
    store: Store,
) -> None:
    take_in(store, declared(store), delivery(at=NOW - 5 * DAY))
    assert may_email(store).is_allowed
    reference = opened(store, Right.OBJECTION_TO_MARKETING, on=date(2026, 11, 20))
    assert not may_email(store).is_allowed
    shown = take(store, reference, StepKind.ANSWERED)
    assert (shown.status, shown.owed) == (RequestStatus.ANSWERED, ())
    assert take(store, reference, StepKind.CLOSED).status is RequestStatus.CLOSED


def test_the_page_has_said_already_that_use_has_stopped(own: Store) -> None:
    asked = Asked(Right.OBJECTION_TO_MARKETING, email=PRIYA)
    reference = receive_request(own, controller(), SUPPRESSION_KEY, asked, NOW).reference
    assert take(own, reference, StepKind.CLOSED).status is RequestStatus.CLOSED
    assert len(kept(own, Suppression)) == 1


def test_nobody_is_no_request(own: Store) -> None:
    with pytest.raises(UsageError, match="Nobody is named"):
        opened(own, name=" ", email=None)
    with pytest.raises(UsageError, match="has not come yet"):
        opened(own, on=date(2026, 11, 23))
    assert kept(own, RightsRequestRecord) == []


def test_a_pause_and_an_extension_move_the_day_of_the_list(own: Store) -> None:
    reference = opened(own, on=date(2026, 11, 2))
    about: dict[str, Any] = {"about": QuestionAbout.CLARIFICATION, "is_justified": True}
    waiting = take(own, reference, StepKind.ASKED, date(2026, 11, 10), **about)
    assert (waiting.kept.case.due_on, row_of(own, reference).due_on) == (None, None)
    assert waiting.owed == (Owed.HEAR, Owed.IDENTITY, Owed.SEARCH, Owed.TELL)
    [listed] = list_requests(own, ["nectra"], NOW + 400 * DAY)
    assert (listed.due_on, listed.is_late) == (None, False)
    about = {"about": QuestionAbout.CLARIFICATION}
    take(own, reference, StepKind.HEARD, date(2026, 11, 16), **about)
    assert row_of(own, reference).due_on == date(2026, 12, 9)
    extend(own, reference)
    assert row_of(own, reference).due_on == date(2027, 2, 9)
    [listed] = list_requests(own, ["nectra"], datetime(2027, 2, 10, tzinfo=UTC))
    assert listed.is_late


def test_a_copy_is_answered_only_to_whom_it_is_about_and_after_a_search(own: Store) -> None:
    reference = opened(own)
    with pytest.raises(UsageError, match="not known that the request comes"):
        take(own, reference, StepKind.ANSWERED)
    know(own, reference)
    assert row_of(own, reference).identity is IdentityState.CONFIRMED
    with pytest.raises(UsageError, match="where we looked"):
        take(own, reference, StepKind.ANSWERED)
    take(own, reference, StepKind.SEARCHED, text="the store, the mailbox, the archive")
    shown = take(own, reference, StepKind.ANSWERED)
    assert (shown.status, shown.owed) == (RequestStatus.ANSWERED, ())
    take(own, reference, StepKind.CLOSED)
    with pytest.raises(UsageError, match="is closed"):
        take(own, reference, StepKind.ANSWERED)


def test_what_was_refused_is_written_nowhere(own: Store) -> None:
    reference = opened(own)
    before = kept(own, RightsStep), kept(own, LedgerRecord)
    with pytest.raises(UsageError):
        take(own, reference, StepKind.CLOSED)
    with pytest.raises(UsageError, match="must name nobody"):
        take(own, reference, StepKind.SEARCHED, text=f"the mailbox of {PRIYA}")
    with pytest.raises(UsageError, match="in 400 at most"):
        take(own, reference, StepKind.SEARCHED, text="x" * 401)
    assert (kept(own, RightsStep), kept(own, LedgerRecord)) == before


def test_each_step_is_in_the_ledger_without_its_words(own: Store) -> None:
    reference = opened(own)
    take(own, reference, StepKind.SEARCHED, text="the archive")
    reason: dict[str, Any] = {
        "about": QuestionAbout.IDENTITY,
        "is_justified": True,
        "text": "a doubt",
    }
    take(own, reference, StepKind.ASKED, **reason)
    bodies = entries(own)
    assert [json.loads(body)["detail"]["step"] for body in bodies] == ["searched", "asked"]
    last = json.loads(bodies[-1])["detail"]
    assert (last["about"], last["due"], last["rules"]) == ("identity", None, ["T-1", "T-2"])
    assert not any(word in body for word in ("archive", "doubt", "priya") for body in bodies)


def test_the_button_of_the_mail_answers_the_question_who_they_are(own: Store) -> None:
    asked = Asked(Right.ACCESS, "Priya Sharma", PRIYA)
    reference = receive_request(own, controller(), SUPPRESSION_KEY, asked, NOW).reference
    take(own, reference, StepKind.ASKED, about=QuestionAbout.IDENTITY, is_justified=True)
    row = row_of(own, reference)
    assert row.due_on is None
    found = confirm_identity(own, "nectra", row.id, NOW + DAY)
    assert found.due_on == row_of(own, reference).due_on == date(2026, 12, 23)


def test_a_refusal_is_told_with_everything_that_it_must_say(own: Store) -> None:
    reference = opened(own, Right.ERASURE)
    said: dict[str, Any] = {
        "reason": RefusalReason.LEGAL_DUTY,
        "says": frozenset({RefusalContent.REASONS}),
    }
    with pytest.raises(UsageError, match="complaint_to_us"):
        take(own, reference, StepKind.REFUSED, **said)
    shown = take(own, reference, StepKind.REFUSED, **said | {"says": frozenset(RefusalContent)})
    assert (shown.status, shown.owed) == (RequestStatus.ANSWERED, ())


def test_a_clients_request_is_passed_on_and_never_answered_here(store: Store) -> None:
    client = controller("shop", Role.PROCESSOR)
    declared(store, source("shop-meta", owner=client))
    reference = opened(store, owner=client)
    with pytest.raises(UsageError, match="client decides"):
        take(store, reference, StepKind.ANSWERED, owner=client)
    shown = take(store, reference, StepKind.PASSED_ON, owner=client)
    assert (shown.status, shown.owed) == (RequestStatus.PASSED_ON, ())
    assert whose_case(store, [controller(), client], reference).id == "shop"
    with pytest.raises(UsageError, match="no request with this reference"):
        whose_case(store, [controller()], reference)


def test_people_who_share_a_number_are_shown_masked(store: Store) -> None:
    other = fields(email="arun.sharma@mail.example", name="Arun Sharma")
    take_in(store, declared(store), delivery(), delivery("200000000000002", other))
    reference = opened(store, phone="+447700900123")
    shown = take(store, reference, StepKind.SEARCHED, text="the store")
    assert [each.leads for each in shown.people] == [1, 1]
    assert {each.given for each in shown.people} == {
        ("+44…23", "p…a@m….example"),
        ("+44…23",),
    }
    assert "arun" not in str(shown.people)
    assert PRIYA not in repr(shown)


def test_eu_law_applies_from_the_step_that_says_so(own: Store) -> None:
    reference = opened(own, on=date(2026, 11, 2))
    take(own, reference, StepKind.ASKED, about=QuestionAbout.FEE, is_justified=True)
    take(own, reference, StepKind.HEARD, about=QuestionAbout.FEE)
    assert row_of(own, reference).due_on == date(2026, 12, 22)
    take(own, reference, StepKind.UNDER_EU_LAW)
    assert row_of(own, reference).due_on == date(2026, 12, 2)


def test_what_waits_for_an_answer_to_a_copy_is_kept_until_it_is_told(store: Store) -> None:
    take_in(store, declared(store), delivery())
    reference = opened(store)
    know(store, reference)
    take(store, reference, StepKind.SEARCHED, text="the store")
    take(store, reference, StepKind.ANSWERED)
    assert row_of(store, reference).status is RequestStatus.ANSWERED
    assert email().value == PRIYA
    assert erased(store, at=LATER + DAY).is_complete
