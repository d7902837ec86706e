"""Run by Alembic: migrates on the connection that the store hands over."""

from alembic import context

from drmine.store.migrate import VERSION_TABLE
from drmine.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite cannot alter most of a table in place: copy it
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
