"""What lies in a data folder when its server is down: the store asked by SQL in a process of its own, the spool's books.

The engine opens one folder in a process and then no other, hence the child.
"""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from metrone.spool.state import read_state

_CHILD = """
import json, sys
from pathlib import Path
from metrone.store.embedded import EmbeddedStore
store = EmbeddedStore(Path(sys.argv[1]), slots=1, timeout_sec=60, memory_mb=1000)
store.migrate()
print(json.dumps([store.query(sql, {}).data for sql in json.loads(sys.stdin.read())]))
store.close()
"""


def ask(store_dir: Path, *questions: str) -> list[list[list[Any]]]:
    """The rows of each select over the store in this folder, which nobody else may have open."""
    command = [sys.executable, "-c", _CHILD, str(store_dir)]
    done = subprocess.run(command, input=json.dumps(questions), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    answers: list[list[list[Any]]] = json.loads(done.stdout.splitlines()[-1])
    return answers


def every_text(data_dir: Path, known: str) -> str:
    """Every text in every table of the store and of the SQLite files, as files may be compressed. `known` is a column of the
    store that must be among them, as table.column.
    """
    (columns,) = ask(
        data_dir / "store",
        "select table, name from system.columns where database = currentDatabase() and type like '%String%' "
        "and table in (select name from system.tables where engine like '%MergeTree')",
    )
    assert known.split(".") in columns
    shown = ask(
        data_dir / "store", *[f'select groupUniqArray(toString("{name}")) from "{table}"' for table, name in columns]
    )
    files = [path for path in data_dir.rglob("*.sqlite*") if not path.name.endswith(("-wal", "-shm"))]
    return repr(shown) + "".join(map(_everything_in, files))


def _everything_in(sqlite_file: Path) -> str:
    """Every value of every table."""
    with closing(sqlite3.connect(sqlite_file)) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return repr([connection.execute(f'select * from "{table}"').fetchall() for table in tables])


def books(data_dir: Path) -> Counter[str]:
    """The spool's books over all projects and months, and what still waits as `spooled`."""
    with closing(sqlite3.connect(data_dir / "spool" / "spool.sqlite")) as spool:
        found = Counter(dict(spool.execute("select outcome, sum(events) from books group by outcome").fetchall()))
    found["spooled"] = read_state(data_dir / "spool" / "spool.sqlite").events
    return found


COUNTS = (
    "select count(), uniqExact(event_id) from events",
    "select sum(events), sum(pageviews) from hourly",
    "select countIf(event_type = 'pageview'), uniqExact(session_key) from events",
)


def check_counts(store_dir: Path) -> int:
    """Every event is in the raw table and in the roll-up exactly once; how many there are."""
    (raw,), (hourly,), (kinds,) = ask(store_dir, *COUNTS)
    total = int(raw[0])
    assert raw == [total, total]
    assert [int(n) for n in hourly] == [total, int(kinds[0])]
    return total
