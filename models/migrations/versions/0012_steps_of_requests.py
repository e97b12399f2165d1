"""steps of requests.

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import Text
from sqlmodel.sql import sqltypes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = (
    *("taken_in", "settled", "under_eu_law", "asked", "heard", "extended", "acknowledged"),
    *("passed_on", "searched", "acted", "asked_recipients", "answered", "refused", "closed"),
)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.alter_column("due_on", existing_type=sa.Date(), nullable=True)
    op.create_table(
        "rights_step",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "kind", sa.Enum(*KINDS, name="stepkind", native_enum=False, length=32), nullable=False
        ),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("recorded_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("actor", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "request_id"],
            ["rights_request.controller_id", "rights_request.id"],
            name=op.f("fk_rights_step_controller_id_request_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "request_id", "number", name=op.f("pk_rights_step")
        ),
        sqlite_with_rowid=False,
    )
    _write_down_what_was_settled()


def _write_down_what_was_settled() -> None:
    """Give the requests that were settled on arrival the one step that says so."""
    names = ("controller_id", "id", "received_at", "status")
    request = sa.table("rights_request", *map(sa.column, names))
    step = sa.table(
        "rights_step",
        *map(sa.column, ("controller_id", "request_id", "number", "kind", "at", "recorded_at")),
        *(sa.column("actor"), sa.column("detail", JSON), sa.column("text")),
    )
    settled = sa.select(
        request.c.controller_id,
        request.c.id,
        sa.literal(1),
        sa.literal("settled"),
        request.c.received_at,
        request.c.received_at,
        sa.literal("migration"),
        sa.literal({}, JSON),
        sa.literal(""),
    ).where(request.c.status == "acted")
    op.execute(sa.insert(step).from_select([column.name for column in step.c], settled))


def downgrade() -> None:
    op.drop_table("rights_step")
    request = sa.table("rights_request", sa.column("due_on"), sa.column("received_at"))
    # the first version knows no request without a day: none is nearer than that of its receipt
    op.execute(
        sa.update(request)
        .where(request.c.due_on.is_(None))
        .values(due_on=sa.func.date(request.c.received_at))
    )
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.alter_column("due_on", existing_type=sa.Date(), nullable=False)
