"""the sizes of lists and of the ledger, for SQLite's planner.

Revision: 0018
Follows: 0017
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

PLANNING = [
    ("export", "sqlite_autoindex_export_1", "10000 10000 1"),
    ("disclosure", "disclosure", "100000000 100000000 10000 1"),
    ("disclosure", "ix_disclosure_controller_id_lead_id", "100000000 100000000 100"),
    ("recall", "recall", "1000000 1000000 100 2 1"),
    ("recall", "ix_recall_controller_id_acknowledged_at_due_at", "1000000 1000000 1000 100"),
    ("correction", "sqlite_autoindex_correction_1", "100000 100000 1"),
    ("correction", "ix_correction_controller_id_lead_id", "100000 100000 2"),
    ("ledger", "ledger", "10000000 10000000 1"),
    ("ledger", "ix_ledger_controller_id_subject_id", "10000000 10000000 3"),
]
"""What SQLite shall think of the sizes, as migration 0002 tells it of the other tables.

Without it, who received one person was found by reading every list, and what the ledger says of one
lead by reading all of it: a controller counted for ten rows.
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", PLANNING
        )


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "DELETE FROM sqlite_stat1 WHERE tbl IN ('export', 'disclosure', 'recall', 'correction', 'ledger')"
        )
