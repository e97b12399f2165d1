"""Leads are read in the order in which they end, and not sorted for each page."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, inspect

from models import audit_retention, due, schema
from models.due import Place
from models.store import Store
from tests.build import NOW, declared, delivery, fields, take
from tests.query_plans import asked_by, plan

LATER = NOW + timedelta(days=800)
LAST = Place(NOW, UUID(int=7))


def _read_pages(connection: Connection) -> None:
    due.ended_leads(connection, "nectra", LATER, None, 2)
    due.ended_leads(connection, "nectra", LATER, LAST, 2)
    list(audit_retention.ended_by(connection, "nectra", LATER))


def test_a_page_of_ended_leads_is_taken_from_the_index_as_it_stands(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_retention, "_AT_A_TIME", 1)
    take(store, declared(store), delivery("1", fields("one@mail.example")))
    with store.reading() as connection:
        asked = asked_by(store, lambda: _read_pages(connection))
    assert len(asked) == 4
    for steps in (plan(store, each) for each in asked):
        assert "ix_lead_controller_id_expires_at_id" in " ".join(steps)
        assert not [step for step in steps if "TEMP B-TREE" in step or "Sort" in step]


def test_pages_hold_each_ended_lead_once_also_where_many_end_at_the_same_moment(
    store: Store,
) -> None:
    source = declared(store)
    for at in (NOW, NOW + timedelta(days=1)):
        leads = (f"{at.day}{number}" for number in range(5))
        take(
            store,
            source,
            *(delivery(each, fields(f"p{each}@mail.example"), at=at) for each in leads),
        )
    after, pages = None, []
    with store.reading() as connection:
        while page := due.ended_leads(connection, "nectra", LATER, after, 2):
            pages += page
            after = Place(page[-1].expires_at, page[-1].id)
        audited = list(audit_retention.ended_by(connection, "nectra", LATER))
    found = [(row.expires_at, row.id) for row in pages]
    assert len(found) == 10
    assert all(one < two for one, two in pairwise(found))
    assert [(row.expires_at, row.id) for row in audited] == found


def test_the_way_back_leaves_what_was_there(empty_url: str) -> None:
    store = Store(empty_url)
    schema.upgrade(store)
    with store.writing() as connection:
        command.downgrade(schema.config(connection), "0019")
        names = {index["name"] for index in inspect(connection).get_indexes("lead")}
        command.upgrade(schema.config(connection), "head")
        now = {index["name"] for index in inspect(connection).get_indexes("lead")}
    assert names - now == {"ix_lead_controller_id_expires_at"}
    assert now - names == {"ix_lead_controller_id_expires_at_id"}
    store.close()
