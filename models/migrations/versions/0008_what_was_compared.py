"""what was compared with the platforms' lists.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "reconciled",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("stream", sqltypes.AutoString(length=255), nullable=False),
        sa.Column("form_id", sqltypes.AutoString(length=255), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("compared_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Integer(), nullable=False),
        sa.Column("tests", sa.Integer(), nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("aside", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("gaps_fetched", sa.Integer(), nullable=False),
        sa.Column("gaps_open", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "source_id"],
            ["source.controller_id", "source.id"],
            name=op.f("fk_reconciled_controller_id_source_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "source_id", "stream", "form_id", "day", name=op.f("pk_reconciled")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("reconciled")
