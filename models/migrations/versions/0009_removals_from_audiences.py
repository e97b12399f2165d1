"""removals from advertising audiences.

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audience",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("kind", sqltypes.AutoString(length=64), nullable=False),
        sa.Column(
            "hash_rule",
            sa.Enum("meta", "google", name="hashrule", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("is_configured", sa.Boolean(), nullable=False),
        sa.Column("created_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("confirmed", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("request_id", sqltypes.AutoString(length=200), nullable=True),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("failed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rest_until", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_audience_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_audience")),
    )
    op.create_table(
        "audience_removal",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("audience_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("digest", sqltypes.AutoString(length=64), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("email", "phone", name="identifierkind", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column(
            "hashes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("give_up_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("request_id", sqltypes.AutoString(length=200), nullable=True),
        sa.Column("sent_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "audience_id"],
            ["audience.controller_id", "audience.id"],
            name=op.f("fk_audience_removal_controller_id_audience_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_audience_removal")),
        sa.UniqueConstraint(
            "controller_id",
            "audience_id",
            "digest",
            name=op.f("uq_audience_removal_controller_id_audience_id_digest"),
        ),
    )
    with op.batch_alter_table("audience_removal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_audience_removal_controller_id_audience_id_due_at"),
            ["controller_id", "audience_id", "due_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_audience_removal_controller_id_give_up_at"),
            ["controller_id", "give_up_at"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("audience_removal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audience_removal_controller_id_give_up_at"))
        batch_op.drop_index(batch_op.f("ix_audience_removal_controller_id_audience_id_due_at"))

    op.drop_table("audience_removal")
    op.drop_table("audience")
