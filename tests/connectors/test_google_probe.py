"""The check of a Google source: a line for each thing, with the cure, and few calls."""

from dataclasses import replace
from typing import Any

import pytest

from connectors.probed import ProbeFault
from simulator.google_forms import FORMS, OPT_IN_NO, OPT_IN_QUESTION, OPT_IN_YES, Question
from tests.connectors.google_rig import OPT_IN, asked, fullest, rig, served


def test_a_source_that_is_set_up_right_has_no_complaint() -> None:
    with served() as server:
        results = rig(server).probe()
        assert [name for name, result in results.items() if not result.is_ok] == []
        assert results["accounts"].message.startswith("3 accounts")
        for account in server.world.client_ids:
            assert results[f"account {account}"].message.startswith("2 lead forms")
        assert len(server.calls) == 1 + 3
        assert asked(server, "lead_form_submission_data") == []


def test_an_opt_in_question_that_no_form_asks_is_named() -> None:
    with served() as server:
        other = OPT_IN | {"key": "calls", "question": "May we call you?"}
        results = rig(server, opt_in_questions=[OPT_IN, other]).probe()
        assert not results["opt-in question calls"].is_ok
        assert results["opt-in question calls"].fault is ProbeFault.QUESTION_NOT_ASKED
        assert "copy the question from the form" in results["opt-in question calls"].message
        assert "opt-in question email_updates" not in results


@pytest.mark.parametrize("answers", [(OPT_IN_YES,), (OPT_IN_YES, "Ask me later")])
def test_an_opt_in_question_without_an_answer_that_refuses_is_a_complaint(
    answers: tuple[str, ...],
) -> None:
    with served(0) as server:
        account = fullest(server.world)
        forced = replace(FORMS[0], custom_questions=(Question(OPT_IN_QUESTION, answers),))
        form_id = server.world.add_form(account, forced)
        one = rig(server)
        result = one.probe()[f"account {account}"]
        assert not result.is_ok
        assert result.fault is ProbeFault.BOX_FORCED
        assert f"Form {form_id} " in result.message
        assert "no free choice" in result.message
        [boxes] = [
            b.notices[0].boxes for b in one.poll().batches if b.stream.endswith(f"/{form_id}")
        ]
        assert [box.is_required for box in boxes] == [True]


@pytest.mark.parametrize("answers", [(), (OPT_IN_YES, OPT_IN_NO), (OPT_IN_NO,)])
def test_a_question_that_can_be_refused_or_left_open_is_none(answers: tuple[str, ...]) -> None:
    with served(0) as server:
        account = fullest(server.world)
        free = replace(FORMS[0], custom_questions=(Question(OPT_IN_QUESTION, answers),))
        server.world.add_form(account, free)
        assert rig(server).probe()[f"account {account}"].is_ok


def test_questions_without_the_language_of_the_forms_are_a_complaint() -> None:
    with served() as server:
        result = rig(server, form_language=None).probe()["form language"]
        assert not result.is_ok
        assert result.fault is ProbeFault.LANGUAGE_UNKNOWN
        assert "set form_language" in result.message
        assert "form language" not in rig(server, form_language=None, opt_in_questions=[]).probe()


def test_one_account_that_is_refused_does_not_hide_the_others() -> None:
    with served() as server:
        account = fullest(server.world)
        server.faults.denied.add(account)
        results = rig(server).probe()
        assert [name for name, one in results.items() if not one.is_ok] == [f"account {account}"]
        assert "manager_id" in results[f"account {account}"].message


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("token_revoked", "OAUTH_TOKEN_REVOKED"),
        ("permission_denied", "manager_id"),
        ("project_not_approved", "Cloud console"),
        ("retired_version", "api_version"),
        ("quota", "quota is used up"),
        ("unavailable", "Nothing is lost"),
    ],
)
def test_a_manager_that_cannot_be_read_is_one_line_and_nobody_waits(kind: str, words: str) -> None:
    with served() as server:
        server.faults.always(kind, server.world.manager_id)
        one = rig(server)
        results = one.probe()
        assert set(results) == {"accounts"}
        assert not results["accounts"].is_ok
        assert words in results["accounts"].message
        assert one.sleeps == []
        assert len(server.calls) == 1


def test_access_that_was_taken_back_is_one_line() -> None:
    with served() as server:
        server.faults.always("refresh_refused")
        [result] = rig(server).probe().values()
        assert not result.is_ok
        assert "give the service account access again" in result.message


@pytest.mark.parametrize(
    ("own", "words"),
    [({"api_version": "v22"}, "v22"), ({"service_account_key": "{}"}, "JSON key")],
)
def test_what_keeps_the_line_from_opening_is_one_line(own: dict[str, Any], words: str) -> None:
    with served(0) as server:
        [result] = rig(server, **own).probe().values()
        assert result.subject == "access"
        assert not result.is_ok
        assert words in result.message


def test_accounts_that_are_named_are_checked_without_the_manager() -> None:
    with served() as server:
        account = fullest(server.world)
        assert set(rig(server, customer_ids=[account]).probe()) == {
            "accounts",
            f"account {account}",
        }
        assert [call.account_id for call in server.calls] == [account]


def test_a_check_brings_nobody() -> None:
    with served(60) as server:
        told = " ".join(result.message for result in rig(server).probe().values())
        people = {
            said
            for account in server.world.client_ids
            for one in server.world.submissions(account)
            for name, said in one.fields
            if name.endswith(("NAME", "EMAIL", "PHONE_NUMBER"))
        }
        assert people
        assert not [person for person in people if person in told]
