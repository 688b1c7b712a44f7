"""Worlds on disk: built once into a cache folder, merged, measured; each step in a process of its own, as the engine wants it.

`python -m bench.worlds build FOLDER MAIN SMALL`, or `merge FOLDER`, which prints the bytes of the tables.
"""

import hashlib
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import chdb

from bench import world
from bench.scale import Bench
from metrone.store.migrate import DATABASE

BUILD_SEC, MERGE_SEC = 900, 300
TABLES = f"system.parts where active and database = '{DATABASE}'"


def find_world(bench: Bench) -> Path:
    """The store folder of the world of this scale and of today's tables; built where the cache does not have it."""
    scale = bench.scale
    kept = bench.worlds / f"{scale.main_events}-{scale.small_events}-{_shape()}"
    if not kept.exists():
        draft = bench.worlds / f"{kept.name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        print(f"building a world of {scale.main_events:,} events, once; a minute or several", file=sys.stderr)
        _run(BUILD_SEC, "build", str(draft), str(scale.main_events), str(scale.small_events))
        draft.rename(kept)
    return kept


def merge(store: Path) -> int:
    """Merge every table's parts as a quiet night would; the bytes that they then take. No server may have it open."""
    return int(_run(MERGE_SEC, "merge", str(store)))


def _shape() -> str:
    found = hashlib.sha256(Path(world.__file__).read_bytes())
    for entry in sorted((files("metrone.store") / "migrations").iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".sql"):
            found.update(entry.read_bytes())
    return found.hexdigest()[:12]


def _run(seconds: int, *arguments: str) -> str:
    command = [sys.executable, "-m", "bench.worlds", *arguments]
    return subprocess.run(command, check=True, timeout=seconds, stdout=subprocess.PIPE, text=True).stdout


def _merge_here(store: Path) -> int:
    connection = chdb.connect(str(store / "clickhouse"))
    for table in ("events", "hourly", "interactions", "deliveries", "talks"):
        connection.query(f"optimize table {DATABASE}.{table} final settings optimize_skip_merged_partitions = 1")
    size = int(connection.query(f"select sum(bytes_on_disk) from {TABLES}", "TSV").bytes())
    connection.close()
    return size


if __name__ == "__main__":
    step, folder = sys.argv[1], Path(sys.argv[2])
    if step == "build":
        world.build(folder, int(sys.argv[3]), int(sys.argv[4]))
    else:
        print(_merge_here(folder))
