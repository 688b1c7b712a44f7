"""The same questions by hand: SQL on bare chDB, in a process that answers on stdout in how many milliseconds.

`python -m bench.byhand STORE_FOLDER`, then a name of bench.reads.BY_HAND a line. The tables are those that answer best.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path

import chdb

from bench.reads import BY_HAND
from bench.world import END
from metrone.store.migrate import DATABASE

ASKED_DAYS = 30


def main(folder: Path) -> None:
    """Answer until stdin ends."""
    connection = chdb.connect(str(folder / "clickhouse"))
    connection.query(f"use {DATABASE}")
    start, end = (moment.strftime("%Y-%m-%d %H:%M:%S") for moment in (END - timedelta(days=ASKED_DAYS), END))
    for line in sys.stdin:
        began = time.perf_counter()
        for statement in BY_HAND[line.strip()]:
            connection.query(statement.format(start=start, end=end), "JSONCompact").bytes()
        print((time.perf_counter() - began) * 1000, flush=True)
    connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
