"""A process that changes the key of a control database. Run by test_rotation under strace, which kills it at a system call.

Usage: python rotating.py DATA_DIR DATABASE_URL. Says "begins" when everything is open.
"""

import sys

from metrone.config import load_config
from metrone.control.db import Database
from metrone.control.rotation import rotate_key

if __name__ == "__main__":
    with Database.open(load_config({}, data_dir=sys.argv[1], database_url=sys.argv[2])) as db:
        db.revision()
        sys.stdout.write("begins\n")
        sys.stdout.flush()
        rotate_key(db)
