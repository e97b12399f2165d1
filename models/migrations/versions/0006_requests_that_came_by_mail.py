"""requests that came by mail.

Revision: 0006
Follows: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source_id", sqltypes.AutoString(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("external_id", sqltypes.AutoString(length=200), nullable=True)
        )
        batch_op.create_index(
            batch_op.f("ix_rights_request_controller_id_external_id"),
            ["controller_id", "external_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("rights_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rights_request_controller_id_external_id"))
        batch_op.drop_column("external_id")
        batch_op.drop_column("source_id")
