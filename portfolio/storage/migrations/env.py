"""Alembic's entry: runs on the connection that it is handed, never on one of its own."""

from alembic import context

from portfolio.storage.upgrade import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=list(METADATA),
    render_as_batch=True,
    compare_type=True,
    transaction_per_migration=False,
)
context.run_migrations()
