"""Our own form: taken means on disk, with what was shown and what was ticked, and nothing else."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from models.inbox import InboxRecord
from models.notice import NoticeRecord
from models.store import Store
from tests.build import kept
from tests.web.conftest import opened
from tests.web.forms import (
    AT,
    SITE,
    TICKED,
    TYPED,
    fields_in,
    filled,
    form_source,
    post,
    served,
    token,
)
from tests.web.pushing import rows_in


@pytest.fixture
def visitor(store: Store) -> Iterator[TestClient]:
    """Somebody who visits the form, on each database."""
    with opened(store, form_source(), caller="203.0.113.77") as client:
        yield client


@pytest.fixture
def guest(sqlite_store: Store) -> Iterator[TestClient]:
    """Somebody who visits the form, where the database makes no difference."""
    with opened(sqlite_store, form_source(), caller="203.0.113.77") as client:
        yield client


def payload_in(store: Store) -> dict[str, Any]:
    [row] = kept(store, InboxRecord)
    found: dict[str, Any] = json.loads(row.payload)
    return found


def test_the_wording_is_kept_before_anybody_sees_it(visitor: TestClient, store: Store) -> None:
    [row] = kept(store, NoticeRecord)
    assert row.id == served(visitor).notice_id
    page = visitor.get(AT)
    assert page.status_code == 200
    shown = json.loads(row.content)
    for text in (shown["title"], shown["body"], *(box["text"] for box in shown["boxes"])):
        assert text in page.text
    for text in json.loads(shown["surroundings"]).values():
        assert not isinstance(text, str) or text == "2026-09-01" or text in page.text
    assert " checked" not in page.text


def test_a_submission_is_on_disk_before_it_is_answered(visitor: TestClient, store: Store) -> None:
    answer = post(visitor, filled(visitor) | TICKED)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{AT}/thanks")
    found = payload_in(store)
    assert found["fields"] == {name: [value] for name, value in TYPED.items()}
    assert found["ticks"] == {"email_updates": ["yes"]}
    assert found["notice"] == served(visitor).notice_id
    [row] = kept(store, InboxRecord)
    assert (row.notice_id, row.external_id) == (found["notice"], found["id"])
    assert "Thank you" in visitor.get(answer.headers["location"]).text


def test_a_script_gets_the_same_as_json(guest: TestClient, sqlite_store: Store) -> None:
    answer = guest.post(AT, json=filled(guest) | TICKED)
    assert (answer.status_code, answer.json()["status"]) == (202, "taken")
    assert payload_in(sqlite_store)["ticks"] == {"email_updates": ["yes"]}


def test_a_multipart_form_is_taken_and_files_are_not(
    guest: TestClient, sqlite_store: Store
) -> None:
    sent = filled(guest)
    empty = {"attachment": ("", b"", "application/octet-stream")}
    assert guest.post(AT, data=sent, files=empty, follow_redirects=False).status_code == 303
    assert rows_in(sqlite_store, "inbox") == 1
    file = {"attachment": ("cv.txt", b"my life", "text/plain")}
    answer = guest.post(AT, data=filled(guest), files=file)
    assert answer.status_code == 422
    assert "Files are not taken here" in answer.text
    assert fields_in(answer.text)["message"] == "Please tell me more.\r\nThank you!"
    assert rows_in(sqlite_store, "inbox") == 1


def test_nothing_of_the_visit_is_kept_that_is_not_configured(
    guest: TestClient, sqlite_store: Store
) -> None:
    headers = {"user-agent": "Probe/1.0", "origin": SITE}
    page = f"{SITE}/contact?utm_source=news&session=secret-4711&gclid=Cj0abc#top"
    post(guest, filled(guest) | {"page": page}, headers)
    assert payload_in(sqlite_store)["visit"] == {
        "page": f"{SITE}/contact?utm_source=news",
        "campaign": {"utm_source": "news"},
        "origin": SITE,
    }


def test_what_is_configured_is_kept_cut_short(sqlite_store: Store) -> None:
    own = form_source(keep_ip="truncated", keep_user_agent=True)
    with opened(sqlite_store, own, caller="2001:db8:77:88::1") as client:
        post(client, filled(client), {"user-agent": "Probe/1.0"})
    visit = payload_in(sqlite_store)["visit"]
    assert (visit["network"], visit["user_agent"]) == ("2001:db8:77::/48", "Probe/1.0")


@pytest.mark.parametrize(
    ("choice", "headers", "clicks"),
    [
        ("granted", {}, {"gclid": "Cj0abc"}),
        ("granted", {"sec-gpc": "0"}, {"gclid": "Cj0abc"}),
        ("granted", {"sec-gpc": "1"}, None),
        ("granted", {"dnt": "1"}, None),
        ("denied", {}, None),
        ("yes", {}, None),
        (None, {}, None),
    ],
)
def test_a_click_is_kept_only_with_a_recorded_yes_and_against_no_signal(
    guest: TestClient,
    sqlite_store: Store,
    choice: str | None,
    headers: dict[str, str],
    clicks: dict[str, str] | None,
) -> None:
    page = f"{SITE}/?gclid=Cj0abc&fbclid=fbclid&utm_medium=cpc"
    post(guest, filled(guest, ad_consent=choice, page=page), headers)
    visit = payload_in(sqlite_store)["visit"]
    assert visit.get("clicks") == clicks
    assert visit["campaign"] == {"utm_medium": "cpc"}


def test_the_trap_is_answered_as_a_success(guest: TestClient, sqlite_store: Store) -> None:
    caught = post(guest, filled(guest, homepage="https://casino.example"))
    taken = post(guest, filled(guest))
    assert (caught.status_code, caught.headers["location"]) == (
        taken.status_code,
        taken.headers["location"],
    )
    assert rows_in(sqlite_store, "inbox") == 2


def test_what_somebody_typed_comes_back_with_each_mistake_beside_its_field(
    guest: TestClient, sqlite_store: Store
) -> None:
    sent = filled(guest, email="priya@mail", phone="call me", message="<b>Bob & 'co'</b>") | TICKED
    answer = post(guest, sent)
    assert answer.status_code == 422
    again = fields_in(answer.text)
    assert {name: again[name] for name in ("full_name", "email", "phone", "message")} == {
        name: sent[name] for name in ("full_name", "email", "phone", "message")
    }
    assert again["shown"] == sent["shown"]
    assert again["tick.email_updates"] == "yes"
    assert "tick.call_updates" not in again
    assert 'aria-describedby="field-email-mistake" aria-invalid="true"' in answer.text
    assert 'aria-describedby="field-phone-hint field-phone-mistake"' in answer.text
    assert "autofocus" in answer.text
    assert rows_in(sqlite_store, "inbox") == 0
    assert post(guest, again | {"email": TYPED["email"], "phone": ""}).status_code == 303


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("message", "", "fill this in"),
        ("message", "  \r\n ", "fill this in"),
        ("message", "x" * 10_001, "10000 characters"),
        ("message", "nul \0 in it", "control characters"),
        ("full_name", "n" * 201, "200 characters"),
        ("full_name", "Priya\r\nBcc: everybody@mail.example", "one line"),
        ("full_name", "Priya\x85Sharma", "one line"),
        ("email", "priya@mail.example\nBcc: x@mail.example", "one line"),
        ("email", "priya", "no complete e-mail address"),
        ("phone", "12", "no telephone number"),
        ("budget", "a fortune", "one of the answers"),
    ],
)
def test_a_mistake_says_its_cure(
    guest: TestClient, sqlite_store: Store, field: str, value: str, told: str
) -> None:
    answer = guest.post(AT, json=filled(guest) | {field: value})
    assert answer.status_code == 422
    assert list(answer.json()["mistakes"]) == [field]
    assert told in answer.json()["mistakes"][field]
    assert rows_in(sqlite_store, "inbox") == 0


def test_two_answers_to_one_question_are_asked_about(guest: TestClient) -> None:
    sent = filled(guest) | {"email": ["a@mail.example", "b@mail.example"]}
    assert "twice" in guest.post(AT, json=sent).json()["mistakes"]["email"]


def test_a_mistyped_domain_is_hinted_at_and_never_corrected(
    guest: TestClient, sqlite_store: Store
) -> None:
    answer = guest.post(AT, json=filled(guest, email="priya@gmail.con"))
    assert answer.status_code == 202
    assert "If you meant gmail.com, please send the form again" in answer.json()["hint"]
    assert payload_in(sqlite_store)["fields"]["email"] == ["priya@gmail.con"]
    location = post(guest, filled(guest, email="priya@gmail.con")).headers["location"]
    assert "priya" not in location
    assert "gmail.com" in guest.get(location).text
    assert "evil" not in guest.get(f"{AT}/thanks?meant=evil.example").text


def test_a_tick_beside_another_wording_is_not_carried_over_to_this_one(
    guest: TestClient,
) -> None:
    sent = filled(guest, shown="forged", email="priya") | TICKED
    again = fields_in(post(guest, sent).text)
    assert "tick.email_updates" not in again
    assert again["shown"] != "forged"


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        (b"email=a%40mail.example&x=" + b"y" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"&".join(b"f%d=1" % n for n in range(65)), "application/x-www-form-urlencoded", 400),
        (b"email=%ff", "application/x-www-form-urlencoded", 400),
        (b"9a=1", "application/x-www-form-urlencoded", 400),
        (b"email=a%40mail.example", "text/plain", 415),
        (b"email=a%40mail.example", "", 415),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x", 400),
        (b"--x\r\n", "multipart/form-data", 400),
        (b'{"email": "\\ud800"}', "application/json", 400),
        (b'{"email": {"deep": 1}}', "application/json", 400),
        (b'["email"]', "application/json", 400),
        (b"{", "application/json", 400),
    ],
)
def test_what_is_no_form_is_refused_with_a_sentence(
    guest: TestClient, sqlite_store: Store, body: bytes, type_: str, status: int
) -> None:
    answer = guest.post(AT, content=body, headers={"content-type": type_})
    assert answer.status_code == status
    assert "." in answer.text
    assert rows_in(sqlite_store, "inbox") == 0


def test_there_is_no_form_where_there_is_another_source_or_none(guest: TestClient) -> None:
    for path in ("/f/nobody", "/f/nobody/embed", "/f/nobody/thanks", "/f/nobody/token"):
        assert guest.get(path).status_code == 404
    assert guest.post("/f/nobody").status_code == 404
    assert guest.options("/f/nobody").status_code == 404


def test_a_store_that_cannot_be_written_loses_nothing_of_what_was_typed(
    sqlite_store: Store, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with opened(sqlite_store, form_source()) as client:
        with sqlite_store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE inbox RENAME TO elsewhere")
        answer = post(client, filled(client) | TICKED)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        again = fields_in(answer.text)
        assert again["message"] == TYPED["message"]
        with sqlite_store.writing() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO inbox")
        assert post(client, again).status_code == 303
    shown = capfd.readouterr()
    assert "priya" not in (caplog.text + shown.out + shown.err).lower()


def test_a_form_in_german_says_everything_in_german(sqlite_store: Store) -> None:
    with opened(sqlite_store, form_source(language="de")) as client:
        page = client.get(AT).text
        assert '<html lang="de">' in page
        assert "Nachricht" in page
        answer = post(client, filled(client, email="priya"))
        assert "Bitte sehen Sie das noch einmal an" in answer.text


def test_a_page_token_is_of_the_form_that_it_was_made_for(guest: TestClient) -> None:
    form = served(guest)
    given = guest.get(f"{AT}/token").json()
    assert given["notice"] == form.notice_id
    assert given["shown"] != token(form)
