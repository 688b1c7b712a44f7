"""What Alembic runs for an upgrade: the steps, on the connection and in the transaction of control/schema.py."""

from alembic import context

from metrone.control.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
