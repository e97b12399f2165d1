"""the register of breaches.

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "breach",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("aware_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("recorded_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("nature", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("effects", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("risk", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_breach_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_breach")),
    )
    with op.batch_alter_table("breach", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_breach_controller_id_closed_at"),
            ["controller_id", "closed_at"],
            unique=False,
        )
    op.create_table(
        "breach_notice",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("breach_id", sa.Uuid(), nullable=False),
        sa.Column("whom", sa.String(length=32), nullable=False),
        sa.Column("at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column(
            "contains",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
        ),
        sa.Column("why_not", sqltypes.AutoString(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "breach_id"],
            ["breach.controller_id", "breach.id"],
            name=op.f("fk_breach_notice_controller_id_breach_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_breach_notice")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("breach_notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_breach_notice_controller_id_breach_id"),
            ["controller_id", "breach_id"],
            unique=False,
        )


def downgrade() -> None:
    op.drop_table("breach_notice")
    op.drop_table("breach")
