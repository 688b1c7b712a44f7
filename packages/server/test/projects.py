"""Makes many projects at once, since a command that starts for each takes seconds: `projects.py DATA_DIR COUNT`."""

import json
import sys

from metrone.cli.options import open_database, read_config
from metrone.control.first import create_with_keys

with open_database(read_config(data_dir=sys.argv[1])) as db:
    made = [create_with_keys(db, f"Test {number}", "", "UTC") for number in range(int(sys.argv[2]))]
sys.stdout.write(json.dumps([{"id": one.project.id, "full": one.full_key, "write": one.write_key} for one in made]))
