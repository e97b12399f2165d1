"""holds, and what remains of deleted leads.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql import sqltypes

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PLANNING = {
    "lead": {
        "sqlite_autoindex_lead_1": "1000000 1000000 1",
        "sqlite_autoindex_lead_2": "1000000 1000000 250000 1",
        "ix_lead_controller_id_person_id": "1000000 1000000 2",
        "ix_lead_controller_id_expires_at": "1000000 1000000 1400",
    },
    "lead_identifier": {
        "lead_identifier": "2000000 2000000 2 1",
        "ix_lead_identifier_controller_id_identifier_id": "2000000 2000000 2",
    },
    "identifier": {
        "sqlite_autoindex_identifier_1": "1600000 1600000 1",
        "sqlite_autoindex_identifier_2": "1600000 1600000 800000 1",
        "ix_identifier_controller_id_person_id": "1600000 1600000 2",
    },
    "person": {"person": "900000 900000 1"},
    "permission_event": {
        "permission_event": "4000000 4000000 1",
        "ix_permission_event_controller_id_identifier_id": "4000000 4000000 3",
        "ix_permission_event_controller_id_lead_id": "4000000 4000000 4",
        "ix_permission_event_objections": "40000 40000 2",
        "ix_permission_event_endings": "80000 80000 3",
    },
    "suppression": {"suppression": "100000 100000 1 1"},
}
"""What SQLite shall think of the sizes: rows, and rows for each value of an index's columns.

Without any figures it takes every index for as good as every other, and a controller for ten rows:
it would rather read all events than look some up. These are the proportions of a large store, as
they stand in `sqlite_stat1` (https://sqlite.org/fileformat2.html#the_sqlite_stat1_table).
"""

ENDINGS = sa.text("kind IN ('closed', 'objected', 'withdrawn')")


def upgrade() -> None:
    op.create_table(
        "hold",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("lead", "person", "controller", name="holdscope", native_enum=False, length=32),
            nullable=False,
        ),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("approver", sqltypes.AutoString(), nullable=False),
        sa.Column("opened_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("released_at", sqltypes.UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_hold_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "id", name=op.f("pk_hold")),
    )
    op.create_table(
        "removal",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("source_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("digest", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("removed_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("reason", sqltypes.AutoString(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "source_id"],
            ["source.controller_id", "source.id"],
            name=op.f("fk_removal_controller_id_source_id"),
        ),
        sa.PrimaryKeyConstraint("controller_id", "source_id", "digest", name=op.f("pk_removal")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("permission_event", schema=None) as batch_op:
        batch_op.create_index(
            "ix_permission_event_endings",
            ["controller_id", "identifier_id"],
            unique=False,
            sqlite_where=ENDINGS,
            postgresql_where=ENDINGS,
        )
    _plan()


def _plan() -> None:
    """Tell SQLite how large tables are; PostgreSQL finds out by itself."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    # makes the table of sizes; with the limit it does not read a large store for what is replaced
    connection.exec_driver_sql("PRAGMA analysis_limit = 1")
    connection.exec_driver_sql("ANALYZE")
    connection.exec_driver_sql("PRAGMA analysis_limit = 0")
    connection.exec_driver_sql("DELETE FROM sqlite_stat1")
    rows = [
        (table, index, sizes)
        for table, indexes in PLANNING.items()
        for index, sizes in indexes.items()
    ]
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", rows)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.get_bind().exec_driver_sql("DELETE FROM sqlite_stat1")
    with op.batch_alter_table("permission_event", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_permission_event_endings",
            sqlite_where=ENDINGS,
            postgresql_where=ENDINGS,
        )
    op.drop_table("removal")
    op.drop_table("hold")
