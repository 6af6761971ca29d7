"""Run by Alembic with the connection that `studyhall.migrations` hands over."""

from alembic import context

from studyhall.migrations import is_compared
from studyhall.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    include_object=is_compared,
    user_module_prefix="db.",
)
with context.begin_transaction():
    context.run_migrations()
