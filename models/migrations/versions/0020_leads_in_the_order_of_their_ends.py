"""the key in the index by which leads end.

Revision: 0020
Follows: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

BEFORE = "ix_lead_controller_id_expires_at"
ORDERED = "ix_lead_controller_id_expires_at_id"
PLANNING = {
    BEFORE: "1000000 1000000 1400",
    ORDERED: "1000000 1000000 1400 1",
}
"""What SQLite shall think of the sizes, as migration 0002 tells it."""


def upgrade() -> None:
    """Without the key, each page of an expiry sorted all the leads that end on the same day."""
    _replace(BEFORE, ORDERED, ["controller_id", "expires_at", "id"])


def downgrade() -> None:
    _replace(ORDERED, BEFORE, ["controller_id", "expires_at"])


def _replace(old: str, new: str, columns: list[str]) -> None:
    op.create_index(new, "lead", columns, unique=False)
    op.drop_index(old, table_name="lead")
    connection = op.get_bind()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DELETE FROM sqlite_stat1 WHERE idx = ?", (old,))
        connection.exec_driver_sql(
            "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('lead', ?, ?)", (new, PLANNING[new])
        )
