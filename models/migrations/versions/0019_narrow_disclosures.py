"""numbers in disclosures, in place of keys and texts.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlmodel.sql import sqltypes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PLANNING = [
    ("export", "ix_export_controller_id_number", "10000 10000 1"),
    ("listed", "listed", "1000000 1000000 1"),
    ("listed", "ix_listed_controller_id_identifier_id_lead_id", "1000000 1000000 2 1"),
    ("listed", "ix_listed_controller_id_lead_id", "1000000 1000000 1"),
    ("disclosure", "disclosure", "100000000 100000000 100 1"),
]
"""What SQLite shall think of the sizes, as migration 0018 tells it of the tables of before."""
PLANNED_BEFORE = [
    ("disclosure", "disclosure", "100000000 100000000 10000 1"),
    ("disclosure", "ix_disclosure_controller_id_lead_id", "100000000 100000000 100"),
]

NUMBER_LISTS = """
UPDATE export SET number = counted.number FROM (
    SELECT controller_id, id, row_number() OVER (PARTITION BY controller_id ORDER BY id) AS number
    FROM export
) AS counted
WHERE counted.controller_id = export.controller_id AND counted.id = export.id
"""
NUMBER_PAIRS = """
INSERT INTO listed (controller_id, number, identifier_id, lead_id)
SELECT controller_id,
    row_number() OVER (PARTITION BY controller_id ORDER BY identifier_id, lead_id),
    identifier_id, lead_id
FROM (SELECT DISTINCT controller_id, identifier_id, lead_id FROM disclosure_before) AS pairs
"""
NARROW = """
INSERT INTO disclosure
    (controller_id, listed_number, export_number, code, decided_at, valid_until)
SELECT listed.controller_id, listed.number, export.number, wide.code, {decided_at}, {valid_until}
FROM disclosure_before AS wide
JOIN listed ON listed.controller_id = wide.controller_id
    AND listed.identifier_id = wide.identifier_id AND listed.lead_id = wide.lead_id
JOIN export ON export.controller_id = wide.controller_id AND export.id = wide.export_id
ORDER BY listed.controller_id, listed.number, export.number
"""
WIDEN = """
INSERT INTO disclosure
    (controller_id, export_id, identifier_id, lead_id, code, decided_at, valid_until)
SELECT listed.controller_id, export.id, listed.identifier_id, listed.lead_id, narrow.code,
    {decided_at}, {valid_until}
FROM disclosure_before AS narrow
JOIN listed ON listed.controller_id = narrow.controller_id
    AND listed.number = narrow.listed_number
JOIN export ON export.controller_id = narrow.controller_id
    AND export.number = narrow.export_number
"""
COUNT_CODES = """
UPDATE export SET codes = counted.codes FROM (
    SELECT controller_id, export_number, {gathered}(code, people) AS codes FROM (
        SELECT controller_id, export_number, code, count(*) AS people
        FROM disclosure GROUP BY controller_id, export_number, code
    ) AS by_code GROUP BY controller_id, export_number
) AS counted
WHERE counted.controller_id = export.controller_id AND counted.export_number = export.number
"""
GATHERED = {"sqlite": "json_group_object", "postgresql": "jsonb_object_agg"}
# to the second and its fraction apart: SQLite rounds what it is given to a thousandth
AS_NUMBER = {
    "sqlite": (
        "CAST(strftime('%s', substr({0}, 1, 19)) AS INTEGER) * 1000000"
        " + CAST(substr({0}, 21, 6) AS INTEGER)"
    ),
    "postgresql": "CAST(extract(epoch FROM {0}) * 1000000 AS bigint)",
}
AS_TIME = {
    "sqlite": "datetime({0} / 1000000, 'unixepoch') || printf('.%06d', {0} % 1000000)",
    "postgresql": "timestamptz 'epoch' + {0} * interval '1 microsecond'",
}


def upgrade() -> None:
    op.add_column("export", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "export",
        sa.Column(
            "codes",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
            server_default="{}",
        ),
    )
    op.execute(NUMBER_LISTS)
    op.create_index(
        "ix_export_controller_id_number", "export", ["controller_id", "number"], unique=True
    )
    _make_listed()
    _set_aside()
    op.create_table(
        "disclosure",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("listed_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("export_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=False),
        sa.Column("valid_until", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_disclosure_controller_id")
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "listed_number", "export_number", name=op.f("pk_disclosure")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(NUMBER_PAIRS)
    op.execute(_with_times(NARROW, AS_NUMBER, "wide"))
    op.execute(COUNT_CODES.format(gathered=GATHERED[op.get_bind().dialect.name]))
    op.drop_table("disclosure_before")
    _plan(PLANNING)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE listed")


def _make_listed() -> None:
    op.create_table(
        "listed",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("identifier_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controller.id"], name=op.f("fk_listed_controller_id")
        ),
        sa.PrimaryKeyConstraint("controller_id", "number", name=op.f("pk_listed")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_listed_controller_id_identifier_id_lead_id",
        "listed",
        ["controller_id", "identifier_id", "lead_id"],
        unique=True,
    )
    op.create_index("ix_listed_controller_id_lead_id", "listed", ["controller_id", "lead_id"])


def _set_aside() -> None:
    """Let another table have the name of this one, and that of its key."""
    op.rename_table("disclosure", "disclosure_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "ALTER TABLE disclosure_before RENAME CONSTRAINT pk_disclosure TO pk_disclosure_before"
        )


def _with_times(statement: str, way: dict[str, str], table: str) -> sa.TextClause:
    """Return a statement that keeps both times in another way."""
    told = way[op.get_bind().dialect.name]
    names = ("decided_at", "valid_until")
    return sa.text(statement.format(**{name: told.format(f"{table}.{name}") for name in names}))


def _plan(sizes: list[tuple[str, str, str]]) -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("ANALYZE export, disclosure")  # or it would find out in a minute or so
        return
    connection.exec_driver_sql(
        "DELETE FROM sqlite_stat1 WHERE tbl IN ('disclosure', 'disclosure_before', 'listed')"
        " OR idx = 'ix_export_controller_id_number'"
    )
    connection.exec_driver_sql("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", sizes)


def downgrade() -> None:
    _set_aside()
    op.create_table(
        "disclosure",
        sa.Column("controller_id", sqltypes.AutoString(length=64), nullable=False),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("identifier_id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("decided_at", sqltypes.UTCDateTime(), nullable=False),
        sa.Column("valid_until", sqltypes.UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id", "export_id"],
            ["export.controller_id", "export.id"],
            name=op.f("fk_disclosure_controller_id_export_id"),
        ),
        sa.PrimaryKeyConstraint(
            "controller_id", "export_id", "identifier_id", name=op.f("pk_disclosure")
        ),
        sqlite_with_rowid=False,
    )
    op.execute(_with_times(WIDEN, AS_TIME, "narrow"))
    op.drop_table("disclosure_before")
    op.create_index(
        "ix_disclosure_controller_id_lead_id", "disclosure", ["controller_id", "lead_id"]
    )
    op.drop_table("listed")
    op.drop_index("ix_export_controller_id_number", table_name="export")
    # not by a copy of the table: recalls refer to it
    op.drop_column("export", "codes")
    op.drop_column("export", "number")
    _plan(PLANNED_BEFORE)
