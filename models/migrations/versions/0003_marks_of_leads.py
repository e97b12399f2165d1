"""marks by which a lead is known again when it comes by another way.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PLANNING = [
    ("lead_mark", "lead_mark", "1500000 1500000 1500000 750000 1 1"),
    ("lead_mark", "ix_lead_mark_controller_id_lead_id", "1500000 1500000 2"),
]
"""What SQLite shall think of the sizes, as migration 0002 tells it of the other tables."""


def upgrade() -> None:
    op.create_table(
        "lead_mark",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("way", sqltypes.AutoString(length=16), nullable=False),
        sa.Column("digest", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "lead_id"],
            ["lead.controller_id", "lead.id"],
            name=op.f("fk_lead_mark_controller_id_lead_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "source_id", "way", "digest", "lead_id", name=op.f("pk_lead_mark")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("lead_mark", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_lead_mark_controller_id_lead_id"), ["controller_id", "lead_id"]
        )
    op.add_column("removal", sa.Column("way", sqltypes.AutoString(length=16), nullable=True))
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", PLANNING
        )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE tbl = 'lead_mark'")
    # what is remembered of marks would be taken for numbers
    connection.exec_driver_sql("DELETE FROM removal WHERE way IS NOT NULL")
    with op.batch_alter_table("removal", schema=None) as batch_op:
        batch_op.drop_column("way")
    op.drop_table("lead_mark")
