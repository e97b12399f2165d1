"""contracts and instructions of clients, and the ends of contracts.

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CHOICE = sa.Enum(
    "return", "delete", "return_and_delete", name="exitchoice", native_enum=False, length=32
)
JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.create_table(
        "contract",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqltypes.AutoString(length=200), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("exit_choice", CHOICE, nullable=True),
        sa.Column("exit_days", sa.Integer(), nullable=False),
        sa.Column("exit_decision", sqltypes.AutoString(length=200), nullable=True),
        sa.Column("country", sqltypes.AutoString(length=2), nullable=False),
        sa.Column("sub_processors", JSON, nullable=False),
        sa.Column("is_configured", sa.Boolean(), nullable=False),
        sa.Column("digest", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("declared_at", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_contract_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_contract")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_controller_id_declared_at"),
            ["controller_id", "declared_at"],
            unique=False,
        )
    op.create_table(
        "instruction",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqltypes.AutoString(length=200), nullable=False),
        sa.Column("version", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("text_digest", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("purposes", JSON, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("recipients", JSON, nullable=False),
        sa.Column("covers_special_categories", sa.Boolean(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "contract_id"],
            ["contract.controller_id", "contract.id"],
            name=op.f("fk_instruction_controller_id_contract_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_instruction")),
    )
    with op.batch_alter_table("instruction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_instruction_controller_id_contract_id"),
            ["controller_id", "contract_id"],
            unique=False,
        )
    op.create_table(
        "client_exit",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("reference", sqltypes.AutoString(length=200), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("exit_days", sa.Integer(), nullable=False),
        sa.Column("choice", CHOICE, nullable=True),
        sa.Column("sub_processors", JSON, nullable=False),
        sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("returned_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("returned_digest", sqltypes.AutoString(length=64), nullable=True),
        sa.Column("deleted_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("sub_processors_done_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("certified_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("certificate", JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_client_exit_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_client_exit")),
    )


def downgrade() -> None:
    op.drop_table("client_exit")
    op.drop_table("instruction")
    op.drop_table("contract")
