"""What Alembic runs for an upgrade: the steps, on the connection and in the transaction of control/schema.py."""

from alembic import context

from metrone.control.schema import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
