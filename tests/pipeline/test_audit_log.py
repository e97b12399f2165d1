"""The ledger is checked row by row, and against what the store has."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from models.store import Store
from pipeline.audit_answer import AuditAnswer, Span
from pipeline.audit_log import audit_log
from tests.build import NOW, declared, delivery, email, take
from tests.pipeline.erasing import listed
from tests.pipeline.stopping import stop

HOUR = timedelta(hours=1)


EVER = Span(None, NOW + HOUR)


def asked(store: Store, span: Span = EVER) -> AuditAnswer:
    return audit_log(store, ["nectra"], span, NOW)


@pytest.fixture
def lived(store: Store, tmp_path: Path) -> Store:
    """A store in which something happened."""
    take(store, declared(store), delivery())
    listed(store, tmp_path / "list.csv")
    stop(store, email())
    return store


def change(store: Store, statement: str) -> None:
    with store.writing("nectra") as connection:
        connection.execute(text(statement))


def test_a_ledger_that_nobody_touched_is_clean_and_says_what_is_not_proven(lived: Store) -> None:
    found = asked(lived)
    assert found.is_clean, found.must_be_zero
    assert found.facts["kinds"]["lead_stored"] == 1
    assert "not chained" in found.not_recorded[0]
    assert asked(lived, Span(NOW + HOUR, NOW + 2 * HOUR)).facts["rows"] == 0


@pytest.mark.parametrize(
    ("statement", "flaw"),
    [
        ("UPDATE ledger SET body = replace(body, 'nectra', 'nectro')", "rows_with_a_wrong_hash"),
        ("UPDATE ledger SET body = body || ' '", "rows_of_a_wrong_form"),
        ("UPDATE ledger SET body = 'x'", "rows_of_a_wrong_form"),
        ("UPDATE ledger SET kind = 'hold_placed'", "rows_that_contradict_their_columns"),
        (
            "UPDATE ledger SET recorded_at = '2026-11-20 12:00:00'",
            "rows_with_a_key_of_another_time",
        ),
        (
            "UPDATE ledger SET recorded_at = '2026-12-20 12:00:00'",
            "rows_ahead_of_the_clock",
        ),
        ("DELETE FROM ledger WHERE kind = 'lead_stored'", "leads_without_an_entry"),
        ("DELETE FROM ledger WHERE kind = 'export_made'", "lists_without_an_entry"),
    ],
)
def test_what_somebody_did_to_it_is_found(lived: Store, statement: str, flaw: str) -> None:
    change(lived, statement)
    found = asked(lived)
    assert found.must_be_zero[flaw] > 0, found.must_be_zero
    assert found.is_integrity
