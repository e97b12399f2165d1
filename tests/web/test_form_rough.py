"""Whatever bytes come: no fault of ours, and nothing is kept that was not said to be."""

from collections.abc import Iterator

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from models.inbox import InboxRecord
from models.store import Store
from tests.build import kept
from tests.web.conftest import opened
from tests.web.forms import AT, TICKED, connector_of, filled, form_source
from tests.web.pushing import rows_in

TYPES = (
    "application/x-www-form-urlencoded",
    "application/json",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "text/plain",
    "",
)
HEADERS = ("origin", "referer", "idempotency-key", "user-agent", "sec-gpc", "dnt", "accept")
rough = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
header_text = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@pytest.fixture
def guest(sqlite_store: Store) -> Iterator[TestClient]:
    """Somebody who sends more than any person would."""
    own = form_source(rate_per_form="100000/hour", rate_per_email="100000/hour")
    with opened(sqlite_store, own, caller="somewhere") as client:
        yield client


@rough
@given(
    body=st.binary(max_size=300),
    type_=st.sampled_from(TYPES),
    headers=st.dictionaries(st.sampled_from(HEADERS), header_text, max_size=4),
)
def test_no_bytes_and_no_headers_make_the_form_fail(
    guest: TestClient, sqlite_store: Store, body: bytes, type_: str, headers: dict[str, str]
) -> None:
    before = rows_in(sqlite_store, "inbox")
    answer = guest.post(AT, content=body, headers=headers | {"content-type": type_})
    assert 400 <= answer.status_code < 500
    assert rows_in(sqlite_store, "inbox") == before


@rough
@given(
    changes=st.dictionaries(
        st.sampled_from(
            ["full_name", "phone", "message", "page", "shown", "homepage", "view", "ad_consent",
             "tick.email_updates", "tick.unknown", "budget", "extra"]
        ),
        anything | st.lists(anything, max_size=3),
        max_size=6,
    ),
    headers=st.dictionaries(st.sampled_from(HEADERS), header_text, max_size=4),
)  # fmt: skip
def test_whatever_the_fields_say_it_is_taken_or_refused_and_can_be_read(
    guest: TestClient,
    sqlite_store: Store,
    changes: dict[str, str | list[str]],
    headers: dict[str, str],
) -> None:
    with sqlite_store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM inbox")
    sent = filled(guest) | TICKED | changes
    told = headers | {"content-type": "application/json"}
    answer = guest.post(AT, content=orjson.dumps(sent), headers=told)
    assert answer.status_code in {202, 403, 409, 422}
    rows = kept(sqlite_store, InboxRecord)
    assert len(rows) == (answer.status_code == 202)
    form = connector_of(form_source())
    for row in rows:
        content = orjson.loads(row.payload)
        assert content["notice"] in {None, form.notice_id}
        assert content["notice"] is None or "shown" not in changes
