"""what is pushed, what is refused, what is mailed.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "confirm_opt_in", "confirm_identity", name="mailkind", native_enum=False, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("give_up_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_outbox_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outbox_controller_id_due_at"), ["controller_id", "due_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_controller_id_subject_id"),
            ["controller_id", "subject_id"],
            unique=False,
        )

    op.create_table(
        "inbox",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("external_id", sqltypes.AutoString(length=255), nullable=True),
        sa.Column("notice_id", sqltypes.AutoString(length=64), nullable=True),
        sa.Column("media_type", sqltypes.AutoString(length=128), nullable=False),
        sa.Column("received_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "source_id"],
            ["source.controller_id", "source.id"],
            name=op.f("fk_inbox_controller_id_source_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_inbox")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inbox_controller_id_source_id_due_at"),
            ["controller_id", "source_id", "due_at"],
            unique=False,
        )

    op.create_table(
        "refused_push",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("day", sqltypes.AutoString(length=10), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("last_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "source_id"],
            ["source.controller_id", "source.id"],
            name=op.f("fk_refused_push_controller_id_source_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "source_id", "day", "status", name=op.f("pk_refused_push")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("refused_push")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_controller_id_source_id_due_at"))

    op.drop_table("inbox")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbox_controller_id_subject_id"))
        batch_op.drop_index(batch_op.f("ix_outbox_controller_id_due_at"))

    op.drop_table("outbox")
