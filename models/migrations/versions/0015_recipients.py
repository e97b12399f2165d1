"""recipients, and what each list's recipient was.

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ROLES = ("client", "processor", "third_party", "authority")
MECHANISMS = ("regulations", "idta", "addendum", "scc", "bcr", "exception")


def _role() -> sa.Enum:
    return sa.Enum(*ROLES, name="recipientrole", native_enum=False, length=32)


def _mechanism() -> sa.Enum:
    return sa.Enum(*MECHANISMS, name="transfermechanism", native_enum=False, length=32)


def upgrade() -> None:
    op.create_table(
        "recipient",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sqltypes.AutoString(), nullable=False),
        sa.Column("role", _role(), nullable=False),
        sa.Column("country", sqltypes.AutoString(length=2), nullable=False),
        sa.Column(
            "channels",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("contract_reference", sqltypes.AutoString(), nullable=True),
        sa.Column("contract_since", sa.Date(), nullable=True),
        sa.Column("contract_until", sa.Date(), nullable=True),
        sa.Column("mechanism", _mechanism(), nullable=True),
        sa.Column("safeguard_since", sa.Date(), nullable=True),
        sa.Column("safeguard_until", sa.Date(), nullable=True),
        sa.Column("tested_on", sa.Date(), nullable=True),
        sa.Column("declared_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("ended_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_recipient_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", "version", name=op.f("pk_recipient")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipient_role", _role(), nullable=True))
        batch_op.add_column(sa.Column("contract_reference", sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("country", sqltypes.AutoString(length=2), nullable=True))
        batch_op.add_column(sa.Column("mechanism", _mechanism(), nullable=True))
        batch_op.add_column(sa.Column("tested_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("authority_request", sqltypes.AutoString(), nullable=True))
        batch_op.add_column(sa.Column("approver", sqltypes.AutoString(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("export", schema=None) as batch_op:
        for name in (
            "approver",
            "authority_request",
            "tested_on",
            "mechanism",
            "country",
            "contract_reference",
            "recipient_role",
        ):
            batch_op.drop_column(name)
    op.drop_table("recipient")
