"""``python -m data.migrations "what it does"``: writes a new migration from what has changed in the models."""

from __future__ import annotations

import sys

from data.database import Database
from data.migrations import write_revision

if len(sys.argv) != 2:
    sys.exit('usage: python -m data.migrations "what the migration does"')

database = Database("sqlite://")
database.migrate()
with database.transaction() as connection:
    write_revision(connection, sys.argv[1])
