"""Nobody else is in a copy, whoever shares a number, a name, a mailbox or a thread with them."""

import base64
from pathlib import Path

import pytest

from models.store import Store
from policy.errors import UsageError
from policy.rights.packs import PackKind
from policy.rights.steps import StepKind
from tests.build import (
    NOW,
    broken,
    controller,
    declared,
    delivery,
    email,
    fields,
    phone,
    source,
    take,
)
from tests.mailing import arrive, inbox, says
from tests.pipeline import casework
from tests.pipeline.packing import document, packed, text_of
from tests.pipeline.stopping import stop

CANARIES = ("arun", "zeb", "0900777", "900 777", "secretplan")
ARUN = fields(
    email="arun.sharma@mail.example", name="Arun Sharma", question="My secretplan is mine"
)
ZEB = "zeb.canary@other.example"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "pack"


def assert_nobody_else(out: Path) -> None:
    text = text_of(out)
    for canary in CANARIES:
        assert canary not in text


def test_a_family_shares_number_and_surname_and_each_gets_their_own(
    store: Store, out: Path
) -> None:
    take(store, declared(store), delivery("1"), delivery("2", ARUN))
    stop(store, email("arun.sharma@mail.example"))
    for kind in PackKind:
        packed(store, out.with_name(kind.value), kind=kind)
        assert_nobody_else(out.with_name(kind.value))
    said = document(out.with_name("access"))["left_out"]
    assert any("others use too" in each["what"] for each in said)


def test_who_stopped_a_shared_number_is_told_to_nobody(store: Store, out: Path) -> None:
    """PACK-2."""
    take(store, declared(store), delivery("1"), delivery("2", ARUN))
    stop(store, phone())
    packed(store, out)
    found = document(out)
    assert {each["event"] for each in found["permissions"]} <= {"enquired", "given"}
    assert found["suppressions"] == []


def test_colleagues_share_the_mailbox_of_an_office(store: Store, out: Path) -> None:
    """PACK-1."""
    hers = fields("info@firm.example", "+447700900124", "Priya Sharma")
    his = fields("info@firm.example", "+447700900777", "Arun Rao", question="secretplan")
    take(store, declared(store), delivery("1", hers), delivery("2", his))
    take(store, source(), broken(b'{"to": "info@firm.example", "text": "for Arun, a secretplan"'))
    with pytest.raises(UsageError, match="whose copy"):
        packed(store, out, email("info@firm.example"))
    pack = packed(store, out, phone("+447700900124"))
    assert [each.shares for each in pack.related] == [("i…o@f….example",)]
    assert_nobody_else(out)
    assert document(out)["leads"][0]["contact"]["emails"] == ["info@firm.example"]


def test_of_a_thread_only_their_own_words_are_shown(sqlite_store: Store, out: Path) -> None:
    """PACK-3."""
    declared(sqlite_store, source(), inbox())
    thread = (
        "Please call me about the garden.\r\n\r\nPriya\r\n\r\n"
        f"On Mon, 23 Nov 2026 at 10:00, Zeb Canary <{ZEB}> wrote:\r\n"
        "> My secretplan is to move to Bath. Call +44 7700 900 777.\r\n> Zeb\r\n"
    )
    arrive(sqlite_store, inbox(), says(thread, subject="Re: garden"))
    packed(sqlite_store, out, sources=(source(), inbox()))
    assert_nobody_else(out)
    [lead] = document(out)["leads"]
    assert "call me about the garden" in lead["as_it_came"]["content"]["text"]
    assert "quoted of others" in lead["as_it_came"]["note"]


def test_a_known_name_beside_no_address_is_masked_and_one_that_nobody_knows_stays(
    store: Store, out: Path
) -> None:
    """PACK-5."""
    said = "Ask Arun, who is Mr Sharma too, or arun sharma's friend Quentin. We will, in May."
    hers = fields(question=said, arun="the name of a question is the form's own")
    take(store, declared(store), delivery("1", hers), delivery("2", ARUN))
    for kind in PackKind:
        packed(store, out.with_name(kind.value), kind=kind)
        [lead] = document(out.with_name(kind.value))["leads"]
        assert lead["answers"]["question"] == [
            "Ask [a name], who is Mr Sharma too, or [a name]'s friend Quentin. We will, in May."
        ]
        assert (lead["full_name"], set(lead["answers"])) == ("Priya Sharma", {"arun", "question"})
    access = document(out.with_name("access"))
    assert "known names" in access["leads"][0]["as_it_came"]["note"]
    assert any("known names" in each["what"] for each in access["left_out"])


def test_who_stands_in_a_thread_and_is_known_here_is_named_nowhere_in_it(
    sqlite_store: Store, out: Path
) -> None:
    """PACK-5."""
    declared(sqlite_store, source(), inbox())
    take(sqlite_store, source(), delivery("1", fields(ZEB, None, "Zeb Canary")))
    thread = (
        "Zeb told me, and Mr CANARY knows it. So does Olga.\r\n\r\n"
        f"On Mon, 23 Nov 2026 at 10:00, Zeb <{ZEB}> wrote:\r\n> secretplan\r\n"
    )
    arrive(sqlite_store, inbox(), says(thread, subject="Re: Zeb's garden"))
    packed(sqlite_store, out, sources=(source(), inbox()))
    assert_nobody_else(out)
    [lead] = document(out)["leads"]
    shown = lead["as_it_came"]["content"]
    assert shown["subject"] == "Re: [a name]'s garden"
    assert shown["text"].startswith("[a name] told me, and Mr [a name] knows it. So does Olga.")


