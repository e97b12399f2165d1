"""restrictions and corrections.

Revision: 0013
Follows: 0012
"""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_person = sa.table(
    "person",
    sa.column("controller_id", sa.Text()),
    sa.column("id", sa.Uuid()),
    sa.column("restricted_at", sqltypes.UTCDateTime()),
)
_restriction = sa.table(
    "restriction",
    sa.column("controller_id", sa.Text()),
    sa.column("id", sa.Uuid()),
    sa.column("person_id", sa.Uuid()),
    sa.column("ground", sa.Text()),
    sa.column("since", sqltypes.UTCDateTime()),
    sa.column("lifted_at", sqltypes.UTCDateTime()),
)


def upgrade() -> None:
    op.create_table(
        "restriction",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "accuracy_contested",
                "unlawful",
                "claims",
                "objection_weighed",
                "correction_lost",
                name="restrictionground",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("since", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("request", sqltypes.AutoString(length=32), nullable=True),
        sa.Column("lifted_at", sqltypes.UTCDateTime(), nullable=True),
        sa.Column("told_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_restriction_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_restriction")),
    )
    with op.batch_alter_table("restriction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_restriction_controller_id_person_id"),
            ["controller_id", "person_id"],
            unique=False,
        )
    op.create_table(
        "restriction_mark",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("restriction_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sqltypes.AutoString(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "restriction_id"],
            ["restriction.controller_id", "restriction.id"],
            name=op.f("fk_restriction_mark_controller_id_restriction_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "restriction_id", "digest", name=op.f("pk_restriction_mark")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "correction",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column(
            "field",
            sa.Enum(
                "name",
                "email",
                "phone",
                "company",
                "job_title",
                name="correctedfield",
                native_enum=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("corrected_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("request", sqltypes.AutoString(length=32), nullable=True),
        sa.Column("wrong", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id", "lead_id"],
            ["lead.controller_id", "lead.id"],
            name=op.f("fk_correction_controller_id_lead_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_correction_controller_id_lead_id"),
            ["controller_id", "lead_id"],
            unique=False,
        )
    _move_restrictions()
    # the table is large and others refer to it: it is not built anew for this
    op.execute("ALTER TABLE person DROP COLUMN restricted_at")


def _move_restrictions() -> None:
    connection = op.get_bind()
    found = connection.execute(sa.select(_person).where(_person.c.restricted_at.is_not(None)))
    rows = [
        {
            "controller_id": row.controller_id,
            "id": uuid4(),
            "person_id": row.id,
            "ground": "accuracy_contested",
            "since": row.restricted_at,
            "lifted_at": None,
        }
        for row in found
    ]
    if rows:
        connection.execute(sa.insert(_restriction), rows)


def downgrade() -> None:
    op.add_column("person", sa.Column("restricted_at", sqltypes.UTCDateTime(), nullable=True))
    first = (
        sa.select(sa.func.min(_restriction.c.since))
        .where(
            _restriction.c.controller_id == _person.c.controller_id,
            _restriction.c.person_id == _person.c.id,
            _restriction.c.lifted_at.is_(None),
        )
        .scalar_subquery()
    )
    op.get_bind().execute(sa.update(_person).values(restricted_at=first))
    op.drop_table("correction")
    op.drop_table("restriction_mark")
    op.drop_table("restriction")
