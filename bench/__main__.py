"""`python -m bench`: measures, prints the table, writes bench/results/latest.json. Ends with 1 when a bar is missed."""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from bench.ingest import measure_batches, measure_freshness, measure_single
from bench.pages import measure_page
from bench.reading import measure_dashboard, measure_mixed, measure_reads
from bench.scale import FULL, QUICK, Bench
from bench.sizes import measure_disk, measure_memory, measure_start, measure_tracker
from bench.table import Row, show
from metrone import __version__

RESULTS = Path(__file__).parent / "results"
MEASURES: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "single": measure_single,
    "batches": measure_batches,
    "freshness": measure_freshness,
    "reads": measure_reads,
    "dashboard": measure_dashboard,
    "mixed": measure_mixed,
    "disk": measure_disk,
    "memory": measure_memory,
    "start": measure_start,
    "tracker": measure_tracker,
    "page": measure_page,
}


class Report(msgspec.Struct):
    """What is written to latest.json."""

    version: str
    at: str
    machine: str
    is_quick: bool
    seconds: float
    rows: list[Row]
    failed: dict[str, str]


def run(bench: Bench, names: list[str]) -> tuple[list[Row], dict[str, str]]:
    """Measure one after the other; the rows, and what could not be measured and why."""
    rows: list[Row] = []
    failed: dict[str, str] = {}
    for name in names:
        began = time.perf_counter()
        try:
            rows += MEASURES[name](bench)
        except (RuntimeError, OSError, ValueError) as error:
            failed[name] = str(error)
        print(f"{name}: {time.perf_counter() - began:.0f} s {failed.get(name, '')}", file=sys.stderr)
    return rows, failed


def main() -> int:
    """The exit code: 0 when every bar was met, 1 when one was missed, 2 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small world and one short round: does it work?")
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, default=list(MEASURES), metavar="NAME", help=", ".join(MEASURES)
    )
    parser.add_argument("--world", type=Path, default=RESULTS / "worlds", help="folder that keeps the built worlds")
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="metrone-bench-") as folder:
        bench = Bench(QUICK if options.quick else FULL, Path(folder), options.world.absolute())
        rows, failed = run(bench, options.only)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end"
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    report = Report(__version__, at, machine, options.quick, round(time.perf_counter() - began, 1), rows, failed)
    RESULTS.mkdir(exist_ok=True)
    encoded = msgspec.json.format(msgspec.json.encode(report), indent=2)
    (RESULTS / "latest.json").write_bytes(encoded + b"\n")
    show(rows)
    print(f"{machine}; {report.seconds:.0f} s; written to {RESULTS / 'latest.json'}")
    for name, why in failed.items():
        print(f"not measured: {name}: {why}")
    return 2 if failed else int(any(each.verdict == "fail" for each in rows))


if __name__ == "__main__":
    sys.exit(main())
