"""Words that officers typed, as an auditor gets them: at whatever depth, and in every list."""

from dataclasses import asdict, replace
from datetime import timedelta
from uuid import UUID

from models.store import Store
from pipeline.list_breaches import BreachStep, list_breaches
from pipeline.list_recalls import ListedRecall
from pipeline.masked_words import masked_case, masked_facts, masked_recalls, masked_rows
from pipeline.record_breach import record_breach
from policy.recall import RecallReason
from policy.rights.breach import BreachTold
from policy.rights.steps import StepKind
from policy.rights.told import ToldOutcome
from tests.build import NOW, declared, delivery, fields, take
from tests.pipeline import casework
from tests.pipeline.test_breaches import FOUND

SAID = "zeb@other.example rang from 07700 900777"
KEY = UUID(int=7)


def test_a_case_names_neither_who_asked_nor_whose_leads_carry_the_address(store: Store) -> None:
    """STAFF-11."""
    take(store, declared(store), delivery("1", fields(name="Priyanka Rao")))
    ref = casework.opened(store, name="Priya Sharma")
    shown = casework.take(store, ref, StepKind.SEARCHED, text="rao and Priyanka; priya SHARMA")
    [*before, last] = shown.steps
    # an address is refused today; what was typed before that may have one
    earlier = replace(last, step=replace(last.step, text=f"{last.step.text}; {casework.PRIYA}"))
    shown = replace(shown, steps=[*before, earlier])
    asked = {"name": "Priya Sharma", "email": casework.PRIYA, "phone": None, "text": ""}
    hidden, steps = masked_case(shown, asked)
    assert steps[-1].step.text == (
        f"[masked 4] and [masked 4]; {hidden['name']}; {hidden['email']}"
    )
    assert hidden["phone"] is None
    assert shown.steps[-1].step.text.startswith("rao")


def test_the_register_of_breaches_is_masked_in_all_its_texts(store: Store) -> None:
    """STAFF-11."""
    declared(store)
    record_breach(store, FOUND, "test", NOW)
    [listed] = list_breaches(store, ["nectra"], NOW)
    # nothing of the kind goes in today; what went in earlier, or is a name, may be there
    told = [BreachStep(BreachTold.PEOPLE, NOW, (), f"nobody but {SAID}")]
    named = replace(listed, nature=SAID, effects=SAID, action=SAID, told=told)
    rows = [asdict(named)]
    [masked] = masked_rows(rows)
    assert "zeb@" in str(rows)
    assert "zeb@" not in str(masked)
    assert "900777" not in str(masked)
    assert masked["nature"] == masked["effects"] == "[masked 1] rang from [masked 2]"
    assert (masked["id"], masked["aware_at"]) == (rows[0]["id"], rows[0]["aware_at"])
    assert "zeb@" not in str(masked_facts({"breaches": rows}))


def test_whatever_may_be_a_name_as_a_whole_is_masked_as_a_whole() -> None:
    facts = {"holds": [{"matter": "Rao v us", "approver": "A. Rao", "review_on": NOW.date()}]}
    assert masked_facts(facts) == {
        "holds": [
            {"matter": "[masked 1]", "approver": "[masked 2]", "review_on": NOW.date()},
        ]
    }


def test_why_a_recipient_was_not_told_is_masked_too() -> None:
    listed = ListedRecall(
        *("nectra", "sales", KEY, None, NOW, "direct_marketing", "email", KEY),
        *(RecallReason.OPTED_OUT, NOW, NOW + timedelta(days=1), NOW),
        *(ToldOutcome.IMPOSSIBLE, f"gone; {SAID}", False),
    )
    [masked] = masked_recalls([listed])
    assert masked.why == "gone; [masked 1] rang from [masked 2]"
    assert (masked.lead, masked.outcome) == (listed.lead, listed.outcome)
