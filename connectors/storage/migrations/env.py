"""Alembic's entry: runs on the connection that `Database.open` hands over, or on a URL for `alembic revision`."""

from alembic import context

from connectors.storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
