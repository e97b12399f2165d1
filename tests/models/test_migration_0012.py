"""A store of the eleventh version gets room for the steps of requests."""

from collections.abc import Iterator

import pytest
from alembic import command
from sqlalchemy import inspect, text

from models import schema
from models.rights_step import RightsStep
from models.store import Store
from policy.rights.steps import StepKind
from tests.build import NOW, kept

MADE = "2026-11-22 12:00:00.000000"
CONTROLLER = text(
    "INSERT INTO controller VALUES ('nectra', 'Nectra', 'controller', 'p@n.example', :made)"
)
REQUEST = text(
    'INSERT INTO rights_request (controller_id, id, reference, "right", received_at, due_on,'
    " name, text, is_doubtful, status, identity) VALUES ('nectra', :id, :reference,"
    " 'objection_to_marketing', :made, '2026-12-22', '', '', :doubtful, :state, 'not_needed')"
)
OPEN, SETTLED = "01a2033090007000800000000000000a", "01a2033090007000800000000000000b"


@pytest.fixture
def eleventh(empty_url: str) -> Iterator[Store]:
    """A store as the eleventh version left it, with an open request and a settled one."""
    opened = Store(empty_url)
    with opened.writing() as connection:
        command.upgrade(schema.config(connection), "0011")
        connection.execute(CONTROLLER, {"made": MADE})
        for id_, status in ((OPEN, "open"), (SETTLED, "acted")):
            own = {"id": id_, "reference": f"R-{status}", "state": status}
            connection.execute(REQUEST, own | {"made": MADE, "doubtful": False})
    yield opened
    opened.close()


def test_what_was_settled_on_arrival_has_the_step_that_says_so(eleventh: Store) -> None:
    schema.upgrade(eleventh)
    [step] = kept(eleventh, RightsStep)
    assert (step.request_id.hex, step.kind, step.at) == (SETTLED, StepKind.SETTLED, NOW)
    assert (step.detail, step.text) == ({}, "")


def test_the_way_back_leaves_every_request_with_a_day(eleventh: Store) -> None:
    schema.upgrade(eleventh)
    with eleventh.writing() as connection:
        connection.execute(text("UPDATE rights_request SET due_on = NULL"))
        command.downgrade(schema.config(connection), "0011")
        assert "rights_step" not in inspect(connection).get_table_names()
        days = connection.execute(text("SELECT due_on FROM rights_request")).scalars()
        assert [str(day) for day in days] == ["2026-11-22"] * 2
