"""What an auditor is told of one person: consent, wording, recipients, contact, erasure."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from models.store import Store
from pipeline.audit_answer import AuditAnswer
from pipeline.audit_consent import audit_consent, audit_wording
from pipeline.audit_contact import audit_contact, audit_recipients
from pipeline.audit_erasure import audit_erasure
from pipeline.rules_version import rules_version
from policy.errors import UsageError
from policy.vocabulary import Identifier
from tests.build import NOW, SUPPRESSION_KEY, controller, declared, delivery, email, phone, take
from tests.pipeline.erasing import erased, listed
from tests.pipeline.stopping import stop

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def stocked(store: Store) -> Store:
    """A store with a lead of a day ago, whose boxes for mail and calls were ticked."""
    take(store, declared(store), delivery(), at=NOW - HOUR)
    return store


def consent(store: Store, whom: Identifier | None = None, after: timedelta = HOUR) -> AuditAnswer:
    return audit_consent(store, ["nectra"], whom or email(), NOW + after)


def given(answer: AuditAnswer) -> list[str]:
    return [f"{s['purpose']} {s['channel']}" for s in answer.facts["state_then"] if s["given"]]


def test_a_consent_is_shown_with_who_when_how_and_what_was_told(stocked: Store) -> None:
    found = consent(stocked)
    assert found.is_clean
    [one] = [each for each in found.facts["history"] if each["state"] == "given"]
    assert one["at"] == NOW - DAY
    assert one["wording"] == "Yes, send me news by e-mail."
    assert (one["required"], one["ticked_beforehand"], one["sent"]) == (False, False, "1")
    assert one["purpose"] == "direct_marketing"
    assert one["channel"] == "email"
    assert one["valid_until"]
    assert one["commitment"]
    assert one["leaf_hash"]
    assert given(found) == ["direct_marketing email"]
    assert "priya" not in str(found.data)


def test_it_is_answered_as_at_a_past_time_and_follows_what_was_taken_back(stocked: Store) -> None:
    stop(stocked, phone())
    assert given(consent(stocked)) == []
    assert given(consent(stocked, after=-HOUR / 2)) == ["direct_marketing email"]
    assert consent(stocked, after=-2 * HOUR).facts["history"] == []  # not here yet
    kinds = {each["state"] for each in consent(stocked, phone()).facts["history"]}
    assert kinds >= {"given", "withdrawn", "objected"}


def test_somebody_unknown_is_said_to_be_so(stocked: Store) -> None:
    found = consent(stocked, email("nobody@mail.example"))
    assert found.facts["known"] is False
    assert found.is_clean


@pytest.mark.parametrize(
    ("statement", "wrong"),
    [
        ("UPDATE notice SET content = replace(content, 'news', 'news!')", "wordings_with"),
        ("UPDATE lead SET commitment = payload", "payloads_with"),
    ],
)
def test_proof_that_does_not_add_up_is_found(stocked: Store, statement: str, wrong: str) -> None:
    with stocked.writing("nectra") as connection:
        connection.execute(text(statement))
    found = consent(stocked)
    assert found.is_integrity
    assert any(count for name, count in found.must_be_zero.items() if name.startswith(wrong))


def test_the_wording_of_one_consent_is_shown_with_the_whole_form(stocked: Store) -> None:
    [one] = [each for each in consent(stocked).facts["history"] if each["state"] == "given"]
    found = audit_wording(stocked, ["nectra"], UUID(one["consent"]))
    assert found.is_clean
    assert found.facts["notice_snapshot"]["name"] == "Newsletter 2026"
    assert len(found.facts["notice_snapshot"]["boxes"]) == 2
    with pytest.raises(UsageError, match="no consent"):
        audit_wording(stocked, ["nectra"], uuid4())


def test_who_received_somebody_is_answered_by_address_and_by_key_once_they_are_erased(
    stocked: Store, tmp_path: Path
) -> None:
    listed(stocked, tmp_path / "1.csv")
    listed(stocked, tmp_path / "2.csv", recipient="agency")
    found = audit_recipients(stocked, ["nectra"], email())
    assert found.facts["recipients"] == ["agency", "sales"]
    [first, _] = found.facts["disclosures"]
    assert (first["code"], first["purpose"], first["actor"]) == (
        "OK_CONSENT",
        "direct_marketing",
        "test",
    )
    lead = first["lead_id"]
    erased(stocked, at=NOW + HOUR)
    assert audit_recipients(stocked, ["nectra"], email()).facts["disclosures"] == []
    assert len(audit_recipients(stocked, ["nectra"], lead).facts["disclosures"]) == 2


def contact(store: Store, subject: Identifier | UUID, days: int = 0) -> list[dict[str, object]]:
    on = NOW.date() + timedelta(days=days)
    answer = audit_contact(store, [controller()], SUPPRESSION_KEY, subject, on)
    found: list[dict[str, object]] = answer.facts["lists_good_on_the_day"]
    return found


def test_why_somebody_was_contacted_is_told_from_what_was_known_then(
    stocked: Store, tmp_path: Path
) -> None:
    listed(stocked, tmp_path / "1.csv")
    stop(stocked, email(), at=NOW + HOUR)
    [one] = contact(stocked, email())
    assert (one["code"], one["same_answer"], one["rules"]) == ("OK_CONSENT", True, rules_version())
    inputs = one["inputs"]
    assert isinstance(inputs, dict)
    assert {event["kind"] for event in inputs["events"]} == {"given", "enquired"}
    assert inputs["lawful_basis"] == "a"
    assert len(contact(stocked, email(), days=1)) == 1  # the list was still good
    assert contact(stocked, email(), days=-1) == []
    assert contact(stocked, email(), days=30) == []


def test_of_somebody_erased_the_decision_stays_and_the_inputs_are_gone(
    stocked: Store, tmp_path: Path
) -> None:
    listed(stocked, tmp_path / "1.csv")
    lead = UUID(str(contact(stocked, email())[0]["lead_id"]))
    erased(stocked, at=NOW + HOUR)
    [one] = contact(stocked, lead)
    assert (one["code"], one["inputs"], one["same_answer"]) == ("OK_CONSENT", None, None)


def test_an_erasure_is_proven_by_the_ledger(stocked: Store, tmp_path: Path) -> None:
    listed(stocked, tmp_path / "1.csv")
    done = erased(stocked, at=NOW + HOUR)
    assert done.id is not None
    found = audit_erasure(stocked, ["nectra"], str(done.id))
    assert found.is_clean, found.must_be_zero
    [one] = found.facts["erasures"]
    assert one["erased"]["leads"] == 1
    assert [each["recipient"] for each in one["recipients"]] == ["sales"]
    assert one["recipients"][0]["told_at"] is None
    assert one["remains"] == {"suppression_entries": 2, "removals": 1}
    assert one["files_rewritten_at"] is None
    assert one["in_no_backup_from"] > NOW + 30 * DAY
    assert one["ledger_entries_of_the_leads"] == 2
    assert "priya" not in str(found.data)
    with pytest.raises(UsageError, match="no erasure"):
        audit_erasure(stocked, ["nectra"], "R-unknown")
