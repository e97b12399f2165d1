"""alarms, and what looks at sources found.

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("kind", sqltypes.AutoString(length=32), nullable=False),
        sa.Column("subject", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("state", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("cure", sa.Text(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("last_seen", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("told_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("closed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("kind", "subject", name=op.f("pk_alarm")),
    )
    op.create_table(
        "alarm_told",
        sa.Column("target", sqltypes.AutoString(length=330), nullable=False),
        sa.Column("kind", sqltypes.AutoString(length=32), nullable=False),
        sa.Column("subject", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("state", sqltypes.AutoString(length=64), nullable=False),
        sa.PrimaryKeyConstraint("target", "kind", "subject", name=op.f("pk_alarm_told")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alarm_target",
        sa.Column("target", sqltypes.AutoString(length=330), nullable=False),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("reached_at", sqltypes.UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_alarm_target")),
    )
    op.create_table(
        "source_probe",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("subject", sqltypes.AutoString(length=255), nullable=False),
        sa.Column("about", sa.String(length=32), nullable=False),
        sa.Column("is_ok", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("looked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ends_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "source_id"],
            ["source.controller_id", "source.id"],
            name=op.f("fk_source_probe_controller_id_source_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "source_id", "subject", name=op.f("pk_source_probe")
        ),
    )


def downgrade() -> None:
    op.drop_table("source_probe")
    op.drop_table("alarm_target")
    op.drop_table("alarm_told")
    op.drop_table("alarm")