def test_a_name_that_only_another_controller_knows_is_looked_for_by_nobody(
    sqlite_store: Store, out: Path
) -> None:
    ours, theirs = source(), source("client-forms", owner=controller("client"))
    declared(sqlite_store, ours, theirs)
    take(sqlite_store, ours, delivery("1", fields(question="Ask Arun")))
    take(sqlite_store, theirs, delivery("77", ARUN))
    packed(sqlite_store, out, sources=(ours, theirs))
    assert document(out)["leads"][0]["answers"]["question"] == ["Ask Arun"]


def test_what_nobody_could_read_is_left_out_if_a_known_name_stands_in_it(
    sqlite_store: Store, out: Path
) -> None:
    """PACK-5."""
    take(sqlite_store, declared(sqlite_store), delivery("1"), delivery("2", ARUN))
    take(sqlite_store, source(), broken(b'{"x": "priya.sharma@mail.example and Arun"'))
    packed(sqlite_store, out)
    assert_nobody_else(out)
    [unread] = document(out)["unread"]
    assert "left_out" in unread["as_it_came"]


def test_words_of_a_case_are_masked_and_ones_own_name_in_a_request_is_ones_own(
    sqlite_store: Store, out: Path
) -> None:
    """PACK-5."""
    take(sqlite_store, declared(sqlite_store), delivery("2", ARUN))
    shared = fields(name=None, email="priya.sharma@mail.example")
    take(sqlite_store, source(), delivery("1", shared))
    ref = casework.opened(sqlite_store, text="I, Priya Sharma, live with Arun.")
    casework.take(sqlite_store, ref, StepKind.SEARCHED, text="asked Arun and Priya Sharma")
    packed(sqlite_store, out)
    assert_nobody_else(out)
    [request] = document(out)["requests"]
    assert request["text"] == "I, Priya Sharma, live with [a name]."
    assert request["steps"][-1]["text"] == "asked [a name] and Priya Sharma"


def test_who_stands_in_the_words_of_a_request_alone_is_looked_for_as_well(
    sqlite_store: Store, out: Path
) -> None:
    """PACK-5."""
    take(sqlite_store, declared(sqlite_store), delivery("1"))
    take(sqlite_store, source(), delivery("2", fields(ZEB, None, "Zeb Canary")))
    casework.opened(sqlite_store, text=f"As Zeb Canary knows:\n{ZEB}\ntold me of you.")
    packed(sqlite_store, out)
    assert_nobody_else(out)
    [request] = document(out)["requests"]
    assert request["text"].startswith("As [a name] knows:")


def test_a_form_that_names_two_people_shows_one(sqlite_store: Store, out: Path) -> None:
    """PACK-3."""
    both = fields(partner_email=ZEB, partner_phone="07700 900777")
    take(sqlite_store, declared(sqlite_store), delivery("1", both))
    for kind in PackKind:
        packed(sqlite_store, out.with_name(kind.value), kind=kind)
        assert_nobody_else(out.with_name(kind.value))
    [lead] = document(out.with_name("access"))["leads"]
    assert "unreadable" in lead["as_it_came"]["note"]
    assert lead["contact"]["emails"] == ["priya.sharma@mail.example"]


def test_a_lead_that_names_two_known_people_is_in_neither_copy(store: Store, out: Path) -> None:
    mixed = fields(name="Arun Rao", work_email=ZEB)
    configured = declared(store)
    take(store, configured, delivery("1"), delivery("2", fields(ZEB, None, "Zeb Canary")))
    take(store, configured, delivery("3", mixed))
    packed(store, out)
    assert_nobody_else(out)


@pytest.mark.parametrize("wrapped", [False, True])
def test_what_nobody_could_read_is_shown_only_if_they_stand_in_it_alone(
    sqlite_store: Store, out: Path, *, wrapped: bool
) -> None:
    """PACK-3."""
    theirs = f"from priya.sharma@mail.example and {ZEB}: a secretplan".encode()
    content = base64.b64encode(theirs) if wrapped else theirs
    take(
        sqlite_store,
        declared(sqlite_store),
        broken(b'{"x": "' + content),
        broken(b"Priya.Sharma@Mail.example"),
    )
    packed(sqlite_store, out)
    assert_nobody_else(out)
    shown = [each["as_it_came"] for each in document(out)["unread"]]
    assert sorted(map(tuple, shown)) == [("content",), ("left_out",)]


def test_a_mail_of_somebody_else_that_mentions_them_is_not_shown(
    sqlite_store: Store, out: Path
) -> None:
    declared(sqlite_store, source(), inbox())
    take(sqlite_store, source(), broken(
        (f"From: Zeb Canary <{ZEB}>\r\nTo: hello@my-agency.example\r\nSubject: secretplan\r\n\r\n"
         "Ask priya.sharma@mail.example\r\n").encode(), media_type="message/rfc822"))  # fmt: skip
    packed(sqlite_store, out)
    assert_nobody_else(out)
    [mention] = document(out)["unread"]
    assert "somebody else sent it" in mention["as_it_came"]["left_out"]


def test_nothing_of_another_controller_is_in_it(store: Store, out: Path) -> None:
    ours, theirs = source(), source("client-forms", owner=controller("client"))
    declared(store, ours, theirs)
    take(store, ours, delivery("1"))
    take(store, theirs, delivery("77", fields(question="secretplan")))
    packed(store, out, sources=(ours, theirs), at=NOW)
    assert_nobody_else(out)
    assert "client" not in document(out)["controller"]["id"]
    assert len(document(out)["leads"]) == 1
