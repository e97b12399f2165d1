"""what people confirm and ask for.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rights_request",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqltypes.AutoString(length=32), nullable=False),
        sa.Column(
            "right",
            sa.Enum(
                "access",
                "rectification",
                "erasure",
                "restriction",
                "objection_to_marketing",
                "objection_to_other_use",
                "portability",
                "withdrawal_of_consent",
                "one_click_unsubscribe",
                "complaint",
                "automated_decision",
                name="right",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("received_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("acknowledge_by", sa.Date(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sqltypes.AutoString(length=320), nullable=True),
        sa.Column("phone", sqltypes.AutoString(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_doubtful", sa.Boolean(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "open",
                "acted",
                "for_client",
                "closed",
                name="requeststatus",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "identity",
            sa.Enum(
                "not_needed",
                "asked",
                "confirmed",
                "by_hand",
                name="identitystate",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("identity_confirmed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("mail_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirm_by", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("message_id", sqltypes.AutoString(length=320), nullable=True),
        sa.Column("sent_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_rights_request_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_rights_request")),
        sa.UniqueConstraint(
            "controller_id", "reference", name=op.f("uq_rights_request_controller_id_reference")
        ),
    )
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_rights_request_controller_id_email"),
            ["controller_id", "email"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_rights_request_controller_id_status_due_on"),
            ["controller_id", "status", "due_on"],
            unique=False,
        )

    op.create_table(
        "opt_in",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("identifier_id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column(
            "boxes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("template", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("asked_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("mail_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("expires_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("message_id", sqltypes.AutoString(length=320), nullable=True),
        sa.Column("sent_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("confirmed_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "identifier_id"],
            ["identifier.controller_id", "identifier.id"],
            name=op.f("fk_opt_in_controller_id_identifier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["controller_id", "lead_id"],
            ["lead.controller_id", "lead.id"],
            name=op.f("fk_opt_in_controller_id_lead_id"),
        ),
        sa.ForeignKeyConstraint(
            ["controller_id", "notice_id"],
            ["notice.controller_id", "notice.id"],
            name=op.f("fk_opt_in_controller_id_notice_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_opt_in")),
    )
    with op.batch_alter_table("opt_in", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opt_in_controller_id_expires_at"),
            ["controller_id", "expires_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_opt_in_controller_id_identifier_id"),
            ["controller_id", "identifier_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_opt_in_controller_id_lead_id"),
            ["controller_id", "lead_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("opt_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opt_in_controller_id_lead_id"))
        batch_op.drop_index(batch_op.f("ix_opt_in_controller_id_identifier_id"))
        batch_op.drop_index(batch_op.f("ix_opt_in_controller_id_expires_at"))

    op.drop_table("opt_in")
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rights_request_controller_id_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_rights_request_controller_id_email"))

    op.drop_table("rights_request")
