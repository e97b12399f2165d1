"""Who may send and show the form: our own sites, and nobody else's pages."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from models.refused_push import RefusedPush
from models.store import Store
from tests.build import kept
from tests.web.conftest import PUBLIC, opened
from tests.web.forms import AT, SITE, filled, form_source, post, served
from tests.web.pushing import rows_in

FOREIGN = "https://evil.example"


@pytest.fixture
def guest(sqlite_store: Store) -> Iterator[TestClient]:
    """Somebody who visits the form."""
    with opened(sqlite_store, form_source(), caller="203.0.113.77") as client:
        yield client


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 303),
        ("null", 303),
        (PUBLIC, 303),
        (SITE, 303),
        (SITE.upper().replace("HTTPS", "https"), 303),
        (FOREIGN, 403),
        (f"{SITE}.evil.example", 403),
        (f"{SITE}:444", 403),
        (SITE.replace("https", "http"), 403),
        ("", 403),
    ],
)
def test_a_page_that_is_not_ours_sends_nothing(
    guest: TestClient, sqlite_store: Store, origin: str | None, status: int
) -> None:
    headers = {} if origin is None else {"origin": origin}
    answer = post(guest, filled(guest), headers)
    assert answer.status_code == status
    assert rows_in(sqlite_store, "inbox") == (status == 303)
    expected = origin if origin and origin.lower() == SITE else None
    assert answer.headers.get("access-control-allow-origin") == expected


def test_a_site_that_nobody_named_is_counted_for_the_operator_to_see(sqlite_store: Store) -> None:
    with opened(sqlite_store, form_source()) as client:
        post(client, filled(client), {"origin": FOREIGN})
        client.post(AT, content=b"x", headers={"content-type": "text/plain"})
    found = {(row.source_id, row.status, row.refused) for row in kept(sqlite_store, RefusedPush)}
    assert found == {("web-main", 403, 1), ("web-main", 415, 1)}


def test_a_browser_that_asks_first_is_told_what_its_page_may_send(guest: TestClient) -> None:
    for path in (AT, f"{AT}/token"):
        own = guest.options(path, headers={"origin": SITE})
        assert own.status_code == 204
        assert own.headers["access-control-allow-origin"] == SITE
        assert own.headers["access-control-allow-headers"] == "content-type, idempotency-key"
        assert own.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in own.headers
        foreign = guest.options(path, headers={"origin": FOREIGN})
        assert foreign.status_code == 403
        assert "access-control-allow-origin" not in foreign.headers


def test_a_script_of_an_own_site_gets_a_token_and_reads_the_answer(guest: TestClient) -> None:
    own = {"origin": SITE}
    given = guest.get(f"{AT}/token", headers=own)
    assert given.headers["access-control-allow-origin"] == SITE
    assert given.json()["notice"] == served(guest).notice_id
    answer = guest.post(AT, json=filled(guest, shown=given.json()["shown"]), headers=own)
    assert answer.status_code == 202
    assert answer.headers["access-control-allow-origin"] == SITE
    wrong = guest.post(AT, json=filled(guest, email="x"), headers=own)
    assert (wrong.status_code, wrong.headers["access-control-allow-origin"]) == (422, SITE)
    assert guest.get(f"{AT}/token", headers={"origin": FOREIGN}).status_code == 403


def test_own_sites_may_frame_the_form_and_nobody_else(
    guest: TestClient, sqlite_store: Store
) -> None:
    for path in (f"{AT}/embed", f"{AT}/thanks?view=embed"):
        answer = guest.get(path)
        assert f"frame-ancestors {SITE}" in answer.headers["content-security-policy"]
        assert "x-frame-options" not in answer.headers
    assert 'name="view" value="embed"' in guest.get(f"{AT}/embed").text
    sent = filled(guest) | {"view": "embed"}
    assert post(guest, sent).headers["location"] == f"{AT}/thanks?view=embed"
    with opened(sqlite_store, form_source(origins=[])) as client:
        policy = client.get(AT).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe" not in policy


def test_an_own_thank_you_page_is_gone_to_and_nothing_is_told_to_it(sqlite_store: Store) -> None:
    goal = "https://www.nectra.example/thanks"
    with opened(sqlite_store, form_source(thanks_url=goal)) as client:
        policy = client.get(AT).headers["content-security-policy"]
        assert "form-action 'self' https://www.nectra.example;" in policy
        answer = post(client, filled(client))
        assert (answer.status_code, answer.headers["location"]) == (303, goal)
        assert client.post(AT, json=filled(client)).json()["next"] == goal
