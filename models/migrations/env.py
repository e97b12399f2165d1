"""Alembic's entry: run the migrations on the connection that models/schema.py hands over."""

from alembic import context

from models.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things: rebuild the table instead
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="sqltypes.",
)
context.run_migrations()
