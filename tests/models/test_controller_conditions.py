"""Whoever watches statements sees a table whose rows might be anybody's, and is content else."""

import pytest
from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.sql.expression import ClauseElement

from models.columns import of_any, table_of
from models.disclosure import IN_LISTS, Listed
from models.lead import Lead
from models.person import LeadIdentifier, Person
from models.scheduled_run import ScheduledRun
from tests.models.controller_conditions import (
    tables_without_condition,
    tables_without_condition_in_text,
)

_lead, _link, _person = table_of(Lead), table_of(LeadIdentifier), table_of(Person)
_listed = table_of(Listed)
OWN = _lead.c.controller_id == "nectra"
SAME = _link.c.controller_id == _lead.c.controller_id
TIED = _link.c.lead_id == _lead.c.id
_ranked = select(_lead.c.id, func.row_number().over(order_by=_lead.c.id).label("n"))


@pytest.mark.parametrize(
    "statement",
    [
        select(_lead).where(OWN),
        select(_lead).where(of_any(_lead, ["nectra", "other"]), _lead.c.is_test),
        select(_lead).join(_link, SAME & TIED).where(OWN),
        select(_listed).select_from(IN_LISTS).where(_listed.c.controller_id == "nectra"),
        select(_lead).where(OWN, exists().where(SAME, TIED)),
        select(_lead).where(OWN, ~exists().where(SAME, TIED)),
        select(_ranked.where(OWN).subquery()),
        update(_lead).where(OWN).values(company=None),
        delete(_person).where(_person.c.controller_id == "nectra"),
        insert(_person).values(controller_id="nectra"),
        insert(_person).from_select(["id"], select(_lead.c.id).where(OWN)),
        select(table_of(ScheduledRun)),
    ],
)
def test_a_statement_that_says_whose_rows_is_let_pass(statement: ClauseElement) -> None:
    assert tables_without_condition(statement) == set()


@pytest.mark.parametrize(
    ("statement", "tables"),
    [
        (select(_lead), {"lead"}),
        (select(func.count()).where(_lead.c.is_test), {"lead"}),
        (select(_lead).where(or_(OWN, _lead.c.is_test)), {"lead"}),
        (select(_lead).where(~OWN), {"lead"}),
        (select(_lead).where(_lead.c.controller_id != "nectra"), {"lead"}),
        (select(_lead).where(_lead.c.controller_id.in_(select(_link.c.controller_id))),
         {"lead", "lead_identifier"}),
        (select(_lead).join(_link, TIED).where(OWN), {"lead_identifier"}),
        (select(_lead).join(_link, SAME & TIED), {"lead", "lead_identifier"}),
        (select(_lead).where(OWN, exists().where(TIED)), {"lead_identifier"}),
        (select(_ranked.subquery()), {"lead"}),
        (select(_lead.alias()), {"lead"}),
        (select(_listed).select_from(IN_LISTS), {"listed", "disclosure", "export"}),
        (update(_lead).values(company=None), {"lead"}),
        (delete(_person).where(exists().where(_person.c.id == _lead.c.person_id)),
         {"person", "lead"}),
        (insert(_person).from_select(["id"], select(_lead.c.id)), {"lead"}),
        (select(_lead).where(OWN).union(select(_lead)), {"lead"}),
    ],
)  # fmt: skip
def test_a_statement_that_might_take_anybody_s_rows_is_caught(
    statement: ClauseElement, tables: set[str]
) -> None:
    assert tables_without_condition(statement) == tables


def test_text_may_only_insert_and_must_name_the_owner() -> None:
    ours = 'INSERT INTO "lead" ("controller_id", "id") VALUES (?, ?)'
    assert tables_without_condition_in_text(ours) == set()
    assert tables_without_condition_in_text("PRAGMA foreign_keys") == set()
    assert tables_without_condition_in_text("SELECT 1 FROM lead") == {"lead"}
    assert tables_without_condition_in_text('DELETE FROM "lead" WHERE id = ?') == {"lead"}
