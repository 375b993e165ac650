"""The migrations, as Alembic finds them; run by ``storage.migrate`` only."""
