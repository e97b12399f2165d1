"""Whatever our description allows to be sent: no fault, and nothing kept unverified."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.store import Store
from pipeline.wiring import House
from tests import build
from tests.build import declared
from tests.conftest import migrate
from tests.web.forms import FORM, form_source
from tests.web.pushing import google_source, rows_in
from web.app import create_app

EXAMPLES = 60
KEPT = (
    *(f"inbox WHERE source_id <> '{FORM}'", "delivery", "lead", "suppression"),
    *("permission_event", "identifier"),
)
"""What nobody may write into who has shown no key, signature or token; a form asks for none."""


@pytest.fixture(scope="module")
def api_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of its own: what is sent must leave it as it was."""
    path: Path = tmp_path_factory.mktemp("api") / "leads.db"
    migrate(f"sqlite:///{path}")
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


def described(store: Store) -> Any:
    """Return the description that the application gives of itself, and the application behind."""
    sources = (build.source(verify_token="the-word"), google_source(), form_source())
    declared(store, *sources)
    app = create_app(House(build.settings(str(store.url), *sources), store))
    return schemathesis.openapi.from_asgi("/openapi.json", app)


def test_nothing_that_may_be_sent_makes_it_fail_or_is_kept_unverified(api_store: Store) -> None:
    operations = [found.ok() for found in described(api_store).get_all_operations()]
    paths = {operation.path for operation in operations}
    assert {"/in/{source_id}", "/f/{source_id}", "/healthz", "/metrics"} <= paths
    for operation in operations:
        send_anything(operation, api_store)


def send_anything(operation: Any, store: Store) -> None:
    """Send what the description of one operation allows, and what it does not."""

    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(), knows_a_source=st.booleans())
    def sent(case: Any, knows_a_source: bool) -> None:  # noqa: FBT001 - Hypothesis fills it in
        if knows_a_source and "source_id" in case.path_parameters:
            is_form = operation.path.startswith("/f/")
            case.path_parameters["source_id"] = FORM if is_form else "google-main"
        answer = case.call()
        assert answer.status_code < 500, f"{operation.label}: {answer.status_code}"

    sent()
    assert {table: rows_in(store, table) for table in KEPT} == dict.fromkeys(KEPT, 0)
