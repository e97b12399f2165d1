"""recalls, and where the lists lie.

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recall",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum("opted_out", "erased", name="recallreason", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("acknowledged_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "told",
                "impossible",
                "disproportionate",
                name="toldoutcome",
                native_enum=False,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("why", sqltypes.AutoString(length=400), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "export_id"],
            ["export.controller_id", "export.id"],
            name=op.f("fk_recall_controller_id_export_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "export_id", "lead_id", "reason", name=op.f("pk_recall")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("recall", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_recall_controller_id_acknowledged_at_due_at"),
            ["controller_id", "acknowledged_at", "due_at"],
            unique=False,
        )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.add_column(sa.Column("path", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_column("path")
    op.drop_table("recall")
